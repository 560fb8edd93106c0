"""Giving bad rows back in the clerk's own workbook: same sheets, same header, a reason behind each row."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from bangfu.registry.imports.headers import ADDED
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Sheet, SheetPlan

_WIDEST, _REASON_WIDTH = 28, 60
#: Height of a line in points, and Excel's number for A4.
_LINE, _A4 = 15, 9
LONGEST_TITLE, LONGEST_TEXT = 31, 32_767
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_returned(
    path: Path,
    sheets: Sequence[Sheet],
    plans: Sequence[SheetPlan],
    problems: Iterable[Problem],
    language: str = "zh",
) -> int:
    """Writes the rows that have a problem, with the bad cells marked, and returns how many rows there are.

    The header stands as it stood, merged cells included; values are written as values, never as formulas. The clerk
    corrects the marked cells and uploads this file: the two columns that were added are ignored.
    """
    by_row: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[(problem.sheet, problem.row)].append(problem)
    by_name = {sheet.name: sheet for sheet in sheets}
    settings = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), settings) as book:
        formats = _Formats(book)
        titles: set[str] = {"history"}  # Excel keeps this name for itself
        for plan in plans:
            rows = sorted(row for name, row in by_row if name == plan.sheet)
            if rows:
                target = book.add_worksheet(_title(plan.sheet, titles))
                _write_sheet(
                    target,
                    by_name[plan.sheet],
                    plan,
                    rows=rows,
                    by_row=by_row,
                    formats=formats,
                    language=language,
                )
        if not book.worksheets():
            book.add_worksheet("无退回行").write_string(0, 0, "没有需要退回的行。 / No row was returned.")
    return len(by_row)


def _title(name: str, taken: set[str]) -> str:
    """The sheet's name as far as a workbook allows it, and not one of ``taken``, to which it is added."""
    stem = _NOT_IN_TITLES.sub(" ", name).strip(" '") or "Sheet"
    title, number = stem[:LONGEST_TITLE].rstrip(" '"), 1
    while title.lower() in taken:
        number += 1
        tail = f" ({number})"
        title = stem[: LONGEST_TITLE - len(tail)] + tail
    taken.add(title.lower())
    return title


class _Formats:
    def __init__(self, book: Any) -> None:
        self.header = book.add_format(
            {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True}
        )
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.bad = book.add_format({"num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006"})
        self.reason = book.add_format({"text_wrap": True, "font_color": "#9C0006", "valign": "top"})


def _write_sheet(
    target: Any,
    sheet: Sheet,
    plan: SheetPlan,
    *,
    rows: Sequence[int],
    by_row: dict[tuple[str, int], list[Problem]],
    formats: _Formats,
    language: str,
) -> None:
    width, below = len(plan.header.titles), plan.header.last + 1
    kept = [column for column in range(width) if plan.header.titles[column] not in ADDED]
    for row in range(below):
        for to, column in enumerate(kept):
            _write(target, (row, to), _cell(sheet, row, column), formats.header, formats)
    for top, left, bottom, right in sheet.merged:
        if bottom < below and right < len(kept) and (top, left) != (bottom, right):
            target.merge_range(top, left, bottom, right, str(_cell(sheet, top, left)), formats.header)
    for to, title in enumerate(ADDED, start=len(kept)):
        target.write_string(plan.header.last, to, title, formats.header)
    for place, row in enumerate(rows, start=below):
        problems = by_row[(sheet.name, row)]
        bad = {problem.column: problem for problem in problems}
        for to, column in enumerate(kept):
            value = _cell(sheet, row - 1, column)
            _write(target, (place, to), value, formats.bad if column in bad else None, formats)
            if column in bad:
                target.write_comment(place, to, bad[column].reason.text(language), {"x_scale": 2})
        reason = "\n".join(
            f"{p.title}:{p.reason.text(language)}" if p.title else p.reason.text(language) for p in problems
        )
        target.set_row(place, _LINE * sum(_lines(line) for line in reason.split("\n")))
        target.write_string(place, len(kept), reason, formats.reason)
        target.write_number(place, len(kept) + 1, row)
    for to, column in enumerate(kept):
        target.set_column(to, to, min(_WIDEST, max(10, 2 * len(plan.header.titles[column]) + 2)))
    target.set_column(len(kept), len(kept), _REASON_WIDTH)
    target.freeze_panes(below, 0)
    _lay_out_pages(target, below)


def _lay_out_pages(target: Any, below: int) -> None:
    """Printed on A4 across, with every column on the page and the header on each."""
    target.set_paper(_A4)
    target.set_landscape()
    target.fit_to_pages(1, 0)
    target.repeat_rows(0, below - 1)


def _lines(text: str) -> int:
    """How many lines a reason takes in its column; a Chinese character is two wide."""
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return max(1, -(-width // (_REASON_WIDTH - 2)))


def _cell(sheet: Sheet, row: int, column: int) -> Any:
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    return cells[column] if column < len(cells) else ""


def _write(target: Any, place: tuple[int, int], value: Any, style: Any, formats: _Formats) -> None:
    """A value as it was: text stays text, so that numbers keep their digits and nothing becomes a formula."""
    if value in ("", None):
        target.write_blank(*place, None, style)
    elif isinstance(value, bool):
        target.write_boolean(*place, value, style)
    elif isinstance(value, int | float):
        target.write_number(*place, value, style)
    elif isinstance(value, date) and style is formats.bad:
        target.write_string(*place, str(value), style)
    elif isinstance(value, datetime):
        target.write_datetime(*place, value, style or formats.day)
    elif isinstance(value, date):
        target.write_datetime(*place, datetime(value.year, value.month, value.day), style or formats.day)  # noqa: DTZ001
    else:
        target.write_string(*place, str(value)[:LONGEST_TEXT], style or formats.text)
