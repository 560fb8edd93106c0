"""A subject table in layers: what is computed of its rows, what is folded onto it. A reader of a few columns gets the
layers that they need and no others: no list is joined for a count that does not ask for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import ibis

from bangfu.analytics.area_values import is_parameter, with_area_columns
from bangfu.analytics.fields import fields_read
from bangfu.policy import vocabulary

Expression = Any
Type = Any
_TYPES: Final = {kind: ibis.dtype(name) for kind, name in vocabulary.SNAPSHOT_TYPES.items()}


class Layer(Protocol):
    """Columns that one step adds to a table; it never adds or takes away rows."""

    @property
    def gives(self) -> Mapping[str, Type]:
        """The columns added, and their types."""
        ...

    def reads(self, names: Collection[str]) -> set[str]:
        """The columns of the table below that the columns ``names`` are made of."""
        ...

    def onto(self, table: Expression, names: Collection[str]) -> Expression:
        """``table`` with the columns ``names`` of this layer."""
        ...


def reduced(rows: Expression, layers: Sequence[Layer], names: Collection[str]) -> Expression:
    """``rows`` with the columns ``names`` and those they are made of: of the layers only what these need."""
    wanted, chosen = set(names), list[tuple[Layer, set[str]]]()
    for layer in reversed(layers):
        own = wanted.intersection(layer.gives)
        if own:
            chosen.append((layer, own))
            wanted = (wanted - own) | layer.reads(own)
    table = rows.select(*(name for name in rows.columns if name in wanted))
    for layer, own in reversed(chosen):
        table = layer.onto(table, own)
    return table


def rebound(expression: Expression, old: Expression, new: Expression) -> Expression:
    """``expression`` over ``new`` instead of ``old``, for what both have."""
    if old.op() is new.op():
        return expression
    return expression.op().replace({old.op(): new.op()}).to_expr()


@dataclass(frozen=True)
class Computed:
    """Columns of the row itself: ``made`` over ``below``, the table as it was."""

    below: Expression
    made: Mapping[str, Expression]

    @property
    def gives(self) -> Mapping[str, Type]:
        return {name: one.type() for name, one in self.made.items()}

    def reads(self, names: Collection[str]) -> set[str]:
        return set(fields_read(*(self.made[name] for name in names)))

    def onto(self, table: Expression, names: Collection[str]) -> Expression:
        chosen = {name: one for name, one in self.made.items() if name in names}
        return table.mutate(**{name: rebound(one, self.below, table) for name, one in chosen.items()})


@dataclass(frozen=True)
class AreaColumns:
    """The values of parameters that differ among counties; ``given``: see ``area_values.area_table``."""

    given: Expression

    @property
    def gives(self) -> Mapping[str, Type]:
        return {name: kind for name, kind in self.given.schema().items() if is_parameter(name)}

    def reads(self, names: Collection[str]) -> set[str]:
        return {"village_code"}

    def onto(self, table: Expression, names: Collection[str]) -> Expression:
        return with_area_columns(table, self.given)


@dataclass(frozen=True)
class Fold:
    """Aggregates of one source, ready to be joined: ``on`` pairs target columns with columns of ``grouped``.

    ``columns``: what is joined → what stands where the source had no row. ``idle``: what is NULL in every row.
    """

    target: str
    grouped: Expression | None
    on: Mapping[str, str]
    columns: Mapping[str, int | None]
    idle: Sequence[str]


@dataclass(frozen=True)
class Folded:
    """What was folded onto a table, joined in one go: one flat statement, however many lists there are."""

    target: str
    folds: Sequence[Fold]

    @property
    def gives(self) -> Mapping[str, Type]:
        return _types(self.target, [name for fold in self.folds for name in (*fold.columns, *fold.idle)])

    def reads(self, names: Collection[str]) -> set[str]:
        return {own for fold in self._joined(names) for own in fold.on}

    def onto(self, table: Expression, names: Collection[str]) -> Expression:
        joined = table
        found: dict[str, tuple[int | None, str]] = {}
        for fold in self._joined(names):
            grouped = fold.grouped
            assert grouped is not None
            joined = joined.left_join(
                grouped, [joined[own] == grouped[theirs] for own, theirs in fold.on.items()]
            )
            key = next(iter(fold.on.values()))
            found |= {name: (empty, key) for name, empty in fold.columns.items() if name in names}
        types = _types(self.target, names)
        added = {
            name: _filled(joined, name, empty, key).cast(types[name]) for name, (empty, key) in found.items()
        }
        idle = {name: ibis.null(types[name]) for fold in self.folds for name in fold.idle if name in names}
        return joined.select(*table.columns, **added, **idle)

    def _joined(self, names: Collection[str]) -> list[Fold]:
        """The folds behind ``names``."""
        return [fold for fold in self.folds if not fold.columns.keys().isdisjoint(names)]


def _filled(joined: Expression, name: str, empty: int | None, key: str) -> Expression:
    """The folded column; ``empty`` where the source had no row for the key."""
    return joined[name] if empty is None else ibis.ifelse(joined[key].isnull(), empty, joined[name])


def _types(table: str, names: Collection[str]) -> Mapping[str, Type]:
    columns = vocabulary.table(table).columns
    return {name: _TYPES[columns[name].kind] for name in names}
