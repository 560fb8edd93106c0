"""Ordinary workbooks come out as plain values, whatever program wrote them."""

from __future__ import annotations

import shutil
import subprocess
import time as clock_time
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bangfu.platform.files import delimited
from bangfu.platform.files.limits import ReadLimits
from bangfu.platform.files.workbooks import Cell, Sheet, Workbook, read
from bangfu.platform.files.writing import Column, WorkbookWriter

BOOKED = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - a workbook knows no zone
CLOSED = datetime(1999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - a workbook knows no zone
ROWS: list[list[object]] = [
    ["姓名", "出生", "金额", "是否", "时间", "备注"],
    ["张三", date(1990, 1, 31), 12.5, True, BOOKED, ""],
    ["李四", date(2000, 2, 29), -3, False, CLOSED, "=1+1"],
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sheets, one hidden, one empty; a merged range; a formula."""
    path = tmp_path_factory.mktemp("workbooks") / "source.xlsx"
    book = openpyxl.Workbook()
    first = book.active
    first.title = "人员"
    for row in ROWS[:2]:
        first.append(row)
    first.append([*ROWS[2][:5], "'text"])
    first["A5"] = "合计"
    first.merge_cells("A5:B6")
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "hidden"
    hidden["C3"] = "x"
    book.create_sheet("空")
    book.save(path)
    return path


def converted(source: Path, folder: Path, kind: str) -> Path:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / f"source.{kind}"


def check(book: Workbook, *, merged: list[tuple[int, int, int, int]], hidden_known: bool = True) -> None:
    people, hidden, empty = book.sheets
    assert [people.name, hidden.name, empty.name] == ["人员", "隐藏", "空"]
    assert [people.visible, empty.visible] == [True, True]
    assert hidden.visible is not hidden_known
    assert people.rows[0] == ROWS[0]
    assert people.rows[1] == ["张三", date(1990, 1, 31), 12.5, True, BOOKED, ""]
    assert people.rows[2][:5] == ROWS[2][:5]
    assert people.rows[4][0] == "合计"
    assert people.merged == merged
    assert hidden.rows == [["", "", ""], ["", "", ""], ["", "", "x"]]
    assert empty.rows == []


def test_xlsx(source: Path) -> None:
    check(read(source, name="人员.xlsx"), merged=[(4, 0, 5, 1)])


def test_the_content_decides_not_the_name(source: Path) -> None:
    check(read(source, name="wrong.xls"), merged=[(4, 0, 5, 1)])


def test_xls(source: Path, tmp_path: Path) -> None:
    check(read(converted(source, tmp_path, "xls"), name="人员.xls"), merged=[(4, 0, 5, 1)])


def test_ods(source: Path, tmp_path: Path) -> None:
    check(read(converted(source, tmp_path, "ods"), name="人员.ods"), merged=[])


def test_a_formula_gives_its_last_value(tmp_path: Path) -> None:
    path = tmp_path / "sums.xlsx"
    with WorkbookWriter(path) as book:
        book.sheet("a", [Column("n", "number", total=True)], [[1], [2]])
    assert read(path, name="sums.xlsx").sheets[0].rows == [["n"], [1.0], [2.0], [3.0]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_text_tables(tmp_path: Path, encoding: str, mark: str) -> None:
    rows = [["姓名", "备注"], ["张三", f'引号" 和 {mark}'], ["欧阳", "两行\n文字"], ["李四"]]
    lines = [mark.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
    path = tmp_path / "t.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    (sheet,) = read(path, name="名单.csv").sheets
    assert sheet == Sheet("名单", [*rows[:3], ["李四", ""]], [], True)


def test_a_rare_character_needs_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("姓名\n䶮㙓𬱖\n".encode("gb18030"))
    assert read(path, name="t.txt").sheets[0].rows == [["姓名"], ["䶮㙓𬱖"]]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="gbk", exclude_categories=["Cc", "Co", "Cn"])), min_size=2, max_size=2
        )
    )
)
def test_text_comes_back_from_every_encoding(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    for encoding in ("utf-8-sig", "utf-16"):
        assert delimited.decode(text.encode(encoding), name="x") == text


def test_large_workbooks_cost_little_more_than_the_parser(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = [
        Column(str(number), ("code", "text", "number", "date", "money")[number % 5]) for number in range(35)
    ]  # type: ignore[arg-type]
    kinds = ("610926199001011234", "张三", 7, date(1990, 1, 1), 12345)
    rows = [[f"{row}{kinds[0]}" if n % 5 == 0 else kinds[n % 5] for n in range(35)] for row in range(8_000)]
    path = tmp_path / "large.xlsx"
    start = clock_time.perf_counter()
    with WorkbookWriter(path) as book:
        book.sheet("1", columns, rows)
    written = clock_time.perf_counter() - start
    start = clock_time.perf_counter()
    plain: list[list[Cell]] = (
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    )
    parser = clock_time.perf_counter() - start
    start = clock_time.perf_counter()
    (sheet,) = read(path, name="large.xlsx", limits=ReadLimits()).sheets
    ours = clock_time.perf_counter() - start
    assert sheet.rows == plain
    with capsys.disabled():
        print(
            f"\n  8 000 × 35: written in {written:.1f} s; read in {ours:.2f} s, "
            f"{ours / parser:.2f} × plain calamine ({parser:.2f} s)"
        )
