"""A round opens when every household was told or tried (S4-58), and a panel sits when it is whole (S4-62)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bangfu.platform import clock
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.registry.models import StatedFigure
from bangfu.targeting.access import round_for
from bangfu.targeting.actions.applying import Applying, apply_together
from bangfu.targeting.actions.panels import Seat, seat_panel, set_panel
from bangfu.targeting.actions.rolls import Attempt, RollRow, add_to_roll, notify, set_group, strike_from_roll
from bangfu.targeting.actions.rounds import correct_round, end_round, open_round, start_round
from bangfu.targeting.enums import Channel, RoundState
from bangfu.targeting.errors import (
    MobilisationNeeded,
    NotEverybodyTold,
    NothingGiven,
    NoVillage,
    PanelIncomplete,
    RoundRunning,
    RowsRefused,
    UnderWay,
    WrongRoundState,
)
from bangfu.targeting.models import Notification, Panel, PanelMember, Round
from bangfu.targeting.notifying import fewer_than, roll_of, told
from bangfu.targeting.queries import may_apply, panel_picture, rounds_of
from tests.cast.places import BRIDGE, WILLOW, WILLOW_TOWN
from tests.postgresql import both_databases
from tests.targeting import world
from tests.targeting.world import CLERK, COUNTY_OFFICE, ELSEWHERE, HELPER, Day

pytestmark = both_databases


def attempt(entry: int, *, reached: bool = True, days: int = 0, channel: str = Channel.VISIT) -> Attempt:
    return Attempt(
        entry=entry, channel=Channel(channel), reached=reached, day=clock.today() + timedelta(days=days)
    )


def two(day: Day) -> Round:
    """A round of four households, two of them in the registry."""
    world.groups("1组", "2组")
    world.enter(2)
    one = world.started(4)
    add_to_roll(
        round_id=one.pk,
        rows=[RollRow(householder="张三", group_number=1), RollRow(householder="李四", group_number=None)],
        **CLERK.acts,
    )
    return one


class TestTelling:
    def test_the_roll_begins_with_the_households_of_the_registry(self, day: Day) -> None:
        one = two(day)
        listed = list(one.roll.values_list("householder", "group_number"))
        assert listed == [("户主0001", 1), ("户主0002", 2), ("张三", 1), ("李四", None)]

    def test_it_opens_when_everybody_was_told_or_tried(self, day: Day) -> None:  # S4-58
        one = two(day)
        entries = list(one.roll.values_list("pk", flat=True))
        with pytest.raises(NotEverybodyTold) as refused:
            open_round(round_id=one.pk, **CLERK.acts)
        assert len(refused.value.problems) == 4
        notify(round_id=one.pk, attempts=[attempt(pk) for pk in entries[:3]], **CLERK.acts)
        with pytest.raises(NotEverybodyTold) as refused:
            open_round(round_id=one.pk, **CLERK.acts)
        (problem,) = refused.value.problems
        assert problem.where == "4 李四"
        assert "S4-58" in problem.why.zh
        notify(round_id=one.pk, attempts=[attempt(entries[3], reached=False, channel="phone")], **CLERK.acts)
        assert open_round(round_id=one.pk, **CLERK.acts).state == RoundState.APPLYING
        counts = told(one)
        assert (counts.listed, counts.reached, counts.tried, counts.untried) == (4, 3, 1, 0)
        assert roll_of(one).filter(was_reached=True).count() == counts.reached
        assert roll_of(one).filter(was_tried=True, was_reached=False).count() == counts.tried

    def test_a_roll_that_is_not_the_whole_village_keeps_it_closed(self, day: Day) -> None:  # S4-58
        one = two(day)
        correct_round(round_id=one.pk, households=5, **CLERK.acts)
        world.tell_all(one)
        with pytest.raises(NotEverybodyTold) as refused:
            open_round(round_id=one.pk, **CLERK.acts)
        assert "名册有4户,全村5户" in refused.value.problems[0].why.zh
        correct_round(round_id=one.pk, households=4, **CLERK.acts)
        assert open_round(round_id=one.pk, **CLERK.acts).opened_on == day.now

    def test_fewer_households_than_are_known_need_a_reason(self, day: Day) -> None:  # S4-58
        one = two(day)
        world.tell_all(one)
        StatedFigure.objects.create(
            division_code=WILLOW, figure="households", value=6_00, as_of=day.now, source="统计年鉴"
        )
        with pytest.raises(NotEverybodyTold) as refused:
            open_round(round_id=one.pk, **CLERK.acts)
        (problem,) = refused.value.problems
        assert "填报4户,少于基本数据(统计年鉴,2026-03-02)的6户(S4-58)" in problem.why.zh
        correct_round(round_id=one.pk, households=4, why_fewer="两户常年在外,户口已迁", **CLERK.acts)
        assert open_round(round_id=one.pk, **CLERK.acts).why_fewer
        known = fewer_than(one, day.now)
        assert known is not None
        assert known.households == 6

    def test_many_untold_are_counted_beyond_the_first_twenty(self, day: Day) -> None:
        one = world.started(30)
        rows = [RollRow(householder=f"村民{at}", group_number=None) for at in range(30)]
        add_to_roll(round_id=one.pk, rows=rows, **CLERK.acts)
        with pytest.raises(NotEverybodyTold) as refused:
            open_round(round_id=one.pk, **CLERK.acts)
        assert len(refused.value.problems) == 21
        assert "另有10户" in refused.value.problems[-1].why.zh

    @pytest.mark.parametrize("days", [-1, 1])
    def test_nobody_was_told_before_the_round_or_will_be_tomorrow(self, day: Day, days: int) -> None:
        one = two(day)
        entries = list(one.roll.values_list("pk", flat=True))
        with pytest.raises(RowsRefused) as refused:
            notify(
                round_id=one.pk, attempts=[attempt(entries[0]), attempt(entries[1], days=days)], **CLERK.acts
            )
        assert [problem.where for problem in refused.value.problems] == ["2 户主0002"]
        assert Notification.objects.count() == 0

    def test_a_household_of_another_roll_is_refused(self, day: Day) -> None:
        one = two(day)
        with pytest.raises(RowsRefused):
            notify(round_id=one.pk, attempts=[attempt(999_999)], **CLERK.acts)

    def test_what_was_told_stays_on_record(self, day: Day) -> None:
        one = two(day)
        world.tell_all(one)
        with pytest.raises(IntegrityError), transaction.atomic():
            Notification.objects.all().update(reached=False)

    def test_rows_entered_by_mistake_are_struck_and_others_stay(self, day: Day) -> None:
        one = two(day)
        entries = list(one.roll.values_list("pk", flat=True))
        notify(round_id=one.pk, attempts=[attempt(entries[2])], **CLERK.acts)
        assert strike_from_roll(round_id=one.pk, entries=entries, **CLERK.acts) == 1
        assert list(one.roll.values_list("householder", flat=True)) == ["户主0001", "户主0002", "张三"]


class TestStarting:
    def test_without_a_meeting_no_round(self, day: Day) -> None:  # S4-58
        with pytest.raises(MobilisationNeeded):
            world.started(4, mobilisation=" ")
        with pytest.raises(MobilisationNeeded):
            world.started(4, attendance=0)

    def test_one_at_a_time(self, day: Day) -> None:
        one = world.started(4)
        with pytest.raises(RoundRunning):
            world.started(4)
        end_round(round_id=one.pk, **CLERK.acts)
        assert world.started(4).pk != one.pk

    def test_the_database_refuses_two_as_well(self, day: Day) -> None:
        one = world.started(4)
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.create(
                division_code=WILLOW, year=1, households=1, attendance=1, started_on=one.started_on
            )

    def test_only_a_village(self, day: Day) -> None:
        with pytest.raises(NoVillage):
            world.started(4, division_code=WILLOW_TOWN, **COUNTY_OFFICE.acts)

    def test_only_within_the_scope(self, day: Day) -> None:
        one = world.started(4)
        for who, refusal in ((ELSEWHERE, NotFound), (HELPER, NotAllowed)):
            with pytest.raises(refusal):
                start_round(
                    division_code=BRIDGE if who is ELSEWHERE else WILLOW,
                    year=2026,
                    households=4,
                    mobilisation="召开了动员会",
                    attendance=3,
                    **who.acts,
                )
        with pytest.raises(NotFound):
            round_for(ELSEWHERE.scope, one.pk)
        with pytest.raises(NotFound):
            open_round(round_id=one.pk, **ELSEWHERE.acts)
        assert list(rounds_of(ELSEWHERE.scope, WILLOW)) == []
        assert list(rounds_of(CLERK.scope, WILLOW)) == [one]

    def test_every_act_is_on_the_log(self, day: Day) -> None:
        world.opened(1)
        actions = set(AuditRecord.objects.values_list("action", flat=True))
        wanted = {"start_round", "add_to_roll", "notify", "open_round", "set_panel", "seat_panel"}
        assert {f"targeting.{one}" for one in wanted} <= actions


class TestApplyingBeforeAndAfter:
    def test_nobody_applies_before_it_opens(self, day: Day) -> None:  # S4-58
        one = two(day)
        row = Applying(household_no=f"{WILLOW}0001", signed_by="户主0001")
        with pytest.raises(WrongRoundState) as refused:
            apply_together(round_id=one.pk, rows=[row], **CLERK.acts)
        assert "请先开始受理" in refused.value.sentence()

    def test_it_ends_when_no_application_is_under_way(self, day: Day) -> None:
        one = world.opened(2)
        world.apply_all(one)
        with pytest.raises(UnderWay):
            end_round(round_id=one.pk, **CLERK.acts)

    def test_all_or_none_with_every_row_that_is_refused(self, day: Day) -> None:
        one = world.opened(3)
        first = Applying(household_no=f"{WILLOW}0001", signed_by="户主0001")
        rows = [
            first,
            Applying(household_no=f"{WILLOW}0002", signed_by=" "),
            Applying(household_no=f"{WILLOW}9999", signed_by="谁"),
        ]
        with pytest.raises(RowsRefused) as refused:
            apply_together(round_id=one.pk, rows=rows, **CLERK.acts)
        assert [one.where for one in refused.value.problems] == [f"{WILLOW}0002", f"{WILLOW}9999"]
        assert one.applications.count() == 0
        assert may_apply(one, day.now).count() == 3
        apply_together(round_id=one.pk, rows=[first], **CLERK.acts)
        assert may_apply(one, day.now).count() == 2
        with pytest.raises(RowsRefused):
            apply_together(round_id=one.pk, rows=[first], **CLERK.acts)


class TestPanel:
    def test_it_is_seated_when_whole(self, day: Day) -> None:  # S4-62
        one = world.opened(2)
        set_panel(round_id=one.pk, seats=world.seats(one, 14), **CLERK.acts)
        with pytest.raises(PanelIncomplete) as refused:
            seat_panel(round_id=one.pk, **CLERK.acts)
        assert "共28人,不足30人" in refused.value.problems[0].why.zh
        picture = panel_picture(one, being_made=True)
        assert picture is not None
        assert (picture.counts, picture.least) == ({1: 14, 2: 14}, 30)
        seated = panel_picture(one)
        assert seated is not None
        assert len(seated.members) == 30

    def test_a_member_lives_in_the_group_and_stands_once(self, day: Day) -> None:  # S4-62
        one = two(day)
        first, second, _, fourth = one.roll.values_list("pk", flat=True)
        seats = [
            Seat(entry=first, name="甲", group_number=1),
            Seat(entry=first, name="甲 ", group_number=1),
            Seat(entry=second, name="乙", group_number=1),
            Seat(entry=fourth, name="丁", group_number=2),
        ]
        with pytest.raises(RowsRefused) as refused:
            set_panel(round_id=one.pk, seats=seats, **CLERK.acts)
        said = " ".join(problem.why.zh for problem in refused.value.problems)
        assert said.count("同一人列了不止一次") == 2
        assert "而该户在第2组" in said
        assert "而该户在第—组" in said
        set_group(round_id=one.pk, entries=[fourth], group_number=2, **CLERK.acts)
        set_panel(round_id=one.pk, seats=[seats[0], seats[3]], **CLERK.acts)
        assert PanelMember.objects.count() == 2

    def test_a_seated_panel_changes_no_more(self, day: Day) -> None:
        one = world.opened(1)
        seated = Panel.objects.get(round=one)
        set_panel(round_id=one.pk, seats=world.seats(one, 3), **CLERK.acts)
        assert seated.members.count() == 30
        assert Panel.objects.filter(round=one).count() == 2

    def test_an_unknown_group_and_no_rows_are_refused(self, day: Day) -> None:
        one = two(day)
        with pytest.raises(RowsRefused):
            add_to_roll(round_id=one.pk, rows=[RollRow(householder="王五", group_number=9)], **CLERK.acts)
        with pytest.raises(NothingGiven):
            add_to_roll(round_id=one.pk, rows=[], **CLERK.acts)
        with pytest.raises(NothingGiven):
            set_panel(round_id=one.pk, seats=[], **CLERK.acts)
