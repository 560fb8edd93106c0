"""Appeals: heard in a case of their own, by other people; one that is upheld opens the first case again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.procedures import checks
from bangfu.platform.procedures.actions.log import (
    Hand,
    Written,
    add_acts,
    locked,
    open_work,
    save_cases,
    tell,
)
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.enums import ActKind, AppealState, CaseState
from bangfu.platform.procedures.errors import AlreadyOpen, NoAppeal, TextNeeded
from bangfu.platform.procedures.models import Act, Appeal, Case
from bangfu.platform.procedures.registry import Outcome, Question, effect, guard
from bangfu.platform.procedures.situations import Situation
from bangfu.policy.procedures.definitions import REFUSE
from bangfu.policy.words import Words

PROCEDURE = "appeal"


@transaction.atomic
def lodge_appeal(*, case: int, text: str, by: Actor, role: str, level: str) -> Appeal:
    """Appeal against a refusal, within the days that its definition gives; ``role`` and ``level`` are those of the
    appeal's first step.

    Raises:
        NotFound, NoAppeal, TextNeeded; AlreadyOpen when one is under way; as ``open_case``.
    """
    (now,) = locked([case])
    _require_may_appeal(now)
    given = text.strip()
    if len(given) < checks.SHORTEST_REASON:
        raise TextNeeded(what=Words("申诉理由", "the grounds"), least=checks.SHORTEST_REASON)
    hearing = open_case(
        procedure=PROCEDURE,
        subject_id=str(case),
        division_code=now.case.division_code,
        by=by,
        role=role,
        level=level,
    )
    appeal = Appeal.objects.create(case=now.case, hearing=hearing, text=given, day=clock.today())
    add_acts([(now.case, Written(kind=ActKind.APPEALED, reason=given))], hand=Hand(by, role, level))
    save_cases([now.case])
    tell([(now.case, {"hearing": hearing.pk})], action="appeal", by=by)
    return appeal


def _require_may_appeal(now: Situation) -> None:
    case, days = now.case, now.definition.appeal
    if case.state != CaseState.REFUSED or case.closed_on is None:
        raise NoAppeal(
            case=case.pk,
            why="只有未通过的办件可以申诉",
            why_en="only a case that was refused can be",
            way="对正在办理的办件请提出异议。",
            way_en="Object to a case that is under way.",
        )
    last = days.after(case.closed_on, case.division_code) if days else case.closed_on
    if days is None or clock.today() > last:
        raise NoAppeal(
            case=case.pk,
            why=f"申诉期限到 {last} 为止",
            why_en=f"the time for it ended on {last}",
            way="请重新立案。",
            way_en="Open a new case.",
        )


@guard("not_who_refused")
def not_who_refused(question: Question) -> Iterable[Problem]:
    """Whoever refused a case does not hear the appeal against that."""
    refused = Act.objects.filter(case_id=int(question.case.subject_id), decision=REFUSE, by_id=question.by.id)
    if refused.exists():
        yield Problem(
            question.step.title,
            Words("被申诉的决定是您作出的。", "You made the decision that is appealed against."),
            Words("请由另一名工作人员审理。", "Let somebody else hear it."),
        )


@effect("uphold_appeal")
def uphold_appeal(outcome: Outcome) -> None:
    """The first case is open again, at the step that refused it. Raises AlreadyOpen."""
    now = _settle(outcome, AppealState.UPHELD)
    case = now.case
    other = Case.objects.of(case.procedure).open().about(case.subject_kind, [case.subject_id]).first()
    if other is not None:
        raise AlreadyOpen(procedure=now.definition.title, case=other.pk, since=other.opened_on.isoformat())
    add_acts(
        [(case, Written(kind=ActKind.REOPENED, to_step=case.step, reason=outcome.act.reason))],
        hand=Hand(outcome.by, outcome.act.role, outcome.act.level),
    )
    case.state, case.closed_on, case.step_since = CaseState.OPEN, None, outcome.day
    save_cases([case])
    open_work([case], by=outcome.by)
    tell([(case, {"hearing": outcome.case.pk})], action="reopen", by=outcome.by)


@effect("dismiss_appeal")
def dismiss_appeal(outcome: Outcome) -> None:
    """The refusal stands."""
    case = _settle(outcome, AppealState.DISMISSED).case
    add_acts(
        [(case, Written(kind=ActKind.DISMISSED, reason=outcome.act.reason))],
        hand=Hand(outcome.by, outcome.act.role, outcome.act.level),
    )
    save_cases([case])


def _settle(outcome: Outcome, state: AppealState) -> Situation:
    appeal = Appeal.objects.get(hearing=outcome.case)
    appeal.state = state
    appeal.save(update_fields=["state"])
    return locked([appeal.case_id])[0]
