"""Ending a case before its last step."""

from __future__ import annotations

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.procedures import checks
from bangfu.platform.procedures.actions.log import (
    Hand,
    Written,
    add_acts,
    close_work,
    item_key,
    locked,
    save_cases,
    tell,
)
from bangfu.platform.procedures.enums import ActKind, CaseState
from bangfu.platform.procedures.models import Case
from bangfu.platform.procedures.situations import Situation


@transaction.atomic
def withdraw(*, case: int, revision: int, reason: str, by: Actor, role: str, level: str) -> Case:
    """The applicant takes the case back; whoever does its first step enters that.

    Raises:
        NotFound, NotOpen, StaleAct, NotYours, ReasonNeeded.
    """
    (now,) = locked([case])
    checks.require_open_or_tell(now, revision)
    checks.require_fresh(now, revision)
    first = now.definition.steps[0]
    checks.require_post(now.definition, first, first.title, (first.role, first.level), (role, level))
    return _end(now, CaseState.WITHDRAWN, ActKind.WITHDRAWN, reason, Hand(by, role, level))


@transaction.atomic
def stop_case(*, case: int, reason: str, by: Actor) -> Case:
    """What the case is about is gone (a death, a merger): a domain's own action ends it. No effect runs.

    Raises:
        NotFound, NotOpen, ReasonNeeded.
    """
    (now,) = locked([case])
    checks.require_open(now.case)
    return _end(now, CaseState.STOPPED, ActKind.STOPPED, reason, Hand(by))


def _end(now: Situation, state: CaseState, kind: ActKind, reason: str, hand: Hand) -> Case:
    given = checks.require_reason(reason)
    add_acts([(now.case, Written(kind=kind, reason=given))], hand=hand)
    now.case.state, now.case.closed_on = state, clock.today()
    save_cases([now.case])
    open_objections = [f"objection:{one.pk}" for one in now.open_objections()]
    close_work([item_key(now.case, now.case.step), *open_objections], by=hand.by, reason=given)
    tell([(now.case, {"state": state})], action=str(kind), by=hand.by)
    return now.case
