"""The turns of a running job. Each is refused unless the job still belongs to the worker that asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.jobs.enums import JobState
from bangfu.platform.jobs.errors import Lost, as_stored
from bangfu.platform.jobs.models import Job
from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words


@transaction.atomic
def start_job(*, job_id: UUID, worker: str) -> Job | None:
    """Give the waiting job to ``worker``; None when it is not waiting (any more)."""
    started = Job.objects.filter(pk=job_id, state=JobState.WAITING).update(
        state=JobState.RUNNING, worker=worker, started=clock.now()
    )
    return Job.objects.get(pk=job_id) if started else None


def report(*, job: Job, step: Words, done: int, total: int | None, through: BaseDatabaseWrapper) -> None:
    """Show how far the job is, through the database connection given; it leaves no audit row.

    Plain SQL, since ``through`` may be a second connection that stands outside the caller's transaction.
    """
    fields = {field.name: field for field in Job._meta.concrete_fields}
    told = {"step": step, "done": done, "total": total}
    whose = {"id": job.pk, "worker": job.worker, "state": JobState.RUNNING.value}
    values = [fields[name].get_db_prep_save(value, through) for name, value in (told | whose).items()]
    with through.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET step = %s, done = %s, total = %s "
            "WHERE id = %s AND worker = %s AND state = %s",
            values,
        )


@transaction.atomic
def finish_job(*, job: Job, result: dict[str, Any] | None, step: Words, done: int, total: int | None) -> None:
    """Mark the job done, once; a second call changes nothing. Raises ``Lost``."""
    if _end(job, JobState.DONE, result=result, step=step, done=done, total=total):
        return
    if not Job.objects.filter(pk=job.pk, worker=job.worker, state=JobState.DONE).exists():
        raise Lost(job=job.pk)


@transaction.atomic
def refuse_job(*, job: Job, error: BangfuError) -> bool:
    """Mark the job refused with what ``error`` says, in both languages; False when it is not this
    worker's."""
    return _end(job, JobState.REFUSED, refusal=as_stored(error))


@transaction.atomic
def fail_job(*, job: Job, error: BangfuError) -> bool:
    """Mark the job failed with a sentence for the user; False when it is not this worker's."""
    return _end(job, JobState.FAILED, refusal=as_stored(error))


def _end(job: Job, state: JobState, **values: Any) -> bool:
    hold_chain()
    mine = Job.objects.filter(pk=job.pk, worker=job.worker, state=JobState.RUNNING)
    if not mine.update(state=state, finished=clock.now(), **values):
        return False
    record(
        by=Actor(job.by_id, job.by_name),
        action=f"job.{state.value}",
        subject_kind="job",
        subject_id=str(job.pk),
        division_code=job.division_code,
        detail={"kind": job.kind},
    )
    return True
