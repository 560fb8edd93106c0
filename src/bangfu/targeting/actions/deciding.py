"""What a case does when it has passed its last step: the only ways onto the books, off them, and into a new record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any
from uuid import UUID

from bangfu.divisions.actions import set_attribute
from bangfu.divisions.models import DivisionAttribute
from bangfu.platform.audit.actions import record
from bangfu.platform.procedures.registry import Outcome
from bangfu.platform.worklist.actions import NewItem, open_items
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.policy.working_days import calendar
from bangfu.registry.actions.corrections import correct_household, correct_person
from bangfu.registry.actions.standing_changes import StandingChange, change_standings, open_standings
from bangfu.registry.models import Household, Person, Standing
from bangfu.targeting.corrections import stored_values, subject_of
from bangfu.targeting.models import Recognition

_standing = codes("standing")
#: What a newly recognised village is given first (S1-12, S1-13): key → title, role, days.
VILLAGE_WORK = {
    "team": (
        Words("为新识别贫困村安排驻村工作队", "Arrange a village team for a newly recognised village"),
        "county_office",
        10,
    ),
    "policies": (
        Words(
            "落实新识别贫困村的扶持政策和达标清单", "Apply the poor-village policies and start the checklist"
        ),
        "township",
        20,
    ),
}


def basis_of(outcome: Outcome) -> str:
    return f"case:{outcome.case.pk}"


def version_of(outcome: Outcome) -> str:
    return f"{outcome.definition.procedure}/{outcome.definition.version}"


_waiting: ContextVar[list[Outcome] | None] = ContextVar("waiting", default=None)


@contextmanager
def registering_together() -> Iterator[None]:
    """Households that pass within the block are registered at its end, all at once, in the same transaction."""
    waiting: list[Outcome] = []
    before = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(before)
    _register(waiting)


def register_household(outcome: Outcome) -> None:
    """The household stands on the books from today, or again after a removal (S4-61).

    Raises:
        HasStanding, HouseholdEnded, DatesOutOfOrder: see ``registry.actions.standing_changes``.
    """
    waiting = _waiting.get()
    if waiting is None:
        _register([outcome])
    else:
        waiting.append(outcome)


def _register(outcomes: Sequence[Outcome]) -> None:
    """Opens the standing of each, or turns the one that is open: removed, or marginal."""
    for version in dict.fromkeys(map(version_of, outcomes)):
        some = [one for one in outcomes if version_of(one) == version]
        keys = [one.case.subject_id for one in some]
        standing = Standing.objects.open().filter(
            household__in=keys, kind__in=(_standing.removed, _standing.marginal)
        )
        turned = {str(key) for key in standing.values_list("household_id", flat=True)}
        changes = [
            StandingChange(
                UUID(one.case.subject_id),
                one.case.division_code,
                _standing.registered,
                one.day,
                basis_of(one),
            )
            for one in some
        ]
        acts: dict[str, Any] = {"by": some[0].by, "policy_version": version}
        change_standings([one for one in changes if str(one.household) in turned], **acts)
        open_standings([one for one in changes if str(one.household) not in turned], **acts)


def remove_household(outcome: Outcome) -> None:
    """The household leaves the books, and the totals with it (S1-24)."""
    household = Household.objects.get(pk=outcome.case.subject_id)
    change = StandingChange(household.pk, household.division_code, _standing.removed, outcome.day)
    change_standings(
        [change],
        basis=basis_of(outcome),
        by=outcome.by,
        policy_version=version_of(outcome),
        reason=outcome.act.reason[:300],
    )


def correct_record(outcome: Outcome) -> None:
    """The proposed values take the place of those that were seen.

    Raises:
        Stale: somebody changed the record since the correction was proposed. NothingChanged: it stands already.
    """
    proposed = outcome.latest("correction")
    assert proposed is not None, "the definition asks for the record"
    data = proposed.data
    subject = subject_of(data, outcome.case.subject_id)
    acts: dict[str, Any] = {
        "entered": stored_values(str(data["table"]), data["columns"]),
        "seen_revision": int(data.get("seen_revision", 0)),
        "day": outcome.day,
        "reason": f"{basis_of(outcome)} {data['why']}"[:300],
        "by": outcome.by,
    }
    if isinstance(subject, Household):
        correct_household(household=subject, **acts)
    elif isinstance(subject, Person):
        correct_person(person=subject, **acts)


def recognise_village(outcome: Outcome) -> None:
    """The village carries the dated label, and its team and its policies are on the worklists (S1-12, S1-13).

    Raises:
        LabelOverlaps: it carries the label already.
    """
    case, application = outcome.case, outcome.latest("village_application")
    assert application is not None, "the definition asks for the record"
    standard = str(application.data["standard"])
    set_attribute(
        by=outcome.by,
        division_code=case.division_code,
        kind=DivisionAttribute.Kind.POOR_VILLAGE,
        since=outcome.day,
        document=f"办件 {case.pk},标准 {standard}",
    )
    Recognition.objects.create(
        division_code=case.division_code, case=case, standard=standard, day=outcome.day
    )
    open_items([_work(outcome, key) for key in VILLAGE_WORK], by=outcome.by)
    record(
        by=outcome.by,
        action="targeting.recognise_village",
        subject_kind="division",
        subject_id=case.division_code,
        division_code=case.division_code,
        detail={"case": case.pk, "standard": standard, "since": outcome.day.isoformat()},
    )


def work_key(village: str, what: str) -> str:
    """The name of an item of a newly recognised village."""
    return f"recognised:{village}:{what}"


def _work(outcome: Outcome, what: str) -> NewItem:
    title, role, days = VILLAGE_WORK[what]
    due: date = calendar().after(outcome.day, days, "working")
    return NewItem(
        key=work_key(outcome.case.division_code, what),
        kind="targeting.recognised",
        title=title,
        url_name="case",
        url_args={"case": outcome.case.pk},
        division_code=outcome.case.division_code,
        role=role,
        due=due,
        detail={"what": what},
    )
