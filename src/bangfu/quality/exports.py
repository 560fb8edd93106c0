"""Departments' lists of an area as typed rows with names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from bangfu.analytics.snapshots import ARROW_TYPES
from bangfu.platform import clock
from bangfu.platform.crypto import cipher
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import SNAPSHOT_TYPES
from bangfu.quality.models import ListEntry
from bangfu.registry.exports import id_keys

_FACETS = ("id_token", "id_state", "id_birth", "id_sex")
_COMMON = ("name", "birth_date", "sex", "place")


def sealed_to(key: Any) -> str:
    """What the sealed number of a list row is bound to."""
    return f"quality.list_entry.id_number:{key}"


def lists_of(area: str) -> dict[str, pa.Table]:
    """List name → its latest rows for the area (12-digit code); a list that was never supplied is not there."""
    supplied = (
        ListEntry.objects.filter(division_code=area).order_by().values_list("list_name", flat=True).distinct()
    )
    return {name: entries(area, name) for name in supplied}


def entries(area: str, name: str) -> pa.Table:
    """One list: entered columns, facets of the number, ``row_no`` and ``id`` (text)."""
    rows = list(
        ListEntry.objects.filter(division_code=area, list_name=name)
        .order_by("row_no")
        .values_list("id", "row_no", "id_number", "values", *_FACETS, *_COMMON)
    )
    columns = list(zip(*rows, strict=True)) if rows else [()] * (4 + len(_FACETS) + len(_COMMON))
    ids, row_no, sealed, values = columns[:4]
    facets = dict(zip(_FACETS, columns[4:8], strict=True))
    common = dict(zip(_COMMON, columns[8:], strict=True))
    common["birth_date"] = tuple(_yyyymmdd(day) for day in common["birth_date"])
    numbers = cipher.decrypt_many(sealed, bound_to=[sealed_to(key) for key in ids])
    arrays: dict[str, pa.Array] = {}
    for column in vocabulary.table(name).entered:
        given = common.get(column.name) or ([] if not rows else [one.get(column.name) for one in values])
        given = numbers if column.name == "id_number" else given
        kind = SNAPSHOT_TYPES.get(column.kind)
        arrays[column.name] = pa.array(given, ARROW_TYPES[kind] if kind else pa.string())
    return pa.table(
        {
            **arrays,
            "id_state": pa.array(facets["id_state"], pa.int16()),
            "id_key": id_keys(facets["id_token"], facets["id_state"]),
            "id_birth": pa.array([_yyyymmdd(day) for day in facets["id_birth"]], pa.int32()),
            "id_sex": pa.array(facets["id_sex"], pa.int16()),
            "row_no": pa.array(row_no, pa.int32()),
            "id": pa.array([str(key) for key in ids], pa.string()),
        }
    )


def _yyyymmdd(value: date | None) -> int | None:
    return None if value is None else clock.as_yyyymmdd(value)
