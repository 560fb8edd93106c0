"""Opening cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.procedures import registry
from bangfu.platform.procedures.actions.log import Hand, open_work, tell
from bangfu.platform.procedures.checks import require_post
from bangfu.platform.procedures.enums import ActKind
from bangfu.platform.procedures.errors import AlreadyOpen, CannotOpen
from bangfu.platform.procedures.models import Act, Case
from bangfu.policy.procedures import in_force
from bangfu.policy.procedures.definitions import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A case to be opened: whom it is about, where that one belongs (12 digits), and what the domain remembers."""

    subject_id: str
    division_code: str
    about: Mapping[str, Any] = field(default_factory=dict)


def open_case(
    *,
    procedure: str,
    subject_id: str,
    division_code: str,
    by: Actor,
    role: str,
    level: str,
    about: Mapping[str, Any] | None = None,
) -> Case:
    """Open one case: see ``open_cases``."""
    opening = Opening(subject_id=subject_id, division_code=division_code, about=about or {})
    return open_cases(procedure=procedure, openings=[opening], by=by, role=role, level=level)[0]


@transaction.atomic
def open_cases(
    *, procedure: str, openings: Sequence[Opening], by: Actor, role: str, level: str
) -> list[Case]:
    """Open a case for each subject, at the first step of the version in force today at its division; all or none.

    ``role`` and ``level`` must be those of the first step; the system opens with the role ``""``, for a domain's
    own rule. The first step goes on the worklist.

    Raises:
        UnknownProcedure, NoProcedure: see ``policy.procedures.in_force``.
        NotYours: the first step belongs to another post.
        AlreadyOpen: a case of this procedure about the subject is under way.
        CannotOpen: a guard of the opening refuses.
    """
    hold_chain()
    day, hand = clock.today(), Hand(by, role, level)
    cases: list[Case] = []
    for opening in openings:
        definition = in_force(procedure, day, opening.division_code)
        first = definition.steps[0]
        if role or not by.id.startswith("system:"):
            require_post(definition, first, first.title, (first.role, first.level), hand.post)
        case = Case(
            procedure=procedure,
            version=definition.version,
            subject_kind=definition.subject,
            subject_id=str(opening.subject_id),
            division_code=opening.division_code,
            step=first.key,
            step_since=day,
            opened_on=day,
            opened_by=by.name or by.id,
            about=dict(opening.about),
        )
        _require_may_open(case, definition, hand)
        cases.append(case)
    _require_none_open(procedure, cases)
    opened = Case.objects.bulk_create(cases)
    Act.objects.bulk_create(
        Act(case=case, revision=1, kind=ActKind.OPENED, step=case.step, at=clock.now(), **hand.signs(day))
        for case in opened
    )
    open_work(opened, by=by)
    tell(((case, {"version": case.version}) for case in opened), action="open", by=by)
    return opened


def _require_none_open(procedure: str, cases: Sequence[Case]) -> None:
    """No case of the procedure about the same subject is under way, and none is opened twice here."""
    by_subject = {case.subject_id: case for case in cases}
    kind = cases[0].subject_kind if cases else ""
    under_way = Case.objects.of(procedure).open().about(kind, by_subject).first()
    if under_way is None and len(by_subject) < len(cases):
        counted = Counter(case.subject_id for case in cases)
        under_way = by_subject[counted.most_common(1)[0][0]]
    if under_way is not None:
        raise AlreadyOpen(
            procedure=under_way.definition.title,
            case=under_way.pk or under_way.subject_id,
            since=under_way.opened_on.isoformat(),
        )


def _require_may_open(case: Case, definition: Definition, hand: Hand) -> None:
    problems: list[Problem] = []
    for call in definition.to_open:
        asked = registry.Question(
            case=case,
            definition=definition,
            step=definition.steps[0],
            call=call,
            by=hand.by,
            role=hand.role,
            day=case.opened_on,
        )
        problems += registry.guard_of(call.name)(asked)
    if problems:
        raise CannotOpen(problems, procedure=definition.title, clause=definition.reference)
