"""All rules of a run over one snapshot, in one pass for each subject table (DESIGN §3).

The way of data: list rows fold onto persons, persons fold onto households, households give their columns back to
persons; then every rule of a table is one boolean column, packed into two bit masks (yes, cannot tell), counted and
listed by a single aggregation. Nothing is evaluated row by row in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.area_values import Values, area_table, areas_of, with_area_columns
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.needs import Needs, columns_needed
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.errors import UnknownColumn
from bangfu.policy.facts import Columns, Summary
from bangfu.policy.parameters import Parameters, parameters
from bangfu.policy.rules import Rule
from bangfu.policy.sentences import columns_named
from bangfu.policy.who.facts import FROM_HOUSEHOLD

Expression = Any
#: Bits of one mask column; a signed 64-bit integer keeps its sign.
MASK = 62
KEYS: Mapping[str, str] = {"person": "person_key", "household": "household_key", "village": "village_code"}
Status = Literal["ok", "everybody", "nobody_judged"]


def key_column(subject: str) -> str:
    """The column that identifies a row of the subject table in a snapshot."""
    return KEYS.get(subject, "entry_key")


@dataclass(frozen=True)
class Tally:
    """What one rule said: how many subjects got which verdict, and whether the rule itself is believable."""

    rule: Rule
    yes: int
    no: int
    cannot_tell: int
    status: Status = "ok"

    @property
    def subjects(self) -> int:
        return self.yes + self.no + self.cannot_tell


@dataclass(frozen=True)
class Outcome:
    """``findings``: rule (text), subject key (int64), one row for each subject and rule that fired.

    ``values``: subject table → (key → column → value) of the subjects that fired, for the sentences.
    A rule whose status is not ok raised nothing.
    """

    day: date
    tallies: tuple[Tally, ...]
    findings: pa.Table
    values: Mapping[str, Mapping[int, Mapping[str, Any]]]

    def tally(self, key: str) -> Tally:
        return next(one for one in self.tallies if one.rule.key == key)


def evaluate(
    snapshot: Snapshot,
    rules: Sequence[Rule] | None = None,
    *,
    engine: DuckDBEngine,
    values: Parameters | None = None,
    with_values: bool = True,
) -> Outcome:
    """Evaluates ``rules`` (those in force on the snapshot's day by default).

    Raises:
        UnknownColumn: a rule or fact reads a column that is not in the vocabulary; nothing is evaluated.
        UndatedParameter: a parameter has no value on the day.
    """
    chosen = catalogue.rules_on(snapshot.day) if rules is None else tuple(rules)
    known = values or parameters()
    needs = None if rules is None else _needs(chosen, snapshot.day, known, with_values)
    wide = wide_tables(snapshot, engine, known, {one.subject for one in chosen}, needs)
    parts = [
        _judge(wide, subject, [one for one in chosen if one.subject == subject], engine, with_values)
        for subject in dict.fromkeys(one.subject for one in chosen)
        if subject in wide.tables
    ]
    judged = {tally.rule.key: believed(tally, snapshot.day, known) for part in parts for tally in part.tallies}
    unheard = [Tally(one, 0, 0, 0, "nobody_judged") for one in chosen if one.key not in judged]
    kept = [part.findings.filter(_ok_rules(part.findings, judged)) for part in parts]
    return Outcome(
        day=snapshot.day,
        tallies=tuple([*judged.values(), *unheard]),
        findings=pa.concat_tables(kept) if kept else _no_findings(),
        values={part.subject: part.values for part in parts},
    )


def believed(tally: Tally, day: date, values: Parameters) -> Tally:
    """The tally with its status: a rule that fires for everybody, or can hardly judge anybody, is not believed."""
    judged = tally.yes + tally.no
    status: Status = "ok"
    if not tally.yes and 2 * tally.cannot_tell > tally.subjects:
        status = "nobody_judged"
    elif judged >= int(values["oversight.plausibility.least_subjects"].on(day)):
        share = int(values["oversight.plausibility.everybody_share"].on(day))
        if tally.yes * 10_000 >= judged * share:
            status = "everybody"
    return Tally(tally.rule, tally.yes, tally.no, tally.cannot_tell, status)


@dataclass
class WideTables:
    """The subject tables with all derived columns, and the parameter values of the day for each."""

    day: date
    values: Parameters
    tables: dict[str, Expression] = field(default_factory=dict)
    areas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    needs: Needs | None = None

    def p(self, table: str) -> Values:
        return Values(self.day, self.values, self.tables[table], self.areas)

    def wants(self, table: str, name: str) -> bool:
        """Whether the column matters to the rules chosen."""
        return self.needs is None or name in self.needs.get(table, ())


def _needs(rules: Sequence[Rule], day: date, values: Parameters, with_values: bool) -> Needs:
    try:
        return columns_needed(rules, day, values, for_sentences=with_values)
    except AttributeError:
        return {}  # the rule that reads an unknown column is refused by name when it is judged


def wide_tables(
    snapshot: Snapshot, engine: DuckDBEngine, values: Parameters, subjects: Iterable[str], needs: Needs | None = None
) -> WideTables:
    """Every subject table of the snapshot with its derived columns, as Ibis tables on ``engine``.

    ``needs``: table → the columns that matter (see ``needs.columns_needed``); all of them when it is None.
    """
    wide = WideTables(snapshot.day, values, needs=needs)
    for name, source in snapshot.tables.items():
        wide.tables[name] = engine.table(name, source)
    wide.areas = areas_of(snapshot, values)
    given = area_table(wide.areas, values, snapshot.day)
    by_county = None if given is None else engine.table("area_values", given)
    for name in ("person", "household", "village"):
        wide.tables[name] = with_area_columns(wide.tables[name], by_county)
    facts = catalogue.all_facts()
    for fact in facts:
        if isinstance(fact, Summary) and fact.target == "household":  # persons are complete now
            wide.tables["person"] = engine.view(wide.tables["person"])
        if isinstance(fact, Summary) and fact.source == "household":  # households are: read again by three tables
            wide.tables["household"] = engine.keep(wide.tables["household"])
        if not (isinstance(fact, Columns) and fact.stage == "family"):
            _add(fact, wide, engine)
    if "person" in subjects:
        _join_family(wide)
        for fact in facts:
            if isinstance(fact, Columns) and fact.stage == "family":
                _add(fact, wide, engine)
        wide.tables["person"] = engine.view(wide.tables["person"])
    return wide


def _add(fact: Columns | Summary, wide: WideTables, engine: DuckDBEngine) -> None:
    """Adds the columns of one fact to its table."""
    target = fact.table if isinstance(fact, Columns) else fact.target
    try:
        if isinstance(fact, Columns):
            made = fact.function(wide.tables[target], wide.p(target))
            wide.tables[target] = wide.tables[target].mutate(**made)
        elif fact.source in wide.tables:
            wide.tables[target] = _folded(fact, wide, engine)
        else:
            wide.tables[target] = _unsupplied(fact, wide)
    except AttributeError as error:
        raise UnknownColumn(rule=fact.function.__name__, where=fact.where, column=_column_of(error)) from error


def _folded(fact: Summary, wide: WideTables, engine: DuckDBEngine) -> Expression:
    source, target = wide.tables[fact.source], wide.tables[fact.target]
    p = wide.p(fact.source)
    names = fact.function(source, p)
    wanted = [name for name in names if wide.wants(fact.target, name)]
    idle = _nulls(fact.target, [name for name in names if name not in wanted])
    if not wanted:
        return target.mutate(**idle)
    chosen = source.filter(fact.only(source, p)) if fact.only else source
    if fact.repeated:
        counted = chosen.group_by(fact.by).agg(_rows=chosen.count())
        repeated = engine.keep(counted.filter(counted["_rows"] > 1).select(_repeated=counted[fact.by]))
        chosen = chosen.semi_join(repeated, chosen[fact.by] == repeated["_repeated"])
    pairs = {"_by": (fact.by, fact.on)} | ({"_within": (fact.within, fact.within)} if fact.within else {})
    grouped = chosen.group_by([by for by, _ in pairs.values()]).agg(**_picked(fact.function(chosen, p), wanted))
    grouped = grouped.rename({name: by for name, (by, _) in pairs.items()})
    if fact.target == "person":  # small, and read twice: by the household's sums and by the person's rules
        grouped = engine.keep(grouped)
    equal = [target[on] == grouped[name] for name, (_, on) in pairs.items()]
    joined = target.left_join(grouped, equal).drop(*pairs)
    empty = {name: value for name, value in (fact.empty or {}).items() if value is not None and name in wanted}
    filled = {name: joined[name].fill_null(value) for name, value in empty.items()} | idle
    return joined.mutate(**filled) if filled else joined


def _picked(made: Mapping[str, Expression], names: Sequence[str]) -> dict[str, Expression]:
    return {name: made[name] for name in names}


def _nulls(table: str, names: Iterable[str]) -> dict[str, Expression]:
    columns = vocabulary.table(table).columns
    return {name: ibis.null(vocabulary.SNAPSHOT_TYPES[columns[name].kind]) for name in names}


def _unsupplied(fact: Summary, wide: WideTables) -> Expression:
    """The list was not supplied: every column is NULL, cannot tell."""
    probe = ibis.table(vocabulary.table(fact.source).snapshot_schema(), name=fact.source)
    names = fact.function(probe, Values(wide.day, wide.values, probe, {}))
    return wide.tables[fact.target].mutate(**_nulls(fact.target, names))


def _join_family(wide: WideTables) -> None:
    """Gives persons the columns of their household that rules about persons need."""
    household = wide.tables["household"]
    given = household.select(_family=household.household_key, **{new: household[old] for new, old in FROM_HOUSEHOLD.items()})
    person = wide.tables["person"]
    wide.tables["person"] = person.left_join(given, person.household_key == given["_family"]).drop("_family")


@dataclass(frozen=True)
class _Part:
    subject: str
    tallies: list[Tally]
    findings: pa.Table
    values: Mapping[int, Mapping[str, Any]]


def _judge(wide: WideTables, subject: str, rules: Sequence[Rule], engine: DuckDBEngine, with_values: bool) -> _Part:
    """All rules of one subject table."""
    table, key = wide.tables[subject], key_column(subject)
    verdicts = {f"v{place}": verdict_of(one, table, wide.p(subject)) for place, one in enumerate(rules)}
    tallies: list[Tally] = []
    found: list[pa.Table] = []
    judged = engine.view(table.select(key=table[key], **verdicts))
    for start in range(0, len(rules), MASK):
        chunk = rules[start : start + MASK]
        packed = engine.arrow(_packed(judged, start, len(chunk)))
        tallies += _tallies(packed, chunk)
        found.append(_findings(packed, chunk))
    findings = pa.concat_tables(found)
    values = _values(table, key, rules, findings, engine) if with_values and findings.num_rows else {}
    return _Part(subject, tallies, findings, values)


def verdict_of(one: Rule, table: Expression, p: Values) -> Expression:
    """The rule's verdict column; UnknownColumn when it reads what the vocabulary does not have."""
    try:
        return one.expression(table, p)
    except AttributeError as error:
        raise UnknownColumn(rule=one.key, where=one.where, column=_column_of(error)) from error


def _column_of(error: AttributeError) -> str:
    return str(error.name or error)


def _packed(judged: Expression, start: int, count: int) -> Expression:
    """One row for each combination of verdicts: mask of yes, mask of cannot tell, subjects, keys of those with a yes."""
    yes = unknown = ibis.literal(0, "int64")
    for place in range(count):
        verdict, bit = judged[f"v{start + place}"], 1 << place
        yes = yes + ibis.ifelse(verdict, bit, 0).cast("int64")
        unknown = unknown + ibis.ifelse(verdict.isnull(), bit, 0).cast("int64")
    masks = judged.select("key", yes=yes, unknown=unknown)
    return masks.group_by("yes", "unknown").agg(
        subjects=masks.count(), keys=masks["key"].collect(where=masks["yes"] != 0)
    )


def _tallies(packed: pa.Table, rules: Sequence[Rule]) -> list[Tally]:
    rows = packed.select(["yes", "unknown", "subjects"]).to_pylist()
    total = sum(row["subjects"] for row in rows)
    tallies = []
    for place, one in enumerate(rules):
        yes = sum(row["subjects"] for row in rows if row["yes"] >> place & 1)
        unknown = sum(row["subjects"] for row in rows if row["unknown"] >> place & 1)
        tallies.append(Tally(one, yes, total - yes - unknown, unknown))
    return tallies


def _findings(packed: pa.Table, rules: Sequence[Rule]) -> pa.Table:
    parts = [_no_findings()]
    for yes, keys in zip(packed["yes"].to_pylist(), packed["keys"], strict=True):
        for place, one in enumerate(rules):
            if yes >> place & 1:
                subjects = keys.values
                parts.append(pa.table({"rule": pa.repeat(one.key, len(subjects)), "key": subjects.cast(pa.int64())}))
    return pa.concat_tables(parts)


def _no_findings() -> pa.Table:
    return pa.table({"rule": pa.array([], pa.string()), "key": pa.array([], pa.int64())})


def _ok_rules(findings: pa.Table, judged: Mapping[str, Tally]) -> pa.Array:
    ok = [key for key, tally in judged.items() if tally.status == "ok"]
    return pc.is_in(findings["rule"], value_set=pa.array(ok, pa.string()))


def _values(
    table: Expression, key: str, rules: Sequence[Rule], findings: pa.Table, engine: DuckDBEngine
) -> Mapping[int, Mapping[str, Any]]:
    """The columns that the sentences of the fired rules name, for the subjects that fired."""
    fired = set(pc.unique(findings["rule"]).to_pylist())
    names = sorted({name for one in rules if one.key in fired for name in columns_named(one.sentence)})
    keys = ibis.memtable(pa.table({"_key": pc.unique(findings["key"])}))
    rows = engine.arrow(table.semi_join(keys, table[key] == keys["_key"]).select(_key=table[key], **{n: table[n] for n in names}))
    return {row.pop("_key"): row for row in rows.to_pylist()}
