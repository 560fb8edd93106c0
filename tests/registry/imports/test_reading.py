"""Workbooks as typed rows: two sheets or one, what is required, what contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.platform.files.workbooks import Sheet
from bangfu.policy import vocabulary
from bangfu.registry.imports.headers import Header, Mapping_
from bangfu.registry.imports.problems import NoHeader, TwoColumns
from bangfu.registry.imports.reading import Reading, plan, read
from tests.registry.imports.sheets import VILLAGE, registry, sheet

BOTH = [vocabulary.table("person"), vocabulary.table("household")]


def reading(sheets: list[Sheet], remembered: dict[str, Mapping_] | None = None) -> Reading:
    return read(sheets, plan(sheets, BOTH, remembered))


def test_two_sheets_become_two_tables() -> None:
    found = reading(
        registry(
            [["H1", VILLAGE, 2, "一般贫困户", "未脱贫", "2014-04-01", "5,200元"]],
            [
                ["P1", "H1", "王小明", "11010519491231002X", "女", "1949-12-31", "户主"],
                ["P2", "H1", "王大", None, "男", None, "之子"],
            ],
        )
    )
    households, people = found.rows("household"), found.rows("person")
    assert found.problems == []
    assert households.columns["income_net"] == [520_000]
    assert households.columns["identified_on"] == [20140401]
    assert households.place == [("户", 2)]
    assert people.columns["relation"] == [2, 20]
    assert people.columns["id_number"] == ["11010519491231002X", None]
    assert people.place == [("人", 2), ("人", 3)]


def test_blank_rows_are_passed_over_and_rows_keep_their_number() -> None:
    sheets = registry([["H1", VILLAGE], [""] * 7, [None] * 7, ["H2", VILLAGE]], [["P1", "H1"]])
    found = reading(sheets)
    assert found.rows("household").place == [("户", 2), ("户", 5)]


def test_an_unreadable_cell_is_a_problem_at_its_place_and_the_rest_of_the_row_is_read() -> None:
    found = reading(registry([["H1", VILLAGE, "三", "一般户", "未脱贫", "2014", "很多"]], [["P1", "H1"]]))
    assert [(p.sheet, p.row, p.title, p.value) for p in found.problems] == [
        ("户", 2, "人数", "三"),
        ("户", 2, "家庭年纯收入", "很多"),
    ]
    assert found.rows("household").columns["household_kind"] == [1]
    assert "工作表“户”第 2 行“人数”列" in found.problems[0].sentence()
    assert "Sheet “户”, row 2, column “人数”" in found.problems[0].sentence("en")


def test_a_required_cell_that_is_empty_is_a_problem() -> None:
    found = reading(registry([["", VILLAGE, 2]], [["P1", "", "王小明"], ["", "H1", "李四"]]))
    places = {(p.sheet, p.row, p.title) for p in found.problems}
    assert places == {("户", 2, "户编号"), ("人", 2, "户编号"), ("人", 3, "人编号")}
    assert all("必填" in p.reason.zh for p in found.problems)


NATIONAL = [
    "县",
    "乡",
    "行政村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "人数",
    "与户主关系",
    "人均纯收入",
    "危房户",
]


def national(*rows: list[Any]) -> list[Sheet]:
    return [sheet("人员信息", NATIONAL, *rows)]


def test_the_national_form_gives_people_and_their_households_from_one_sheet() -> None:
    found = reading(
        national(
            ["平利县", "城关镇", "药妇沟村", "H1", "P1", "王小明", None, 2, "户主", 2600, "否"],
            ["平利县", "城关镇", "药妇沟村", "H1", "P2", "王大", None, 2, "之子", 2600, "否"],
            ["平利县", "城关镇", "三里垭村", "H2", "P3", "李四", None, 1, "户主", 3000, "是"],
        )
    )
    assert found.problems == []
    households = found.rows("household")
    assert households.columns["household_no"] == ["H1", "H2"]
    assert households.columns["village_name"] == ["药妇沟村", "三里垭村"]
    assert households.columns["income_per_head"] == [260_000, 300_000]
    assert households.columns["dangerous_dwelling"] == [False, True]
    assert households.place == [("人员信息", 2), ("人员信息", 4)]
    assert found.rows("person").columns["household_no"] == ["H1", "H1", "H2"]


def test_the_heads_row_speaks_for_the_household() -> None:
    """Not the first row: the head's, wherever it stands."""
    found = reading(
        national(
            ["平利县", "城关镇", "药妇沟村", "H1", "P2", "王大", None, 3, "之子", 2600, "否"],
            ["平利县", "城关镇", "药妇沟村", "H1", "P1", "王小明", None, 2, "户主", 2600, "否"],
        )
    )
    assert found.rows("household").columns["stated_members"] == [2]
    assert found.rows("household").place == [("人员信息", 3)]
    (problem,) = found.problems
    assert (problem.row, problem.title) == (2, "人数")
    assert "第 3 行" in problem.reason.zh
    assert "row 3" in problem.reason.en


def test_an_empty_cell_of_another_row_contradicts_nothing() -> None:
    found = reading(
        national(
            ["平利县", "城关镇", "药妇沟村", "H1", "P1", "王小明", None, 2, "户主", 2600, "否"],
            ["", "", "", "H1", "P2", "王大", None, "", "之子", "", ""],
        )
    )
    assert found.problems == []


def test_a_household_without_a_head_is_spoken_for_by_its_first_row() -> None:
    found = reading(
        national(["平利县", "城关镇", "药妇沟村", "H1", "P1", "王小明", None, 2, "之子", 2600, "否"])
    )
    assert found.rows("household").columns["household_no"] == ["H1"]


def test_a_clerks_own_columns_are_remembered() -> None:
    """Mapped once, understood again: next month's workbook has the same odd titles."""
    sheets = [sheet("表", ["家号", "人号", "称呼"], ["H1", "P1", "王小明"])]
    with pytest.raises(NoHeader):
        reading(sheets)
    header = Header(0, 0, ("家号", "人号", "称呼"))
    meaning = {0: ("person", "household_no"), 1: ("person", "person_no"), 2: ("person", "name")}
    found = reading(sheets, {header.signature: meaning})
    assert found.rows("person").columns["name"] == ["王小明"]


def test_a_remembered_mapping_of_two_columns_to_one_meaning_is_refused() -> None:
    sheets = [sheet("表", ["家号", "人号", "称呼"], ["H1", "P1", "王小明"])]
    signature = Header(0, 0, ("家号", "人号", "称呼")).signature
    twice = {0: ("person", "household_no"), 1: ("person", "person_no"), 2: ("person", "person_no")}
    with pytest.raises(TwoColumns, match="人号"):
        reading(sheets, {signature: twice})


def test_sheets_without_a_known_header_are_left_out() -> None:
    found = reading(
        [sheet("说明", ["填表说明"], ["请如实填写"]), *registry([["H1", VILLAGE]], [["P1", "H1"]])]
    )
    assert [one.sheet for one in found.plans] == ["户", "人"]


def test_people_without_their_numbers_are_not_understood() -> None:
    """A list of names is no registry: it says which columns are needed."""
    with pytest.raises(NoHeader) as refusal:
        reading([sheet("名单", ["姓名", "性别"], ["王小明", "男"])])
    assert "人编号" in refusal.value.sentence("zh")
    assert "名单" in refusal.value.sentence("en")


def test_two_sheets_of_people_are_put_together() -> None:
    title = ["人编号", "户编号", "姓名"]
    found = reading(
        [
            sheet("一村", title, ["P1", "H1", "王小明"]),
            sheet("二村", [*title, "性别"], ["P2", "H2", "李四", "男"]),
        ]
    )
    people = found.rows("person")
    assert people.columns["person_no"] == ["P1", "P2"]
    assert people.columns["sex"] == [None, 1]
    assert people.place == [("一村", 2), ("二村", 2)]


def test_numbers_kept_as_figures_are_refused_where_digits_are_lost() -> None:
    """Excel keeps 15 digits: an identity number stored as a figure has lost its tail, and nobody guesses it."""
    found = reading(registry([["H1", VILLAGE]], [["P1", "H1", "王小明", 1.1010519491231e17]]))
    (problem,) = found.problems
    assert problem.title == "证件号码"
    assert "文本" in problem.reason.zh


def test_rows_as_arrow_have_every_column_of_the_vocabulary() -> None:
    table = reading(registry([["H1", VILLAGE]], [["P1", "H1"]])).rows("household").arrow()
    assert table.column_names == [column.name for column in vocabulary.table("household").entered]
    assert table["income_net"].to_pylist() == [None]


def test_an_empty_table_under_a_good_header() -> None:
    found = reading(registry([], []))
    assert len(found.rows("household")) == 0
    assert found.problems == []
