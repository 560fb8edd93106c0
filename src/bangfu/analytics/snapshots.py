"""The registry as of a day, as Arrow tables or Parquet, without names and numbers of people (DESIGN §2, Snapshot)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bangfu.analytics.errors import MissingColumn, NotASnapshot
from bangfu.policy import vocabulary

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "boolean": pa.bool_(),
    "array<int16>": pa.list_(pa.int16()),
}


@dataclass(frozen=True)
class Snapshot:
    """``tables``: person, household, village, and those lists of departments that were supplied."""

    day: date
    tables: Mapping[str, Any]
    about: Mapping[str, object] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Writes one Parquet file a table, and ``snapshot.json``."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        about = {
            **self.about,
            "day": self.day.isoformat(),
            "rows": {n: t.num_rows for n, t in self.tables.items()},
        }
        (folder / "snapshot.json").write_text(
            json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> Snapshot:
        """Reads what ``save`` wrote.

        Raises:
            NotASnapshot: there is no ``snapshot.json``, or it or a table cannot be read.
            MissingColumn: a table does not have the columns of the vocabulary.
        """
        day, names, about = _about(folder)
        return cls(day, {name: _read(folder, name) for name in names}, about)

    @classmethod
    def open(cls, folder: Path) -> Snapshot:
        """Like ``load``, but rows stay in their files: an evaluation reads the columns that it needs, and no others."""
        day, names, about = _about(folder)
        tables = {name: _read(folder, name) if name == "village" else _file(folder, name) for name in names}
        return cls(day, tables, about)


def _about(folder: Path) -> tuple[date, list[str], dict[str, object]]:
    """Day, names of the tables, and everything that ``snapshot.json`` says."""
    sheet = folder / "snapshot.json"
    try:
        about = json.loads(sheet.read_text(encoding="utf-8"))
        return date.fromisoformat(about["day"]), list(about["rows"]), about
    except (OSError, ValueError, KeyError, TypeError):
        raise NotASnapshot(folder=folder, file=sheet.name) from None


def _file(folder: Path, name: str) -> Path:
    """The file of a table, when it has every column of the vocabulary."""
    path = folder / f"{name}.parquet"
    try:
        present = pq.read_schema(path)
    except (OSError, pa.ArrowInvalid):
        raise NotASnapshot(folder=folder, file=path.name) from None
    refuse_missing(name, present.names, path)
    return path


def _read(folder: Path, name: str) -> pa.Table:
    path = folder / f"{name}.parquet"
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid):
        raise NotASnapshot(folder=folder, file=path.name) from None
    return checked(table, name, path)


def arrow_schema(name: str) -> pa.Schema:
    """The Arrow schema of a snapshot table, as the vocabulary has it."""
    columns = vocabulary.table(name).snapshot_schema()
    return pa.schema([(column, ARROW_TYPES[kind]) for column, kind in columns.items()])


def conform(table: pa.Table, name: str) -> pa.Table:
    """``table`` with exactly the snapshot's columns and types.

    A column that is not there becomes NULL: nobody entered it, so rules cannot tell.
    Columns that must not leave (names, numbers, free text) are dropped.
    """
    schema = arrow_schema(name)
    present = set(table.column_names)
    columns = [
        pc.cast(table[column.name], column.type)
        if column.name in present
        else pa.nulls(table.num_rows, column.type)
        for column in schema
    ]
    return pa.table(columns, schema=schema)


def checked(table: pa.Table, name: str, file: Path) -> pa.Table:
    """``table``, read from ``file``, when it has every column of the vocabulary; MissingColumn otherwise."""
    refuse_missing(name, table.column_names, file)
    return table.select(arrow_schema(name).names)


def refuse_missing(name: str, present: Sequence[str], file: Path) -> None:
    """MissingColumn, with the file and the line of the vocabulary, where the table ``name`` lacks a column."""
    for column in arrow_schema(name):
        if column.name not in present:
            known = vocabulary.table(name).columns[column.name]
            raise MissingColumn(
                file=file,
                table=name,
                column=column.name,
                title=known.title.zh,
                title_en=known.title.en,
                where=vocabulary.defined_at(name, column.name),
            )


def villages_of(households: pa.Table, poor: Callable[[pa.ChunkedArray], pa.Array] | None = None) -> pa.Table:
    """The village table: one row for each village code among the households.

    ``poor`` says of village codes whether they are poor villages; without it nobody can tell.
    """
    codes = pc.unique(households["village_code"].combine_chunks()).drop_null()
    table = pa.table({"village_code": codes.cast(pa.int64())})
    if poor:
        table = table.append_column("poor_village", poor(table["village_code"]))
    return conform(table, "village")
