"""Deciding a step: the only way forward, back or out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures import checks, registry
from bangfu.platform.procedures.actions.log import (
    Hand,
    Written,
    add_acts,
    close_work,
    item_key,
    locked,
    open_work,
    save_cases,
    tell,
)
from bangfu.platform.procedures.checks import Obstacle
from bangfu.platform.procedures.enums import ActKind, CaseState
from bangfu.platform.procedures.errors import CannotOverride, NotHigher, NotReady
from bangfu.platform.procedures.models import Act
from bangfu.platform.procedures.situations import Situation
from bangfu.policy.procedures.definitions import LEVELS, PASS, REFUSE, RETURN, is_higher
from bangfu.policy.words import Words

_REASON_FOR = frozenset({REFUSE, RETURN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision on one case. ``revision`` is the one that was on the screen; ``to_step`` belongs to a return."""

    case: int
    decision: str
    revision: int
    to_step: str = ""
    reason: str = ""
    files: Sequence[StoredFile] = ()
    signatures: Sequence[str] = ()


def act(
    *,
    case: int,
    step: str,
    decision: str,
    revision: int,
    by: Actor,
    role: str,
    level: str,
    to_step: str = "",
    reason: str = "",
    files: Sequence[StoredFile] = (),
    signatures: Sequence[str] = (),
) -> Act:
    """Decide ``step`` of one case: see ``act_together``."""
    decided = Decided(
        case=case,
        decision=decision,
        revision=revision,
        to_step=to_step,
        reason=reason,
        files=files,
        signatures=signatures,
    )
    return act_together(step=step, decisions=[decided], by=by, role=role, level=level)[0]


@transaction.atomic
def act_together(*, step: str, decisions: Sequence[Decided], by: Actor, role: str, level: str) -> list[Act]:
    """Decide ``step`` of each case; all or none.

    The day of every act is today. A pass goes to the next step, and after the last the effects of the definition
    run; a refusal ends the case; a return goes back to ``to_step``.

    Raises:
        NotFound: no such case.
        NotOpen, StaleAct, WrongStep, NotYours, NoSuchDecision, WrongReturn, ReasonNeeded: in this order.
        NotReady: with every record that is missing and every rule that is broken.
    """
    hand = Hand(by, role, level)
    found = locked(one.case for one in decisions)
    for now, decided in zip(found, decisions, strict=True):
        _require_may_act(now, step, decided)
        checks.require_post(
            now.definition, now.step, now.step.title, (now.step.role, now.step.level), hand.post
        )
        _require_decided_well(now, decided)
        _require_nothing_in_the_way(now, _obstacles(now, decided, hand))
    return _carry_out(list(zip(found, decisions, strict=True)), hand, ActKind.DECIDED, ())


@transaction.atomic
def override_step(
    *,
    case: int,
    step: str,
    decision: str,
    revision: int,
    reason: str,
    by: Actor,
    role: str,
    level: str,
    overrides: Sequence[str] = (),
    to_step: str = "",
    files: Sequence[StoredFile] = (),
    signatures: Sequence[str] = (),
) -> Act:
    """A higher level decides ``step`` in place of whoever should, as an act of its own kind with its reason.

    ``overrides`` names records and guards that are lifted, where the definition lets them be. Order, time, different
    persons and objections are lifted by nobody.

    Raises:
        As ``act_together``; NotHigher, CannotOverride; ReasonNeeded whatever the decision.
    """
    hand = Hand(by, role, level)
    decided = Decided(
        case=case,
        decision=decision,
        revision=revision,
        to_step=to_step,
        reason=checks.require_reason(reason),
        files=files,
        signatures=signatures,
    )
    (now,) = locked([case])
    _require_may_act(now, step, decided)
    if level not in LEVELS or not is_higher(level, now.step.level):
        given = LEVELS.get(level, Words(level, level))
        raise NotHigher(step=now.step.title, level=LEVELS[now.step.level], given=given)
    for name in overrides:
        if name not in now.step.overridable:
            raise CannotOverride(step=now.step.title, what=name)
    _require_decided_well(now, decided)
    left = [one for one in _obstacles(now, decided, hand) if not one.name or one.name not in overrides]
    _require_nothing_in_the_way(now, left)
    return _carry_out([(now, decided)], hand, ActKind.OVERRIDDEN, overrides)[0]


def _require_may_act(now: Situation, step: str, decided: Decided) -> None:
    checks.require_open_or_tell(now, decided.revision)
    checks.require_fresh(now, decided.revision)
    checks.require_step(now, step)


def _require_decided_well(now: Situation, decided: Decided) -> None:
    checks.require_decision(now, decided.decision, decided.to_step)
    if decided.decision in _REASON_FOR:
        checks.require_reason(decided.reason)


def _obstacles(now: Situation, decided: Decided, hand: Hand) -> list[Obstacle]:
    return checks.obstacles(now, decision=decided.decision, by=hand.by, role=hand.role, day=clock.today())


def _require_nothing_in_the_way(now: Situation, found: Sequence[Obstacle]) -> None:
    problems: list[Problem] = [one.problem for one in found]
    if problems:
        raise NotReady(problems, case=now.case.pk, step=now.step.title)


def _carry_out(
    rows: Sequence[tuple[Situation, Decided]], hand: Hand, kind: ActKind, overrides: Sequence[str]
) -> list[Act]:
    """Write the acts, move the cases, close and open work, and run the effects of those that ended."""
    left = [item_key(now.case, now.case.step) for now, _ in rows]
    written = [
        (
            now.case,
            Written(
                kind=kind,
                decision=decided.decision,
                to_step=_next_step(now, decided),
                reason=decided.reason.strip(),
                overrides=overrides,
                files=decided.files,
                signatures=decided.signatures,
            ),
        )
        for now, decided in rows
    ]
    acts = add_acts(written, hand=hand)
    for now, decided in rows:
        _move(now, decided)
    cases = [now.case for now, _ in rows]
    save_cases(cases)
    close_work(left, by=hand.by, reason="步骤已办理 · the step is done")
    open_work(cases, by=hand.by)
    tell(
        ((act.case, {"step": act.step, "decision": act.decision, "kind": act.kind}) for act in acts),
        action="override" if kind == ActKind.OVERRIDDEN else "act",
        by=hand.by,
    )
    for (now, _decided), act in zip(rows, acts, strict=True):
        _run_effects(now, act, hand)
    return acts


def _next_step(now: Situation, decided: Decided) -> str:
    if decided.decision == RETURN:
        return decided.to_step
    following = now.definition.after(now.case.step) if decided.decision == PASS else None
    return following.key if following else ""


def _move(now: Situation, decided: Decided) -> None:
    case, day = now.case, clock.today()
    if step := _next_step(now, decided):
        case.step, case.step_since = step, day
    else:
        case.state = CaseState.PASSED if decided.decision == PASS else CaseState.REFUSED
        case.closed_on = day


def _run_effects(now: Situation, act: Act, hand: Hand) -> None:
    if now.case.is_open:
        return
    names = now.definition.on_pass if now.case.state == CaseState.PASSED else now.definition.on_refuse
    outcome = registry.Outcome(
        case=now.case, definition=now.definition, act=act, by=hand.by, day=act.day, records=now.records
    )
    for name in names:
        registry.effect_of(name)(outcome)
