"""What stands in the way of an act. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.procedures import registry
from bangfu.platform.procedures.enums import ActKind, CaseState
from bangfu.platform.procedures.errors import (
    NoSuchDecision,
    NotOpen,
    NotYours,
    ReasonNeeded,
    StaleAct,
    WrongReturn,
    WrongStep,
)
from bangfu.platform.procedures.models import Act, Case
from bangfu.platform.procedures.situations import Situation
from bangfu.policy.procedures.definitions import (
    DECISIONS,
    LEVELS,
    PASS,
    RETURN,
    ROLES,
    Call,
    Days,
    Definition,
    RecordKind,
    Step,
)
from bangfu.policy.words import Words

SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A problem and the name under which the definition may let a higher level lift it; none for those that
    nobody lifts."""

    problem: Problem
    name: str = ""


def clause_of(definition: Definition, step: Step, own: str = "") -> str:
    """The clause to name in a refusal: the nearest that is known."""
    return own or step.clause or definition.reference


def listed(words: Sequence[Words]) -> Words:
    return Words("、".join(one.zh for one in words), ", ".join(one.en for one in words))


def require_open(case: Case) -> None:
    """Raises ``NotOpen``."""
    if not case.is_open:
        raise NotOpen(case=case.pk, state=_label(case))


def require_open_or_tell(now: Situation, revision: int) -> None:
    """Raises ``NotOpen``, or ``StaleAct`` where the case was closed after ``revision``."""
    if not now.case.is_open:
        require_fresh(now, revision)
    require_open(now.case)


def require_fresh(now: Situation, revision: int) -> None:
    """Raises ``StaleAct``, which tells everything since ``revision``."""
    if revision == now.case.revision:
        return
    since = now.since(revision)
    if not since:  # a revision that does not exist yet
        raise StaleAct(what=now.definition.title, by="—", at="—")
    last = since[-1]
    raise StaleAct(
        [_happened(now.definition, act) for act in since],
        what=Words(f"{now.definition.title.zh} {now.case.pk}", f"{now.definition.title.en} {now.case.pk}"),
        by=last.by_name or last.by_id,
        at=f"{last.at.astimezone():%Y-%m-%d %H:%M}",
    )


def require_step(now: Situation, step: str) -> None:
    """Raises ``WrongStep``."""
    if step != now.case.step:
        known = {one.key: one.title for one in now.definition.steps}
        raise WrongStep(
            case=now.case.pk,
            current=now.step.title,
            asked=known.get(step, Words(step, step)),
            clause=clause_of(now.definition, now.step),
        )


def require_post(
    definition: Definition, step: Step, what: Words, needed: tuple[str, str], given: tuple[str, str]
) -> None:
    """``needed`` and ``given`` are role and level. Raises ``NotYours``."""
    if given != needed:
        raise NotYours(
            step=what,
            role=ROLES[needed[0]],
            level=LEVELS[needed[1]],
            clause=clause_of(definition, step),
            given=_post(given),
        )


def require_reason(reason: str) -> str:
    """The reason without blanks around it. Raises ``ReasonNeeded``."""
    given = reason.strip()
    if len(given) < SHORTEST_REASON:
        raise ReasonNeeded(least=SHORTEST_REASON)
    return given


def require_decision(now: Situation, decision: str, to_step: str) -> None:
    """Raises ``NoSuchDecision`` or ``WrongReturn``."""
    step = now.step
    clause = clause_of(now.definition, step)
    if decision not in step.decisions:
        raise NoSuchDecision(
            step=step.title,
            decision=DECISIONS.get(decision, Words(decision, decision)),
            allowed=listed([DECISIONS[one] for one in step.decisions]),
            clause=clause,
        )
    if decision == RETURN and to_step not in step.returns_to:
        raise WrongReturn(
            step=step.title,
            allowed=listed([now.definition.step(one).title for one in step.returns_to]),
            clause=clause,
        )


def obstacles(now: Situation, *, decision: str, by: Actor, role: str, day: date) -> list[Obstacle]:
    """Everything that stands in the way of ``decision`` at the current step; none for a return."""
    if decision == RETURN:
        return []
    found = [*_same_person(now, by), *_objections(now, decision)]
    if decision == PASS:
        found += [*_too_early(now, day), *_missing_records(now), *_notice(now, day)]
    calls = [call for call in now.step.guards if decision == PASS or call.always]
    for call in calls:
        asked = question(now, call, by=by, role=role, day=day)
        found += [Obstacle(problem, call.name) for problem in registry.guard_of(call.name)(asked)]
    return found


def _same_person(now: Situation, by: Actor) -> Iterator[Obstacle]:
    step = now.step
    for other in step.another_person_than:
        if by.id in now.passed_by(other):
            earlier = now.definition.step(other).title
            yield Obstacle(
                Problem(
                    step.title,
                    Words(
                        f"您已办理过“{earlier.zh}”,同一人不能办理这两步({clause_of(now.definition, step)})。",
                        f"You did “{earlier.en}”; one person cannot do both ({clause_of(now.definition, step)}).",
                    ),
                    Words("请由另一名工作人员办理。", "Let somebody else do it."),
                )
            )


def _objections(now: Situation, decision: str) -> Iterator[Obstacle]:
    for objection in now.open_objections():
        yield Obstacle(
            Problem(
                Words(f"异议 {objection.pk}", f"objection {objection.pk}"),
                Words(
                    f"{objection.day} 提出的异议尚未答复。",
                    f"It was raised on {objection.day} and is unanswered.",
                ),
                Words("请先核实并答复异议。", "Look into it and answer it first."),
            )
        )
    for objection in now.unheeded() if decision == PASS else ():
        yield Obstacle(
            Problem(
                Words(f"异议 {objection.pk}", f"objection {objection.pk}"),
                Words(
                    "异议成立,但办件没有退回重办。",
                    "It was upheld, and the case has not been returned since.",
                ),
                Words(
                    "请退回相应步骤重新办理,或不予通过。",
                    "Return the case to the step concerned, or refuse it.",
                ),
            )
        )


def _too_early(now: Situation, day: date) -> Iterator[Obstacle]:
    shortest = now.step.shortest
    if shortest is not None:
        start = now.case.step_since
        yield from _before(now, shortest, start, day, now.step.title)


def _notice(now: Situation, day: date) -> Iterator[Obstacle]:
    """The days of a notice count from the newest valid record of its posting."""
    notice = now.step.notice
    posted = now.records.get(notice.record) if notice else None
    if notice is not None and posted:
        title = now.definition.record(notice.record)
        yield from _before(now, notice.days, posted[-1].day, day, title.title if title else now.step.title)


def _before(now: Situation, days: Days, start: date, day: date, where: Words) -> Iterator[Obstacle]:
    over = days.after(start, now.case.division_code)
    if day < over:
        length, clause = days.words(start, now.case.division_code), clause_of(now.definition, now.step)
        yield Obstacle(
            Problem(
                where,
                Words(
                    f"自 {start} 起须满{length.zh}({clause}),{over} 才能通过。",
                    f"{length.en} from {start} must go by ({clause}); it may pass on {over}.",
                ),
                Words(f"请在 {over} 或以后办理。", f"Act on {over} or later."),
            )
        )


def _missing_records(now: Situation) -> Iterator[Obstacle]:
    for record in now.step.records:
        if record.needed and not now.records.get(record.key):
            yield Obstacle(missing(now.definition, now.step, record), record.key)


def missing(definition: Definition, step: Step, record: RecordKind) -> Problem:
    """That a record is not there."""
    clause = clause_of(definition, step, record.clause)
    who, level = ROLES[record.role], LEVELS[record.level]
    return Problem(
        record.title,
        Words(f"缺少“{record.title.zh}”({clause})。", f"“{record.title.en}” is missing ({clause})."),
        Words(
            f"请由{who.zh}({level.zh})登记这项材料。",
            f"Let {who.en} ({level.en}) put it on record.",
        ),
    )


def question(now: Situation, call: Call, *, by: Actor, role: str, day: date) -> registry.Question:
    """What a guard of the current step is asked."""
    return registry.Question(
        case=now.case,
        definition=now.definition,
        step=now.step,
        call=call,
        by=by,
        role=role,
        day=day,
        records=now.records,
    )


def _happened(definition: Definition, act: Act) -> Problem:
    known = {one.key: one.title for one in definition.steps}
    kind = ActKind(act.kind).label
    decided = DECISIONS.get(act.decision)
    zh = f"{act.by_name or act.by_id} {act.day}:{kind}" + (f"({decided.zh})" if decided else "")
    en = f"{act.by_name or act.by_id}, {act.day}: {act.kind}" + (f" ({decided.en})" if decided else "")
    return Problem(
        known.get(act.step, Words(act.step, act.step)),
        Words(f"{zh}。", f"{en}."),
        Words("请查看后再决定是否办理。", "Look at it before you decide."),
    )


def _label(case: Case) -> Words:
    return Words(str(CaseState(case.state).label), case.state)


def _post(given: tuple[str, str]) -> Words:
    role, level = given
    nobody = Words("(无岗位)", "(no post)")
    title = ROLES.get(role, Words(role, role)) if role else nobody
    stands = LEVELS.get(level, Words(level, level))
    return Words(f"{title.zh}({stands.zh})", f"{title.en} ({stands.en})")
