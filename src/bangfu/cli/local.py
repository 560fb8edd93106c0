"""Acting on the machine itself: whoever may run commands there may do what a county office may."""

from __future__ import annotations

import sys
import time
from typing import Any, Final
from uuid import UUID

import click

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.divisions.codes import NATION
from bangfu.platform.audit.actor import Actor
from bangfu.platform.jobs import worker
from bangfu.platform.jobs.enums import JobState
from bangfu.platform.jobs.models import Job

#: Shown as who did it: on a page nobody knows what “cli” is.
BY: Final = Actor(Actor.system("cli").id, "命令行")
SCOPE: Final = Scope.of([(Role.COUNTY_OFFICE, NATION), (Role.DATA_ADMIN, NATION)])
#: The two arguments that tell every action who acts.
LOCAL: Final[dict[str, Any]] = {"by": BY, "scope": SCOPE}


def run_here(job_id: UUID | str) -> Job:
    """Does what is queued in this process, and waits where a worker has taken the job already.

    A refused job ends the command with its sentences.
    """
    worker.run(batch=True, interval=0)
    job = Job.objects.get(pk=job_id)
    while not job.is_finished:
        time.sleep(0.2)
        job.refresh_from_db()
    if job.state in (JobState.REFUSED, JobState.FAILED):
        for language in ("zh", "en"):
            click.echo((job.refusal_in(language) or {}).get("sentence", ""), err=True)
        sys.exit(3)
    return job
