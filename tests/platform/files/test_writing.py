"""What goes out is what was given, and nothing in it runs."""

from __future__ import annotations

import csv
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.platform.files import writing
from bangfu.platform.files.errors import SheetFull
from bangfu.platform.files.workbooks import read
from bangfu.platform.files.writing import Column, Mark, WorkbookWriter, write_csv

COLUMNS = [
    Column("姓名"),
    Column("证件号码", "code"),
    Column("人数", "number", total=True),
    Column("金额(元)", "money", total=True),
    Column("日期", "date"),
]
ROW = ["张三", "610926199001011234", 3, 123_456, date(2026, 1, 31)]
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
    "http://x.y",
]


def written(path: Path, rows: list[list[Any]], **options: Any) -> openpyxl.worksheet.worksheet.Worksheet:
    with WorkbookWriter(path) as book:
        book.sheet("表", COLUMNS, rows, **options)
    return openpyxl.load_workbook(path)["表"]


def test_kinds_and_looks(tmp_path: Path) -> None:
    sheet = written(tmp_path / "o.xlsx", [ROW])
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E2"
    assert [cell.value for cell in sheet[2]] == ["张三", ROW[1], 3, 1234.56, datetime(2026, 1, 31)]  # noqa: DTZ001
    assert [cell.number_format for cell in sheet[2]] == ["General", "@", "General", "#,##0.00", "yyyy-mm-dd"]
    assert sheet["B2"].data_type == "s"


def test_totals_follow_the_filter_and_hold_their_value(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    sheet = written(path, [ROW, ROW, ["李四", None, None, None, None]])
    assert [cell.value for cell in sheet[5]] == [
        "合计",
        None,
        "=SUBTOTAL(109,C2:C4)",
        "=SUBTOTAL(109,D2:D4)",
        None,
    ]
    assert read(path, name="o.xlsx").sheets[0].rows[4][:4] == ["合计", "", 6.0, 2469.12]


def test_marks_show_colour_and_note(tmp_path: Path) -> None:
    marks = {(0, 0): Mark("#FFC7CE", "=核对"), (1, 4): Mark("#FFEB9C")}
    sheet = written(tmp_path / "o.xlsx", [ROW, [*ROW[:4], None]], marks=marks)
    assert sheet["A2"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["A2"].value == "张三"
    assert "=核对" in sheet["A2"].comment.text
    assert sheet["E3"].fill.fgColor.rgb == "FFFFEB9C"
    assert sheet["E3"].number_format == "yyyy-mm-dd"
    assert sheet["E3"].comment is None


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("column", range(5))
def test_text_never_becomes_a_formula_or_a_link(tmp_path: Path, text: str, column: int) -> None:
    path = tmp_path / "o.xlsx"
    row: list[Any] = [None] * 5
    row[column] = text
    columns = [Column(text, one.kind) for one in COLUMNS]
    with WorkbookWriter(path) as book:
        book.sheet("表", columns, [row], marks={(0, 0): Mark("#FFFFFF", text)})
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert not any(
            "rels" in name and "hyperlink" in archive.read(name).decode() for name in archive.namelist()
        )
    cell = openpyxl.load_workbook(path)["表"].cell(2, column + 1)
    assert (cell.data_type, cell.hyperlink) == ("s", None)


def test_text_that_looks_like_markup_of_the_writer_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    evil = "<r><t>x</t></r></si><si><t>smuggled</t></si><si><r></r>"
    written(path, [[evil, evil, evil, evil, evil]])
    rows = read(path, name="o.xlsx").sheets[0].rows
    assert [str(cell).strip() for cell in rows[1]] == [evil] * 5


def test_values_that_do_not_fit_their_column_become_text(tmp_path: Path) -> None:
    odd: list[list[Any]] = [
        [7, 610926, "三", "一百", "不详"],
        [None, None, 10**18, 1.5, datetime(2026, 1, 31, 23, tzinfo=UTC)],
        [True, False, True, 10**20, date(1899, 1, 1)],
        [Decimal("1.5"), None, Decimal("1.5"), None, 20260131],
        [None, None, float("nan"), None, date(1900, 2, 28)],
        [None, None, Decimal("NaN"), None, date(1900, 3, 1)],
    ]
    path = tmp_path / "o.xlsx"
    written(path, odd)
    rows = read(path, name="o.xlsx").sheets[0].rows
    assert rows[1] == ["7", "610926", "三", "一百", "不详"]
    assert rows[2] == ["", "", str(10**18), "1.5", date(2026, 1, 31)]
    assert rows[3] == ["True", "False", True, str(10**20), "1899-01-01"]
    assert rows[4] == ["1.5", "", 1.5, "", "20260131"]
    assert rows[5] == ["", "", "nan", "", "1900-02-28"]
    assert rows[6] == ["", "", "NaN", "", date(1900, 3, 1)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])).filter(str.strip), min_size=1
    )
)
def test_text_comes_back_unchanged(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "o.xlsx"
    with WorkbookWriter(path) as book:
        book.sheet("表", [Column("a")], [[text] for text in texts])
    found = [row[0] for row in read(path, name="o.xlsx").sheets[0].rows[1:]]
    assert found == texts


@pytest.mark.parametrize(
    ("titles", "used"),
    [
        (["a/b:c*d?e[f]g\\h", "'x'", "", "History"], ["a b c d e f g h", "x", "Sheet", "History (2)"]),
        (["户", "户", "户"], ["户", "户 (2)", "户 (3)"]),
        (["A", "a"], ["A", "a (2)"]),
        (["很长" * 20, "很长" * 20], [("很长" * 20)[:31], ("很长" * 20)[:27] + " (2)"]),
    ],
)
def test_sheet_titles_are_made_to_fit(tmp_path: Path, titles: list[str], used: list[str]) -> None:
    with WorkbookWriter(tmp_path / "o.xlsx") as book:
        assert [book.sheet(title, COLUMNS, []) for title in titles] == used
    assert openpyxl.load_workbook(tmp_path / "o.xlsx").sheetnames == used


def test_a_sheet_that_is_full_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 2)
    with pytest.raises(SheetFull, match="表"):
        written(tmp_path / "o.xlsx", [ROW] * 3)
    assert not (tmp_path / "o.xlsx").exists()


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    rows = [ROW, ["李四", None, -5, -7, None], ["a,b", 'q"', True, "x", "不详"]]
    assert write_csv(path, COLUMNS, rows) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read(path, name="o.csv").sheets[0].rows == [
        [column.title for column in COLUMNS],
        ["张三", "610926199001011234", "3", "1234.56", "2026-01-31"],
        ["李四", "", "-5", "-0.07", ""],
        ["a,b", 'q"', "True", "x", "不详"],
    ]


@pytest.mark.parametrize("text", [*FORMULAS[:8], "\n=1", "＝1+1", "－1"])
def test_csv_text_that_a_spreadsheet_would_run_is_quoted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "o.csv"
    write_csv(path, [Column(text)], [[text]])
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [[f"'{text}"], [f"'{text}"]]
