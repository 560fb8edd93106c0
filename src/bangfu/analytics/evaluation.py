"""All rules of a run over one snapshot, in one pass for each subject table (DESIGN §3).

The way of data: list rows fold onto persons, persons fold onto households, households give their columns back to
persons; then every rule of a table is one boolean column, packed into two bit masks (yes, cannot tell), counted and
listed by a single aggregation. Nothing is evaluated row by row in Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Literal

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.area_values import Values
from bangfu.analytics.division_guard import refuse_unguarded
from bangfu.analytics.engines import Engine
from bangfu.analytics.needs import Needs, columns_needed, needs_once
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.wide_tables import WideTables, column_of, wide_tables
from bangfu.policy import catalogue
from bangfu.policy.errors import UnknownColumn
from bangfu.policy.parameters import Parameters, parameters
from bangfu.policy.rules import Rule
from bangfu.policy.sentences import columns_named

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
    engine: Engine,
    values: Parameters | None = None,
    with_values: bool = True,
    wide: WideTables | None = None,
) -> Outcome:
    """Evaluates ``rules`` (those in force on the snapshot's day by default).

    Args:
        wide: the subject tables of this snapshot, where another question has them already.

    Raises:
        UnknownColumn: a rule or fact reads a column that is not in the vocabulary; nothing is evaluated.
        UndatedParameter: a parameter has no value on the day.
    """
    chosen = catalogue.rules_on(snapshot.day) if rules is None else tuple(rules)
    known = values or parameters()
    if wide is None:
        needs = None if rules is None else needs_of(chosen, snapshot.day, known, with_values=with_values)
        wide = wide_tables(snapshot, engine, known, {one.subject for one in chosen}, needs)
    asked = [
        _ask(wide, subject, [one for one in chosen if one.subject == subject], engine)
        for subject in dict.fromkeys(one.subject for one in chosen)
        if subject in wide.tables
    ]
    parts = [_hear(one, engine, with_values) for one in asked]
    judged = {
        tally.rule.key: believed(tally, snapshot.day, known) for part in parts for tally in part.tallies
    }
    unheard = [Tally(one, 0, 0, 0, "nobody_judged") for one in chosen if one.key not in judged]
    kept = [part.findings.filter(_ok_rules(part.findings, judged)) for part in parts]
    return Outcome(
        day=snapshot.day,
        tallies=(*judged.values(), *unheard),
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


def needs_of(rules: Sequence[Rule], day: date, values: Parameters, *, with_values: bool) -> Needs:
    """Table → the columns that matter to the rules, and to their sentences ``with_values``."""
    try:
        return needs_once(
            (tuple(rules), with_values),
            day,
            values,
            lambda: columns_needed(rules, day, values, for_sentences=with_values),
        )
    except AttributeError:
        return {}  # the rule that reads an unknown column is refused by name when it is judged


@dataclass(frozen=True)
class _Part:
    subject: str
    tallies: list[Tally]
    findings: pa.Table
    values: Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class _Asked:
    """All rules of one subject table, on their way."""

    subject: str
    wide: WideTables
    rules: Sequence[Rule]
    packed: Future[pa.Table]
    subjects: Future[pa.Table]


def _ask(wide: WideTables, subject: str, rules: Sequence[Rule], engine: Engine) -> _Asked:
    table, rows = wide.tables[subject], wide.rows[subject]

    def questions(on: Engine) -> tuple[Expression, Expression]:
        verdicts = {f"v{place}": verdict_of(one, table, wide.p(subject)) for place, one in enumerate(rules)}
        judged = on.view(wide.over(subject, key=table[key_column(subject)], **verdicts))
        return _packed(judged, len(rules)), rows.aggregate(n=rows.count())

    packed, count = engine.once(("rules", wide.key, subject, tuple(rules)), questions)
    return _Asked(subject, wide, rules, engine.ask(packed), engine.ask(count))


def _hear(asked: _Asked, engine: Engine, with_values: bool) -> _Part:
    packed, subjects = asked.packed.result(), int(asked.subjects.result()["n"][0].as_py())
    tallies, findings = _tallies(packed, asked.rules, subjects), _findings(packed, asked.rules)
    values = _values(asked, findings, engine) if with_values and findings.num_rows else {}
    return _Part(asked.subject, tallies, findings, values)


def verdict_of(one: Rule, table: Expression, p: Values) -> Expression:
    """The rule's verdict column; UnknownColumn when it reads what the vocabulary does not have, UnguardedDivision when
    it divides by what can be zero."""
    try:
        verdict = one.expression(table, p)
    except AttributeError as error:
        raise UnknownColumn(rule=one.key, where=one.where, column=column_of(error)) from error
    refuse_unguarded(verdict, one.key, one.where)
    return verdict


def _packed(judged: Expression, count: int) -> Expression:
    """One row for each combination of verdicts that occurs: masks of yes, masks of cannot tell, subjects, keys of those
    with a yes. Subjects for whom every rule says no are passed over first: they are most, and need no mask."""
    verdicts = [judged[f"v{place}"] for place in range(count)]
    # Bits over whole columns: a chain of boolean ORs looks at ever fewer rows, which costs a third more here.
    spoke = reduce(or_, (verdict.fill_null(True).cast("int8") for verdict in verdicts))
    said = judged.filter(spoke != 0)
    masks: dict[str, Expression] = {}
    for start in range(0, count, MASK):
        yes = unknown = ibis.literal(0, "int64")
        for place in range(start, min(start + MASK, count)):
            verdict, bit = said[f"v{place}"], 1 << (place - start)
            yes = yes + ibis.ifelse(verdict, bit, 0).cast("int64")
            unknown = unknown + ibis.ifelse(verdict.isnull(), bit, 0).cast("int64")
        masks |= {f"yes_{start // MASK}": yes, f"unknown_{start // MASK}": unknown}
    found = said.select("key", **masks)
    any_yes = ibis.or_(*(found[name] != 0 for name in masks if name.startswith("yes")))
    return found.group_by(*masks).agg(subjects=found.count(), keys=found["key"].collect(where=any_yes))


def _said(packed: pa.Table, answer: str, place: int) -> pa.Array:
    """For each combination, whether the rule at ``place`` gave that answer."""
    masks = packed[f"{answer}_{place // MASK}"]
    return pc.not_equal(pc.bit_wise_and(masks, 1 << place % MASK), 0)


def _tallies(packed: pa.Table, rules: Sequence[Rule], subjects: int) -> list[Tally]:
    tallies = []
    for place, one in enumerate(rules):
        yes, unknown = (
            pc.sum(packed["subjects"].filter(_said(packed, answer, place))).as_py() or 0
            for answer in ("yes", "unknown")
        )
        tallies.append(Tally(one, yes, subjects - yes - unknown, unknown))
    return tallies


def _findings(packed: pa.Table, rules: Sequence[Rule]) -> pa.Table:
    parts = [_no_findings()]
    for place, one in enumerate(rules):
        keys = pc.list_flatten(packed["keys"].filter(_said(packed, "yes", place)))
        rule = pa.repeat(one.key, len(keys)).cast(pa.string())
        parts.append(pa.table({"rule": rule, "key": keys.cast(pa.int64())}))
    return pa.concat_tables(parts)


def _no_findings() -> pa.Table:
    return pa.table({"rule": pa.array([], pa.string()), "key": pa.array([], pa.int64())})


def _ok_rules(findings: pa.Table, judged: Mapping[str, Tally]) -> pa.Array:
    ok = [key for key, tally in judged.items() if tally.status == "ok"]
    return pc.is_in(findings["rule"], value_set=pa.array(ok, pa.string()))


def _values(asked: _Asked, findings: pa.Table, engine: Engine) -> Mapping[int, Mapping[str, Any]]:
    """The columns that the sentences of the fired rules name, for the subjects that fired."""
    table = asked.wide.tables[asked.subject]
    fired = set(pc.unique(findings["rule"]).to_pylist())
    names = sorted({name for one in asked.rules if one.key in fired for name in columns_named(one.sentence)})
    keys = engine.table("fired", pa.table({"_key": pc.unique(findings["key"])}))
    told = asked.wide.over(
        asked.subject, _key=table[key_column(asked.subject)], **{n: table[n] for n in names}
    )
    rows = engine.arrow(told.semi_join(keys, told["_key"] == keys["_key"]))
    return {row.pop("_key"): row for row in rows.to_pylist()}
