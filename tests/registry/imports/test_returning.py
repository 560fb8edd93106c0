"""Bad rows go back in the clerk's own workbook: same header, marks, a reason, and the file can be sent in again."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.platform.files import workbooks
from bangfu.platform.files.workbooks import Sheet
from bangfu.policy import vocabulary
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Reading, plan, read
from bangfu.registry.imports.returning import write_returned
from tests.registry.imports.sheets import VILLAGE, registry, sheet

BOTH = [vocabulary.table("person"), vocabulary.table("household")]
RED = "FFFFC7CE"
SOFFICE, PDFTOTEXT = shutil.which("soffice"), shutil.which("pdftotext")
#: A title over all columns, then a header of two storeys.
FANCY = [
    ["平利县建档立卡贫困户", "", "", "", "", ""],
    ["户编号", "行政村代码", "家庭收入", "", "人数", "备注"],
    ["", "", "工资性收入", "家庭年纯收入", "", ""],
]
FANCY_MERGED = [(0, 0, 0, 5), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 2, 4), (1, 5, 2, 5)]
PEOPLE = ["人编号", "户编号", "姓名"]


def fancy(*rows: list[Any]) -> list[Sheet]:
    people = [["P1", "H1", "王小明"]]
    return [sheet("户", *FANCY, *rows, merged=FANCY_MERGED), sheet("人", PEOPLE, *people)]


def returned(path: Path, sheets: list[Sheet], language: str = "zh") -> tuple[Any, Reading]:
    found = read(sheets, plan(sheets, BOTH))
    write_returned(path, sheets, found.plans, found.problems, language)
    return openpyxl.load_workbook(path), found


def test_the_header_stands_as_it_stood_and_bad_cells_are_marked(tmp_path: Path) -> None:
    sheets = fancy(["H1", VILLAGE, 100, 5000, 2, "好"], ["H2", VILLAGE, "很多", 900, "三", "差"])
    book, _ = returned(tmp_path / "back.xlsx", sheets)
    ws = book["户"]
    assert [str(one) for one in sorted(ws.merged_cells.ranges, key=str)] == sorted(
        ["A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3"]
    )
    assert ws["A1"].value == "平利县建档立卡贫困户"
    assert [ws.cell(3, n).value for n in (3, 4)] == ["工资性收入", "家庭年纯收入"]
    assert (ws["G3"].value, ws["H3"].value) == ("退回原因", "原行号")
    assert [cell.value for cell in ws[4]][:6] == ["H2", VILLAGE, "很多", 900, "三", "差"]
    marked = [cell.coordinate for cell in ws[4] if cell.fill.fgColor.rgb == RED]
    assert marked == ["C4", "E4"]
    assert "金额" in ws["C4"].comment.text
    assert "工资性收入:" in ws["G4"].value
    assert "人数:" in ws["G4"].value
    assert ws["H4"].value == 5
    assert ws.freeze_panes == "A4"
    assert ws.max_row == 4, "good rows stay where they are"


def test_only_sheets_with_bad_rows_come_back(tmp_path: Path) -> None:
    book, _ = returned(tmp_path / "back.xlsx", registry([["H1", VILLAGE, "三"]], [["P1", "H1"]]))
    assert book.sheetnames == ["户"]


def test_nothing_to_return(tmp_path: Path) -> None:
    book, _ = returned(tmp_path / "back.xlsx", registry([["H1", VILLAGE, 3]], [["P1", "H1"]]))
    assert book.sheetnames == ["无退回行"]


def test_the_corrected_file_can_be_sent_in_again(tmp_path: Path) -> None:
    """Only the returned rows are in it; the two added columns are passed over; nothing is lost."""
    path = tmp_path / "back.xlsx"
    book, _ = returned(path, fancy(["H1", VILLAGE, 100, 5000, 2, ""], ["H2", VILLAGE, "很多", 900, "三", ""]))
    ws = book["户"]
    ws["C4"].value, ws["E4"].value = 800, 3
    book.save(path)
    again = workbooks.read(path, name="back.xlsx").sheets
    found = read(again, plan(again, BOTH))
    assert found.problems == []
    households = found.rows("household")
    assert households.columns["household_no"] == ["H2"]
    assert households.columns["income_wage"] == [80_000]
    assert households.columns["stated_members"] == [3]
    assert set(households.columns) == {
        "household_no",
        "division_code",
        "income_wage",
        "income_net",
        "stated_members",
    }


def test_sent_in_again_uncorrected_it_is_returned_again_with_one_reason_column(tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    returned(first, fancy(["H2", VILLAGE, "很多", 900, 3, ""]))
    book, _ = returned(second, workbooks.read(first, name="1.xlsx").sheets)
    titles = [cell.value for cell in book["户"][3]]
    assert titles.count("退回原因") == 1
    assert titles.count("原行号") == 1
    assert min(str(one) for one in book["户"].merged_cells.ranges) == "A1:F1"


def test_values_come_back_as_they_were(tmp_path: Path) -> None:
    """Text stays text, dates stay dates, and nothing becomes a formula."""
    titles = ["户编号", "行政村代码", "首次识别时间", "自然村", "住房面积", "人数", "家庭住址", "户类型"]
    row = [
        "007",
        VILLAGE,
        date(2014, 4, 1),
        "=1+1",
        80.5,
        "三",
        "+86",
        datetime.fromisoformat("2015-01-02T03:04"),
    ]
    book, _ = returned(
        tmp_path / "back.xlsx", [sheet("户", titles, row), sheet("人", PEOPLE, ["P1", "H1", "x"])]
    )
    cells = list(book["户"][2])
    assert [cell.value for cell in cells[:5]] == [
        "007",
        VILLAGE,
        datetime.fromisoformat("2014-04-01"),
        "=1+1",
        80.5,
    ]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert cells[6].value == "+86"


@pytest.mark.parametrize(
    "odd", [True, False, time(8, 30), 1e308, "x" * 40_000, "a\x00b", "https://example.invalid", "'x"]
)
def test_odd_values_do_not_break_the_workbook(tmp_path: Path, odd: Any) -> None:
    sheets = [
        sheet("户", ["户编号", "行政村代码", "人数", "自然村"], ["H1", VILLAGE, "三", odd]),
        sheet("人", PEOPLE, ["P1", "H1"]),
    ]
    book, _ = returned(tmp_path / "back.xlsx", sheets)
    assert book["户"]["C2"].value == "三"


@pytest.mark.parametrize("name", ["人员[1]", "a/b:c?*", "'户'", "一" * 40, "History", ""])
def test_a_sheet_whose_name_no_workbook_allows(tmp_path: Path, name: str) -> None:
    """A text file is one sheet under its own name, which may be anything."""
    sheets = [sheet(name, ["人编号", "户编号", "姓名", "性别"], ["P1", "H1", "王小明", "甲"])]
    book, _ = returned(tmp_path / "back.xlsx", sheets)
    assert book.worksheets[0]["D2"].value == "甲"


def test_two_long_names_that_are_cut_alike(tmp_path: Path) -> None:
    title = ["人编号", "户编号", "性别"]
    sheets = [sheet("很" * 31 + end, title, [f"P{end}", "H1", "甲"]) for end in ("一", "二")]
    book, _ = returned(tmp_path / "back.xlsx", sheets)
    assert [ws["A2"].value for ws in book.worksheets] == ["P一", "P二"]


def test_reasons_in_english(tmp_path: Path) -> None:
    book, _ = returned(tmp_path / "back.xlsx", registry([["H1", VILLAGE, "三"]], [["P1", "H1"]]), "en")
    assert "whole number is needed" in book["户"]["H2"].value


def test_problems_of_whole_rows_mark_no_cell(tmp_path: Path) -> None:
    sheets = registry([["H1", VILLAGE, 2]], [["P1", "H1"]])
    found = read(sheets, plan(sheets, BOTH))
    from bangfu.policy.words import Words

    problem = Problem("户", 2, None, "户编号", "H1", Words("编号重复。请保留一行。", "Twice. Keep one."))
    assert write_returned(tmp_path / "back.xlsx", sheets, found.plans, [problem]) == 1
    ws = openpyxl.load_workbook(tmp_path / "back.xlsx")["户"]
    assert [cell.coordinate for cell in ws[2] if cell.fill.fgColor.rgb == RED] == []
    assert ws["H2"].value == "户编号:编号重复。请保留一行。"


@pytest.mark.skipif(
    not (SOFFICE and PDFTOTEXT), reason="LibreOffice or pdftotext is not installed: no page to look at"
)
def test_libreoffice_opens_it_and_shows_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "back.xlsx"
    returned(path, fancy(["H2", VILLAGE, "很多", 900, "三", ""]))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        str(SOFFICE),
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        [str(PDFTOTEXT), tmp_path / "back.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "退回原因" in text
    joined = text.replace("\n", "").replace(" ", "")
    assert "工资性收入:应填金额" in joined
    assert "人数:" in joined, "every reason of a row is to be seen"
    assert text.count("\f") == 1, "all columns fit on one page"
