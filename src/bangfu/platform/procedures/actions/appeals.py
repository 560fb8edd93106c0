"""Appeals: heard in a case of their own, by other people; one that is upheld opens the first case again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db import transaction
from django.db.models import Q

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
from bangfu.platform.procedures.actions.objections import open_answering
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.enums import ActKind, AppealState, CaseState, ObjectionState
from bangfu.platform.procedures.errors import AlreadyOpen, NoAppeal, TextNeeded
from bangfu.platform.procedures.models import Act, Appeal, Case
from bangfu.platform.procedures.registry import Outcome, Question, effect, guard
from bangfu.platform.procedures.situations import Situation
from bangfu.policy.procedures.definitions import REFUSE
from bangfu.policy.words import Words

PROCEDURE = "appeal"


@transaction.atomic
def lodge_appeal(*, case: int, text: str, by: Actor, role: str, level: str) -> Appeal:
    """Appeal against a refusal, or a withdrawal that was not one's own wish, within the days that its definition
    gives; ``role`` and ``level`` are those of the appeal's first step.

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


#: State of a case that cannot be appealed → why not, and the way on.
_NO_APPEAL: Final[Mapping[str, tuple[Words, Words]]] = {
    CaseState.OPEN: (
        Words("它还在办理", "it is under way"),
        Words("请提出异议,答复前不能通过。", "Object to it: it passes nowhere until that is answered."),
    ),
    CaseState.PASSED: (
        Words("它已经通过", "it was passed"),
        Words(
            "请反映为疑点,核实后另行立案更正或清退。",
            "Report a doubt; once that is verified, a new case corrects or removes it.",
        ),
    ),
    CaseState.STOPPED: (
        Words("它因对象变动已终止", "it was stopped, for what it was about is gone"),
        Words("请为现在的对象重新立案。", "Open a new case about what there is now."),
    ),
}


def _require_may_appeal(now: Situation) -> None:
    case, days = now.case, now.definition.appeal
    if case.state in _NO_APPEAL or case.closed_on is None:
        why, way = _NO_APPEAL[case.state]
        raise NoAppeal(case=case.pk, why=why.zh, why_en=why.en, way=way.zh, way_en=way.en)
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
    """Whoever refused a case, or entered its withdrawal, does not hear the appeal against that."""
    ended = Q(decision=REFUSE) | Q(kind=ActKind.WITHDRAWN)
    refused = Act.objects.filter(ended, case_id=int(question.case.subject_id), by_id=question.by.id)
    if refused.exists():
        yield Problem(
            question.step.title,
            Words("被申诉的决定是您作出的。", "You made the decision that is appealed against."),
            Words("请由另一名工作人员审理。", "Let somebody else hear it."),
        )


@effect("uphold_appeal")
def uphold_appeal(outcome: Outcome) -> None:
    """The first case is open again, at the step where it ended, with the objections that its end cut short.

    Raises AlreadyOpen.
    """
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
    _raise_again(now, by=outcome.by)
    tell([(case, {"hearing": outcome.case.pk})], action="reopen", by=outcome.by)


def _raise_again(now: Situation, *, by: Actor) -> None:
    """Objections that nobody answered because the case ended wait for their answer again."""
    lapsed = [one for one in now.objections if one.state == ObjectionState.LAPSED]
    for one in lapsed:
        one.state, one.answer, one.answered_by = ObjectionState.OPEN, "", ""
        one.answered_on = one.answered_revision = None
        one.save()
    if lapsed:
        open_answering(now, lapsed, by=by)


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
