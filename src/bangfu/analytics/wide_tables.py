"""The subject tables with everything that rules share: list rows fold onto persons, persons onto households, and
households give their columns back to persons (DESIGN §3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import ibis
from ibis.expr import operations

from bangfu.analytics.area_values import Values, area_table, areas_of
from bangfu.analytics.division_guard import refuse_unguarded
from bangfu.analytics.engines import Engine
from bangfu.analytics.fields import fields_read
from bangfu.analytics.layers import AreaColumns, Computed, Fold, Folded, Layer, rebound, reduced
from bangfu.analytics.needs import Needs
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.errors import UnknownColumn
from bangfu.policy.facts import Columns, Summary
from bangfu.policy.parameters import Parameters
from bangfu.policy.who.facts import FROM_HOUSEHOLD

Expression = Any


@dataclass
class WideTables:
    """The subject tables with all derived columns, and the parameter values of the day for each.

    ``rows``: the tables as they stand in the snapshot. What is joined to them adds columns, never rows.
    ``layers``: table → what was added, in order, where only some columns matter. A table is then a mere shape, of which
    facts and rules make expressions; each reader gets the layers behind what it reads. Where all columns matter, there
    is one table for all readers, which is quicker to compile.
    """

    day: date
    values: Parameters
    rows: Mapping[str, Expression]
    tables: dict[str, Expression]
    areas: Mapping[str, Sequence[str]]
    needs: Needs | None
    #: Equal for tables that are made in the same way of rows of the same shape.
    key: Hashable
    layers: dict[str, list[Layer]] = field(default_factory=lambda: defaultdict(list))
    folds: int = 0
    #: Table → columns that are NULL in every row: their list was not supplied, or nobody needs them.
    idle: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def p(self, table: str) -> Values:
        return Values(self.day, self.values, self.tables[table], self.areas)

    def add(self, name: str, layer: Layer) -> None:
        """Puts a layer on the table."""
        table = self.tables[name]
        if self.needs is None:
            self.tables[name] = layer.onto(table, layer.gives)
        else:
            self.layers[name].append(layer)
            self.tables[name] = ibis.table({**table.schema(), **layer.gives}, name=name)

    def behind(self, table: str, names: Iterable[str]) -> Expression:
        """A table with the columns ``names``: nothing is joined or computed that they do not need; or the whole one."""
        if self.needs is None:
            return self.tables[table]
        return reduced(self.rows[table], self.layers[table], {*names})

    def over(self, table: str, **made: Expression) -> Expression:
        """The columns ``made`` of each row."""
        few = self.behind(table, fields_read(*made.values()))
        return few.select(**{name: rebound(one, self.tables[table], few) for name, one in made.items()})

    def named(self, table: str, engine: Engine) -> Expression:
        """The table, from now on under a name of its own: what is built on it stays small to compile. Not a shape."""
        if not isinstance(self.tables[table].op(), operations.PhysicalTable):
            self.tables[table] = engine.view(self.tables[table])
        return self.tables[table]

    def needed(self, table: str) -> Collection[str]:
        """The columns that matter to the rules chosen."""
        return self.tables[table].columns if self.needs is None else self.needs.get(table, ())

    def wants(self, table: str, name: str) -> bool:
        """Whether the column matters to the rules chosen."""
        return self.needs is None or name in self.needs.get(table, ())


def wide_tables(
    snapshot: Snapshot,
    engine: Engine,
    values: Parameters,
    subjects: Iterable[str],
    needs: Needs | None = None,
) -> WideTables:
    """Every subject table of the snapshot with its derived columns, as Ibis tables on ``engine``.

    ``needs``: table → the columns that matter (see ``needs.columns_needed``); all of them when it is None.
    """
    rows = {name: engine.table(name, source) for name, source in snapshot.tables.items()}
    areas, chosen = areas_of(snapshot, values), tuple(subjects)
    given = area_table(areas, values, snapshot.day)
    by_county = None if given is None else AreaColumns(engine.table("area_values", given))
    shapes = tuple((name, table.schema()) for name, table in rows.items())
    counties = tuple((name, tuple(codes)) for name, codes in areas.items())
    needed = None if needs is None else tuple(needs.items())
    key = (snapshot.day, values.fingerprint, shapes, counties, chosen, needed)

    def layered(on: Engine) -> WideTables:
        wide = WideTables(snapshot.day, values, rows, dict(rows), areas, needs, key)
        if by_county is not None:
            for name in ("person", "household", "village"):
                wide.add(name, by_county)
        _add_facts(wide, chosen, on)
        return wide

    return engine.once(("wide", key), layered)


def _add_facts(wide: WideTables, subjects: Collection[str], engine: Engine) -> None:
    """Every fact in its order; those of the family last, when persons have what their household gives them."""
    facts = catalogue.all_facts()
    family = [fact for fact in facts if isinstance(fact, Columns) and fact.stage == "family"]
    for run in _runs(fact for fact in facts if fact not in family):
        _add(run, wide, engine)
    if "person" in subjects:
        wide.add("person", Folded("person", [_family(wide)]))
        for fact in family:
            _add([fact], wide, engine)
    for name in subjects:
        if name in wide.tables:
            wide.named(name, engine)


def _add(run: Sequence[Columns | Summary], wide: WideTables, engine: Engine) -> None:
    """Adds the columns of facts to their table: one fact of columns, or a run of summaries of the same table."""
    first = run[0]
    if isinstance(first, Columns):
        table = wide.tables[first.table]
        wide.add(first.table, Computed(table, _made(first, table, wide.p(first.table))))
        return
    together: dict[object, list[Summary]] = defaultdict(list)
    for fact in run:
        assert isinstance(fact, Summary)
        together[fact.source, fact.by, fact.on, fact.within, fact.only].append(fact)
    folds = [_fold(facts, wide, engine) for facts in together.values()]
    for fold in folds:
        wide.idle[first.target].update(fold.idle)
    wide.add(first.target, Folded(first.target, folds))


def _made(fact: Columns | Summary, table: Expression, p: Values) -> Mapping[str, Expression]:
    """The columns that the fact makes of ``table``; refused by the fact's name and place when it cannot."""
    try:
        made = fact.function(table, p)
    except AttributeError as error:
        raise UnknownColumn(rule=fact.function.__name__, where=fact.where, column=column_of(error)) from error
    for one in made.values():
        refuse_unguarded(one, fact.function.__name__, fact.where)
    return made


def _runs(facts: Iterable[Columns | Summary]) -> Iterator[list[Columns | Summary]]:
    """Facts that can be added together: summaries onto one table that do not read it themselves."""

    def place(fact: Columns | Summary) -> object:
        own = isinstance(fact, Columns) or fact.source == fact.target
        return id(fact) if own else fact.target  # type: ignore[union-attr]

    for _, run in groupby(facts, place):
        yield list(run)


def _fold(facts: Sequence[Summary], wide: WideTables, engine: Engine) -> Fold:
    """Computes the summaries of one source by one key in one pass; a list that was not supplied, or that nobody needs,
    gives NULL columns only."""
    first = facts[0]
    if first.source not in wide.tables:
        probe = ibis.table(vocabulary.table(first.source).snapshot_schema(), name=first.source)
        p = Values(wide.day, wide.values, probe, {})
        return Fold(first.target, None, {}, {}, [name for fact in facts for name in _made(fact, probe, p)])
    source, p = wide.named(first.source, engine), wide.p(first.source)
    made = {name: (fact, one) for fact in facts for name, one in _made(fact, source, p).items()}
    empties = {name: (fact.empty or {}).get(name) for name, (fact, _) in made.items()}
    idle_there = wide.idle[first.source]
    wanted = {
        name: one
        for name, (_, one) in made.items()
        if wide.wants(first.target, name)
        and not (empties[name] is None and _adds_nothing(one.op(), idle_there))
    }
    idle = [name for name in made if name not in wanted]
    if not wanted:
        return Fold(first.target, None, {}, {}, idle)
    keys = [first.by, *([first.within] if first.within else [])]
    chosen = _chosen(first, source, [*wanted.values()], keys, wide)
    grouped = chosen.group_by(keys).agg(
        **{name: rebound(one, source, chosen) for name, one in wanted.items()}
    )
    wide.folds += 1
    places = [f"_by_{wide.folds}_{place}" for place, _ in enumerate(keys)]
    on = dict(zip([first.on, *keys[1:]], places, strict=True))
    grouped = grouped.rename(dict(zip(places, keys, strict=True)))
    return Fold(first.target, engine.keep(grouped), on, {name: empties[name] for name in wanted}, idle)


def _chosen(
    fact: Summary, source: Expression, wanted: Sequence[Expression], keys: Sequence[str], wide: WideTables
) -> Expression:
    """The rows that the fact counts, with the columns that this takes."""
    only = fact.only(source, wide.p(fact.source)) if fact.only else None
    few = wide.behind(fact.source, {*keys, *fields_read(*wanted, only)})
    return few if only is None else few.filter(rebound(only, source, few))


def _adds_nothing(node: Any, idle: Collection[str]) -> bool:
    """Whether an aggregate is NULL for every group, because it sums or compares NULLs only."""
    if isinstance(node, operations.Cast):
        return _adds_nothing(node.arg, idle)
    return isinstance(node, operations.Sum | operations.Min | operations.Max) and _is_null(node.arg, idle)


def _is_null(node: Any, idle: Collection[str]) -> bool:
    """Whether a value is NULL in every row: an idle column, or arithmetic with one."""
    if isinstance(node, operations.NumericBinary):
        return _is_null(node.left, idle) or _is_null(node.right, idle)
    return isinstance(node, operations.Field) and node.name in idle


def _family(wide: WideTables) -> Fold:
    """The columns of their household that rules about persons need."""
    wanted = {new: old for new, old in FROM_HOUSEHOLD.items() if wide.wants("person", new)}
    idle = [new for new in FROM_HOUSEHOLD if new not in wanted]
    if not wanted:
        return Fold("person", None, {}, {}, idle)
    household = wide.behind("household", {"household_key", *wanted.values()})
    given = household.select(
        _family=household.household_key, **{new: household[old] for new, old in wanted.items()}
    )
    return Fold("person", given, {"household_key": "_family"}, dict.fromkeys(wanted), idle)


def column_of(error: AttributeError) -> str:
    """The column that an expression asked a table for, and the table does not have."""
    return str(error.name or error)
