"""A village leaves while its incidence is within the limit, a county after its villages and the acceptance (S2-35)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bangfu.divisions.actions import set_attribute
from bangfu.divisions.models import DivisionAttribute
from bangfu.monitoring.actions.exits import open_county_exit, open_village_exit
from bangfu.monitoring.errors import NoCounty, NoLabel
from bangfu.monitoring.models import DivisionExit
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.platform.procedures.errors import NotReady
from bangfu.platform.procedures.models import Case
from bangfu.policy.villages import checklists
from bangfu.registry.models import StatedFigure
from tests.cast.places import BRIDGE, COUNTY, SUMMIT, WILLOW
from tests.monitoring.test_exits import whys
from tests.monitoring.world import (
    CITY_OFFICE,
    CLERK,
    ELSEWHERE,
    OFFICE,
    PHOTO,
    PROVINCE_OFFICE,
    TOWNSHIP,
    Day,
    decide,
    enter,
    fresh,
    left,
    publish,
    put,
)

POOR, HAT = DivisionAttribute.Kind.POOR_VILLAGE, DivisionAttribute.Kind.NATIONAL_POOR_COUNTY
RATES = {"wrong_exit_rate": 10, "missed_rate": 20, "approval_rate": 9_500}
MET = {key.key: {"met": True, "evidence": "验收单1号"} for key in checklists()["nine_items"].items}


def label(code: str, kind: DivisionAttribute.Kind = POOR) -> None:
    set_attribute(
        by=Actor.system("test"), division_code=code, kind=kind, since=date(2014, 1, 1), document="1号"
    )


def population(code: str, people: int) -> None:
    StatedFigure.objects.create(
        division_code=code,
        figure="rural_population",
        value=people * 100,
        as_of=date(2025, 12, 31),
        source="统计公报",
    )


def apply_village(**parts: Any) -> Case:
    given = {"division_code": WILLOW, "statement": "申请出列", "signed_by": "村主任", **CLERK.acts}
    return open_village_exit(**{**given, **parts})


def apply_county(**parts: Any) -> Case:
    given = {
        "division_code": COUNTY,
        "statement": "申请摘帽",
        "signed_by": "县长",
        "rates": RATES,
        **OFFICE.acts,
    }
    return open_county_exit(**{**given, **parts})


def labelled(code: str, day: Day) -> bool:
    return DivisionAttribute.objects.filter(division_code=code).standing_on(day.now).exists()


def test_a_village_leaves_with_the_nine_items_checked(day: Day) -> None:
    label(WILLOW)
    population(WILLOW, 1_000)
    enter(10)
    case = apply_village()
    decide(case, "village_application", CLERK)
    put(case, "village_indicators", TOWNSHIP, data={"items": MET}, signatures=["镇甲", "镇丙"])
    decide(case, "township_audit", TOWNSHIP)
    publish([case], OFFICE)
    day.on(5)
    decide(case, "county_approval", OFFICE)
    assert fresh(case).state == "passed"
    assert not labelled(WILLOW, day)
    found = DivisionExit.objects.get()
    assert (found.labels, found.day, found.incidence) == (["poor_village"], day.now, 200)


def test_incidence_at_the_limit_is_within_it_and_one_more_person_is_not(day: Day) -> None:
    """20 of 1 000 are 2 %; 22 of 1 000 are 2.2 %."""
    label(WILLOW)
    population(WILLOW, 1_000)
    enter(11)
    case = apply_village()
    with pytest.raises(NotReady) as refusal:
        decide(case, "village_application", CLERK)
    assert "2.2%" in whys(refusal.value.problems)
    assert "S2-35" in whys(refusal.value.problems)


def test_incidence_that_cannot_be_told_stops_the_village(day: Day) -> None:
    label(WILLOW)
    with pytest.raises(NotReady) as refusal:
        decide(apply_village(), "village_application", CLERK)
    assert "农村户籍人口" in whys(refusal.value.problems)


@pytest.mark.parametrize(
    ("items", "named"),
    [
        ({}, "没有核查"),
        ({**MET, "doctor": {"met": False, "evidence": "没有医生"}}, "未达标"),
        ({**MET, "clinic": {"met": True, "evidence": " "}}, "没有写明依据"),
    ],
)
def test_each_item_that_lacks_stops_the_village(day: Day, items: dict[str, Any], named: str) -> None:
    """S1-15: nothing is done while one item lacks."""
    label(WILLOW)
    population(WILLOW, 1_000)
    case = apply_village()
    decide(case, "village_application", CLERK)
    put(case, "village_indicators", TOWNSHIP, data={"items": items}, signatures=["镇甲", "镇丙"])
    with pytest.raises(NotReady) as refusal:
        decide(case, "township_audit", TOWNSHIP)
    assert named in whys(refusal.value.problems)
    assert len(refusal.value.problems) == (9 if not items else 1)


def test_only_a_poor_village_applies_and_only_for_itself(day: Day) -> None:
    with pytest.raises(NoLabel):
        apply_village()
    label(WILLOW)
    with pytest.raises(NotFound):
        apply_village(**ELSEWHERE.acts)
    with pytest.raises(NoCounty):
        apply_county(division_code=WILLOW)
    with pytest.raises(NoLabel):
        apply_county()


def test_a_county_leaves_after_its_villages_and_with_the_national_acceptance(day: Day) -> None:
    label(COUNTY, HAT)
    label(SUMMIT)
    population(COUNTY, 10_000)
    population(SUMMIT, 500)
    case = apply_county()
    with pytest.raises(NotReady) as refusal:
        decide(case, "county_application", OFFICE)
    assert "云顶村" in whys(refusal.value.problems)
    DivisionAttribute.objects.filter(division_code=SUMMIT).update(until=day.now)
    decide(case, "county_application", OFFICE)
    put(case, "city_opinion", CITY_OFFICE)
    decide(case, "city_audit", CITY_OFFICE)
    publish([case], PROVINCE_OFFICE)
    put(case, "assessment_report", PROVINCE_OFFICE, data=RATES, files=[PHOTO])
    day.on(5)
    with pytest.raises(NotReady) as refusal:
        decide(case, "province_approval", PROVINCE_OFFICE)
    assert "国家验收文件" in whys(refusal.value.problems)
    put(case, "national_acceptance", PROVINCE_OFFICE, files=[PHOTO])
    decide(case, "province_approval", PROVINCE_OFFICE)
    assert not labelled(COUNTY, day)
    assert DivisionExit.objects.get().labels == ["national_poor_county"]


@pytest.mark.parametrize(
    ("rates", "named"),
    [
        ({"wrong_exit_rate": 200}, "错退率"),
        ({"missed_rate": 200}, "漏评率"),
        ({"approval_rate": 9_000}, "群众认可度"),
        ({"approval_rate": None}, "群众认可度"),
        ({"missed_rate": 10_001}, "漏评率"),
    ],
)
def test_each_rate_at_or_beyond_its_limit_stops_the_county(
    day: Day, rates: dict[str, Any], named: str
) -> None:
    """2 %, 2 % and 90 % are the limits: below, below, above."""
    label(COUNTY, HAT)
    population(COUNTY, 10_000)
    case = apply_county(rates=RATES | rates)
    with pytest.raises(NotReady) as refusal:
        decide(case, "county_application", OFFICE)
    (problem,) = refusal.value.problems
    assert named in whys([problem])


def test_who_has_left_counts_as_poor_no_more(day: Day) -> None:
    """Three levels: people, then the village (S2-35)."""
    label(WILLOW)
    label(BRIDGE)
    population(WILLOW, 50)
    households = enter(1)
    case = apply_village()
    with pytest.raises(NotReady):
        decide(case, "village_application", CLERK)
    left(households, day)
    decide(case, "village_application", CLERK)
    assert fresh(case).step == "township_audit"
