"""Tables of another system: Parquet with the vocabulary's names, real dates, numbers of people as text.

DuckDB reads and types the columns; the identity numbers are parsed once on the way (NumPy is faster at that than SQL).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.analytics import identity_numbers
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.snapshots import Snapshot, conform, villages_of
from bangfu.policy import vocabulary

_KEYS: Final = {"person_key": "person_no", "household_key": "household_no"}
_SQL_TYPES: Final[Mapping[str, str]] = {
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "boolean": "BOOLEAN",
    "array<int16>": "SMALLINT[]",
}


@dataclass(frozen=True)
class External:
    """A registry of another system: one Parquet file of people, one of households.

    A column that a file does not have is NULL, so rules cannot tell. ``person_no`` and ``household_no`` are numbers, as
    in the national system.
    """

    persons: Path
    households: Path

    def snapshot(self, day: date, engine: DuckDBEngine) -> Snapshot:
        """The two files as a snapshot in memory."""
        people, homes = _read("person", self.persons, engine), _read("household", self.households, engine)
        return Snapshot(day, {"person": people, "household": homes, "village": villages_of(homes)})


def _read(name: str, path: Path, engine: DuckDBEngine) -> pa.Table:
    """The file in the shape of the snapshot's table ``name``."""
    present = pq.read_schema(path)
    with_numbers = name == "person" and "id_number" in present.names
    schema = vocabulary.table(name).snapshot_schema()
    parsed = (*identity_numbers.FACETS, "id_repeated") if with_numbers else ()
    found = {one: _column(one, kind, present) for one, kind in schema.items() if one not in parsed}
    columns = [f"{column} AS {one}" for one, column in found.items() if column]
    columns += ["id_number"] if with_numbers else []
    source = engine.raw.read_parquet(str(path))
    table = source.project(", ".join(columns)).to_arrow_table()
    if with_numbers:
        facets = identity_numbers.parse(table["id_number"])
        table = table.drop_columns("id_number").append_column(
            "id_repeated", identity_numbers.repeated(facets["id_key"])
        )
        for one in identity_numbers.FACETS:
            table = table.append_column(one, facets[one])
    return conform(table, name)


def _column(name: str, kind: str, present: pa.Schema) -> str | None:
    """How DuckDB reads the column of the vocabulary from the file; None when the file does not have it."""
    sql_type = _SQL_TYPES[kind]
    if name in _KEYS and _KEYS[name] in present.names:
        return f"CAST({_KEYS[name]} AS BIGINT)"
    if name not in present.names:
        return None
    if pa.types.is_temporal(present.field(name).type):
        return f"CAST(year({name}) * 10000 + month({name}) * 100 + day({name}) AS INTEGER)"
    return f"CAST({name} AS {sql_type})"
