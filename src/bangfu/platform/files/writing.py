"""Workbooks and text tables that go out. No cell that came from people's input ever becomes a formula."""

from __future__ import annotations

import csv
import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from bangfu.platform.files.errors import SheetFull
from bangfu.platform.files.sheet_body import BodySheet, ColumnCells, Kind, Strings, exact_sum, harmless, yuan

#: Header and totals row also need a place below Excel's 1 048 576.
MOST_ROWS = 1_048_574
LONGEST_TITLE = 31
ROWS_AT_ONCE = 1_000
_WIDTHS: Mapping[Kind, float] = {"text": 16, "number": 10, "money": 14, "date": 12, "code": 21}
_NUMBER_FORMATS: Mapping[Kind, str] = {
    "text": "General",
    "number": "General",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "code": "@",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``money`` holds integer fen and is shown in yuan; ``code`` is text that only looks like a
    number (an ID number, a division code); ``date`` holds dates. ``total`` adds a sum under the last row."""

    title: str
    kind: Kind = "text"
    width: float | None = None
    total: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell to look at: background colour as ``#RRGGBB``, and a note that shows when the pointer rests on
    it."""

    colour: str
    note: str = ""


class WorkbookWriter:
    """``with WorkbookWriter(path) as book: book.sheet("2026", columns, rows)``; the file is there when the
    block ends."""

    def __init__(self, path: Path | str, *, total_label: str = "合计") -> None:
        self._book = xlsxwriter.Workbook(str(path), _OPTIONS)
        self._strings = self._book.str_table = Strings()
        self._total_label = total_label
        self._formats: dict[tuple[Kind, str, bool], Format] = {}
        self._titles: set[str] = set()
        self._header = self._book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            with _collector_paused():
                self._book.close()

    def sheet(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        *,
        marks: Mapping[tuple[int, int], Mark] | None = None,
    ) -> str:
        """Add a sheet: bold frozen header, filter, a row for each of ``rows`` (values in the order of
        ``columns``).

        ``marks`` are by (row, column) of ``rows``, counted from 0. A value of another kind than its column's
        is written as text, None as an empty cell. Returns the title used: cut to 31 characters, without what
        Excel forbids, made unique. Raises ``SheetFull`` beyond 1 048 574 rows.
        """
        used = self._unique(title)
        sheet = self._book.add_worksheet(used, worksheet_class=BodySheet)
        for number, column in enumerate(columns):
            width = column.width or max(_WIDTHS[column.kind], 2 * len(column.title) + 3)
            sheet.set_column(number, number, width, self._format(column.kind))
            sheet.write_string(0, number, column.title, self._header)
        sheet.freeze_panes(1, 0)
        with _collector_paused():
            count = self._write_rows(sheet, used, columns, rows, marks or {})
        if columns:
            sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        return used

    def _write_rows(
        self,
        sheet: BodySheet,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        marks: Mapping[tuple[int, int], Mark],
    ) -> int:
        cells = [self._cells(place, column, marks) for place, column in enumerate(columns)]
        sums: dict[int, Any] = {place: 0 for place, column in enumerate(columns) if column.total}
        count, source = 0, iter(rows)
        while batch := list(islice(source, ROWS_AT_ONCE)):
            if count + len(batch) > MOST_ROWS:
                raise SheetFull(sheet=title, rows=MOST_ROWS)
            sheet.put(cells, count + 1, batch)
            for place, before in sums.items():
                sums[place] = exact_sum(chain([before], (row[place] for row in batch)))
            count += len(batch)
        for (row, place), mark in marks.items():
            if mark.note and row < count:
                sheet.write_comment(row + 1, place, harmless(mark.note))
        if sums:
            self._write_totals(sheet, columns, count, sums)
        return count

    def _cells(self, place: int, column: Column, marks: Mapping[tuple[int, int], Mark]) -> ColumnCells:
        looks = {
            row + 2: self._format(column.kind, mark.colour)
            for (row, number), mark in marks.items()
            if number == place
        }
        return ColumnCells.of(place, column.kind, self._format(column.kind), self._strings, looks)

    def _write_totals(
        self, sheet: BodySheet, columns: Sequence[Column], count: int, sums: Mapping[int, Any]
    ) -> None:
        """One row of sums that follow the filter. The only formulas, and no input is in them."""
        below = count + 1
        for number, column in enumerate(columns):
            look = self._format(column.kind, bold=True)
            if number in sums:
                letter = xl_col_to_name(number)
                value = yuan(sums[number]) if column.kind == "money" else float(sums[number])
                sheet.write_formula(
                    below, number, f"=SUBTOTAL(109,{letter}2:{letter}{count + 1})", look, value
                )
            elif number == 0:
                sheet.write_string(below, number, self._total_label, look)

    def _format(self, kind: Kind, colour: str = "", *, bold: bool = False) -> Format:
        known = self._formats.get((kind, colour, bold))
        if known is None:
            look: dict[str, Any] = {"num_format": _NUMBER_FORMATS[kind], "bold": bold}
            if colour:
                look["bg_color"] = colour
            known = self._formats[kind, colour, bold] = self._book.add_format(look)
        return known

    def _unique(self, title: str) -> str:
        allowed = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip().strip("'") or "Sheet"
        stem, tail, number = allowed, "", 1
        while (used := stem[: LONGEST_TITLE - len(tail)].rstrip("'") + tail).lower() in self._titles | {
            "history"
        }:
            number += 1
            tail = f" ({number})"
        self._titles.add(used.lower())
        return used


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the search for cycles: millions of cells hold none, and it would take a fifth of the time."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def write_csv(path: Path | str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write a text table in UTF-8 with mark (Excel then reads Chinese rightly) and return the number of rows.

    Values as in a workbook: money in fen becomes yuan, dates ISO, None empty. Text that a spreadsheet would
    take for a formula (it begins with = + - @, tab or a line break, also in full width) gets a leading
    apostrophe.
    """
    shows = [_SHOWS.get(column.kind, str) for column in columns]
    written = 0
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow([_unevaluated(column.title) for column in columns])
        for row in rows:
            out.writerow([_csv_cell(value, show) for value, show in zip(row, shows, strict=True)])
            written += 1
    return written


def _csv_cell(value: Any, show: Callable[[Any], str]) -> str:
    if value is None:
        return ""
    return _unevaluated(value) if isinstance(value, str) else show(value)


def _unevaluated(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _show_money(fen: Any) -> str:
    if type(fen) is not int:
        return str(fen)
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _show_date(day: Any) -> str:
    return (day.date() if isinstance(day, datetime) else day).isoformat()


_SHOWS: Mapping[str, Callable[[Any], str]] = {"money": _show_money, "date": _show_date}
