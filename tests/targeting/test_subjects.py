"""Dynamic management (S2-42, S4-66): removal and correction rest on a verified doubt and a case (S1-24)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bangfu.platform import clock
from bangfu.platform.errors import NotFound, Stale
from bangfu.platform.procedures.enums import CaseState
from bangfu.platform.procedures.errors import CannotOpen, NotReady, RecordRefused
from bangfu.platform.procedures.models import Case
from bangfu.policy.vocabulary import codes
from bangfu.quality.enums import DoubtState, Finding
from bangfu.quality.models import Doubt, Run, Verdict
from bangfu.registry.actions.corrections import correct_household
from bangfu.registry.actions.standing_changes import StandingChange, open_standings
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import OffByRemoval
from bangfu.registry.models import Event, Household, Standing
from bangfu.registry.queries import totals
from bangfu.targeting.actions.cases import record_on
from bangfu.targeting.actions.subjects import (
    leave,
    merge,
    move,
    open_correction,
    open_removal,
    split,
)
from bangfu.targeting.doubts import verified_doubts
from bangfu.targeting.errors import ByTownship, DoubtNeeded
from bangfu.targeting.flows import by_division, events_behind, month_of, months
from tests.cast.places import BRIDGE, COUNTY, WILLOW, WILLOW_TOWN
from tests.postgresql import both_databases
from tests.targeting import world
from tests.targeting.world import (
    CLERK,
    COUNTY_OFFICE,
    ELSEWHERE,
    STANDING,
    TOWNSHIP,
    Day,
    act,
    fresh,
    revision,
)

pytestmark = both_databases
HEALTH = codes("health")


def on_books(count: int = 1, *, village: str = WILLOW) -> list[Household]:
    """Households on the books since today."""
    made = world.enter(count, village=village)
    changes = [StandingChange(one.pk, village, STANDING.registered, clock.today()) for one in made]
    open_standings(changes, basis="case:1", by=CLERK.actor, policy_version="x")
    return list(Household.objects.filter(pk__in=[one.pk for one in made]).order_by("household_no"))


def doubt_about(
    household: Household, state: str = DoubtState.CONFIRMED, *, verified: bool | None = True
) -> Doubt:
    """A doubt with a verdict, as ``quality`` leaves it when two people have looked at it."""
    run = Run.objects.create(
        division_code=COUNTY, day=clock.today(), started_at=clock.now(), by_id="1", by_name="县甲"
    )
    doubt = Doubt.objects.create(
        rule="vehicle_owner",
        subject_kind="household",
        subject_id=household.household_no,
        household=household,
        division_code=household.division_code,
        area=COUNTY,
        state=state,
        two_person=True,
        opened_at=clock.now(),
        last_run=run,
        closed_at=clock.now() if state == DoubtState.CLOSED else None,
        closed_by="fact" if state == DoubtState.CLOSED else "",
    )
    Verdict.objects.create(
        doubt=doubt,
        finding=Finding.CONFIRMED,
        text="核实属实",
        by_id="1",
        by_name="村甲",
        at=clock.now(),
        verified=verified,
        verified_by_id="2" if verified is not None else "",
    )
    return doubt


def removal(household: Household, doubt: Doubt) -> Case:
    return open_removal(household_no=household.household_no, doubt=doubt.pk, **CLERK.acts)


def put(case: Case, kind: str, who: world.Hand, **parts: Any) -> None:
    record_on(case=case.pk, kind=kind, revision=revision(case), **who.acts, **parts)


def correction(household: Household, doubt: Doubt, **parts: Any) -> Case:
    return open_correction(
        **{
            "household_no": household.household_no,
            "doubt": doubt.pk,
            "table": "household",
            "number": household.household_no,
            "columns": {"main_cause": 1, "safe_water": True},
            "why": "入户核实",
            **CLERK.acts,
            **parts,
        }
    )


class TestRemoval:
    def test_off_the_books_only_after_hearing_audit_and_approval(self, day: Day) -> None:  # S1-24
        (household,) = on_books()
        case = removal(household, doubt_about(household))
        day.on(1)
        put(case, "hearing", CLERK, data={"said": "承认"}, signatures=["户主0001"])
        act(case, "village_hearing", CLERK)
        put(case, "home_visit", TOWNSHIP, data={"visitors": ["镇甲"], "visited_on": f"{day.now}"})
        act(case, "township_audit", TOWNSHIP)
        world.publish([case], COUNTY_OFFICE)
        assert totals(WILLOW, day.now).households == 1
        day.on(5)
        act(case, "county_approval", COUNTY_OFFICE)
        standing = Standing.objects.get(until=None)
        assert (standing.kind, standing.basis) == (STANDING.removed, f"case:{case.pk}")
        assert (totals(WILLOW, day.now).households, totals(WILLOW, day.now).people) == (0, 0)

    @pytest.mark.parametrize(
        ("state", "verified"),
        [
            (DoubtState.OPEN, True),
            (DoubtState.ANSWERED, None),
            (DoubtState.CLOSED, True),
            (DoubtState.CONFIRMED, None),
            (DoubtState.CONFIRMED, False),
        ],
    )
    def test_never_on_a_rule_alone(self, day: Day, state: str, verified: bool | None) -> None:  # S1-24
        (household,) = on_books()
        with pytest.raises(CannotOpen) as refused:
            removal(household, doubt_about(household, state, verified=verified))
        assert "系统不会自动清退" in refused.value.problems[0].now.zh
        assert not Case.objects.exists()

    def test_a_doubt_that_falls_away_stops_the_case(self, day: Day) -> None:  # S1-24
        (household,) = on_books()
        doubt = doubt_about(household)
        case = removal(household, doubt)
        put(case, "hearing", CLERK, signatures=["户主0001"])
        Doubt.objects.update(state=DoubtState.OPEN)
        with pytest.raises(NotReady):
            act(case, "village_hearing", CLERK)

    def test_not_on_anothers_doubt_nor_from_elsewhere(self, day: Day) -> None:
        one, other = on_books(2)
        doubt = doubt_about(other)
        with pytest.raises(DoubtNeeded):
            removal(one, doubt)
        with pytest.raises(NotFound):
            open_removal(household_no=other.household_no, doubt=doubt.pk, **ELSEWHERE.acts)
        assert list(verified_doubts(other)) == [doubt]
        assert list(verified_doubts(one)) == []


class TestCorrection:
    def test_proposed_by_one_and_passed_by_another(self, day: Day) -> None:  # S1-24
        (household,) = on_books()
        case = correction(household, doubt_about(household, verified=None))
        act(case, "village_correction", CLERK)
        household.refresh_from_db()
        assert household.main_cause == 7
        act(case, "township_check", TOWNSHIP)
        household.refresh_from_db()
        assert (household.main_cause, household.safe_water) == (1, True)
        event = Event.objects.get(kind=EventKind.CORRECTION)
        assert (event.before, event.after) == (
            {"main_cause": 7, "safe_water": None},
            {"main_cause": 1, "safe_water": True},
        )
        assert f"case:{case.pk}" in event.reason

    def test_the_kind_as_far_as_it_is_a_fact(self, day: Day) -> None:  # S0-48
        (household,) = on_books()
        case = correction(household, doubt_about(household), columns={"household_kind": 2})
        act(case, "village_correction", CLERK)
        act(case, "township_check", TOWNSHIP)
        household.refresh_from_db()
        assert household.household_kind == codes("household_kind").low_income

    def test_of_a_member(self, day: Day) -> None:
        (household,) = on_books()
        number = f"{household.household_no}01"
        doubt = doubt_about(household)
        with pytest.raises(RecordRefused):
            correction(household, doubt, table="person", number=number, columns={"birth_date": 20261340})
        case = correction(household, doubt, table="person", number=number, columns={"health": HEALTH.chronic})
        act(case, "village_correction", CLERK)
        act(case, "township_check", TOWNSHIP)
        assert household.memberships.get(person__person_no=number).person.health == HEALTH.chronic

    def test_somebody_corrected_it_meanwhile(self, day: Day) -> None:
        (household,) = on_books()
        case = correction(household, doubt_about(household))
        act(case, "village_correction", CLERK)
        correct_household(
            household=household,
            entered={"main_cause": 2},
            seen_revision=household.revision,
            day=day.now,
            reason="入户核实",
            by=CLERK.actor,
        )
        with pytest.raises(Stale):
            act(case, "township_check", TOWNSHIP)
        assert fresh(case).state == CaseState.OPEN

    @pytest.mark.parametrize(
        ("parts", "why"),
        [
            ({"columns": {}}, "没有写明更正哪一项"),
            ({"columns": {"household_kind": 11}}, "不能与在册状态不符"),
            ({"columns": {"household_kind": 20}}, "不能与在册状态不符"),
            ({"columns": {"monitored_kind": 2}}, "不能通过更正程序修改"),
            ({"columns": {"risk_cleared": True}}, "不能通过更正程序修改"),
            ({"columns": {"division_code": BRIDGE}}, "不能通过更正程序修改"),
            ({"columns": {"phone": "13900000000"}}, "不能通过更正程序修改"),
            ({"columns": {"main_cause": 999}}, "数值的类型或代码不对"),
            ({"columns": {"main_cause": "1"}}, "数值的类型或代码不对"),
            ({"columns": {"other_causes": [999]}}, "数值的类型或代码不对"),
            ({"columns": {"risk_found_on": 20250101}}, "不能通过更正程序修改"),
            ({"columns": {"safe_water": 1}}, "数值的类型或代码不对"),
            ({"columns": {"dwelling_area": True}}, "数值的类型或代码不对"),
            ({"columns": {"address": 7}}, "数值的类型或代码不对"),
            ({"why": ""}, "没有写明更正依据"),
            ({"table": "person", "number": "1"}, "不是该户现在的成员"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, day: Day, parts: dict[str, Any], why: str) -> None:
        (household,) = on_books()
        doubt = doubt_about(household)
        with pytest.raises(RecordRefused) as refused:
            correction(household, doubt, **parts)
        assert any(why in problem.why.zh for problem in refused.value.problems)


class TestComingAndGoing:
    def test_the_last_member_is_not_struck_off(self, day: Day) -> None:  # S1-24, S0-48
        (household,) = on_books()
        day.on(1)
        one, last = (
            spell.person
            for spell in household.memberships.order_by("-person__person_no").select_related("person")
        )
        acts: dict[str, Any] = {"household_no": household.household_no, "day": day.now, "reason": "误登"}
        leave(person=one, kind=EventKind.STRUCK_OFF, **acts, **CLERK.acts)
        with pytest.raises(OffByRemoval, match="清退"):
            leave(person=last, kind=EventKind.STRUCK_OFF, **acts, **CLERK.acts)
        assert Standing.objects.get().until is None
        leave(person=last, kind=EventKind.DEATH, **acts, **CLERK.acts)
        assert Standing.objects.get().until is not None

    def test_a_merged_household_has_no_case_any_more(self, day: Day) -> None:  # S2-42
        first = day.now
        one, other = on_books(2)
        case = removal(one, doubt_about(one))
        day.on(1)
        both: dict[str, Any] = {"source": one.household_no, "target": other.household_no, "reason": "并户"}
        with pytest.raises(ByTownship, match="由镇扶贫办"):
            merge(day=day.now, **both, **CLERK.acts)
        (stopped,) = merge(day=day.now, **both, **TOWNSHIP.acts)
        assert (stopped.pk, fresh(case).state) == (case.pk, CaseState.STOPPED)
        assert (totals(WILLOW, day.now).households, totals(WILLOW, day.now).people) == (1, 4)
        assert months(CLERK.scope, WILLOW, first.year, day.now)[-1].flow.agrees

    def test_a_household_that_moves_leaves_its_cases_behind(self, day: Day) -> None:  # S2-42
        (household,) = on_books()
        case = removal(household, doubt_about(household))
        day.on(1)
        with pytest.raises(NotFound):
            move(
                household_no=household.household_no,
                to_village=BRIDGE,
                day=day.now,
                reason="搬迁",
                **CLERK.acts,
            )
        move(
            household_no=household.household_no,
            to_village=BRIDGE,
            day=day.now,
            reason="搬迁",
            **TOWNSHIP.acts,
        )
        assert fresh(case).state == CaseState.STOPPED
        assert (totals(WILLOW, day.now).households, totals(BRIDGE, day.now).households) == (0, 1)

    def test_the_last_death_ends_the_cases_and_the_first_does_not(self, day: Day) -> None:  # S2-42
        (household,) = on_books()
        case = removal(household, doubt_about(household))
        day.on(1)
        head, wife = [one.person for one in household.memberships.order_by("relation")]
        dead: dict[str, Any] = {
            "household_no": household.household_no,
            "day": day.now,
            "kind": EventKind.DEATH,
            "reason": "病故",
        }
        assert leave(person=head, new_head=wife, **dead, **CLERK.acts) == []
        assert fresh(case).state == CaseState.OPEN
        assert [one.pk for one in leave(person=wife, **dead, **CLERK.acts)] == [case.pk]
        assert totals(WILLOW, day.now).households == 0

    def test_a_split_keeps_the_case_with_the_old_household(self, day: Day) -> None:  # S2-42
        (household,) = on_books()
        case = removal(household, doubt_about(household))
        day.on(1)
        wife = household.memberships.order_by("relation").last().person
        new = split(
            household_no=household.household_no,
            leaving=[wife],
            new_head=wife,
            day=day.now,
            reason="分户",
            **TOWNSHIP.acts,
        )
        assert fresh(case).subject_id == str(household.pk)
        assert Standing.objects.get(household=new).basis == f"split:{household.household_no}"
        assert totals(WILLOW, day.now).households == 2


class TestFlows:
    def test_every_month_reconciles_and_every_number_has_its_list(self, day: Day) -> None:  # S2-42, S4-66
        one, other, _third = on_books(3)
        day.on(40)
        merge(source=one.household_no, target=other.household_no, day=day.now, reason="并户", **TOWNSHIP.acts)
        day.on(5)
        move(household_no=other.household_no, to_village=BRIDGE, day=day.now, reason="搬迁", **TOWNSHIP.acts)
        lines = months(COUNTY_OFFICE.scope, WILLOW, day.now.year, day.now)
        assert len(lines) == 4
        assert all(line.flow.agrees for line in lines)
        for before, after in pairwise(lines):
            assert before.flow.closing == after.flow.opening
        for line in lines:
            for flow in line.flow.flows:
                events = events_behind(COUNTY_OFFICE.scope, WILLOW, line.since, line.until, flow.kind)
                assert sum(one.households for one in events) == flow.households
                assert sum(one.people for one in events) == flow.people
        since, until = month_of(day.now.year, day.now.month)
        top, *children = by_division(COUNTY_OFFICE.scope, WILLOW_TOWN, since, until)
        assert top.flow.closing.households == sum(one.flow.closing.households for one in children) == 2
        assert all(one.flow.agrees for one in (top, *children))

    def test_a_month_ends_where_the_next_begins(self) -> None:
        for month in range(1, 12):
            assert month_of(2026, month)[1] == month_of(2026, month + 1)[0]
        assert month_of(2026, 12)[1] + timedelta(days=1) == month_of(2027, 1)[0] + timedelta(days=1)

    def test_only_within_the_scope(self, day: Day) -> None:
        with pytest.raises(NotFound):
            months(ELSEWHERE.scope, WILLOW, 2026, day.now)
        with pytest.raises(NotFound):
            events_behind(ELSEWHERE.scope, WILLOW, day.now, day.now)
        with pytest.raises(NotFound):
            by_division(ELSEWHERE.scope, WILLOW, day.now, day.now)
