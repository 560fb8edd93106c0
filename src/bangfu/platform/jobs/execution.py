"""One job from its start to its end."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.db import connection

from bangfu.platform.jobs.errors import Broken, Lost
from bangfu.platform.jobs.models import Job
from bangfu.platform.jobs.registry import function_of
from bangfu.platform.jobs.running.actions import fail_job, refuse_job, start_job
from bangfu.platform.jobs.running.progress import Progress
from bangfu.policy.errors import BangfuError

logger = logging.getLogger(__name__)


def run(*, job_id: UUID, worker: str, kwargs: dict[str, Any]) -> None:
    """Do the job, unless it is no longer waiting: done, refused by a BangfuError, or failed by anything
    else."""
    job = start_job(job_id=job_id, worker=worker)
    if job is None:
        logger.warning("job %s is not waiting and was passed over", job_id)
        return
    progress = Progress(job)
    try:
        progress.finish(function_of(job.kind)(progress, **kwargs))
    except Lost:
        logger.warning("job %s was taken over by another worker", job.pk)
    except BangfuError as error:
        refuse_job(job=job, error=error)
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        _fail(job)
    finally:
        progress.close()


def _fail(job: Job) -> None:
    connection.close_if_unusable_or_obsolete()
    fail_job(job=job, error=Broken(title=job.title, job=job.pk))
