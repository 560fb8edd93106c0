"""Typed rows into the registry: what is new, what is known, what comes back, and what an empty cell does not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bangfu.platform.audit.models import AuditRecord
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions import members
from bangfu.registry.actions.intake import take_in
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Event, Household, HouseholdYear, Membership, Person, Standing
from bangfu.registry.queries import reconciliation
from tests.cast.places import COUNTY, WILLOW
from tests.cast.stories import identity
from tests.postgresql import both_databases
from tests.registry.imports.sheets import sheet
from tests.registry.test_flows import intake_of
from tests.registry.world import ME, WHY, day, member, registered, somebody

pytestmark = [both_databases, pytest.mark.usefixtures("tree")]
DAY = date(2015, 12, 31)
STANDING = codes("standing")
HOUSEHOLD = [
    "户编号",
    "行政村代码",
    "户类型",
    "脱贫标志",
    "首次识别时间",
    "脱贫时间",
    "主要致贫原因",
    "收入年度",
    "家庭年纯收入",
]
PERSON = ["人编号", "户编号", "姓名", "证件号码", "与户主关系", "人员识别时间", "出生日期"]


def rows(*households: dict[str, Any], people: tuple[dict[str, Any], ...] = ()) -> Any:
    """An intake as of the end of 2015."""
    sheets = []
    if households:
        sheets.append(
            sheet("户", HOUSEHOLD, *([one.get(title, "") for title in HOUSEHOLD] for one in households))
        )
    if people:
        sheets.append(sheet("人", PERSON, *([one.get(title, "") for title in PERSON] for one in people)))
    return intake_of(*sheets, on=DAY)


def household(**cells: str) -> dict[str, Any]:
    return {
        "户编号": "H1",
        "行政村代码": WILLOW,
        "户类型": "一般贫困户",
        "首次识别时间": "2014-05-10",
        **cells,
    }


def person(number: int = 1, **cells: str) -> dict[str, Any]:
    given = {
        "人编号": f"P{number}",
        "户编号": "H1",
        "姓名": f"王{number}",
        "与户主关系": "户主",
        "人员识别时间": "2014-05-10",
    }
    return {**given, **cells}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, [("registered", date(2014, 5, 10), None)]),
        (
            {"户类型": "脱贫户", "脱贫标志": "已脱贫", "脱贫时间": "2014-12-20"},
            [
                ("registered", date(2014, 5, 10), date(2014, 12, 20)),
                ("exited", date(2014, 12, 20), None),
            ],
        ),
        ({"首次识别时间": "2016-03-01"}, [("registered", DAY, None)]),
        ({"脱贫标志": "已脱贫", "脱贫时间": "2013-01-01"}, [("registered", date(2014, 5, 10), None)]),
    ],
)
def test_marks_and_dates_become_standings_without_overlap(
    cells: dict[str, str], expected: list[tuple[str, date, date | None]]
) -> None:  # S4-66
    take_in(rows(household(**cells), people=(person(),)), by=ME)
    spells = Standing.objects.order_by("since").values_list("kind", "since", "until")
    assert [(kind, since, until) for kind, since, until in spells] == [
        (getattr(STANDING, kind), since, until) for kind, since, until in expected
    ]
    assert reconciliation(COUNTY, date(2012, 1, 1), DAY).agrees


def test_who_was_identified_later_came_later() -> None:  # S2-42
    baby = person(2, 与户主关系="之子", 人员识别时间="2015-06-01", 出生日期="2015-05-20")
    found = person(3, 与户主关系="之母", 人员识别时间="2015-07-01", 出生日期="1950-05-20")
    take_in(rows(household(), people=(person(), baby, found)), by=ME)
    events = Event.objects.order_by("day").values_list("kind", "day", "households", "people")
    assert list(events) == [
        (EventKind.REGISTERED, date(2014, 5, 10), 1, 1),
        (EventKind.BIRTH, date(2015, 6, 1), 0, 1),
        (EventKind.ADDED, date(2015, 7, 1), 0, 1),
    ]
    assert reconciliation(COUNTY, date(2014, 12, 31), DAY).agrees


def test_sex_and_birth_follow_from_a_valid_number_only() -> None:
    good, bad = identity("1972-03-07", 11), identity("1972-03-07", 11)[:-1] + "0"
    take_in(
        rows(household(), people=(person(1, 证件号码=good), person(2, 证件号码=bad, 与户主关系="之子"))),
        by=ME,
    )
    born = dict(Person.objects.values_list("person_no", "birth_date"))
    assert born == {"P1": date(1972, 3, 7), "P2": None}
    assert Person.objects.get(person_no="P1").sex == 1


def test_a_new_year_is_added_and_the_old_one_stays() -> None:  # S4-57
    for year, net in (("2014", "2800"), ("2015", "3200"), ("2015", "3300")):
        take_in(rows(household(收入年度=year, 家庭年纯收入=net), people=(person(),)), by=ME)
    kept = HouseholdYear.objects.order_by("income_year").values_list("income_year", "income_net")
    assert list(kept) == [(2014, 280_000), (2015, 330_000)]
    updates = Event.objects.filter(kind=EventKind.YEAR_UPDATE).order_by("recorded_at")
    assert [one.after["income_net"] for one in updates] == [320_000, 330_000]
    assert updates[1].before == {"income_net": 320_000, "income_year": 2015}


def test_an_exit_in_the_workbook_ends_the_standing_once() -> None:
    take_in(rows(household(), people=(person(),)), by=ME)
    left = household(户类型="脱贫户", 脱贫标志="已脱贫", 脱贫时间="2015-11-30")
    for _ in range(2):
        take_in(replace(rows(left, people=(person(),)), confirmed=True), by=ME)
    spells = Standing.objects.order_by("since").values_list("kind", "until")
    assert list(spells) == [(STANDING.registered, date(2015, 11, 30)), (STANDING.exited, None)]
    assert Event.objects.filter(kind=EventKind.EXIT).count() == 1


def test_people_of_a_household_that_ended_come_back_with_the_reason() -> None:
    old = registered(somebody())
    members.remove_member(person=member(old), day=day(5), kind=EventKind.DEATH, reason=WHY, by=ME)
    taken = take_in(rows(people=(person(9, 户编号=old.household_no),)), by=ME)
    assert taken.new_people == 0
    (problem,) = taken.problems
    assert (problem.sheet, problem.row) == ("人", 2)
    assert "不再在册" in problem.reason.zh or "已不在册" in problem.reason.zh
    assert Membership.objects.count() == 1


def test_who_has_left_is_not_brought_back_by_a_workbook() -> None:
    old = registered()
    gone = member(old, 1)
    members.remove_member(person=gone, day=day(5), kind=EventKind.MARRIED_OUT, reason=WHY, by=ME)
    told = person(1, 人编号=gone.person_no, 户编号=old.household_no, 姓名="别名")
    taken = take_in(rows(people=(told,)), by=ME)
    assert "离户" in taken.problems[0].reason.zh
    assert Person.objects.get(pk=gone.pk).name == "周巧云"


def test_one_audit_row_for_each_household_touched() -> None:
    take_in(rows(household(), household(户编号="H2"), people=(person(), person(2, 户编号="H2"))), by=ME)
    logged = AuditRecord.objects.filter(action="registry.take_in").order_by("seq")
    assert [row.subject_id for row in logged] == ["H1", "H2"]
    assert {row.division_code for row in logged} == {WILLOW}
    take_in(rows(household(), household(户编号="H2", 主要致贫原因="因病"), people=(person(),)), by=ME)
    assert [row.subject_id for row in logged.all()] == ["H1", "H2", "H2"]
    assert Household.objects.get(household_no="H2").main_cause == 1
