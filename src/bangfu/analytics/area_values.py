"""The values of parameters on a day. A value that differs between areas becomes a joined column (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.errors import NoAreaForValue
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy.parameters import Parameters, Scalar

Expression = Any
#: Divisions below the county do not override parameters.
COUNTY = 1_000_000
_PREFIX: Final = "p__"


@dataclass(frozen=True)
class Values:
    """What a rule gets as ``p``: ``p.day`` (yyyymmdd) and ``p[key]``.

    ``areas``: parameter key → the county codes of the snapshot, for the parameters whose value differs among them.
    Such a parameter is a column of the table; asking for it where rows have no place raises ``NoAreaForValue``.
    """

    on: date
    parameters: Parameters
    table: Expression
    areas: Mapping[str, Sequence[str]]

    @property
    def day(self) -> int:
        return self.on.year * 10_000 + self.on.month * 100 + self.on.day

    def __getitem__(self, key: str) -> Scalar | Expression:
        if key in self.areas:
            if column_of(key) not in self.table.columns:
                raise NoAreaForValue(key=key)
            return self.table[column_of(key)]
        return self.parameters[key].on(self.on, self.area)

    @property
    def area(self) -> str:
        """A county of the snapshot, for the parameters that are equal in all of them."""
        return self.areas.get("", [""])[0]


def column_of(key: str) -> str:
    return _PREFIX + key.replace(".", "__")


def is_parameter(column: str) -> bool:
    """Whether the column holds the values of a parameter."""
    return column.startswith(_PREFIX)


def areas_of(snapshot: Snapshot, values: Parameters) -> dict[str, Sequence[str]]:
    """Which parameters differ among the counties of the snapshot. The entry ``""`` holds one county for the others."""
    overridden = [one for one in values.values() if one.areas]
    counties = _counties(snapshot) if overridden else []
    found: dict[str, Sequence[str]] = {"": counties[:1] or [""]}
    for one in overridden:
        if len({one.on(snapshot.day, county) for county in counties}) > 1:
            found[one.key] = counties
    return found


def _counties(snapshot: Snapshot) -> list[str]:
    villages = snapshot.tables["village"]["village_code"]
    return [f"{code:06d}" for code in sorted(pc.unique(pc.divide(villages, COUNTY)).drop_null().to_pylist())]


def with_area_columns(table: Expression, given: Expression) -> Expression:
    """``table`` with one column for each parameter that differs among its counties (``given``: see ``area_table``)."""
    county = (table.village_code // COUNTY).cast("int64")
    return table.left_join(given, county == given["_county"]).drop("_county")


def area_table(areas: Mapping[str, Sequence[str]], values: Parameters, day: date) -> pa.Table | None:
    """``_county`` and the values there of the parameters that differ; None when none does."""
    keys = [key for key in areas if key]
    if not keys:
        return None
    counties = areas[keys[0]]
    columns: dict[str, Any] = {"_county": pa.array([int(code) for code in counties], pa.int64())}
    for key in keys:
        columns[column_of(key)] = pa.array([values[key].on(day, county) for county in counties])
    return pa.table(columns)
