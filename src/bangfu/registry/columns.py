"""Which model column a column of the vocabulary is kept in, and how its value is turned (yyyymmdd ↔ date)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from bangfu.platform import clock
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Column

#: Sealed at rest; bound to their row by ``sealed_to``.
SEALED: Final = {"household": ("phone", "bank_account"), "person": ("id_number", "phone")}
#: Kept elsewhere: the household of a person and the relation are a membership.
_MEMBERSHIP: Final = frozenset({"household_no", "relation"})


def sealed_to(table: str, column: str, key: Any) -> str:
    """What the sealed value of a row is bound to."""
    return f"registry.{table}.{column}:{key}"


@cache
def household_columns() -> tuple[Column, ...]:
    """Columns of the household's own row, sealed ones left out."""
    return tuple(
        column
        for column in vocabulary.table("household").entered
        if not (
            column.yearly
            or column.import_only
            or column.name == "income_year"
            or column.name in SEALED["household"]
        )
    )


@cache
def year_columns() -> tuple[Column, ...]:
    """Columns of the household's year."""
    return tuple(column for column in vocabulary.table("household").entered if column.yearly)


@cache
def person_columns() -> tuple[Column, ...]:
    """Columns of the person's own row, sealed ones left out."""
    return tuple(
        column
        for column in vocabulary.table("person").entered
        if column.name not in SEALED["person"] and column.name not in _MEMBERSHIP
    )


def stored(column: Column) -> Callable[[Any], Any]:
    """Typed value → what the model keeps."""
    if column.kind == "date":
        return as_date
    if column.kind == "codes":
        return lambda value: value or []
    if column.kind in ("text", "name", "division"):
        return lambda value: value or ""
    return _same


def typed(column: Column) -> Callable[[Any], Any]:
    """What the model keeps → typed value (yyyymmdd, None for nothing)."""
    if column.kind == "date":
        return lambda value: None if value is None else clock.as_yyyymmdd(value)
    if column.kind in ("codes", "text", "name", "division"):
        return lambda value: value or None
    return _same


@cache
def as_date(value: int | None) -> date | None:
    """yyyymmdd → date."""
    return None if value is None else clock.from_yyyymmdd(value)


def stored_columns(columns: Sequence[Column], values: dict[str, list[Any]], count: int) -> list[list[Any]]:
    """Column by column what the model keeps, for ``count`` rows; columns that are not given are empty."""
    return [
        [turn(value) for value in values.get(column.name) or [None] * count]
        for column in columns
        for turn in [stored(column)]
    ]


def _same(value: Any) -> Any:
    return value
