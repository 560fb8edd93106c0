"""Totals on a day are the totals before plus what came minus what went: two books, kept apart (S2-42, S4-66)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from bangfu.platform.errors import Refused
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import codes
from bangfu.registry import exports, overview
from bangfu.registry.actions import corrections, families, members
from bangfu.registry.actions.intake import Intake, take_in
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import DatesOutOfOrder, HouseholdEnded, StillAMember
from bangfu.registry.imports.reading import plan, read
from bangfu.registry.models import Event, Household, Membership, Person, Standing
from bangfu.registry.queries import reconciliation, totals
from tests.cast.places import BRIDGE, COUNTY, HILL_TOWN, SUMMIT, WILLOW, WILLOW_TOWN
from tests.postgresql import both_databases
from tests.registry.imports.sheets import sheet
from tests.registry.world import ME, RELATION, WHY, day, examples, member, registered, somebody

STANDING = codes("standing")
VILLAGES = (WILLOW, BRIDGE, SUMMIT)
PLACES = (*VILLAGES, WILLOW_TOWN, HILL_TOWN, COUNTY)
LAST = 12
ARRIVALS = (EventKind.BIRTH, EventKind.MARRIED_IN, EventKind.MOVED_IN, EventKind.ADDED)
DEPARTURES = (EventKind.DEATH, EventKind.MARRIED_OUT, EventKind.MOVED_OUT, EventKind.STRUCK_OFF)
KINDS = (STANDING.registered, STANDING.exited, STANDING.returned, STANDING.marginal, STANDING.removed)


class Story:
    """Random acts on random households; ``pick`` makes each choice."""

    def __init__(self, pick: Callable[[int], int]) -> None:
        self.pick = pick
        self.made = 0
        self.taken = 0
        self.told: list[str] = []

    def day(self) -> date:
        return day(self.pick(LAST))

    def one(self, rows: Any) -> Any:
        found = list(rows)
        return found[self.pick(len(found))]

    def household(self) -> Household:
        found: Household = self.one(Household.objects.order_by("household_no"))
        return found

    def newcomer(self, **facts: Any) -> dict[str, Any]:
        self.made += 1
        return somebody(f"人{self.made}", "1980-01-01", self.made % 999, **facts)

    def register(self) -> None:
        many = 1 + self.pick(3)
        people = [self.newcomer(relation=RELATION.head if not n else RELATION.son) for n in range(many)]
        registered(*people, village=VILLAGES[self.pick(3)], on=self.day())

    def arrive(self) -> None:
        given: dict[str, Any] = {"entered": self.newcomer()}
        gone = Person.objects.exclude(memberships__until=None).order_by("person_no")
        if self.pick(3) == 0 and gone.exists():
            given = {"person": self.one(gone)}
        kind, relation = ARRIVALS[self.pick(4)], RELATION.daughter
        common: dict[str, Any] = {"day": self.day(), "reason": WHY, "by": ME}
        members.add_member(household=self.household(), relation_code=relation, kind=kind, **common, **given)

    def leave(self) -> None:
        spells = list(Membership.objects.open().order_by("person__person_no"))
        if not spells:
            return
        spell = self.one(spells)
        others = spell.household.memberships.open().exclude(pk=spell.pk).order_by("person__person_no")
        head = others.first().person if spell.relation == RELATION.head and others else None
        kind = DEPARTURES[self.pick(4)]
        members.remove_member(
            person=spell.person, day=self.day(), kind=kind, reason=WHY, by=ME, new_head=head
        )

    def split(self) -> None:
        household = self.household()
        others = household.memberships.open().exclude(relation=RELATION.head).order_by("person__person_no")
        leaving = [one.person for one in others[: 1 + self.pick(2)]]
        if leaving:
            families.split_household(
                household=household,
                leaving=leaving,
                new_head=leaving[0],
                day=self.day(),
                reason=WHY,
                by=ME,
            )

    def merge(self) -> None:
        families.merge_households(
            source=self.household(), target=self.household(), day=self.day(), reason=WHY, by=ME
        )

    def move(self) -> None:
        to = VILLAGES[self.pick(3)]
        families.move_household(household=self.household(), to_village=to, day=self.day(), reason=WHY, by=ME)

    def stand(self) -> None:
        household, kind = self.household(), KINDS[self.pick(5)]
        change = StandingChange(household.pk, household.division_code, kind, self.day())
        change_standings([change], basis="案卷 1", by=ME)

    def correct(self) -> None:
        household = self.household()
        corrections.correct_household(
            household=household,
            entered={"main_cause": 1 + self.pick(4)},
            seen_revision=household.revision,
            day=self.day(),
            reason=WHY,
            by=ME,
        )

    def upload(self) -> None:
        """A workbook that adds somebody to a household on the books."""
        household = self.household()
        self.made += 1
        titles = ["人编号", "户编号", "姓名", "与户主关系", "人员识别时间"]
        row = [f"U{self.made}", household.household_no, f"人{self.made}", "之女", self.day().isoformat()]
        taken = take_in(intake_of(sheet("人", titles, row), on=day(LAST)), by=ME)
        self.taken += taken.new_people

    ACTS = ("register", "arrive", "arrive", "leave", "leave", "split", "merge", "move", "stand", "correct")

    def act(self) -> None:
        name = (*self.ACTS, "upload")[self.pick(len(self.ACTS) + 1)]
        try:
            with transaction.atomic():
                getattr(self, name)()
        except Refused as refusal:
            self.told.append(f"{name} refused: {refusal.code}")  # nothing of it was written
        else:
            self.told.append(name)


def intake_of(*sheets: Any, on: date) -> Intake:
    """The rows of a registry workbook, as the import reads them."""
    found = read(sheets, plan(sheets, [vocabulary.table("person"), vocabulary.table("household")]))
    assert not found.problems
    return Intake(found.rows("household"), found.rows("person"), on)


def assert_reconciled() -> None:
    """In every division, over every day and over the whole time."""
    for place in PLACES:
        whole = reconciliation(place, day(-1), day(LAST + 5))
        assert whole.agrees, (place, whole)
        assert (whole.opening.households, whole.opening.people) == (0, 0)
    for place in VILLAGES:
        turns = Event.objects.in_division(place).order_by("day").values_list("day", flat=True).distinct()
        for on in turns:
            found = reconciliation(place, on - timedelta(days=1), on)
            assert found.agrees, (place, on, found)


@both_databases
@settings(
    max_examples=examples(40),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(random=st.randoms(use_true_random=False), acts=st.integers(3, 10))
def test_flows_meet_the_totals_after_any_acts(tree: None, random: Random, acts: int) -> None:  # S2-42, S4-66
    story = Story(random.randrange)
    with transaction.atomic():
        story.register()
        for _ in range(acts):
            story.act()
        note(" · ".join(story.told))
        assert_reconciled()
        assert_nobody_is_lost()
        transaction.set_rollback(True)


def assert_nobody_is_lost() -> None:
    """The county's numbers are the sums of its townships', and those of the lists behind them (S4-03)."""
    on = day(LAST + 3)
    county = totals(COUNTY, on)
    parts = [totals(place, on) for place in VILLAGES]
    assert county.households == sum(part.households for part in parts)
    assert county.people == sum(part.people for part in parts)
    assert overview.registered(COUNTY, on).count() == county.households
    assert overview.registered_members(COUNTY, on).count() == county.people
    shown = overview.standings_by_place(overview.counted(COUNTY, on))
    kinds = [cell for kinds in shown.values() for kind, cell in kinds.items() if kind != STANDING.removed]
    assert sum(cell.households for cell in kinds) == county.households
    assert sum(cell.people for cell in kinds) == county.people
    spells = Standing.objects.on(on)
    assert spells.count() == spells.order_by().values("household").distinct().count()


@both_databases
def test_a_birth_entered_after_the_move_that_followed_it_moved_too(tree: None) -> None:  # S2-42
    household = registered()
    common: dict[str, Any] = {"reason": WHY, "by": ME}
    families.move_household(household=household, to_village=BRIDGE, day=day(5), **common)
    members.add_member(
        household=household,
        relation_code=RELATION.son,
        day=day(2),
        kind=EventKind.BIRTH,
        entered=somebody("李新", "2015-01-03", 31),
        **common,
    )
    assert [totals(WILLOW, day(n)).people for n in (1, 2, 4, 5)] == [2, 3, 3, 0]
    assert [totals(BRIDGE, day(n)).people for n in (4, 5)] == [0, 3]
    assert_reconciled()


@both_databases
def test_on_an_earlier_day_a_household_lives_where_it_lived(tree: None) -> None:  # S4-03
    household = registered()
    families.move_household(household=household, to_village=SUMMIT, day=day(5), reason=WHY, by=ME)
    for on, village, township in ((day(4), WILLOW, WILLOW_TOWN), (day(5), SUMMIT, HILL_TOWN)):
        assert totals(village, on).households == 1
        assert list(Household.objects.in_division(village, on)) == [household]
        assert set(overview.standings_by_place(overview.counted(COUNTY, on))) == {township}
        rows = exports.households(COUNTY, on)
        assert rows["division_code"].to_pylist() == [village]
        assert exports.persons(village, on).num_rows == 2
    assert totals(WILLOW, day(5)).households == 0
    assert exports.households(WILLOW, day(5)).num_rows == 0


@both_databases
def test_the_household_ends_with_its_last_member(tree: None) -> None:  # S2-42
    household = registered(somebody())
    members.remove_member(person=member(household), day=day(4), kind=EventKind.DEATH, reason=WHY, by=ME)
    assert household.standings.get().until == day(4)
    assert [totals(COUNTY, day(n)).households for n in (3, 4)] == [1, 0]
    with pytest.raises(HouseholdEnded, match=str(day(4))):
        members.add_member(
            household=household,
            relation_code=RELATION.head,
            day=day(6),
            kind=EventKind.MOVED_IN,
            entered=somebody("王五", "1980-02-02", 9),
            reason=WHY,
            by=ME,
        )
    assert_reconciled()


@both_databases
def test_who_was_entered_as_dead_by_mistake_comes_back_alive(tree: None) -> None:  # S2-42
    household = registered()
    person = member(household, 1)
    common: dict[str, Any] = {"reason": WHY, "by": ME}
    members.remove_member(person=person, day=day(3), kind=EventKind.DEATH, **common)
    assert Person.objects.get(pk=person.pk).died_on == day(3)
    person.refresh_from_db()
    members.add_member(
        household=household,
        relation_code=RELATION.spouse,
        day=day(6),
        kind=EventKind.MOVED_IN,
        person=person,
        **common,
    )
    assert Person.objects.get(pk=person.pk).died_on is None
    event = Event.objects.get(kind=EventKind.MOVED_IN)
    assert (event.before["died_on"], event.after["died_on"]) == (day(3).isoformat(), None)
    assert_reconciled()


@both_databases
def test_nobody_comes_in_before_a_membership_that_begins_later(tree: None) -> None:
    """The database would refuse the overlap; the clerk gets a sentence."""
    household, other = registered(), registered(somebody("何桂英", "1946-01-25", 44), on=day(0))
    person = member(household, 1)
    common: dict[str, Any] = {"reason": WHY, "by": ME}
    members.remove_member(person=person, day=day(8), kind=EventKind.MARRIED_OUT, **common)
    with pytest.raises(StillAMember, match=household.household_no):
        members.add_member(
            household=other,
            relation_code=RELATION.daughter,
            day=day(5),
            kind=EventKind.MARRIED_IN,
            person=person,
            **common,
        )


@both_databases
def test_a_removed_household_counts_again_when_it_returns(tree: None) -> None:  # S4-66
    household = registered()
    for number, kind in ((3, STANDING.removed), (7, STANDING.returned)):
        change = StandingChange(household.pk, household.division_code, kind, day(number))
        change_standings([change], basis="案卷 2", by=ME)
    assert [totals(WILLOW, day(n)).people for n in (2, 3, 6, 7)] == [2, 0, 0, 2]
    shown = reconciliation(COUNTY, day(0), day(9)).flows
    assert [(one.kind, one.households, one.people) for one in shown] == [
        (EventKind.RETURN, 1, 2),
        (EventKind.REMOVAL, -1, -2),
    ]
    assert_reconciled()


@both_databases
def test_an_act_on_the_whole_household_is_not_dated_before_its_last_change(tree: None) -> None:
    household, other = registered(), registered(somebody("何桂英", "1946-01-25", 44))
    common: dict[str, Any] = {"reason": WHY, "by": ME}
    members.remove_member(person=member(household, 1), day=day(8), kind=EventKind.DEATH, **common)
    acts: list[Callable[[], Any]] = [
        lambda: families.move_household(household=household, to_village=BRIDGE, day=day(7), **common),
        lambda: families.merge_households(source=household, target=other, day=day(7), **common),
        lambda: change_standings(
            [StandingChange(household.pk, WILLOW, STANDING.removed, day(7))], basis="案卷 3", by=ME
        ),
    ]
    for act in acts:
        with pytest.raises(DatesOutOfOrder, match=str(day(8))):
            act()
    assert_reconciled()
