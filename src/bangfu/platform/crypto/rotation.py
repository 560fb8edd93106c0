"""Which columns hold ciphertexts, and which of their values are not under today's key yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model

from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.errors import Undecryptable


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """Declared by the floor that owns the table. ``bound_to`` gives, for a row's primary key, what its value
    in ``column`` was bound to when it was encrypted. ``model`` is ``"app_label.Model"``."""

    model: str
    column: str
    bound_to: Callable[[Any], str]

    @property
    def table(self) -> type[Model]:
        return apps.get_model(self.model)


@dataclass(slots=True)
class Rotation:
    """What ``actions.rotate`` did. ``broken`` are (model, column, primary key) of values that could not be
    read: they were left as they are, so the keys they were written under must be kept."""

    seen: int = 0
    rewritten: int = 0
    broken: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One batch of a column: how many values it has, what is to be rewritten (primary key, old, new), what is
    broken."""

    seen: int
    changes: list[tuple[Any, bytes, bytes]]
    broken: list[Any]


def stretches(column: EncryptedColumn, batch: int) -> Iterator[Stretch]:
    """The column in batches by primary key, its old values encrypted anew."""
    rows = column.table._default_manager.order_by("pk").values_list("pk", column.column)
    found = list(rows[:batch])
    while found:
        yield _renewed(column, [(key, bytes(value)) for key, value in found if value is not None])
        found = list(rows.filter(pk__gt=found[-1][0])[:batch])


def _renewed(column: EncryptedColumn, values: list[tuple[Any, bytes]]) -> Stretch:
    changes, broken = [], []
    for key, value in values:
        if cipher.is_current(value):
            continue
        bound_to = column.bound_to(key)
        try:
            changes.append(
                (key, value, cipher.encrypt(cipher.decrypt(value, bound_to=bound_to), bound_to=bound_to))
            )
        except Undecryptable:
            broken.append(key)
    return Stretch(len(values), changes, broken)
