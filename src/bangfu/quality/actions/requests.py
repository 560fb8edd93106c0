"""Asking for a run."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.platform.audit.actor import Actor
from bangfu.platform.jobs.actions import enqueue
from bangfu.platform.jobs.models import Job
from bangfu.policy.words import Words
from bangfu.quality.errors import NotACounty


@transaction.atomic
def request_run(*, area: str, day: date, by: Actor, scope: Scope) -> Job:
    """Queues a run over the county ``area`` (12 digits) as of ``day``; one that waits or is under way is given back.

    Raises:
        NotAllowed, NotFound: the scope may not run checks there. BadCode, NotACounty: ``area`` is no county.
    """
    scope.require(Capability.RUN_CHECKS, area)
    if level_of(area) != Level.COUNTY:
        raise NotACounty(area=area)
    title = Words(f"核查({day:%Y-%m-%d})", f"Check ({day:%Y-%m-%d})")
    return enqueue(
        "quality.run",
        by=by,
        title=title,
        division_code=area,
        key=f"quality.run:{area}",
        area=area,
        day=day.isoformat(),
    )
