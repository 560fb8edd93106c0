"""The workbook of a village's annual update: what is known stands in it; what comes back is read like any sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from bangfu.platform.files.workbooks import Sheet
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.policy import vocabulary
from bangfu.registry.imports.cells import YES
from bangfu.registry.imports.headers import find_header, suggest
from bangfu.registry.imports.plain_cells import plain
from bangfu.targeting.errors import NoNumbers
from bangfu.targeting.years import YearSheet, typed_columns

#: The column in which a clerk says that a household was checked; a changed figure says it too.
CHECKED: Final = "已核实"
WRITTEN_YES: Final = "是"


def write_workbook(path: Path, year: int, rows: Sequence[YearSheet]) -> None:
    """One sheet, one row a household: number, group, head, members, the figures, and whether it was checked."""
    columns = [
        Column("户编号", "code"),
        Column("组号"),
        Column("户主"),
        Column("人数", "number"),
        *(Column(one.title.zh, "money") for one in typed_columns()),
        Column(CHECKED),
    ]
    with WorkbookWriter(path) as book:
        book.sheet(f"{year}年度更新", columns, _rows(rows))


def _rows(rows: Sequence[YearSheet]) -> Iterator[tuple[Any, ...]]:
    for one in rows:
        known = one.known
        figures = (known.get(column.name) for column in typed_columns())
        yield (
            one.household.household_no,
            one.household.group_no,
            one.head,
            one.members,
            *figures,
            WRITTEN_YES if one.year else "",
        )


def read_workbook(sheets: Sequence[Sheet]) -> dict[str, tuple[list[str], bool]]:
    """Household number → its figures as they are written, in the order of ``typed_columns``, and whether it is marked
    as checked. Sheets without household numbers are passed over.

    Raises:
        NoNumbers: no sheet has a column with household numbers and one with a figure.
    """
    found: dict[str, tuple[list[str], bool]] = {}
    table = vocabulary.table("household")
    understood = False
    for sheet in sheets:
        header = find_header(sheet.rows, sheet.merged, [table])
        if header is None:
            continue
        places = {name: at for at, (_, name) in suggest(header.titles, [table]).items()}
        wanted = [places.get(column.name) for column in typed_columns()]
        if "household_no" not in places or not any(at is not None for at in wanted):
            continue
        understood = True
        mark = next((at for at, title in enumerate(header.titles) if title == CHECKED), None)
        for row in sheet.rows[header.last + 1 :]:
            number = _text(row, places["household_no"])
            if number:
                found[number] = ([_text(row, at) for at in wanted], _text(row, mark) in YES)
    if not understood:
        raise NoNumbers(sheets="、".join(sheet.name for sheet in sheets))
    return found


def _text(row: Sequence[Any], at: int | None) -> str:
    return plain(row[at]).strip() if at is not None and at < len(row) else ""
