"""Taking a department's list in: the new one replaces the old one of the area, in one transaction."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.db import transaction

from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import cipher
from bangfu.platform.database import bulk
from bangfu.policy import vocabulary
from bangfu.quality.exports import sealed_to
from bangfu.quality.models import ListEntry
from bangfu.registry.actions.rows_of_people import number_facets
from bangfu.registry.columns import as_date
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import new_id

_COMMON: Final = ("name", "id_number", "sex", "birth_date", "place")
_FACETS: Final = ("id_token", "id_tail", "id_state", "id_birth", "id_sex")
_COLUMNS: Final = (
    "id",
    "list_name",
    "division_code",
    "batch_id",
    "row_no",
    "name",
    "id_number",
    "sex",
    "birth_date",
    "place",
    *_FACETS,
    "values",
)


@transaction.atomic
def take_list(*, list_name: str, rows: Rows, area: str, batch: UUID, by: Actor) -> int:
    """Replaces the area's list by ``rows`` and returns how many there are (S2-29).

    Other departments' data about people who are not registered are kept only until the next upload of the list.
    """
    hold_chain()
    gone, _ = ListEntry.objects.filter(list_name=list_name, division_code=area).delete()
    count = len(rows)
    ids = [new_id() for _ in range(count)]
    given = {name: rows.columns.get(name) or [None] * count for name in _COMMON}
    facets = number_facets(given["id_number"])
    own = [column.name for column in vocabulary.table(list_name).entered if column.name not in _COMMON]
    bulk.insert(
        ListEntry,
        _COLUMNS,
        zip(
            ids,
            [list_name] * count,
            [area] * count,
            [batch] * count,
            [row for _, row in rows.place],
            [name or "" for name in given["name"]],
            cipher.encrypt_many(given["id_number"], bound_to=[sealed_to(key) for key in ids]),
            given["sex"],
            [as_date(day) for day in given["birth_date"]],
            [place or "" for place in given["place"]],
            *(facets[name] for name in _FACETS),
            [_values(rows, own, place) for place in range(count)],
            strict=True,
        ),
    )
    record(
        by=by,
        action="quality.take_list",
        subject_kind="list",
        subject_id=list_name,
        division_code=area,
        detail={"rows": count, "replaced": gone, "batch": str(batch)},
    )
    return count


def _values(rows: Rows, own: list[str], place: int) -> dict[str, Any]:
    said = {name: rows.columns[name][place] for name in own if name in rows.columns}
    return {name: value for name, value in said.items() if value is not None}
