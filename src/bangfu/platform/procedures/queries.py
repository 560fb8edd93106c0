"""Pictures of a case for screens and papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.procedures import checks
from bangfu.platform.procedures.models import Act, Case, CaseRecord, Draft, Objection
from bangfu.platform.procedures.situations import situation
from bangfu.policy.procedures.definitions import PASS, Definition, Step


@dataclass(frozen=True, slots=True)
class StepPicture:
    """A step of one case: ``done``, ``now``, ``ahead``; its acts; its valid records; since and due when it is now."""

    step: Step
    state: str
    acts: Sequence[Act]
    records: Sequence[CaseRecord]
    since: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything a page shows of a case; ``due`` is the last day of the whole, where the definition sets one."""

    case: Case
    definition: Definition
    steps: Sequence[StepPicture]
    acts: Sequence[Act]
    records: Mapping[str, Sequence[CaseRecord]]
    objections: Sequence[Objection]
    due: date | None = None


def page_of(case: Case) -> CasePage:
    """The case with its steps, log, valid records by kind and objections: three queries."""
    now = situation(case)
    stands = now.definition.position(case.step)
    pictures = []
    for at, step in enumerate(now.definition.steps):
        current = at == stands and case.is_open
        over = at < stands or (at == stands and not case.is_open)
        due = step.due or step.shortest
        pictures.append(
            StepPicture(
                step,
                "now" if current else "done" if over else "ahead",
                [act for act in now.acts if act.step == step.key],
                [record for kind in step.records for record in now.records.get(kind.key, ())],
                case.step_since if current else None,
                due.after(case.step_since, case.division_code) if current and due else None,
            )
        )
    whole = now.definition.due
    last = whole.after(case.opened_on, case.division_code) if whole else None
    return CasePage(case, now.definition, pictures, now.acts, now.records, now.objections, last)


def hindrances(case: Case, *, by: Actor, role: str, decision: str = PASS) -> list[Problem]:
    """What stands in the way of ``decision`` at the current step today; none: it may be done, or the case is
    closed."""
    if not case.is_open:
        return []
    found = checks.obstacles(situation(case), decision=decision, by=by, role=role, day=clock.today())
    return [one.problem for one in found]


def draft_of(*, key: str, by: Actor) -> Draft | None:
    """What this person typed into the form and has not handed in."""
    return Draft.objects.filter(owner_id=by.id, key=key).first()
