"""A household entered on a form is facts only; a standing comes of a case, or of the national system's data (S0-48)."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.policy import vocabulary
from bangfu.registry.actions.families import enter_household
from bangfu.registry.actions.intake import Intake, take_in
from bangfu.registry.actions.members import add_member
from bangfu.registry.actions.standing_changes import StandingChange, open_standings
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import DatesOutOfOrder, HouseholdEnded, InTheFuture, KindOfACase
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import Event, Household, Standing
from bangfu.registry.queries import reconciliation, totals
from tests.cast.places import WILLOW
from tests.postgresql import both_databases
from tests.registry.world import FIRST, ME, RELATION, STANDING, WHY, day, form, member, somebody

KINDS = vocabulary.codes("household_kind")
pytestmark = [both_databases, pytest.mark.usefixtures("tree")]


def entered() -> Household:
    facts = form(identified_on=20140101, exited_on=20141231)
    return enter_household(household=facts, people=[somebody()], day=FIRST, reason=WHY, by=ME)


def opened(household: Household, on: date) -> None:
    change = StandingChange(household.pk, WILLOW, STANDING.registered, on)
    open_standings([change], basis="case:1", by=ME, policy_version="x/1")


def test_it_counts_nowhere_and_no_form_says_when_it_was_identified() -> None:  # S0-48
    household = entered()
    assert (totals(WILLOW, day(9)).households, totals(WILLOW, day(9)).people) == (0, 0)
    assert not Standing.objects.exists()
    assert (household.identified_on, household.exited_on) == (None, None)
    (event,) = Event.objects.all()
    assert (event.kind, event.households, event.people) == (EventKind.ENTERED, 0, 0)


@pytest.mark.parametrize("kind", [KINDS.exited, KINDS.monitored])
def test_what_only_a_case_gives_is_not_entered(kind: int) -> None:  # S0-48
    with pytest.raises(KindOfACase, match="由相应程序办理"):
        enter_household(
            household=form(household_kind=kind), people=[somebody()], day=FIRST, reason=WHY, by=ME
        )
    assert not Household.objects.exists()


def test_who_joins_before_the_standing_counts_from_its_first_day() -> None:  # S2-42
    household = entered()
    add_member(
        household=household,
        relation_code=RELATION.son,
        day=day(3),
        kind=EventKind.BIRTH,
        reason=WHY,
        by=ME,
        entered={"name": "李小明"},
    )
    opened(household, day(5))
    assert (totals(WILLOW, day(4)).people, totals(WILLOW, day(5)).people) == (0, 2)
    assert reconciliation(WILLOW, FIRST, day(9)).agrees
    assert member(household).identified_on == day(5)


def test_the_standing_begins_after_the_last_change_and_not_tomorrow() -> None:
    household = entered()
    with pytest.raises(DatesOutOfOrder):
        opened(household, day(-1))
    with pytest.raises(InTheFuture):
        opened(household, date(2999, 1, 1))
    assert not Standing.objects.exists()


def test_a_household_that_has_ended_does_not_begin_again() -> None:
    household = entered()
    opened(household, day(1))
    Standing.objects.update(until=day(4))
    with pytest.raises(HouseholdEnded):
        opened(household, day(5))


def test_a_workbook_corrects_an_applicant_and_opens_no_standing() -> None:  # S0-48
    household = entered()
    rows = Rows(
        vocabulary.table("household"),
        {"household_no": [household.household_no], "division_code": [WILLOW], "main_cause": [1]},
        [("", 1)],
    )
    taken = take_in(Intake(rows, Rows(vocabulary.table("person"), {}, []), day(2)), by=ME)
    assert taken.corrected_households == 1
    household.refresh_from_db()
    assert household.main_cause == 1
    assert not Standing.objects.exists()
