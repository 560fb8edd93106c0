"""The registry of an area as of a day, as typed rows with names: what a snapshot is built from (DESIGN §2).

What was corrected after the day is taken back by the events' ``before``, and who
moved later is where they lived; identity numbers and names are today's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import pyarrow as pa

from bangfu.analytics import names
from bangfu.analytics.snapshots import ARROW_TYPES
from bangfu.platform import clock
from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.blind_index import token64_many
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, Column, codes
from bangfu.registry import columns
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Event, Household, HouseholdYear, Membership, Standing

_state = codes("id_state")
_CORRECTED: Final = (EventKind.CORRECTION, EventKind.YEAR_UPDATE)
_FACETS: Final = ("id_state", "id_birth", "id_sex", "id_area", "id_area_known", "id_token")
PERSON_PURPOSE: Final = "snapshot.person"
HOUSEHOLD_PURPOSE: Final = "snapshot.household"


def households(area: str, day: date, *, contact: bool = True, counted: bool = False) -> pa.Table:
    """Households of the area with a standing on the day: entered columns, facets, ``household_key``, ``id`` (text).

    Without ``contact`` phone and bank account stay sealed and empty: no rule reads them. ``counted``: without the
    removed ones, who do not count any more.
    """
    own = columns.household_columns()
    fields = [column.name for column in own]
    found = Household.objects.in_division(area, day)
    chosen = found.counted_on(day) if counted else found.standing_on(day)
    rows = list(chosen.values_list("id", *fields, *columns.SEALED["household"]))
    ids = [row[0] for row in rows]
    standing = dict(Standing.objects.on(day).in_division(area, day).values_list("household_id", "kind"))
    taken_back = _taken_back(area, day)
    columns_ = {
        column.name: _typed(column, [row[place] for row in rows]) for place, column in enumerate(own, start=1)
    }
    _undo(columns_, ids, taken_back, own)
    lived = Event.objects.places_before(day)
    columns_["division_code"] = [
        lived.get(key, code) for key, code in zip(ids, columns_["division_code"], strict=True)
    ]
    columns_ |= _years(area, day, ids, taken_back)
    before = _years_before(area, day, columns_["income_year"], ids)
    for place, name in enumerate(columns.SEALED["household"] if contact else (), start=1 + len(own)):
        bound = [columns.sealed_to("household", name, key) for key in ids]
        columns_[name] = cipher.decrypt_many([row[place] for row in rows], bound_to=bound)
    table = {
        column.name: _array(column, columns_.get(column.name), len(rows))
        for column in vocabulary.table("household").entered
    }
    return pa.table(
        {
            **table,
            "household_key": pa.array(
                token64_many([key.bytes for key in ids], purpose=HOUSEHOLD_PURPOSE), pa.int64()
            ),
            "standing": pa.array([standing[key] for key in ids], pa.int16()),
            "income_per_head_before": pa.array(before, pa.int64()),
            "id": pa.array([str(key) for key in ids], pa.string()),
        }
    )


def persons(area: str, day: date, *, contact: bool = True, counted: bool = False) -> pa.Table:
    """People who belong on the day to a household of the area: columns, facets, ``person_key``, ``id`` (text).

    Without ``contact`` their phones stay sealed and empty. ``counted``: only of households that count on the day;
    whoever waits for identification or was removed is left out.
    """
    own = columns.person_columns()
    fields = [f"person__{column.name}" for column in own]
    given = [
        "person_id",
        "household__household_no",
        "relation",
        "person__id_number",
        "person__phone",
        *(f"person__{name}" for name in _FACETS),
    ]
    found = Membership.objects.on(day).in_division(area, day)
    chosen = found.of_counted(day) if counted else found
    rows = list(chosen.values_list(*given, *fields))
    ids = [row[0] for row in rows]
    start = len(given)
    values = {
        column.name: _typed(column, [row[start + place] for row in rows]) for place, column in enumerate(own)
    }
    values["household_no"], values["relation"] = [row[1] for row in rows], [row[2] for row in rows]
    for place, name in ((3, "id_number"), (4, "phone"))[: 2 if contact else 1]:
        bound = [columns.sealed_to("person", name, key) for key in ids]
        values[name] = cipher.decrypt_many([row[place] for row in rows], bound_to=bound)
    facets = (
        dict(zip(_FACETS, zip(*(row[5:start] for row in rows), strict=True), strict=True))
        if rows
        else dict.fromkeys(_FACETS, ())
    )
    _undo(values, ids, _taken_back(area, day), own)
    table = {
        column.name: _array(column, values.get(column.name), len(rows))
        for column in vocabulary.table("person").entered
    }
    return pa.table(
        {
            **table,
            "person_key": pa.array(
                token64_many([key.bytes for key in ids], purpose=PERSON_PURPOSE), pa.int64()
            ),
            "id_state": pa.array(facets["id_state"], pa.int16()),
            "id_key": id_keys(facets["id_token"], facets["id_state"]),
            "id_birth": pa.array([_yyyymmdd(one) for one in facets["id_birth"]], pa.int32()),
            "id_sex": pa.array(facets["id_sex"], pa.int16()),
            "id_area": pa.array(facets["id_area"], pa.int32()),
            "id_area_known": pa.array(facets["id_area_known"], pa.bool_()),
            "name_state": pa.array([names.state(names.clean(name)) for name in values["name"]], pa.int16()),
            "id": pa.array([str(key) for key in ids], pa.string()),
        }
    )


def id_keys(tokens: Sequence[Any], states: Sequence[int]) -> pa.Array:
    """The first eight bytes of each token as a positive integer; NULL where the number is not valid."""
    valid = np.array([state in (_state.ok, _state.legacy) for state in states], dtype=bool)
    joined = b"".join(bytes(token)[:8] if token else bytes(8) for token in tokens)
    numbers = np.frombuffer(joined, dtype=">u8").astype(np.uint64) & np.uint64((1 << 63) - 1)
    return pa.array(numbers.astype(np.int64), mask=~valid) if len(numbers) else pa.array([], pa.int64())


def with_place_names(
    table: pa.Table, paths: Callable[[Iterable[str]], Mapping[str, tuple[str, ...]]]
) -> pa.Table:
    """Households with the names of their county, township and village; ``paths`` gives names from the province down."""
    codes_ = table["division_code"].to_pylist()
    names_ = paths({code for code in codes_ if code})
    for place, column in ((2, "county_name"), (3, "township_name"), (4, "village_name")):
        said = [
            names_[code][place] if code and len(names_.get(code, ())) > place else None for code in codes_
        ]
        table = table.set_column(table.schema.get_field_index(column), column, pa.array(said, pa.string()))
    return table


def _years(
    area: str, day: date, ids: Sequence[UUID], taken_back: Mapping[Any, Mapping[str, Any]]
) -> dict[str, list[Any]]:
    """The latest year up to the day of each household."""
    own = columns.year_columns()
    of_area = Household.objects.in_division(area, day).values("pk")
    found = HouseholdYear.objects.filter(household__in=of_area, income_year__lte=day.year).order_by(
        "income_year"
    )
    latest = {
        row[0]: row[1:]
        for row in found.values_list("household_id", "income_year", *(column.name for column in own))
    }
    nothing = (None,) * (len(own) + 1)
    rows = [_undone_year(latest.get(key, nothing), taken_back.get((key, "year")), own) for key in ids]
    names_ = ["income_year", *(column.name for column in own)]
    return {name: [row[place] for row in rows] for place, name in enumerate(names_)}


def _years_before(area: str, day: date, years: Sequence[int | None], ids: Sequence[UUID]) -> list[int | None]:
    """Income per head in the year before the one shown, where there is one."""
    of_area = Household.objects.in_division(area, day).values("pk")
    stated = HouseholdYear.objects.filter(household__in=of_area, income_per_head__isnull=False)
    found = {
        (key, year): income
        for key, year, income in stated.values_list("household_id", "income_year", "income_per_head")
    }
    return [
        found.get((key, year - 1)) if year is not None else None for key, year in zip(ids, years, strict=True)
    ]


def _undone_year(
    row: tuple[Any, ...], before: Mapping[str, Any] | None, own: Sequence[Column]
) -> tuple[Any, ...]:
    if not before or before.get("income_year") != row[0]:
        return row
    return (row[0], *(before.get(column.name, value) for column, value in zip(own, row[1:], strict=True)))


def _taken_back(area: str, day: date) -> dict[Any, dict[str, Any]]:
    """Person or household → the values that later corrections replaced; the first one after the day speaks."""
    found: dict[Any, dict[str, Any]] = {}
    later = Event.objects.filter(
        household__in=Household.objects.in_division(area, day).values("pk"),
        kind__in=_CORRECTED,
        day__gt=day,
    ).order_by("-day", "-recorded_at")
    for kind, person, household, before in later.values_list("kind", "person_id", "household_id", "before"):
        key = (household, "year") if kind == EventKind.YEAR_UPDATE else person or household
        found.setdefault(key, {}).update(before)
    return found


def _undo(
    values: dict[str, list[Any]],
    ids: Sequence[UUID],
    taken_back: Mapping[Any, Mapping[str, Any]],
    own: Iterable[Column],
) -> None:
    kinds = {column.name: column for column in own}
    for place, key in enumerate(ids):
        for name, value in taken_back.get(key, {}).items():
            if name in kinds:
                values[name][place] = _from_event(kinds[name], value)


def _from_event(column: Column, value: Any) -> Any:
    if column.kind == "date" and isinstance(value, str):
        return clock.as_yyyymmdd(date.fromisoformat(value))
    return columns.typed(column)(value)


def _typed(column: Column, values: Sequence[Any]) -> list[Any]:
    turn = columns.typed(column)
    return [turn(value) for value in values]


def _array(column: Column, values: Sequence[Any] | None, count: int) -> pa.Array:
    kind = SNAPSHOT_TYPES.get(column.kind)
    return pa.array(
        values if values is not None else [None] * count, ARROW_TYPES[kind] if kind else pa.string()
    )


def _yyyymmdd(value: date | None) -> int | None:
    return None if value is None else clock.as_yyyymmdd(value)
