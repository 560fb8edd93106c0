"""A synthetic county as typed tables: what entry would make of its workbooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa

from bangfu.analytics.extracts import Extract
from bangfu.analytics.snapshots import ARROW_TYPES
from bangfu.cli.synthetic.model import DAY, County, Entry
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, Column


def extract(county: County) -> Extract:
    """The county as entry would read it."""
    return Extract(
        day=DAY,
        persons=_table(vocabulary.table("person").entered, county.persons()),
        households=_table(vocabulary.table("household").entered, county.households),
        lists={name: _list(name, rows) for name, rows in county.lists.items()},
    )


def household_values(column: Column, county: County) -> list[Any]:
    """A column of the households, the names of their places included."""
    written = [household.written_place or "" for household in county.households]
    match column.name:
        case "county_name":
            return [county.name] * len(written)
        case "township_name":
            return [county.townships.get(f"{place[:9]}000") for place in written]
        case "village_name":
            return [county.villages.get(place) for place in written]
    return [getattr(household, column.name, None) for household in county.households]


def entry_value(entry: Entry, column: Column) -> Any:
    """A list row's value of a column."""
    if column.name in ("name", "id_number", "birth_date", "place"):
        return getattr(entry, column.name)
    return entry.values.get(column.name)


def _table(columns: Iterable[Column], rows: Iterable[Any]) -> pa.Table:
    every = list(rows)
    return pa.table(
        {one.name: _array(one, [getattr(row, one.name, None) for row in every]) for one in columns}
    )


def _list(name: str, rows: list[Entry]) -> pa.Table:
    return pa.table(
        {
            one.name: _array(one, [entry_value(row, one) for row in rows])
            for one in vocabulary.table(name).entered
        }
    )


def _array(column: Column, values: list[Any]) -> pa.Array:
    kind = SNAPSHOT_TYPES.get(column.kind)
    if kind is None:
        return pa.array(values, pa.string())
    return pa.array([typed(column, value) for value in values], ARROW_TYPES[kind])


def typed(column: Column, value: Any) -> Any:
    """Yuan → fen, decimals → hundredths, dates → yyyymmdd."""
    if value is None:
        return None
    if column.kind in ("money", "hundredths"):
        return round(value * 100)
    if isinstance(value, date):
        return value.year * 10_000 + value.month * 100 + value.day
    return value
