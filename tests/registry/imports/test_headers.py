"""Finding the header of somebody's sheet and what each column means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy import vocabulary
from bangfu.registry.imports.headers import (
    ADDED,
    SEARCHED_ROWS,
    checked,
    find_header,
    fullest_row,
    normal,
    remembered_header,
    suggest,
)
from bangfu.registry.imports.problems import TwoColumns
from bangfu.registry.workbooks import NATIONAL

PERSON, HOUSEHOLD = vocabulary.table("person"), vocabulary.table("household")
BOTH = [PERSON, HOUSEHOLD]
PLAIN = ["户编号", "人编号", "姓名", "证件号码", "与户主关系"]


def titles(rows: list[list[Any]], merged: list[tuple[int, int, int, int]] = []) -> tuple[str, ...]:  # noqa: B006
    header = find_header(rows, merged, BOTH)
    assert header is not None
    return header.titles


def test_a_header_in_the_first_row() -> None:
    header = find_header([PLAIN, ["1", "11", "王小明", "x", "户主"]], [], BOTH)
    assert header is not None
    assert (header.first, header.last, header.titles) == (0, 0, tuple(PLAIN))


def test_a_header_under_a_title_and_a_note() -> None:
    rows = [
        ["平利县建档立卡贫困户信息表", "", "", "", ""],
        ["单位:元", "", "", "", ""],
        PLAIN,
        ["1", "11", "王小明", "x", "户主"],
    ]
    header = find_header(rows, [(0, 0, 0, 4)], BOTH)
    assert header is not None
    assert (header.first, header.last) == (2, 2)


def test_a_header_of_two_storeys_with_merged_cells() -> None:
    """家庭收入 over its four kinds; the other columns are merged downward."""
    rows = [
        ["户编号", "人数", "家庭收入", "", "", "", "备注"],
        ["", "", "工资性收入", "生产经营性收入", "财产性收入", "转移性收入", ""],
        ["1", 3, 100, 200, 0, 50, ""],
    ]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 5), (0, 6, 1, 6)]
    header = find_header(rows, merged, BOTH)
    assert header is not None
    assert header.last == 1
    assert header.titles[:6] == ("户编号", "人数", "工资性收入", "生产经营性收入", "财产性收入", "转移性收入")


def test_the_row_below_is_not_taken_for_a_storey() -> None:
    """A row of data stays a row of data."""
    assert titles([PLAIN, ["1", "11", "王小明", "x", "户主"], ["2", "21", "李四", "y", "户主"]]) == tuple(
        PLAIN
    )


def test_a_header_below_the_first_rows_is_not_looked_for() -> None:
    rows = [[""] * 5 for _ in range(SEARCHED_ROWS)] + [PLAIN]
    assert find_header(rows, [], BOTH) is None
    assert find_header(rows[1:], [], BOTH) is not None


@pytest.mark.parametrize("rows", [[], [[]], [["甲", "乙"], ["1", "2"]], [["", ""]]])
def test_no_header_at_all(rows: list[list[Any]]) -> None:
    assert find_header(rows, [], BOTH) is None


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("户编号", ("person", "household_no")),
        ("户 编 号", ("person", "household_no")),
        ("*户编号", ("person", "household_no")),
        ("户编号:", ("person", "household_no")),
        ("aac001", ("person", "household_no")),
        ("household_no", ("person", "household_no")),
        ("身份证号码", ("person", "id_number")),
        ("务工时间(月)", ("person", "work_months")),
        ("务工时间（月）", ("person", "work_months")),
        ("工资性收入（元）", ("household", "income_wage")),
        ("家庭人口数", ("household", "stated_members")),
        ("致贫原因1", ("household", "main_cause")),
        ("户/人联系电话", ("household", "phone")),
        ("name", ("person", "name")),
        ("是否参加城乡居民基本医疗保险情况", ("person", "medical_insurance")),  # near enough
    ],
)
def test_titles_and_what_they_mean(written: str, meaning: tuple[str, str]) -> None:
    assert suggest([written], BOTH) == {0: meaning}


@pytest.mark.parametrize("written", ["", " ", "备注", "序号", "x", *ADDED])
def test_titles_that_mean_nothing(written: str) -> None:
    assert suggest([written], BOTH) == {}


def test_the_national_header_is_understood_as_it_stands() -> None:
    """requirements/national_export.md, header of 2022: every column, each with the meaning we export it from."""
    header = [title for title, _, _ in NATIONAL]
    found = suggest(header, BOTH)
    assert len(found) == len(header)
    for place, (title, table, name) in enumerate(NATIONAL):
        shared = {"household_no"}
        assert found[place] == (table, name) or name in shared, title


def test_field_codes_of_the_national_system_are_understood() -> None:
    found = suggest(
        ["aac001", "aar040", "aad001", "aar012", "aac006", "aar010", "aar007", "aac007", "aac008"], BOTH
    )
    assert {name for _, name in found.values()} == {
        "household_no",
        "income_year",
        "division_code",
        "phone",
        "household_kind",
        "exit_mark",
        "group_no",
        "main_cause",
        "other_causes",
    }


def test_a_title_that_stands_twice_is_mapped_once() -> None:
    assert suggest(["姓名", "姓名"], BOTH) == {0: ("person", "name")}


def test_two_columns_of_one_meaning_are_refused_when_a_clerk_says_so() -> None:
    with pytest.raises(TwoColumns) as refusal:
        checked({0: ("person", "name"), 3: ("person", "name")}, ["名字", "b", "c", "大名"], "人")
    for sentence in (refusal.value.sentence("zh"), refusal.value.sentence("en")):
        assert "名字" in sentence
        assert "大名" in sentence


def test_a_header_has_one_signature_however_it_is_typed() -> None:
    """A clerk's mapping is found again for next month's workbook with stars, spaces and returned columns."""
    rows = [PLAIN, ["1", "11", "王小明", "x", "户主"]]
    typed = [["*" + PLAIN[0], f" {PLAIN[1]} ", *PLAIN[2:], "退回原因", "原行号"], rows[1]]
    first, second = find_header(rows, [], BOTH), find_header(typed, [], BOTH)
    assert first is not None
    assert second is not None
    assert first.signature == second.signature
    other = find_header([[*PLAIN[1:], PLAIN[0]], rows[1]], [], BOTH)
    assert other is not None
    assert other.signature != first.signature


def test_the_title_above_the_header_does_not_change_its_signature() -> None:
    """The month in the title of the sheet changes; the clerk's mapping is still found, also beside an empty title."""

    def signature(month: str) -> str:
        rows = [
            [f"平利县{month}贫困户信息表", "", "", "", "", ""],
            [*PLAIN, ""],
            ["1", "11", "王小明", "x", "户主", "y"],
        ]
        header = find_header(rows, [(0, 0, 0, 5)], BOTH)
        assert header is not None
        return header.signature

    assert signature("2015年6月") == signature("2015年7月")


def test_a_remembered_header_is_found_though_no_title_is_known() -> None:
    rows = [["某县", "", ""], ["编码A", "编码B", "称呼"], ["1", "11", "王小明"]]
    guess = fullest_row(rows)
    assert guess is not None
    assert guess.titles == ("编码A", "编码B", "称呼")
    found = remembered_header(rows, [], {guess.signature})
    assert found == guess
    assert remembered_header(rows, [], {"something else"}) is None


def test_the_fullest_row_of_an_empty_sheet() -> None:
    assert fullest_row([]) is None
    assert fullest_row([["", " "], ["", ""]]) is None


@given(st.text(max_size=20))
def test_normal_is_stable(title: str) -> None:
    assert normal(normal(title)) == normal(title)


@given(
    st.lists(
        st.lists(
            st.one_of(st.text(max_size=6), st.integers(), st.none(), st.sampled_from(PLAIN)), max_size=8
        ),
        max_size=20,
    )
)
def test_no_sheet_breaks_the_search(rows: list[list[Any]]) -> None:
    """Ragged rows, numbers in the header, anything."""
    header = find_header(rows, [(0, 0, 3, 3), (50, 50, 60, 60)], BOTH)
    if header is not None:
        assert 0 <= header.first <= header.last < len(rows)
        suggest(header.titles, BOTH)
