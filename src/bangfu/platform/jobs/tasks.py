"""The one task that the queue knows; it runs any job."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django_tasks import TaskContext, task

from bangfu.platform.jobs import execution


@task(takes_context=True)
def run_job(context: TaskContext, job_id: str, kwargs: dict[str, Any]) -> None:
    """Do the job ``job_id`` in the worker that took the task."""
    worker = context.task_result.worker_ids[-1]
    execution.run(job_id=UUID(job_id), worker=worker, kwargs=kwargs)
