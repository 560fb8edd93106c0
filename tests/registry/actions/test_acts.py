"""Every act leaves one event and one audit row: who, when, why; a refused one leaves nothing (S2-42, S2-46, S4-66)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.platform import clock
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.audit.queries import verify
from bangfu.platform.errors import Refused, Stale
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions import corrections, families, members
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import (
    AllSplit,
    AlreadyThere,
    DatesOutOfOrder,
    FormIncomplete,
    HeadElsewhere,
    HeadLeaves,
    HeadNotStaying,
    HeadSplits,
    InTheFuture,
    NotAMember,
    NothingChanged,
    ReasonNeeded,
    SameHousehold,
    StillAMember,
    WrongDivision,
)
from bangfu.registry.models import Event, Household, Membership, Person, Standing
from tests.cast.places import BRIDGE, WILLOW, WILLOW_TOWN
from tests.postgresql import both_databases
from tests.registry.world import ME, RELATION, SEEN, WHY, day, member, registered, somebody

pytestmark = [both_databases, pytest.mark.usefixtures("tree")]
STANDING = codes("standing")
#: What an act that needs a second household leaves of it.
_PLANTED = (EventKind.ENTERED, EventKind.REGISTERED)
COMMON: dict[str, Any] = {"reason": WHY, "by": ME}


def family() -> Household:
    """李大山, 周巧云, and a son and daughter."""
    return registered(
        somebody(),
        somebody("周巧云", "1974-08-19", 22, relation=RELATION.spouse),
        somebody("李明", "1994-10-02", 33, relation=RELATION.son),
        somebody("李红", "1996-10-02", 34, relation=RELATION.daughter),
    )


def birth(household: Household) -> None:
    members.add_member(
        household=household,
        relation_code=RELATION.grandson,
        day=day(3),
        kind=EventKind.BIRTH,
        entered=somebody("李新", "2015-01-03", 31),
        **COMMON,
    )


def death(household: Household) -> None:
    members.remove_member(person=member(household, 1), day=day(3), kind=EventKind.DEATH, **COMMON)


def split(household: Household) -> None:
    leaving = [member(household, 2), member(household, 3)]
    families.split_household(household=household, leaving=leaving, new_head=leaving[0], day=day(3), **COMMON)


def merge(household: Household) -> None:
    other = registered(somebody("何桂英", "1946-01-25", 44))
    families.merge_households(source=other, target=household, day=day(3), **COMMON)


def move(household: Household) -> None:
    families.move_household(household=household, to_village=BRIDGE, day=day(3), **COMMON)


def head(household: Household) -> None:
    families.change_head(household=household, head=member(household, 2), day=day(3), **COMMON)


def correction(household: Household) -> None:
    corrections.correct_household(
        household=household, entered={"main_cause": 1}, seen_revision=SEEN, day=day(3), **COMMON
    )


def persons_correction(household: Household) -> None:
    corrections.correct_person(
        person=member(household), entered={"health": 2}, seen_revision=SEEN, day=day(3), **COMMON
    )


def year(household: Household) -> None:
    corrections.update_year(household=household, year=2015, entered={"income_net": 1}, day=day(3), **COMMON)


ACTS: dict[str, tuple[Callable[[Household], None], list[EventKind]]] = {
    "birth": (birth, [EventKind.BIRTH]),
    "death": (death, [EventKind.DEATH]),
    "split": (split, [EventKind.SPLIT, EventKind.SPLIT]),
    "merge": (merge, [EventKind.MERGED, EventKind.MERGED]),
    "move": (move, [EventKind.MOVED_IN, EventKind.MOVED_OUT]),
    "head": (head, [EventKind.CORRECTION]),
    "correction": (correction, [EventKind.CORRECTION]),
    "person": (persons_correction, [EventKind.CORRECTION]),
    "year": (year, [EventKind.YEAR_UPDATE]),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_leaves_events_and_audit_rows_with_who_when_and_why(name: str) -> None:  # S2-42
    act, kinds = ACTS[name]
    household = family()
    before = clock.now()
    known, logged = set(Event.objects.values_list("pk", flat=True)), AuditRecord.objects.count()
    act(household)
    events = [one for one in Event.objects.exclude(pk__in=known) if one.kind not in _PLANTED]
    assert sorted(one.kind for one in events) == sorted(kinds)
    for one in events:
        assert (one.by_id, one.by_name, one.reason, one.day) == (ME.id, ME.name, WHY, day(3))
        assert one.recorded_at >= before
    rows = AuditRecord.objects.filter(
        seq__gt=logged, action__in=[f"registry.{k.name.lower()}" for k in kinds]
    )
    assert rows.count() == len(kinds)
    assert {(one.actor_id, one.detail["reason"], one.detail["day"]) for one in rows} == {
        (ME.id, WHY, day(3).isoformat())
    }
    assert verify().whole


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(("given", "refusal"), [("reason", ReasonNeeded), ("day", InTheFuture)])
def test_no_act_without_a_reason_or_on_a_day_to_come(name: str, given: str, refusal: type[Refused]) -> None:
    household = family()
    other = registered(somebody("何桂英", "1946-01-25", 44))
    calls: dict[str, Callable[[], Any]] = {
        "birth": lambda: members.add_member(
            household=household, relation_code=20, kind=EventKind.BIRTH, entered={}, **told
        ),
        "death": lambda: members.remove_member(person=member(household, 1), kind=EventKind.DEATH, **told),
        "split": lambda: families.split_household(
            household=household, leaving=[member(household, 2)], new_head=member(household, 2), **told
        ),
        "merge": lambda: families.merge_households(source=other, target=household, **told),
        "move": lambda: families.move_household(household=household, to_village=BRIDGE, **told),
        "head": lambda: families.change_head(household=household, head=member(household, 2), **told),
        "correction": lambda: corrections.correct_household(
            household=household, entered={"main_cause": 1}, seen_revision=SEEN, **told
        ),
        "person": lambda: corrections.correct_person(
            person=member(household), entered={"health": 2}, seen_revision=SEEN, **told
        ),
        "year": lambda: corrections.update_year(
            household=household, year=2015, entered={"income_net": 1}, **told
        ),
    }
    told: dict[str, Any] = {"day": day(3), "reason": WHY, "by": ME}
    told[given] = " " if given == "reason" else clock.today() + timedelta(days=1)
    events, logged = Event.objects.count(), AuditRecord.objects.count()
    with pytest.raises(refusal):
        calls[name]()
    assert (Event.objects.count(), AuditRecord.objects.count()) == (events, logged)


class TestRegistering:
    def test_six_groups_must_be_filled(self) -> None:  # S4-59
        groups = {
            "stated_members": "家庭人口",
            "income_net": "收入来源",
            "spending_medical": "支出负担",
            "savings": "存款或负债",
            "main_cause": "致贫原因",
            "exit_means": "脱贫依靠",
        }
        for name, title in groups.items():
            with pytest.raises(FormIncomplete, match=title):
                registered(**{name: None})
        assert not Household.objects.exists()

    def test_numbers_follow_on_and_are_given_once(self) -> None:
        first, second = registered(), registered(somebody("何桂英", "1946-01-25", 44))
        assert [first.household_no, second.household_no] == [f"{WILLOW}0001", f"{WILLOW}0002"]
        assert member(first).person_no == f"{WILLOW}000101"
        with pytest.raises(AlreadyThere, match="0001"):
            registered(household_no=first.household_no)
        with pytest.raises(AlreadyThere, match="000101"):
            registered(somebody(person_no=member(first).person_no))

    def test_standing_has_a_basis_and_a_policy_version(self) -> None:
        spell = registered().standings.get()
        assert (spell.kind, spell.since, spell.until) == (STANDING.registered, day(0), None)
        assert spell.basis
        assert spell.policy_version


class TestMembers:
    def test_a_head_leaves_only_with_another_named_who_stays(self) -> None:
        household = family()
        common = {"person": member(household), "day": day(3), "kind": EventKind.DEATH, **COMMON}
        with pytest.raises(HeadLeaves, match="李大山"):
            members.remove_member(**common)
        stranger = member(registered(somebody("何桂英", "1946-01-25", 44)))
        for nobody in (stranger, member(household)):
            with pytest.raises(HeadNotStaying, match=nobody.name):
                members.remove_member(new_head=nobody, **common)
        members.remove_member(new_head=member(household, 1), **common)
        heads = household.memberships.open().filter(relation=RELATION.head)
        assert [one.person.name for one in heads] == ["周巧云"]

    def test_nobody_is_in_two_households(self) -> None:
        household, other = family(), registered(somebody("何桂英", "1946-01-25", 44))
        with pytest.raises(StillAMember, match=household.household_no):
            members.add_member(
                household=other,
                relation_code=20,
                day=day(3),
                kind=EventKind.MOVED_IN,
                person=member(household, 2),
                **COMMON,
            )

    def test_nobody_leaves_twice_or_before_coming(self) -> None:
        household = family()
        person = member(household, 2)
        with pytest.raises(DatesOutOfOrder, match=str(day(0))):
            members.remove_member(person=person, day=day(0), kind=EventKind.MOVED_OUT, **COMMON)
        members.remove_member(person=person, day=day(4), kind=EventKind.MOVED_OUT, **COMMON)
        with pytest.raises(NotAMember, match=household.household_no):
            members.remove_member(person=person, day=day(5), kind=EventKind.MOVED_OUT, **COMMON)

    @pytest.mark.parametrize("kind", [EventKind.DEATH, EventKind.CORRECTION])
    def test_only_arrivals_bring_somebody_in(self, kind: EventKind) -> None:
        household = family()
        with pytest.raises(ValueError, match=str(kind.value)):
            members.add_member(
                household=household, relation_code=20, day=day(3), kind=kind, entered={}, **COMMON
            )


class TestFamilies:
    def test_a_split_copies_facts_and_standings_but_no_numbers_of_people(self) -> None:  # S2-42
        household = family()
        change = StandingChange(household.pk, WILLOW, STANDING.exited, day(5))
        change_standings([change], basis="案卷 9", policy_version="2015", by=ME)
        leaving = [member(household, 2), member(household, 3)]
        new = families.split_household(
            household=household, leaving=leaving, new_head=leaving[1], day=day(2), **COMMON
        )
        assert (new.main_cause, new.stated_members, new.phone, new.bank_account) == (7, 2, None, None)
        spells = new.standings.order_by("since").values_list("kind", "since", "until")
        assert list(spells) == [
            (STANDING.registered, day(2), day(5)),
            (STANDING.exited, day(5), None),
        ]
        kin = {one.person.name: one.relation for one in new.memberships.open()}
        assert kin == {"李明": RELATION.other_relative, "李红": RELATION.head}

    def test_refusals_of_a_split(self) -> None:
        household = family()
        stranger = member(registered(somebody("何桂英", "1946-01-25", 44)))
        son, first = member(household, 2), member(household)
        cases: list[tuple[list[Person], Person, type[Refused]]] = [
            ([stranger], stranger, NotAMember),
            ([first, son], son, HeadSplits),
            ([son], member(household, 1), HeadElsewhere),
        ]
        for leaving, new_head, refusal in cases:
            with pytest.raises(refusal):
                families.split_household(
                    household=household, leaving=leaving, new_head=new_head, day=day(3), **COMMON
                )
        headless = registered(somebody("甲", "1980-01-01", 1, relation=20))
        with pytest.raises(AllSplit):
            families.split_household(
                household=headless,
                leaving=[member(headless)],
                new_head=member(headless),
                day=day(3),
                **COMMON,
            )

    def test_refusals_of_mergers_and_moves(self) -> None:
        household = family()
        with pytest.raises(SameHousehold):
            families.merge_households(source=household, target=household, day=day(3), **COMMON)
        for village in (WILLOW_TOWN, "990101001999"):
            with pytest.raises(WrongDivision, match=village):
                families.move_household(household=household, to_village=village, day=day(3), **COMMON)
        with pytest.raises(NothingChanged):
            families.move_household(household=household, to_village=WILLOW, day=day(3), **COMMON)
        target = registered(somebody("何桂英", "1946-01-25", 44))
        with pytest.raises(DatesOutOfOrder):
            families.merge_households(source=household, target=target, day=day(0), **COMMON)

    def test_a_new_head_is_a_member_who_is_not_the_head(self) -> None:
        household, stranger = family(), member(registered(somebody("何桂英", "1946-01-25", 44)))
        with pytest.raises(NotAMember):
            families.change_head(household=household, head=stranger, day=day(3), **COMMON)
        with pytest.raises(NothingChanged):
            families.change_head(household=household, head=member(household), day=day(3), **COMMON)
        assert household.memberships.open().filter(relation=RELATION.head).count() == 1


class TestCorrecting:
    def test_before_and_after_stand_in_the_event_sealed_values_masked(self) -> None:  # S2-45
        household = family()
        person = member(household)
        corrections.correct_person(
            person=person,
            entered={"name": "李大三", "id_number": somebody(birth="1972-03-08")["id_number"]},
            seen_revision=SEEN,
            day=day(3),
            **COMMON,
        )
        event = Event.objects.get(kind=EventKind.CORRECTION)
        assert (event.before["name"], event.after["name"]) == ("李大山", "李大三")
        assert event.before["id_number"] == event.after["id_number"] == "●●●●"
        assert "1972030" not in str(event.before | event.after)
        person.refresh_from_db()
        assert (person.name_initials, person.id_birth.isoformat()) == ("lds", "1972-03-08")

    def test_a_stale_correction_says_what_changed_and_by_whom(self) -> None:
        household = family()
        correction(household)
        with pytest.raises(Stale, match="王强") as refusal:
            corrections.correct_household(
                household=household, entered={"main_cause": 2}, seen_revision=SEEN, day=day(4), **COMMON
            )
        (problem,) = refusal.value.problems
        assert "缺技术" in problem.why.zh
        assert "因病" in problem.why.zh
        assert Household.objects.get(pk=household.pk).main_cause == 1

    def test_the_same_values_are_no_correction(self) -> None:
        household = family()
        with pytest.raises(NothingChanged):
            corrections.correct_household(
                household=household, entered={"main_cause": 7}, seen_revision=SEEN, day=day(4), **COMMON
            )
        with pytest.raises(NothingChanged):
            corrections.correct_person(
                person=member(household),
                entered={"id_number": somebody()["id_number"]},
                seen_revision=SEEN,
                day=day(4),
                **COMMON,
            )

    @pytest.mark.parametrize("name", ["division_code", "household_no"])
    def test_where_it_lies_and_its_number_are_no_facts_to_correct(self, name: str) -> None:
        """A move has its own act, so that the totals follow (S2-42)."""
        household = family()
        with pytest.raises(ValueError, match=name):
            corrections.correct_household(
                household=household, entered={name: BRIDGE}, seen_revision=SEEN, day=day(4), **COMMON
            )


class TestStandings:
    def test_one_ends_where_the_next_begins_with_basis_and_version(self) -> None:  # S4-66
        household = family()
        change = StandingChange(household.pk, WILLOW, STANDING.exited, day(9))
        assert change_standings([change], basis="案卷 12", policy_version="皖扶 2015", by=ME) == 1
        spells = Standing.objects.filter(household=household).order_by("since")
        assert [(one.kind, one.since, one.until) for one in spells] == [
            (STANDING.registered, day(0), day(9)),
            (STANDING.exited, day(9), None),
        ]
        assert (spells[1].basis, spells[1].policy_version) == ("案卷 12", "皖扶 2015")
        row = AuditRecord.objects.get(action="registry.change_standing")
        assert row.detail == {"standing": STANDING.exited, "since": day(9).isoformat(), "basis": "案卷 12"}
        assert Event.objects.get(kind=EventKind.EXIT).after == {"standing": STANDING.exited}

    def test_not_before_the_present_one_and_not_tomorrow(self) -> None:
        household = family()
        for on, refusal in (
            (day(0), DatesOutOfOrder),
            (day(-3), DatesOutOfOrder),
            (clock.today() + timedelta(days=1), InTheFuture),
        ):
            change = StandingChange(household.pk, WILLOW, STANDING.exited, on)
            with pytest.raises(refusal):
                change_standings([change], basis="案卷 1", by=ME)
        assert Standing.objects.filter(household=household).count() == 1

    def test_one_refused_change_keeps_all_back(self) -> None:
        one, other = family(), registered(somebody("何桂英", "1946-01-25", 44))
        pair = [
            StandingChange(one.pk, WILLOW, STANDING.exited, day(9)),
            StandingChange(other.pk, WILLOW, STANDING.exited, day(-9)),
        ]
        with pytest.raises(DatesOutOfOrder):
            change_standings(pair, basis="案卷 1", by=ME)
        assert not Standing.objects.filter(kind=STANDING.exited).exists()
        assert Membership.objects.open().count() == 5


def test_events_are_never_changed() -> None:
    """The database refuses (history kept, S2-42)."""
    registered()
    for spoil in (
        lambda: Event.objects.update(reason="x"),
        lambda: Event.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()
