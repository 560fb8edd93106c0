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
from bangfu.analytics.layers import AreaColumns, Computed, Fold, Folded, Layer, columns_of, rebound, reduced
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
    ``layers``: table → what was added, in order. Where only some columns matter, a table is a mere shape, of which
    facts and rules make expressions; ``over`` gives each reader the layers that it needs. Where all matter, one table
    for all readers is quicker to compile.
    """

    day: date
    values: Parameters
    tables: dict[str, Expression] = field(default_factory=dict)
    rows: dict[str, Expression] = field(default_factory=dict)
    layers: dict[str, list[Layer]] = field(default_factory=lambda: defaultdict(list))
    areas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    needs: Needs | None = None
    folds: int = 0
    #: Equal for tables that are made in the same way of rows of the same shape; None: of these rows only.
    key: Hashable = None
    #: Table → columns that are NULL in every row: their list was not supplied, or nobody needs them.
    idle: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def p(self, table: str) -> Values:
        return Values(self.day, self.values, self.tables[table], self.areas)

    def add(self, name: str, layer: Layer) -> None:
        """Puts a layer on the table."""
        self.layers[name].append(layer)
        table = self.tables[name]
        if self.needs is None:
            self.tables[name] = layer.onto(table, layer.gives)
        else:
            self.tables[name] = ibis.table({**table.schema(), **layer.gives}, name=name)

    def reduced(self, table: str, names: Collection[str]) -> Expression:
        """The table with the columns ``names``, and nothing joined or computed that they do not need."""
        return reduced(self.rows[table], self.layers[table], names)

    def over(self, table: str, **made: Expression) -> Expression:
        """The columns ``made`` of each row; where only some columns matter, of the layers behind them and no others."""
        whole = self.tables[table]
        if self.needs is None:
            return whole.select(**made)
        few = self.reduced(table, columns_of(*made.values()))
        return few.select(**{name: rebound(one, whole, few) for name, one in made.items()})

    def viewed(self, table: str, engine: Engine) -> Expression:
        """The table under a name of its own. Derived columns that do not matter are NULL in it."""
        whole = self.tables[table]
        if self.needs is None:
            return whole
        given = self.rows[table].columns
        names = [n for n in whole.columns if n in given or n.startswith("p__") or self.wants(table, n)]
        few = self.reduced(table, names)
        rest = {n: ibis.null(kind) for n, kind in whole.schema().items() if n not in few.columns}
        return engine.view(few.mutate(**rest))

    def named(self, table: str, engine: Engine) -> Expression:
        """The table, from now on under a name of its own, so that what is built on it stays small to compile."""
        if not isinstance(self.tables[table].op(), operations.PhysicalTable):
            self.tables[table] = engine.view(self.tables[table])
        return self.tables[table]

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
    by_county = None if given is None else engine.table("area_values", given)
    key: Hashable = None
    if not any(isinstance(source, ibis.Table) for source in snapshot.tables.values()):
        shapes = tuple((name, table.schema()) for name, table in rows.items())
        counties = tuple((name, tuple(codes)) for name, codes in areas.items())
        needed = None if needs is None else tuple(needs.items())
        key = (snapshot.day, values.fingerprint, shapes, counties, chosen, needed)

    def layered(on: Engine) -> WideTables:
        wide = WideTables(snapshot.day, values, {**rows}, rows, areas=areas, needs=needs, key=key)
        for name in ("person", "household", "village") if by_county is not None else ():
            wide.add(name, AreaColumns(by_county))
        _add_facts(wide, chosen, on)
        return wide

    return engine.once(key and ("wide", key), layered)


def _add_facts(wide: WideTables, subjects: Collection[str], engine: Engine) -> None:
    facts = catalogue.all_facts()
    family = [fact for fact in facts if isinstance(fact, Columns) and fact.stage == "family"]
    for run in _runs(fact for fact in facts if fact not in family):
        _add(run, wide, engine)
    if "person" in subjects:
        wide.add("person", Folded("person", [_family(wide)]))
        for fact in family:
            _add([fact], wide, engine)
    if wide.needs is None:
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
    source = wide.named(first.source, engine) if wide.needs is None else wide.tables[first.source]
    p = wide.p(first.source)
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
    few = source
    if wide.needs is not None:
        few = wide.reduced(fact.source, {*keys, *columns_of(*wanted, only)})
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
    household = wide.tables["household"]
    if wide.needs is not None:
        household = wide.reduced("household", {"household_key", *wanted.values()})
    given = household.select(
        _family=household.household_key, **{new: household[old] for new, old in wanted.items()}
    )
    return Fold("person", given, {"household_key": "_family"}, dict.fromkeys(wanted), idle)


def column_of(error: AttributeError) -> str:
    """The column that an expression asked a table for, and the table does not have."""
    return str(error.name or error)
