"""Targets make a tree whose parts make the whole, and nobody leaves by them (S2-03, S4-06, S4-35)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.divisions.models import Division, DivisionAttribute
from bangfu.monitoring.actions.targets import PlannedRow, divide_target, plan_exits, set_target
from bangfu.monitoring.enums import TargetKind
from bangfu.monitoring.errors import BadTarget, NothingGiven, PartOfAnother, PartsFallShort, PlanRefused
from bangfu.monitoring.models import Target
from bangfu.monitoring.targets import (
    actual,
    divisions_left,
    exits_by_year,
    plan_by_year,
    planned,
    target_tree,
    tolerance,
)
from bangfu.platform.errors import BangfuError, NotAllowed, NotFound
from bangfu.policy.exit.targets import shortfall
from bangfu.registry.models import Standing
from tests.cast.places import BRIDGE, COUNTY, EMPTY, HILL_TOWN, WILLOW, WILLOW_TOWN
from tests.monitoring.world import CITY, CITY_OFFICE, CLERK, ELSEWHERE, OFFICE, STANDING, Day, enter, left

HOUSEHOLDS = TargetKind.HOUSEHOLDS
ASKED = {"year": 2026, "kind": HOUSEHOLDS}


def target(value: int = 100, division: str = COUNTY, **parts: Any) -> Target:
    return set_target(
        **{
            **ASKED,
            "division_code": division,
            "value": value,
            "document": "清扶办〔2026〕1号",
            **OFFICE.acts,
            **parts,
        }
    )


def divide(parts: dict[str, int], division: str = COUNTY, **more: Any) -> list[Target]:
    return divide_target(**{**ASKED, "division_code": division, "parts": parts, **OFFICE.acts, **more})


def test_parts_make_the_whole_and_the_tree_shows_it(day: Day) -> None:
    target()
    divide({WILLOW_TOWN: 60, HILL_TOWN: 50})
    divide({WILLOW: 30, BRIDGE: 30}, WILLOW_TOWN)
    left(enter(2), day)
    top, willow, hill = target_tree(OFFICE.scope, COUNTY, 2026, HOUSEHOLDS, day.now)
    assert (top.value, top.parts, top.lacking, top.actual, top.share) == (100, 110, 0, 2, 200)
    assert (willow.value, willow.parts, willow.actual) == (60, 60, 2)
    assert (hill.value, hill.parts, hill.actual) == (50, None, 0)
    assert actual(COUNTY, 2026, TargetKind.PERSONS, day.now) == 4


def test_a_village_that_left_is_counted_once_whatever_its_labels(day: Day) -> None:
    """S2-35: a deeply poor village carries two labels; one that keeps a label has not left."""
    kinds = DivisionAttribute.Kind
    for village, kind, until in (
        (WILLOW, kinds.POOR_VILLAGE, date(2026, 2, 1)),
        (WILLOW, kinds.DEEP_POVERTY_VILLAGE, date(2026, 2, 1)),
        (BRIDGE, kinds.DEEP_POVERTY_VILLAGE, date(2026, 2, 1)),
        (EMPTY, kinds.POOR_VILLAGE, None),
        (EMPTY, kinds.DEEP_POVERTY_VILLAGE, date(2026, 2, 1)),
    ):
        DivisionAttribute.objects.filter(division_code=village, kind=kind).delete()
        DivisionAttribute.objects.create(
            division_code=village, kind=kind, since=date(2014, 1, 1), until=until, document="认定文件"
        )
    rows = divisions_left(COUNTY, TargetKind.VILLAGES, date(2026, 1, 1), day.now)
    assert [one["division_code"] for one in rows] == sorted([WILLOW, BRIDGE])
    assert actual(COUNTY, 2026, TargetKind.VILLAGES, day.now) == 2


def test_parts_that_fall_short_are_refused_with_what_lacks(day: Day) -> None:
    target()
    with pytest.raises(PartsFallShort) as refusal:
        divide({WILLOW_TOWN: 60, HILL_TOWN: 39})
    assert "还差1" in refusal.value.sentence()
    assert Target.objects.count() == 1


def test_about_a_hundred_lets_five_lack(day: Day) -> None:
    target(about=True)
    divide({WILLOW_TOWN: 60, HILL_TOWN: 35})
    with pytest.raises(PartsFallShort):
        divide({WILLOW_TOWN: 60, HILL_TOWN: 34})


def test_a_target_that_is_divided_does_not_outgrow_its_parts(day: Day) -> None:
    target()
    divide({WILLOW_TOWN: 60, HILL_TOWN: 40})
    with pytest.raises(PartsFallShort):
        target(101)
    divide({WILLOW: 60}, WILLOW_TOWN)
    with pytest.raises(PartsFallShort):
        divide({WILLOW_TOWN: 70, HILL_TOWN: 40})
    with pytest.raises(PartOfAnother):
        target(10, WILLOW_TOWN)


@pytest.mark.parametrize(
    "parts", [{}, {WILLOW: 100}, {"990102000000": 100}, {WILLOW_TOWN: -1}, {WILLOW_TOWN: True}]
)
def test_only_whole_numbers_go_to_divisions_directly_below(day: Day, parts: dict[str, int]) -> None:
    target()
    with pytest.raises(BadTarget):
        divide(parts)


@pytest.mark.parametrize(
    "parts",
    [{"year": 2024}, {"year": 2040}, {"value": -1}, {"document": " "}, {"kind": TargetKind.COUNTIES}],
)
def test_a_target_that_makes_no_sense_is_refused(day: Day, parts: dict[str, Any]) -> None:
    with pytest.raises(BadTarget):
        target(**parts)
    with pytest.raises(BadTarget):
        divide({WILLOW_TOWN: 1})


def test_only_the_office_plans_and_only_at_home(day: Day) -> None:
    with pytest.raises(NotAllowed):
        target(**CLERK.acts)
    with pytest.raises(NotFound):
        target(**ELSEWHERE.acts)
    with pytest.raises(NotFound):
        target_tree(ELSEWHERE.scope, COUNTY, 2026, HOUSEHOLDS, day.now)
    assert target(2, CITY, kind=TargetKind.COUNTIES, **CITY_OFFICE.acts).value == 2


def test_no_target_makes_anybody_leave(day: Day) -> None:
    """S2-03: exits are never generated by a target."""
    (household,) = enter()
    before = list(Standing.objects.values_list("household_id", "kind", "since", "until"))
    target(1_000)
    divide({WILLOW_TOWN: 1_000})
    plan_exits(rows=[PlannedRow(household_no=household.household_no, year=2026)], **CLERK.acts)
    day.on(400)
    assert list(Standing.objects.values_list("household_id", "kind", "since", "until")) == before
    assert actual(COUNTY, 2026, HOUSEHOLDS, day.now) == 0


MOVES = st.one_of(
    st.tuples(st.just("set"), st.sampled_from([COUNTY, WILLOW_TOWN, HILL_TOWN, WILLOW]), st.integers(0, 12)),
    st.tuples(
        st.just("divide"),
        st.just(COUNTY),
        st.dictionaries(st.sampled_from([WILLOW_TOWN, HILL_TOWN]), st.integers(0, 12), min_size=1),
    ),
    st.tuples(
        st.just("divide"),
        st.just(WILLOW_TOWN),
        st.dictionaries(st.sampled_from([WILLOW, BRIDGE, EMPTY]), st.integers(0, 12), min_size=1),
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=8), about=st.booleans())
def test_whatever_is_set_and_divided_the_parts_make_the_whole(
    day: Day, moves: list[Any], about: bool
) -> None:
    with transaction.atomic():
        for kind, division, given_ in moves:
            try:
                if kind == "set":
                    target(given_, division, about=about)
                else:
                    divide(given_, division)
            except BangfuError:
                continue
        for row in Target.objects.all():
            below = list(Division.objects.children_of(row.division_code).values_list("code", flat=True))
            parts = list(
                Target.objects.of(row.year, row.kind).parts_of(below).values_list("value", flat=True)
            )
            share = tolerance(row.year, row.division_code)
            assert not parts or shortfall(row.value, parts, about=row.about, tolerance=share) == 0
        transaction.set_rollback(True)


def test_the_plan_names_households_and_is_held_against_the_target(day: Day) -> None:
    households = enter(3)
    numbers = [one.household_no for one in households]
    rows = [PlannedRow(household_no=number, year=2026) for number in numbers]
    assert plan_exits(rows=rows, **CLERK.acts) == 3
    assert plan_exits(rows=rows, **CLERK.acts) == 0
    target(2, WILLOW)
    (year,) = plan_by_year(OFFICE.scope, WILLOW, day.now)
    assert (year.year, year.planned, year.left, year.target, year.agrees) == (2026, 3, 0, 2, False)
    assert planned(OFFICE.scope, WILLOW, 2026).count() == year.planned
    assert plan_exits(rows=[PlannedRow(household_no=numbers[0], year=None)], **CLERK.acts) == 1
    left(households[1:], day)
    (year,) = plan_by_year(OFFICE.scope, WILLOW, day.now)
    assert (year.planned, year.left, year.agrees) == (2, 2, True)
    assert not planned(ELSEWHERE.scope, WILLOW).exists()


def test_a_plan_of_strangers_or_for_the_past_is_refused_whole(day: Day) -> None:
    (household,), (stranger,) = enter(), enter(first=7, standing=False)
    for row in (
        PlannedRow(household_no="没有这户", year=2026),
        PlannedRow(household_no=stranger.household_no, year=2026),
        PlannedRow(household_no=household.household_no, year=2025),
    ):
        good = PlannedRow(household_no=household.household_no, year=2027)
        with pytest.raises(PlanRefused):
            plan_exits(rows=[good, row], **CLERK.acts)
    with pytest.raises(NothingGiven):
        plan_exits(rows=[], **CLERK.acts)
    assert not planned(OFFICE.scope, WILLOW).exists()


def test_exits_by_year_say_where_they_come_from(day: Day) -> None:
    """S4-06: cumulative figures are counted, and each exit names its basis."""
    enter(2, first=50, household_kind=11, exit_mark=1, exited_on=20251220)
    left(enter(1), day)
    old, new = exits_by_year(OFFICE.scope, WILLOW, day.now)
    assert (old.year, old.households, old.people, old.by_case, old.imported) == (2025, 2, 4, 0, 2)
    assert (new.year, new.households, new.by_case, new.imported) == (2026, 1, 1, 0)
    assert (new.cumulative_households, new.cumulative_people) == (3, 6)
    assert Standing.objects.filter(kind=STANDING.exited).count() == 3
