"""What if: other values of parameters, before the document is issued (DESIGN §1.7).

Who newly qualifies or drops out, and money by fund, division, kind of household and cause. The same expressions as the
real run, twice over the same snapshot; stored verdicts are neither read nor written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.affected import affected
from bangfu.analytics.area_values import area_table, areas_of
from bangfu.analytics.asking import Asked
from bangfu.analytics.compiled import Compiled, compiled
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.levels import sum_up
from bangfu.analytics.recording import PREFIX, replay
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy import catalogue
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.parameters import Change, Parameters, parameters
from bangfu.policy.rules import Rule

#: Additive figures of every breakdown: subjects before and after, who changes, money in fen before and after.
MEASURES: Final = (
    "subjects_before",
    "subjects_after",
    "newly",
    "drops_out",
    "more",
    "less",
    "cannot_tell_before",
    "cannot_tell_after",
    "due_before",
    "due_after",
)
EFFECTS: Final = ("newly", "drops_out", "more", "less")
#: By what the figures can be looked at, beside divisions.
BREAKDOWNS: Final = ("question", "fund", "household_kind", "main_cause")
_KEYS: Final = ("question", "kind", "fund", "village_code", "household_kind", "main_cause")


@dataclass(frozen=True)
class Variant:
    """A what-if by name."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Effects:
    """What one variant does.

    ``cube``: ``_KEYS`` and ``MEASURES``, one row for each combination that occurs; ``kind`` is rule or entitlement.
    ``changes``: one row for each subject and question that changes (``effect`` one of ``EFFECTS``), with fen before and
    after. ``losers``: households that get less in all or drop out of something, with the fen lost.
    """

    variant: Variant
    questions: tuple[Rule | Entitlement, ...]
    cube: pa.Table
    changes: pa.Table
    losers: pa.Table

    def by(self, name: str) -> pa.Table:
        """The sums of ``MEASURES`` by one of ``BREAKDOWNS``, entitlements only but for ``question``."""
        rows = self.cube if name == "question" else _entitled(self.cube)
        keys = ["kind", name] if name == "question" else [name]
        summed = rows.group_by(keys).aggregate([(one, "sum") for one in MEASURES])
        renamed = summed.rename_columns([one.removesuffix("_sum") for one in summed.column_names])
        return renamed.sort_by([(name, "ascending")])

    def by_division(self) -> pa.Table:
        """``level``, ``division`` and the sums of ``MEASURES``, from the nation to the village."""
        rows = _entitled(self.cube).select(["village_code", *MEASURES])
        return sum_up(rows)

    @property
    def cost(self) -> int:
        """Fen more (or less) a period for all that is due."""
        rows = _entitled(self.cube)
        return int((pc.sum(rows["due_after"]).as_py() or 0) - (pc.sum(rows["due_before"]).as_py() or 0))


@dataclass(frozen=True)
class Simulation:
    """One or two variants against the values in force, over the same snapshot."""

    day: date
    effects: tuple[Effects, ...]


def simulate(
    snapshot: Snapshot,
    variants: Sequence[Variant],
    *,
    engine: DuckDBEngine,
    values: Parameters | None = None,
    rules: Sequence[Rule] | None = None,
    entitlements: Sequence[Entitlement] | None = None,
) -> Simulation:
    """Asks all that the changes reach, with the values in force and with those of each variant.

    Raises:
        UnknownParameter: a change names no parameter; nothing is simulated.
        UndatedParameter: a parameter has no value on the day.
    """
    known = values or parameters()
    chosen = catalogue.rules_on(snapshot.day) if rules is None else tuple(rules)
    due = catalogue.entitlements_on(snapshot.day) if entitlements is None else tuple(entitlements)
    tried = [(one, known.with_changes(one.changes)) for one in variants]
    found = []
    for number, (variant, changed) in enumerate(tried):
        reached = affected((*due, *chosen), {one.key for one in variant.changes}, snapshot.day)
        before = _answer(snapshot, reached, known, engine, f"before_{number}_")
        _answer(snapshot, reached, changed, engine, f"after_{number}_")
        found.append(_effects(variant, before, engine, number))
    return Simulation(snapshot.day, tuple(found))


def _answer(
    snapshot: Snapshot,
    questions: Sequence[Rule | Entitlement],
    values: Parameters,
    engine: DuckDBEngine,
    prefix: str,
) -> Compiled:
    """Answers the snapshot with ``values``; the answers of each subject table stand under ``prefix``."""
    made = compiled(snapshot, questions, values, narrow=True)
    tables = dict(snapshot.tables)
    given = area_table(areas_of(snapshot, values), values, snapshot.day)
    if given is not None:
        tables["area_values"] = given
    replay(engine, made.statements, tables)
    for name in made.answers.values():
        engine.raw.execute(f"CREATE OR REPLACE TEMP TABLE {prefix}{name} AS FROM {name}")
    return made


def _effects(variant: Variant, made: Compiled, engine: DuckDBEngine, number: int) -> Effects:
    raw = engine.raw
    pairs = [
        _pairs(subject, asked, place, number)
        for subject, all_asked in made.asked.items()
        for place, asked in enumerate(all_asked)
    ]
    if not pairs:
        return Effects(variant, (), _EMPTY_CUBE, _EMPTY_CHANGES, _EMPTY_LOSERS)
    raw.execute(f"CREATE OR REPLACE TEMP TABLE pairs AS {' UNION ALL '.join(pairs)}")
    questions = tuple(asked.question for all_asked in made.asked.values() for asked in all_asked)
    cube, changes, losers = (raw.sql(text).to_arrow_table() for text in (_CUBE, _CHANGES, _LOSERS))
    return Effects(variant, questions, cube, changes, losers)


def _pairs(subject: str, asked: Asked, place: int, number: int) -> str:
    """One row a subject for one question: before and after, and the household it belongs to."""
    question = asked.question
    if isinstance(question, Rule):
        kind, fund, yes, money = "rule", "", f"_verdict_{place}", "0"
    else:
        kind, fund, yes, money = "entitlement", question.fund, f"_eligible_{place}", f"_due_{place}"
    before, after = (f"{when}_{number}_answers_{subject}" for when in ("before", "after"))
    amounts = [f"coalesce({one}.{money}, 0)" if money != "0" else "0" for one in ("a", "b")]
    household = {
        "person": f"LEFT JOIN {PREFIX}person s ON s.person_key = a._key "
        f"LEFT JOIN {PREFIX}household h ON h.household_key = s.household_key",
        "household": f"LEFT JOIN {PREFIX}household h ON h.household_key = a._key",
    }.get(subject, "")
    own = ("h.household_key", "h.household_kind", "h.main_cause") if household else ("NULL", "NULL", "NULL")
    return (
        f"SELECT '{question.key}' AS question, '{kind}' AS kind, '{fund}' AS fund, '{subject}' AS subject_kind, "  # noqa: S608 - names of the catalogue
        f"a._key AS key, a._village AS village_code, CAST({own[0]} AS BIGINT) AS household_key, "
        f"CAST({own[1]} AS SMALLINT) AS household_kind, CAST({own[2]} AS SMALLINT) AS main_cause, "
        f"a.{yes} AS yes_before, b.{yes} AS yes_after, "
        f"CAST({amounts[0]} AS BIGINT) AS due_before, CAST({amounts[1]} AS BIGINT) AS due_after "
        f"FROM {before} a JOIN {after} b USING (_key) {household} "
        f"WHERE a.{yes} IS NOT FALSE OR b.{yes} IS NOT FALSE"
    )


_NEWLY: Final = "yes_before IS NOT TRUE AND yes_after"
_DROPS: Final = "yes_before AND yes_after IS NOT TRUE"
_BOTH: Final = "yes_before AND yes_after"
_CUBE: Final = f"""SELECT {", ".join(_KEYS)},
    count(*) FILTER (yes_before) AS subjects_before, count(*) FILTER (yes_after) AS subjects_after,
    count(*) FILTER ({_NEWLY}) AS newly, count(*) FILTER ({_DROPS}) AS drops_out,
    count(*) FILTER ({_BOTH} AND due_after > due_before) AS more,
    count(*) FILTER ({_BOTH} AND due_after < due_before) AS less,
    count(*) FILTER (yes_before IS NULL) AS cannot_tell_before,
    count(*) FILTER (yes_after IS NULL) AS cannot_tell_after,
    sum(due_before)::BIGINT AS due_before, sum(due_after)::BIGINT AS due_after
    FROM pairs GROUP BY {", ".join(_KEYS)} ORDER BY ALL"""  # noqa: S608 - columns of this module
_CHANGES: Final = f"""SELECT question, kind, fund, subject_kind, key, household_key, village_code, household_kind,
    main_cause, due_before, due_after, CASE WHEN {_NEWLY} THEN 'newly' WHEN {_DROPS} THEN 'drops_out'
    WHEN due_after > due_before THEN 'more' ELSE 'less' END AS effect
    FROM pairs WHERE yes_before IS DISTINCT FROM yes_after AND (yes_before OR yes_after) OR due_before <> due_after
    ORDER BY question, key"""  # noqa: S608 - columns of this module
_LOSERS: Final = f"""SELECT household_key, any_value(village_code) AS village_code,
    any_value(household_kind) AS household_kind, any_value(main_cause) AS main_cause,
    sum(due_before)::BIGINT AS due_before, sum(due_after)::BIGINT AS due_after,
    list(DISTINCT question ORDER BY question) FILTER ({_DROPS} OR due_after < due_before) AS questions
    FROM pairs WHERE kind = 'entitlement' AND household_key IS NOT NULL GROUP BY household_key
    HAVING sum(due_after) < sum(due_before) OR count(*) FILTER ({_DROPS}) > 0
    ORDER BY sum(due_after) - sum(due_before), household_key"""  # noqa: S608 - columns of this module


def _entitled(cube: pa.Table) -> pa.Table:
    return cube.filter(pc.equal(cube["kind"], "entitlement"))


def _empty(types: Mapping[str, Any]) -> pa.Table:
    return pa.schema(list(types.items())).empty_table()


_TEXT, _WHOLE, _CODE = pa.string(), pa.int64(), pa.int16()
_PLACE: Final = {"village_code": _WHOLE, "household_kind": _CODE, "main_cause": _CODE}
_EMPTY_CUBE: Final = _empty(
    {"question": _TEXT, "kind": _TEXT, "fund": _TEXT, **_PLACE, **dict.fromkeys(MEASURES, _WHOLE)}
)
_EMPTY_CHANGES: Final = _empty(
    {
        "question": _TEXT,
        "kind": _TEXT,
        "fund": _TEXT,
        "subject_kind": _TEXT,
        "key": _WHOLE,
        "household_key": _WHOLE,
    }
    | _PLACE
    | {"due_before": _WHOLE, "due_after": _WHOLE, "effect": _TEXT}
)
_EMPTY_LOSERS: Final = _empty(
    {
        "household_key": _WHOLE,
        **_PLACE,
        "due_before": _WHOLE,
        "due_after": _WHOLE,
        "questions": pa.list_(_TEXT),
    }
)
