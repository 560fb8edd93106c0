"""A workbook's sheets as typed rows of the registry's tables or of a department's list, with every problem found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import pyarrow as pa

from bangfu.analytics.snapshots import ARROW_TYPES
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, Table
from bangfu.policy.words import Words
from bangfu.registry.imports.cells import read_column
from bangfu.registry.imports.headers import Header, Mapping_, checked, find_header, remembered_header, suggest
from bangfu.registry.imports.plain_cells import plain
from bangfu.registry.imports.problems import NoHeader, Problem


class Sheet(Protocol):
    """What ``platform.files.workbooks`` gives for a sheet."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> list[list[Any]]: ...
    @property
    def merged(self) -> Sequence[tuple[int, int, int, int]]: ...


@dataclass(frozen=True)
class SheetPlan:
    """How one sheet is read: its header, and what its columns mean."""

    sheet: str
    header: Header
    mapping: Mapping_

    def tables(self) -> list[str]:
        """The tables that the sheet fills, in the order they first appear."""
        return list(dict.fromkeys(table for table, _ in self.mapping.values()))


@dataclass
class Rows:
    """Typed rows of one table. ``place[i]`` is (sheet, row as the spreadsheet counts) of row i."""

    table: Table
    columns: dict[str, list[Any]]
    place: list[tuple[str, int]]

    def __len__(self) -> int:
        return len(self.place)

    def arrow(self) -> pa.Table:
        """As an Arrow table with every entered column of the vocabulary, NULL where the workbook has none."""
        count = len(self)
        arrays = {}
        for column in self.table.entered:
            kind = SNAPSHOT_TYPES.get(column.kind)
            arrays[column.name] = pa.array(
                self.columns.get(column.name, [None] * count), ARROW_TYPES[kind] if kind else pa.string()
            )
        return pa.table(arrays)

    def kept(self, rows: Sequence[int]) -> Rows:
        """Only the rows at these positions."""
        return Rows(
            self.table,
            {name: [values[row] for row in rows] for name, values in self.columns.items()},
            [self.place[row] for row in rows],
        )


@dataclass
class Reading:
    """What a workbook says: rows by table, and the problems found on the way."""

    tables: dict[str, Rows] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    plans: list[SheetPlan] = field(default_factory=list)

    def rows(self, table: str) -> Rows:
        return self.tables.setdefault(table, Rows(vocabulary.table(table), {}, []))

    def add(self, other: Reading, file: str) -> None:
        """Puts behind it what another file says; places and problems name that file."""
        for name, rows in other.tables.items():
            _append(self.rows(name), rows.columns, [(f"{file} {sheet}", row) for sheet, row in rows.place])
        self.problems += [replace(problem, sheet=f"{file} {problem.sheet}") for problem in other.problems]
        self.plans += other.plans


def plan(
    sheets: Sequence[Sheet], tables: Sequence[Table], remembered: Mapping[str, Mapping_] | None = None
) -> list[SheetPlan]:
    """How each sheet is best read; sheets without a known header are left out.

    Args:
        tables: candidates. Of person and household, a sheet takes both when it has people and their household's facts.
        remembered: header signature → the mapping a clerk made before.

    Raises:
        NoHeader: no sheet is understood.
    """
    found = []
    for sheet in sheets:
        known = remembered_header(sheet.rows, sheet.merged, remembered) if remembered else None
        header = known or find_header(sheet.rows, sheet.merged, tables)
        if header is None:
            continue
        mapping = (remembered or {}).get(header.signature) or _best_mapping(header.titles, tables)
        if _usable(mapping):
            found.append(SheetPlan(sheet.name, header, checked(mapping, header.titles, sheet.name)))
    if not found:
        needed = (
            "、".join(dict.fromkeys(c.title.zh for table in tables for c in table.entered if c.required))
            or "姓名"
        )
        raise NoHeader(sheets="、".join(sheet.name for sheet in sheets), needed=needed)
    return found


def _best_mapping(titles: Sequence[str], tables: Sequence[Table]) -> Mapping_:
    """The tables read alone or together, whichever explains more; a sheet without people is one of households."""
    mapping = suggest(titles, tables)
    names = {name for _, name in mapping.values()}
    if (
        {"person", "household"} <= {table.name for table in tables}
        and "person_no" not in names
        and "name" not in names
    ):
        return suggest(titles, [table for table in tables if table.name == "household"])
    return mapping


def _usable(mapping: Mapping_) -> bool:
    """Every required column of the tables that are filled is there; a list names somebody."""
    names: dict[str, set[str]] = {}
    for table, name in mapping.values():
        names.setdefault(table, set()).add(name)
    if "person" in names:
        return {"person_no", "household_no"} <= names["person"]
    for table, found in names.items():
        needed = {column.name for column in vocabulary.table(table).entered if column.required}
        if not needed <= found or (vocabulary.table(table).department and not found & {"name", "id_number"}):
            return False
    return bool(names)


def read(sheets: Sequence[Sheet], plans: Sequence[SheetPlan]) -> Reading:
    """Reads the planned sheets. Unreadable cells are NULL and a problem; no row is dropped here."""
    reading = Reading(plans=list(plans))
    by_name = {sheet.name: sheet for sheet in sheets}
    for one in plans:
        _read_sheet(by_name[one.sheet], one, reading)
    return reading


def _read_sheet(sheet: Sheet, one: SheetPlan, reading: Reading) -> None:
    body = sheet.rows[one.header.last + 1 :]
    filled = [place for place, row in enumerate(body) if any(cell not in ("", None) for cell in row)]
    if not filled:
        return
    width = len(one.header.titles)
    columns = list(
        zip(*([*body[place], *[""] * (width - len(body[place]))][:width] for place in filled), strict=True)
    )
    place = [(sheet.name, one.header.last + 2 + row) for row in filled]
    typed: dict[str, dict[str, list[Any]]] = {}
    for index, (table, name) in sorted(one.mapping.items()):
        column = vocabulary.table(table).columns[name]
        values, problems = read_column(columns[index], column)
        typed.setdefault(table, {})[name] = values
        required = {row: _MISSING for row, value in enumerate(values) if column.required and value is None}
        for row, reason in {**required, **problems}.items():
            title = one.header.titles[index]
            reading.problems.append(Problem(*place[row], index, title, plain(columns[index][row]), reason))
    _take(reading, typed, place)


_MISSING = Words(
    "必填项为空。请填写后重新上传这一行。", "A required cell is empty. Fill it and upload the row again."
)


def _take(reading: Reading, typed: dict[str, dict[str, list[Any]]], place: list[tuple[str, int]]) -> None:
    """Puts the columns of a sheet behind what other sheets gave; a sheet with both tables gives households once."""
    if set(typed) == {"person", "household"}:
        typed["household"]["household_no"] = typed["person"]["household_no"]
        _append(reading.rows("person"), typed["person"], place)
        _households(reading, typed, place)
        return
    for table, columns in typed.items():
        _append(reading.rows(table), columns, place)


def _append(rows: Rows, columns: dict[str, list[Any]], place: list[tuple[str, int]]) -> None:
    before = len(rows)
    for name in {*rows.columns, *columns}:
        had = rows.columns.get(name, [None] * before)
        rows.columns[name] = had + columns.get(name, [None] * len(place))
    rows.place += place


def _households(
    reading: Reading, typed: dict[str, dict[str, list[Any]]], place: list[tuple[str, int]]
) -> None:
    """From a sheet of people with their household's facts: the head's row speaks, the others must not contradict it."""
    numbers, relation = (
        typed["household"]["household_no"],
        typed["person"].get("relation", [None] * len(place)),
    )
    head = vocabulary.codes("relation").head
    chosen: dict[Any, int] = {}
    for row, number in enumerate(numbers):
        if number is not None and (number not in chosen or relation[row] == head):
            chosen.setdefault(number, row)
            if relation[row] == head and relation[chosen[number]] != head:
                chosen[number] = row
    for row, number in enumerate(numbers):
        if number is None or row == chosen[number]:
            continue
        for name, values in typed["household"].items():
            if values[row] is not None and values[row] != values[chosen[number]]:
                title = vocabulary.table("household").columns[name].title
                reading.problems.append(_contradiction(place[row], title, place[chosen[number]][1]))
                break
    picked = list(chosen.values())
    columns = {name: [values[row] for row in picked] for name, values in typed["household"].items()}
    _append(reading.rows("household"), columns, [place[row] for row in picked])


def _contradiction(place: tuple[str, int], title: Words, other: int) -> Problem:
    reason = Words(
        f"同一户各行的“{title.zh}”不一致(与第 {other} 行不同)。请核对后改成一致。",
        f"“{title.en}” differs within the household (from row {other}). Make them equal.",
    )
    return Problem(*place, None, title.zh, "", reason)
