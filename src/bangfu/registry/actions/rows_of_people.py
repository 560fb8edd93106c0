"""Person rows from typed columns: names under which they are found, sealed numbers, facets of the identity number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import pyarrow as pa

from bangfu.analytics import identity_numbers, names
from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.blind_index import blind_index_many
from bangfu.policy.vocabulary import codes
from bangfu.registry import columns
from bangfu.registry.imports.reading import Rows

_state = codes("id_state")
ID_PURPOSE: Final = "registry.person.id_number"
FACETS: Final = ("id_token", "id_tail", "id_state", "id_birth", "id_sex", "id_area", "id_area_known")
FORMS: Final = ("name_initials", "name_sound")
COLUMNS: Final = (
    "id",
    "revision",
    *(column.name for column in columns.person_columns()),
    *columns.SEALED["person"],
    *FORMS,
    *FACETS,
)


def rows(new: Rows, ids: Sequence[UUID]) -> Iterable[tuple[Any, ...]]:
    """Rows in the order of COLUMNS. Sex and birth that are not entered are taken from a valid number."""
    count = len(ids)
    numbers = new.columns.get("id_number") or [None] * count
    facets = number_facets(numbers)
    given = dict(new.columns)
    given["sex"] = _filled(new.columns.get("sex"), facets["id_sex"], count)
    given["birth_date"] = _filled(new.columns.get("birth_date"), facets["birth_if_valid"], count)
    own = columns.stored_columns(columns.person_columns(), given, count)
    sealed = [
        cipher.encrypt_many(
            new.columns.get(name) or [None] * count,
            bound_to=[columns.sealed_to("person", name, key) for key in ids],
        )
        for name in columns.SEALED["person"]
    ]
    forms = name_forms(new.columns.get("name") or [None] * count)
    return zip(ids, [1] * count, *own, *sealed, *forms, *(facets[name] for name in FACETS), strict=True)


def name_forms(given: Sequence[str | None]) -> tuple[list[str], list[str]]:
    """Initials and sound of each name, empty where there is none."""
    clean = [names.clean(name) for name in given]
    return [names.initials(one) if one else "" for one in clean], [
        names.sound(one) if one else "" for one in clean
    ]


def number_facets(numbers: Sequence[str | None]) -> dict[str, list[Any]]:
    """The columns of FACETS for identity numbers, and ``birth_if_valid`` (yyyymmdd) to fill in a birth not entered.

    The token of a valid number is that of its 17 digits, so that 15 and 18 digits of one person are equal; a number
    that is not valid has the token of its text.
    """
    parsed = identity_numbers.parse(pa.array(numbers, pa.string())).to_pydict()
    texts = [
        f"{key:017d}" if key is not None else number
        for key, number in zip(parsed["id_key"], numbers, strict=True)
    ]
    valid = [state in (_state.ok, _state.legacy) for state in parsed["id_state"]]
    return {
        "id_token": blind_index_many(texts, purpose=ID_PURPOSE),
        "id_tail": [(number or "")[-4:] for number in numbers],
        "id_state": parsed["id_state"],
        "id_birth": [columns.as_date(birth) for birth in parsed["id_birth"]],
        "id_sex": parsed["id_sex"],
        "id_area": parsed["id_area"],
        "id_area_known": parsed["id_area_known"],
        "birth_if_valid": [
            birth if ok else None for birth, ok in zip(parsed["id_birth"], valid, strict=True)
        ],
    }


def _filled(given: list[Any] | None, otherwise: list[Any], count: int) -> list[Any]:
    entered = given or [None] * count
    return [other if value is None else value for value, other in zip(entered, otherwise, strict=True)]
