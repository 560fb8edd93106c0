"""A household reports itself in five fields, without an account; the village looks within two working days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bangfu.accounts.roles import Role
from bangfu.monitoring.access import report_for
from bangfu.monitoring.actions.reports import Receipt, reveal_number, submit_report
from bangfu.monitoring.errors import BadReport, TooManyReports
from bangfu.monitoring.models import SelfReport
from bangfu.monitoring.reports import mark, report_lines, visitor
from bangfu.platform.audit.errors import ReasonRequired
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.platform.procedures.errors import RecordRefused
from bangfu.platform.procedures.models import Case
from bangfu.platform.worklist.models import WorkItem
from bangfu.registry.queries import incidence
from tests.cast.places import COUNTY, OTHER_VILLAGE, WILLOW
from tests.monitoring.test_exits import whys
from tests.monitoring.world import (
    CAUSE,
    CLERK,
    ELSEWHERE,
    KIND,
    OFFICE,
    STANDING,
    TOWNSHIP,
    Day,
    decide,
    enter,
    fresh,
    hand,
    left,
    put,
    stands,
    visit,
)

NUMBER, NAME, TEXT = "13800001234", "何小满", "丈夫住院,家里没有收入。"


def submit(**parts: Any) -> Receipt:
    given = {"division_code": WILLOW, "name": NAME, "number": NUMBER, "difficulty": CAUSE.illness}
    return submit_report(**{**given, "text": TEXT, "by": visitor("203.0.113.9"), **parts})


def checked() -> Case:
    """A report that village and township have looked at."""
    submit()
    case = SelfReport.objects.get().case
    put(case, "home_visit", CLERK, data=visit("村甲"), signatures=["村甲"])
    decide(case, "village_check", CLERK)
    put(case, "township_opinion", TOWNSHIP)
    decide(case, "township_audit", TOWNSHIP)
    return fresh(case)


def test_the_village_has_it_on_its_worklist_with_two_working_days(day: Day) -> None:
    receipt = submit()
    (item,) = WorkItem.objects.open()
    assert (item.division_code, item.role, item.due) == (WILLOW, "village", date(2026, 3, 4))
    assert receipt.check_by == "2026-03-04"
    report = SelfReport.objects.get(receipt=receipt.number)
    assert report.case.state == "open"
    (line,) = report_lines(CLERK.scope, WILLOW, day.now)
    assert (line.report, line.step_due, line.whole_due) == (report, date(2026, 3, 4), date(2026, 3, 30))


def test_nothing_that_was_typed_comes_back_or_stands_in_clear(day: Day) -> None:
    receipt = submit()
    report = SelfReport.objects.get()
    for typed in (NAME, NUMBER, TEXT):
        assert typed not in f"{receipt}"
        assert not AuditRecord.objects.filter(detail__icontains=typed).exists()
    assert NUMBER.encode() not in bytes(report.number or b"")
    assert b"203.0.113.9" not in bytes(report.address_token)
    assert report.number_tail == "1234"
    with pytest.raises(BadReport) as refusal:
        submit(name=NAME * 20, number=f"{NUMBER}九", text="")
    assert NAME not in whys(refusal.value.problems)
    assert NUMBER not in whys(refusal.value.problems)


def test_one_address_and_one_number_report_only_so_often_a_day(day: Day) -> None:
    for n in range(5):
        submit(number=f"1380000000{n}")
    with pytest.raises(TooManyReports):
        submit(number="13900000000")
    submit(number="13900000000", by=visitor("203.0.113.10"))
    for n in range(4):
        submit(by=visitor(f"198.51.100.{n}"), number="13800000000")
    with pytest.raises(TooManyReports):
        submit(by=visitor("198.51.100.77"), number="138-0000-0000")
    day.on(1)
    submit(number="13900000000")
    assert SelfReport.objects.count() == Case.objects.count() == 11


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"division_code": COUNTY}, "所在村"),
        ({"division_code": "x"}, "所在村"),
        ({"name": "何"}, "姓名"),
        ({"number": "12"}, "号码"),
        ({"number": "<script>"}, "号码"),
        ({"difficulty": 77}, "困难类别"),
        ({"difficulty": "1"}, "困难类别"),
        ({"text": "x" * 501}, "困难情况"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(day: Day, parts: dict[str, Any], named: str) -> None:
    with pytest.raises(BadReport) as refusal:
        submit(**parts)
    (problem,) = refusal.value.problems
    assert named in whys([problem])
    assert not Case.objects.exists()


def test_an_identity_number_is_taken_however_it_is_written(day: Day) -> None:
    submit(number="99010119800101001x ")
    assert SelfReport.objects.get().number_tail == "001X"


def test_orange_before_the_last_day_and_red_after_it(day: Day) -> None:
    last = date(2026, 3, 4)
    found = {offset: mark(last, date(2026, 3, offset), WILLOW) for offset in (1, 2, 3, 4, 5)}
    assert found == {1: "", 2: "", 3: "orange", 4: "orange", 5: "red"}
    submit()
    day.on(3)
    (line,) = report_lines(OFFICE.scope, COUNTY, day.now)
    assert (line.step_mark, line.whole_mark) == ("red", "")
    day.on(30)
    (line,) = report_lines(OFFICE.scope, COUNTY, day.now)
    assert line.whole_mark == "red"


def test_who_may_reach_a_report_and_see_its_number(day: Day) -> None:
    submit()
    report = SelfReport.objects.get()
    assert report_for(CLERK.scope, report.pk) == report
    with pytest.raises(NotFound):
        report_for(ELSEWHERE.scope, report.pk)
    assert report_lines(ELSEWHERE.scope, COUNTY, day.now) == []
    with pytest.raises(NotAllowed):
        reveal_number(report=report, reason="联系核实", **CLERK.acts)
    with pytest.raises(NotFound):
        reveal_number(report=report, reason="联系核实", **ELSEWHERE.acts)
    with pytest.raises(ReasonRequired):
        reveal_number(report=report, reason=" ", **OFFICE.acts)
    assert reveal_number(report=report, reason="联系核实", **OFFICE.acts) == NUMBER
    assert AuditRecord.objects.filter(action="read.report_number", subject_id=str(report.pk)).count() == 1


def test_the_county_decides_that_a_household_is_monitored(day: Day) -> None:
    (household,) = enter(standing=False)
    case = checked()
    given = {"kind": KIND.marginal, "household_no": household.household_no}
    put(case, "monitored_kind", OFFICE, data=given)
    decide(case, "county_decision", OFFICE)
    household.refresh_from_db()
    assert (household.monitored_kind, household.risk_found_on, household.risk_cleared) == (
        KIND.marginal,
        day.now,
        False,
    )
    assert stands(household) == STANDING.marginal
    assert incidence(WILLOW, day.now).poor == 0
    assert report_lines(OFFICE.scope, COUNTY, day.now) == []
    assert len(report_lines(OFFICE.scope, COUNTY, day.now, open_only=False)) == 1


def test_an_exited_household_keeps_its_standing_when_it_is_monitored(day: Day) -> None:
    (household,) = enter()
    left([household], day)
    case = checked()
    given = {"kind": KIND.marginal, "household_no": household.household_no}
    with pytest.raises(RecordRefused):
        put(case, "monitored_kind", OFFICE, data=given)
    put(
        case,
        "monitored_kind",
        OFFICE,
        data={"kind": KIND.unstable_exit, "household_no": household.household_no},
    )
    decide(case, "county_decision", OFFICE)
    assert stands(household) == STANDING.exited


@pytest.mark.parametrize(
    ("kind", "named"),
    [(KIND.unstable_exit, "须是已脱贫户"), (9, "三类监测对象之一"), (None, "三类监测对象之一")],
)
def test_a_kind_that_does_not_fit_is_refused(day: Day, kind: int | None, named: str) -> None:
    (household,) = enter()
    with pytest.raises(RecordRefused) as refusal:
        put(checked(), "monitored_kind", OFFICE, data={"kind": kind, "household_no": household.household_no})
    assert named in whys(refusal.value.problems)


def test_a_household_of_another_village_is_none_of_this_report(day: Day) -> None:
    (foreign,) = enter(village=OTHER_VILLAGE)
    data = {"kind": KIND.sudden, "household_no": foreign.household_no}
    with pytest.raises(RecordRefused) as refusal:
        put(checked(), "monitored_kind", OFFICE, data=data)
    assert "本村没有这一户" in whys(refusal.value.problems)


def test_the_three_kinds_are_known_since_2021(day: Day) -> None:
    day.now = date(2020, 3, 2)
    (household,) = enter(standing=False)
    data = {"kind": KIND.sudden, "household_no": household.household_no}
    with pytest.raises(RecordRefused) as refusal:
        put(checked(), "monitored_kind", OFFICE, data=data)
    assert "20210101" in whys(refusal.value.problems)


def test_a_village_post_elsewhere_sees_nothing(day: Day) -> None:
    submit()
    foreign = hand("外村", Role.VILLAGE, OTHER_VILLAGE)
    assert report_lines(foreign.scope, WILLOW, day.now) == []
