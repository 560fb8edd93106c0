"""Queueing jobs, and putting back what dead workers left."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.jobs import presence
from bangfu.platform.jobs.enums import UNFINISHED, JobState
from bangfu.platform.jobs.errors import DiedTooOften, as_stored
from bangfu.platform.jobs.models import Job, no_words
from bangfu.platform.jobs.registry import function_of
from bangfu.platform.jobs.tasks import run_job
from bangfu.policy.words import Words

MOST_ATTEMPTS = 3
RECOVERY = Actor.system("recovery")


@transaction.atomic
def enqueue(
    kind: str,
    *,
    by: Actor,
    title: Words | str,
    division_code: str = "",
    key: str | None = None,
    **kwargs: Any,
) -> Job:
    """Queue a job of ``kind``; its function gets ``kwargs``, which must be JSON and should hold no personal
    data.

    The job enters the queue with the caller's transaction: when that rolls back there is no job. While a job
    with the same ``key`` is unfinished, that one is returned and nothing is queued. Raises ``UnknownJob``.
    """
    function_of(kind)
    hold_chain()
    if key is not None and (unfinished := Job.objects.filter(key=key, state__in=UNFINISHED).first()):
        return unfinished
    job = Job(
        kind=kind,
        title=Words(title, title) if isinstance(title, str) else title,
        by_id=by.id,
        by_name=by.name,
        division_code=division_code,
        created=clock.now(),
        key=key,
    )
    job.task_id = run_job.enqueue(job_id=str(job.pk), kwargs=kwargs).id
    job.save(force_insert=True)
    record(
        by=by,
        action="job.enqueue",
        subject_kind="job",
        subject_id=str(job.pk),
        division_code=division_code,
        detail={"kind": kind},
    )
    return job


@transaction.atomic
def recover(*, by: Actor = RECOVERY) -> int:
    """Put the running jobs of dead workers back to waiting, and return how many those are.

    Called by every worker when it starts. A job that was done although its worker died before it could tell
    the queue is only told to the queue. What a dead worker's transaction had not committed, the database has
    undone. A job that three workers died of has failed: a fourth would die too.
    """
    hold_chain()
    _close_finished()
    put_back = 0
    for job in Job.objects.filter(state__in=UNFINISHED).select_for_update().order_by("created"):
        task = DBTaskResult.objects.filter(pk=job.task_id).first()
        if task is None or not _abandoned(job, task):
            continue
        if len(task.worker_ids) < MOST_ATTEMPTS:
            _put_back(job, task)
            put_back += 1
        else:
            _give_up(job, task)
        record(
            by=by,
            action="job.recover" if job.state == JobState.WAITING else "job.failed",
            subject_kind="job",
            subject_id=str(job.pk),
            division_code=job.division_code,
            detail={"kind": job.kind, "worker": task.worker_ids[-1]},
        )
    return put_back


def _put_back(job: Job, task: DBTaskResult) -> None:
    tasks = DBTaskResult.objects.filter(pk=task.pk)
    tasks.update(status=TaskResultStatus.READY, started_at=None, finished_at=None)
    job.state, job.worker, job.started = JobState.WAITING, "", None
    job.step, job.done, job.total = no_words(), 0, None
    job.save(update_fields=["state", "worker", "started", "step", "done", "total"])


def _give_up(job: Job, task: DBTaskResult) -> None:
    error = DiedTooOften(title=job.title, job=job.pk, times=len(task.worker_ids))
    DBTaskResult.objects.filter(pk=task.pk).update(status=TaskResultStatus.FAILED, finished_at=clock.now())
    job.state, job.finished, job.refusal = JobState.FAILED, clock.now(), as_stored(error)
    job.save(update_fields=["state", "finished", "refusal"])


def _abandoned(job: Job, task: DBTaskResult) -> bool:
    """True when nobody will finish the unfinished job: it is not queued, and whoever took it is dead."""
    if task.status == TaskResultStatus.READY:
        return False
    return not any(presence.is_alive(worker) for worker in {job.worker, *task.worker_ids[-1:]} if worker)


def _close_finished() -> None:
    """Tell the queue of jobs that ended although their worker died before it could."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    for task in running:
        ended = Job.objects.filter(task_id=task.pk).exclude(state__in=UNFINISHED).first()
        if ended is not None and not presence.is_alive(task.worker_ids[-1]):
            running.filter(pk=task.pk).update(status=TaskResultStatus.SUCCESSFUL, finished_at=ended.finished)
