"""What stands in the way of rows whose cells can all be read, and which rows may go in."""

from __future__ import annotations

from typing import Any

from bangfu.analytics.places import Place, Places
from bangfu.policy import vocabulary
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Reading, plan, read
from bangfu.registry.imports.vetting import find_places, sort_out, vet
from tests.registry.imports.sheets import VILLAGE, registry, sheet

PLACES = Places.of(
    [
        Place("610926100000", "城关镇"),
        Place(VILLAGE, "药妇沟村委会"),
        Place("610926100202", "三里垭村委会", dead=True),
        Place("610924100201", "邻县村"),
    ],
    "610926",
)
ID = "11010519491231002X"


def read_(households: list[list[Any]], people: list[list[Any]]) -> tuple[Reading, list[Problem]]:
    sheets = registry(households, people)
    found = read(sheets, plan(sheets, [vocabulary.table("person"), vocabulary.table("household")]))
    find_places(found.rows("household"), PLACES)
    return found, [*found.problems, *vet(found, PLACES)]


def test_good_rows_have_no_problem() -> None:
    _, problems = read_([["H1", VILLAGE]], [["P1", "H1", "王小明", ID]])
    assert problems == []


def test_a_number_that_stands_twice_is_final() -> None:
    _, problems = read_([["H1", VILLAGE], ["H1", VILLAGE]], [["P1", "H1"], ["P1", "H1"], ["P1", "H1"]])
    assert [(p.sheet, p.row, p.final) for p in problems] == [
        ("户", 3, True),
        ("人", 3, True),
        ("人", 4, True),
    ]
    assert "第 2 行" in problems[0].reason.zh
    assert "row 2" in problems[0].reason.en


def test_places() -> None:
    """Missing and foreign places are final; a dead or unknown one the clerk may admit as a doubt."""
    codes = ["", "610926100999", "610926100202", "610926100000", "610924100201"]
    _, problems = read_([[f"H{n}", code] for n, code in enumerate(codes)], [["P1", "H0"]])
    assert [(p.row, p.final) for p in problems] == [(2, True), (3, False), (4, False), (5, False), (6, True)]
    assert len({p.reason.zh for p in problems}) == 5
    assert all("请" in p.reason.zh for p in problems)


def test_villages_are_found_by_their_names() -> None:
    sheets = [
        sheet("户", ["户编号", "乡", "行政村"], ["H1", "城关镇", "药妇沟村"], ["H2", "城关镇", "没有的村"]),
        sheet("人", ["人编号", "户编号"], ["P1", "H1"]),
    ]
    found = read(sheets, plan(sheets, [vocabulary.table("person"), vocabulary.table("household")]))
    find_places(found.rows("household"), PLACES)
    assert found.rows("household").columns["division_code"] == [VILLAGE, None]
    (problem,) = vet(found, PLACES)
    assert (problem.row, problem.final) == (3, True)
    assert "村名" in problem.reason.zh


def test_numbers_that_cannot_be_right_are_doubtful_not_final() -> None:
    """S2-45: an error in the registry is a doubt to be settled, not a reason to keep a household out."""
    people = [
        ["P1", "H1", "甲", ID[:-1] + "1"],
        ["P2", "H1", "乙", "123"],
        ["P3", "H1", "丙", ID[:10] + "1331" + ID[14:]],
    ]
    people += [["P4", "H1", "丁", ""], ["P5", "H1", "戊", "110105491231002"]]
    _, problems = read_([["H1", VILLAGE]], people)
    assert [(p.row, p.final) for p in problems] == [(2, False), (3, False), (4, False)]
    assert all(p.value in p.reason.zh or "身份证号" in p.reason.zh for p in problems)


def sorted_(admit: bool, hold: bool) -> tuple[list[str], list[str], list[int]]:
    """Household and person numbers that go in, and the rows that come back: a county with three kinds of trouble."""
    reading, problems = read_(
        [["H1", VILLAGE], ["H2", "610926100999"], ["H3", ""], ["H4", VILLAGE, "三"]],
        [["P1", "H1"], ["P2", "H1", "甲", ID[:-1] + "1"], ["P3", "H2"], ["P4", "H3"], ["P5", "H4"]],
    )
    parted = sort_out(reading, problems, admit_doubtful=admit, hold_households=hold)
    back = sorted({(p.sheet, p.row) for p in parted.refused})
    return (
        parted.households.columns["household_no"],
        parted.persons.columns["person_no"],
        [row for _, row in back],
    )


def test_good_rows_are_not_held_up_unless_asked() -> None:
    households, people, back = sorted_(admit=False, hold=False)
    assert households == ["H1"]
    assert people == ["P1", "P3", "P4", "P5"]
    assert back == [3, 3, 4, 5]


def test_doubtful_rows_may_be_admitted() -> None:
    households, people, _ = sorted_(admit=True, hold=False)
    assert households == ["H1", "H2"]
    assert people == ["P1", "P2", "P3", "P4", "P5"]


def test_households_may_be_held_whole() -> None:
    """A household with a bad row comes back with all its people, and nobody goes in without a household."""
    households, people, back = sorted_(admit=False, hold=True)
    assert households == []
    assert people == []
    assert len(back) == 9


def test_nothing_is_lost_on_the_way() -> None:
    """Every row goes in or comes back with a reason."""
    for admit in (False, True):
        for hold in (False, True):
            reading, problems = read_(
                [["H1", VILLAGE], ["", VILLAGE]], [["P1", "H1"], ["P1", "H1"], ["P3", ""]]
            )
            parted = sort_out(reading, problems, admit_doubtful=admit, hold_households=hold)
            gone_in = {*parted.households.place, *parted.persons.place}
            came_back = {(p.sheet, p.row) for p in parted.refused}
            everything = {*reading.rows("household").place, *reading.rows("person").place}
            assert gone_in | came_back == everything
            assert gone_in & came_back == set()


def test_a_held_row_names_the_row_that_holds_it() -> None:
    reading, problems = read_([["H1", VILLAGE, "三"]], [["P1", "H1"]])
    parted = sort_out(reading, problems, admit_doubtful=False, hold_households=True)
    held = next(p for p in parted.refused if p.sheet == "人")
    assert "第 2 行" in held.reason.zh
    assert "Row 2" in held.reason.en
