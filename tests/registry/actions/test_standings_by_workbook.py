"""A county begins with its workbooks; later none of them changes a standing by one hand (S0-48, S4-61, S4-76)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bangfu.platform import clock
from bangfu.registry.actions.changes import known_households
from bangfu.registry.actions.intake import Taken, take_in
from bangfu.registry.models import Event, Household, Person, Standing
from bangfu.registry.queries import reconciliation
from bangfu.registry.standings_asked import asked, report
from tests.cast.places import COUNTY, OTHER_VILLAGE, WILLOW
from tests.postgresql import both_databases
from tests.registry.imports.sheets import sheet
from tests.registry.test_flows import intake_of
from tests.registry.world import ME, STANDING, registered

pytestmark = [both_databases, pytest.mark.usefixtures("tree")]
DAY = date(2015, 12, 31)
SINCE = date(2014, 5, 10)
TITLES = (
    "户编号", "行政村代码", "户类型", "脱贫标志", "首次识别时间", "脱贫时间",
    "监测对象类型", "风险识别时间", "风险是否消除", "主要致贫原因",
)  # fmt: skip
PEOPLE = ("人编号", "户编号", "姓名", "与户主关系", "人员识别时间")
EXITED = {"户类型": "脱贫户", "脱贫标志": "已脱贫", "脱贫时间": "2015-11-30"}


def home(number: str = "H1", **cells: str) -> dict[str, str]:
    return {
        "户编号": number,
        "行政村代码": WILLOW,
        "户类型": "一般贫困户",
        "首次识别时间": "2014-05-10",
        **cells,
    }


def upload(*homes: dict[str, str], confirmed: bool = False, on: date = DAY) -> Taken:
    """A workbook of households with one person each."""
    one = sheet("户", list(TITLES), *([row.get(title, "") for title in TITLES] for row in homes))
    people = [[f"{row['户编号']}-1", row["户编号"], "王一", "户主", "2014-05-10"] for row in homes]
    intake = intake_of(one, sheet("人", list(PEOPLE), *people), on=on)
    return take_in(replace(intake, confirmed=confirmed), by=ME)


def spells(number: str = "H1") -> list[tuple[int, date, date | None]]:
    found = Standing.objects.filter(household__household_no=number).order_by("since")
    return [(one.kind, one.since, one.until) for one in found]


def reasons(taken: Taken) -> str:
    return "\n".join(one.sentence() for one in taken.problems)


def kept(number: str = "H1") -> Household:
    return Household.objects.get(household_no=number)


def state() -> list[Any]:
    """Every row of households, people, standings and events."""
    return [
        sorted(map(str, one.objects.order_by().values_list())) for one in (Household, Person, Standing, Event)
    ]


@pytest.fixture
def begun(tree: None) -> None:
    """The county's first workbook."""
    upload(home())


def test_a_county_begins_with_its_workbook_and_another_county_later() -> None:
    upload(home("H1"), home("H2", **EXITED))
    assert [len(spells("H1")), len(spells("H2"))] == [1, 2]
    taken = upload(home("E1", 行政村代码=OTHER_VILLAGE))
    assert (taken.new_households, taken.problems) == (1, [])


@pytest.mark.usefixtures("begun")
class TestNobodyConfirmed:
    def test_an_exit_comes_back_with_the_way_on_and_nothing_changes(self) -> None:  # S4-76
        before = state()
        taken = upload(home(**EXITED, 主要致贫原因="因病"))
        assert state() == before, "not even the facts of the household, nor its people"
        assert "在册贫困户→已脱贫,自 2015-11-30" in reasons(taken)
        assert "县级" in reasons(taken)
        assert "贫困户退出" in reasons(taken)
        assert [(one.sheet, one.row) for one in taken.problems] == [("户", 2), ("人", 2)]

    def test_nobody_new_comes_on_the_books(self) -> None:  # S4-61
        taken = upload(home("H2", 首次识别时间="2014-01-01"))
        assert not Household.objects.filter(household_no="H2").exists()
        assert not Person.objects.filter(person_no="H2-1").exists()
        assert "不在册→在册贫困户,自 2014-01-01" in reasons(taken)
        assert "识别批次" in reasons(taken)

    def test_the_other_rows_come_in(self) -> None:
        taken = upload(home("H2"), home(主要致贫原因="因病"))
        assert taken.corrected_households == 1
        assert kept().main_cause == 1

    def test_marks_of_monitoring_wait_as_well(self) -> None:  # S1-43
        taken = upload(home(监测对象类型="突发严重困难户", 风险识别时间="2015-06-01"))
        assert kept().monitored_kind is None
        assert "监测标记变动" in reasons(taken)


@pytest.mark.usefixtures("begun")
class TestConfirmed:
    def test_the_changes_go_in_and_the_flows_agree(self) -> None:
        taken = upload(home(**EXITED), home("H2"), confirmed=True)
        assert taken.problems == []
        assert spells() == [
            (STANDING.registered, SINCE, date(2015, 11, 30)),
            (STANDING.exited, date(2015, 11, 30), None),
        ]
        assert spells("H2") == [(STANDING.registered, SINCE, None)]
        assert reconciliation(COUNTY, date(2012, 1, 1), DAY).agrees

    def test_the_day_of_a_risk_is_filled_in_by_a_workbook(self) -> None:
        """S1-43: the way on of a clearance that lacks it; the standing stays as it is."""
        upload(home(监测对象类型="突发严重困难户"), confirmed=True)
        assert (kept().monitored_kind, kept().risk_found_on) == (3, None)
        later = home(监测对象类型="突发严重困难户", 风险识别时间="2015-06-01")
        assert "监测标记变动" in reasons(upload(later))
        assert upload(later, confirmed=True).problems == []
        assert kept().risk_found_on == date(2015, 6, 1)
        assert spells() == [(STANDING.registered, SINCE, None)]

    def test_a_kept_day_of_identification_need_not_be_said_again(self) -> None:
        taken = upload(home(首次识别时间="", **EXITED), confirmed=True)
        assert (taken.problems, len(spells())) == ([], 2)

    @pytest.mark.parametrize(
        ("cells", "title", "sentence"),
        [
            ({**EXITED, "脱贫时间": "2014-05-10"}, "脱贫时间", "不能倒填"),
            ({**EXITED, "脱贫时间": "2013-01-01"}, "脱贫时间", "不能倒填"),
            ({**EXITED, "脱贫时间": "2016-03-01"}, "脱贫标志", "还没有到"),
            ({"脱贫标志": "已脱贫"}, "脱贫标志", "缺少脱贫时间"),
            ({"脱贫时间": "2015-11-30"}, "脱贫时间", "与该户的在册状态不符"),
            ({"脱贫标志": "返贫"}, "脱贫标志", "返贫认定"),
            ({"户类型": "一般农户"}, "户类型", "清退"),
            ({"首次识别时间": "2014-01-01"}, "首次识别时间", "与该户的在册状态不符"),
            ({"监测对象类型": "突发严重困难户", "风险识别时间": "2014-01-01"}, "风险识别时间", "不能倒填"),
        ],
    )
    def test_what_no_confirmation_helps(self, cells: dict[str, str], title: str, sentence: str) -> None:
        before = state()
        taken = upload(home(**cells), confirmed=True)
        assert state() == before
        assert taken.problems[0].title in (title, "户类型")
        assert sentence in reasons(taken)

    def test_no_standing_begins_tomorrow(self) -> None:
        day = clock.today().replace(year=clock.today().year + 1)
        taken = upload(home("H2", 首次识别时间=day.isoformat()), confirmed=True, on=day)
        assert "还没有到" in reasons(taken)
        assert not Household.objects.filter(household_no="H2").exists()


def test_a_mark_without_the_day_of_identification_does_not_change_alone() -> None:
    """The standing began with the workbook: no exit lies before it."""
    upload(home(首次识别时间=""))
    taken = upload(home(首次识别时间="", **EXITED), confirmed=True)
    assert "不能倒填" in reasons(taken)
    assert (kept().exit_mark, kept().exited_on, len(spells())) == (None, None, 1)


@pytest.mark.parametrize("basis", ["case:1", "split:H7"])
def test_what_a_case_decided_no_workbook_changes(basis: str) -> None:
    household = registered(on=SINCE)
    household.standings.update(basis=basis)
    taken = upload(home(household.household_no, **EXITED), confirmed=True)
    assert "办件(或分户)决定" in reasons(taken)
    assert household.standings.get().until is None
    household.refresh_from_db()
    assert household.exited_on is None


def test_who_is_off_the_books_stays_there() -> None:
    household = registered(on=SINCE)
    Standing.objects.update(until=date(2015, 6, 1))
    taken = upload(home(household.household_no, 首次识别时间="", **EXITED), confirmed=True)
    assert "现在不在册" in reasons(taken)
    household.refresh_from_db()
    assert household.exited_on is None


def test_the_report_counts_and_names_every_household() -> None:
    upload(home("H1"), home("H2"), home("H3"))
    told = [home("H1", **EXITED), home("H2", **EXITED), home("H3", 脱贫标志="已脱贫"), home("H4")]
    rows = intake_of(
        sheet("户", list(TITLES), *([one.get(title, "") for title in TITLES] for one in told)), on=DAY
    ).households
    found = report(asked(rows, known_households(rows.columns["household_no"]), DAY))
    assert (found["count"], found["hindered"]) == (3, 1)
    assert [(one["from"]["zh"], one["to"]["zh"], one["count"]) for one in found["changes"]] == [
        ("在册贫困户", "已脱贫", 2),
        ("不在册", "在册贫困户", 1),
    ]
    assert [one["household"] for one in found["shown"]] == ["H1", "H2", "H4"]
