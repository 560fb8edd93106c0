"""The subject tables with everything that rules share: list rows fold onto persons, persons onto households, and
households give their columns back to persons (DESIGN §3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import ibis
from ibis.expr import operations

from bangfu.analytics.area_values import Values, area_table, areas_of, with_area_columns
from bangfu.analytics.division_guard import refuse_unguarded
from bangfu.analytics.engines import Engine
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
    """

    day: date
    values: Parameters
    tables: dict[str, Expression] = field(default_factory=dict)
    rows: dict[str, Expression] = field(default_factory=dict)
    areas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    needs: Needs | None = None
    folds: list[_Fold] = field(default_factory=list)
    #: Table → columns that are NULL in every row: their list was not supplied, or nobody needs them.
    idle: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def p(self, table: str) -> Values:
        return Values(self.day, self.values, self.tables[table], self.areas)

    def named(self, table: str, engine: Engine) -> Expression:
        """The table under a name of its own, so that what is built on it stays small to compile."""
        if not isinstance(self.tables[table].op(), operations.DatabaseTable):
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
    wide = WideTables(snapshot.day, values, needs=needs)
    for name, source in snapshot.tables.items():
        wide.tables[name] = wide.rows[name] = engine.table(name, source)
    wide.areas = areas_of(snapshot, values)
    given = area_table(wide.areas, values, snapshot.day)
    by_county = None if given is None else engine.table("area_values", given)
    for name in ("person", "household", "village"):
        wide.tables[name] = with_area_columns(wide.tables[name], by_county)
    facts = catalogue.all_facts()
    family = [fact for fact in facts if isinstance(fact, Columns) and fact.stage == "family"]
    for run in _runs(fact for fact in facts if fact not in family):
        _add(run, wide, engine)
    if "person" in subjects:
        _join_family(wide)
        _add(family, wide, engine)
    for name in subjects:
        if name in wide.tables:
            wide.named(name, engine)
    return wide


def _add(run: Sequence[Columns | Summary], wide: WideTables, engine: Engine) -> None:
    """Adds the columns of facts to their table: one fact of columns, or a run of summaries of the same table."""
    first = run[0]
    if isinstance(first, Columns):
        made = _made(first, wide.tables[first.table], wide.p(first.table))
        wide.tables[first.table] = wide.tables[first.table].mutate(**made)
        return
    together: dict[object, list[Summary]] = defaultdict(list)
    for fact in run:
        assert isinstance(fact, Summary)
        together[fact.source, fact.by, fact.on, fact.within, fact.only].append(fact)
    for facts in together.values():
        wide.folds.append(_fold(facts, wide, engine))
    _join_folds(wide)


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


@dataclass(frozen=True)
class _Fold:
    """Aggregates of one source, ready to be joined: ``on`` pairs target columns with columns of ``grouped``."""

    target: str
    grouped: Expression | None
    on: Mapping[str, str]
    columns: Mapping[str, int | None]
    idle: Sequence[str]


def _fold(facts: Sequence[Summary], wide: WideTables, engine: Engine) -> _Fold:
    """Computes the summaries of one source by one key in one pass; a list that was not supplied, or that nobody needs,
    gives NULL columns only."""
    first = facts[0]
    if first.source not in wide.tables:
        probe = ibis.table(vocabulary.table(first.source).snapshot_schema(), name=first.source)
        p = Values(wide.day, wide.values, probe, {})
        return _Fold(first.target, None, {}, {}, [name for fact in facts for name in _made(fact, probe, p)])
    source = wide.named(first.source, engine)
    p = wide.p(first.source)
    chosen = source.filter(first.only(source, p)) if first.only else source
    made = {name: (fact, one) for fact in facts for name, one in _made(fact, chosen, p).items()}
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
        return _Fold(first.target, None, {}, {}, idle)
    keys = [first.by, *([first.within] if first.within else [])]
    grouped = chosen.group_by(keys).agg(**wanted)
    number = len(wide.folds)
    on = dict(
        zip([first.on, *keys[1:]], [f"_by_{number}_{place}" for place, _ in enumerate(keys)], strict=True)
    )
    grouped = grouped.rename(dict(zip(on.values(), keys, strict=True)))
    return _Fold(first.target, engine.keep(grouped), on, {name: empties[name] for name in wanted}, idle)


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


def _join_folds(wide: WideTables) -> None:
    """Joins what was folded to its table in one go: one flat statement, however many lists there are."""
    if not wide.folds:
        return
    target = wide.folds[0].target
    table = joined = wide.tables[target]
    empties: dict[str, tuple[int | None, str]] = {}
    idle: dict[str, Expression] = {}
    for fold in wide.folds:
        if fold.grouped is not None:
            grouped = fold.grouped
            joined = joined.left_join(
                grouped, [joined[own] == grouped[theirs] for own, theirs in fold.on.items()]
            )
            key = next(iter(fold.on.values()))
            empties |= {name: (empty, key) for name, empty in fold.columns.items()}
        idle |= _nulls(target, fold.idle)
        wide.idle[target].update(fold.idle)
    types = vocabulary.table(target).columns
    added = {
        name: _filled(joined, name, empty, key).cast(vocabulary.SNAPSHOT_TYPES[types[name].kind])
        for name, (empty, key) in empties.items()
    }
    wide.tables[target] = joined.select(*table.columns, **added, **idle)
    wide.folds.clear()


def _filled(joined: Expression, name: str, empty: int | None, key: str) -> Expression:
    """The folded column; ``empty`` where the source had no row for the key."""
    return joined[name] if empty is None else ibis.ifelse(joined[key].isnull(), empty, joined[name])


def _nulls(table: str, names: Iterable[str]) -> dict[str, Expression]:
    columns = vocabulary.table(table).columns
    return {name: ibis.null(vocabulary.SNAPSHOT_TYPES[columns[name].kind]) for name in names}


def _join_family(wide: WideTables) -> None:
    """Gives persons the columns of their household that rules about persons need."""
    household = wide.tables["household"]
    given = household.select(
        _family=household.household_key, **{new: household[old] for new, old in FROM_HOUSEHOLD.items()}
    )
    person = wide.tables["person"]
    wide.tables["person"] = person.left_join(given, person.household_key == given["_family"]).drop("_family")


def column_of(error: AttributeError) -> str:
    """The column that an expression asked a table for, and the table does not have."""
    return str(error.name or error)
