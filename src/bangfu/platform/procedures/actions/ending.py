"""Ending a case before its last step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.files.store import StoredFile
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
from bangfu.platform.procedures.enums import ActKind, CaseState, ObjectionState
from bangfu.platform.procedures.errors import NotWithdrawable, WishNeeded
from bangfu.platform.procedures.models import Case
from bangfu.platform.procedures.situations import Situation
from bangfu.policy.words import Words

_SHORTEST_NAME = 2
#: What whoever objected reads when the case ends under their objection; it names nobody.
_LAPSED: Final[Mapping[CaseState, str]] = {
    CaseState.WITHDRAWN: "您提出异议的事项已由申请人撤回,不再办理。如再次办理,您可以再次提出异议。",
    CaseState.STOPPED: "您提出异议的事项因对象变动已终止,不再办理。如再次办理,您可以再次提出异议。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who asked that a case be taken back, on which day and why; on paper (``files``) or by signature."""

    asked_by: str
    asked_on: date
    reason: str
    files: Sequence[StoredFile] = ()
    signatures: Sequence[str] = ()


@transaction.atomic
def withdraw(*, case: int, revision: int, wish: Wish, by: Actor, role: str, level: str) -> Case:
    """The subject takes the case back; the post of the present step enters that, or the post that opened the case.

    Raises:
        NotFound, NotOpen, StaleAct, NotYours, ReasonNeeded.
        NotWithdrawable: nobody applied, the administration opened it about the subject.
        WishNeeded: with what lacks of the wish.
    """
    (now,) = locked([case])
    checks.require_open_or_tell(now, revision)
    checks.require_fresh(now, revision)
    if not now.definition.withdraw:
        raise NotWithdrawable(case=now.case.pk, procedure=now.definition.title)
    if (role, level) != opening_post(now):
        step = now.step
        checks.require_post(now.definition, step, step.title, (step.role, step.level), (role, level))
    checks.require_reason(wish.reason)
    if problems := list(_wish_problems(wish, now.case)):
        raise WishNeeded(problems)
    written = Written(
        kind=ActKind.WITHDRAWN,
        reason=f"{wish.asked_by.strip()} {wish.asked_on} 要求撤回:{wish.reason.strip()}",
        files=wish.files,
        signatures=wish.signatures,
    )
    return _end(now, CaseState.WITHDRAWN, written, Hand(by, role, level))


def opening_post(now: Situation) -> tuple[str, str]:
    """The role and level that opened the case; empty where the system did."""
    first = next((act for act in now.acts if act.kind == ActKind.OPENED), None)
    return (first.role, first.level) if first is not None and first.role else ("", "")


def _wish_problems(wish: Wish, case: Case) -> Iterator[Problem]:
    """What keeps a wish from being one that can be shown."""
    name = wish.asked_by.strip()
    if len(name) < _SHORTEST_NAME:
        yield Problem(
            Words("要求撤回的人", "who asked for it"),
            Words("没有写明。", "Nobody is named."),
            Words("请填写要求撤回的人的姓名。", "Enter the name of whoever asked for it."),
        )
    if not case.opened_on <= wish.asked_on <= clock.today():
        yield Problem(
            Words("要求撤回的日期", "the day of the wish"),
            Words(
                f"{wish.asked_on} 不在立案日({case.opened_on})和今天之间。",
                f"{wish.asked_on} is not between the opening of the case ({case.opened_on}) and today.",
            ),
            Words("请填写实际提出的日期。", "Enter the day on which they asked."),
        )
    if not wish.files and name not in {one.strip() for one in wish.signatures}:
        yield Problem(
            Words("凭据", "the evidence"),
            Words("没有书面申请,也没有本人签名。", "There is neither a paper nor their signature."),
            Words(
                "请上传撤回申请的扫描件,或由要求撤回的人签名。",
                "Attach a scan of the request, or let whoever asks sign it.",
            ),
        )


@transaction.atomic
def stop_case(*, case: int, reason: str, by: Actor) -> Case:
    """What the case is about is gone (a death, a merger): a domain's own action ends it. No effect runs.

    Raises:
        NotFound, NotOpen, ReasonNeeded.
    """
    (now,) = locked([case])
    checks.require_open(now.case)
    written = Written(kind=ActKind.STOPPED, reason=checks.require_reason(reason))
    return _end(now, CaseState.STOPPED, written, Hand(by))


def _end(now: Situation, state: CaseState, written: Written, hand: Hand) -> Case:
    add_acts([(now.case, written)], hand=hand)
    now.case.state, now.case.closed_on = state, clock.today()
    lapsed = now.open_objections()
    for one in lapsed:
        one.state, one.answer = ObjectionState.LAPSED, _LAPSED[state]
        one.answered_by, one.answered_on = hand.by.name or hand.by.id, clock.today()
        one.answered_revision = now.case.revision
        one.save()
    save_cases([now.case])
    open_objections = [f"objection:{one.pk}" for one in lapsed]
    close_work([item_key(now.case, now.case.step), *open_objections], by=hand.by, reason=written.reason)
    tell(
        [(now.case, {"state": state, "objections": [one.pk for one in lapsed]})],
        action=str(written.kind),
        by=hand.by,
    )
    return now.case
