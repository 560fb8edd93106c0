"""Which datum would settle a *cannot tell*: each missing input is tried, alone and together with the others.

What is tried are values that could make a difference: every code of the list, yes and no, and the numbers to either
side of those that the rule compares with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations, islice, product
from threading import local
from typing import Any, Final

import duckdb
import ibis
import pyarrow as pa
from ibis.expr import operations as ops

from bangfu.analytics.area_values import Values
from bangfu.analytics.asking import Question, ask
from bangfu.analytics.recording import sql_of
from bangfu.analytics.snapshots import ARROW_TYPES
from bangfu.policy import vocabulary
from bangfu.policy.parameters import Parameters
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, Column, codes

#: Bounds, so that a rule with many missing inputs is answered at once.
MOST_VALUES: Final = 60
MOST_COMBINATIONS: Final = 400
_threads = local()
_UNKNOWN: Final = codes("entitlement_status").cannot_tell


@dataclass(frozen=True)
class Settling:
    """``columns`` known together settle the question: for every value tried (``always``), or for some."""

    columns: tuple[str, ...]
    always: bool


@dataclass(frozen=True)
class _Probe:
    """The question compiled over a small table that has its inputs only."""

    sql: str
    schema: pa.Schema
    numbers: tuple[int, ...]


def settle(
    question: Question, inputs: Mapping[str, Any], *, day: date, area: str, values: Parameters
) -> tuple[Settling, ...]:
    """What would settle ``question`` where it cannot be told: single inputs where one is enough, else the least group.

    Args:
        inputs: column → raw value, as the question read them; None is missing.
        area: county whose values hold (6 digits).
    """
    given = tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in inputs.items())
    return _settled(question, given, day, area, _Same(values))


@dataclass(frozen=True)
class _Same:
    """Parameters by their fingerprint, as a key of the cache."""

    values: Parameters

    def __hash__(self) -> int:
        return hash(self.values.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.values.fingerprint == other.values.fingerprint


@lru_cache(maxsize=20_000)
def _settled(
    question: Question, given: tuple[tuple[str, Any], ...], day: date, area: str, same: _Same
) -> tuple[Settling, ...]:
    inputs = dict(given)
    missing = [name for name, value in given if value is None]
    if not missing:
        return ()
    probe = _probe(question, day, area, same)
    known = _known_numbers(probe, inputs, day)
    tried = {name: _candidates(_column(question.subject, name), known) for name in missing}
    for size in range(1, min(len(missing), 3) + 1):
        found = tuple(
            one
            for group in islice(combinations(missing, size), 60)
            if (one := _try(probe, inputs, group, tried)) is not None
        )
        if found:
            return found
    together = _try(probe, inputs, tuple(missing), tried)
    return (together,) if together else ()


def _try(
    probe: _Probe, inputs: Mapping[str, Any], group: tuple[str, ...], tried: Mapping[str, Sequence[Any]]
) -> Settling | None:
    """Whether knowing the columns of ``group`` settles it."""
    rows = [
        {**inputs, **dict(zip(group, chosen, strict=True))}
        for chosen in _spread([tried[name] for name in group])
    ]
    told = _asked(probe, rows)
    return Settling(group, all(told)) if any(told) else None


def _spread(choices: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Combinations of the choices, evenly thinned out to ``MOST_COMBINATIONS``."""
    most = max(2, int(MOST_COMBINATIONS ** (1 / len(choices))))
    thinned = [list(one)[:: max(1, len(one) // most)] for one in choices]
    return islice(product(*thinned), MOST_COMBINATIONS)


def _asked(probe: _Probe, rows: list[dict[str, Any]]) -> list[bool]:
    """For each row whether the question is answered."""
    table = pa.Table.from_pylist(rows, schema=probe.schema)
    connection = _connection()
    connection.register("probe", table)
    answers = connection.execute(probe.sql).fetchall()
    connection.unregister("probe")
    return [bool(told) for (told,) in answers]


def _connection() -> duckdb.DuckDBPyConnection:
    """One small engine for each thread, kept: opening one costs more than the answer."""
    if not hasattr(_threads, "connection"):
        _threads.connection = duckdb.connect(config={"threads": 1})
    connection: duckdb.DuckDBPyConnection = _threads.connection
    return connection


@lru_cache(maxsize=5_000)
def _probe(question: Question, day: date, area: str, same: _Same) -> _Probe:
    known = vocabulary.table(question.subject).columns
    shape = {name: SNAPSHOT_TYPES[one.kind] for name, one in known.items() if one.in_snapshot}
    table = ibis.table(shape, name="probe")
    asked = ask(question, table, Values(day, same.values, table, {"": [area]}))
    verdict = asked.answers.get("verdict")
    told = asked.answers["status"] != _UNKNOWN if verdict is None else verdict.notnull()
    own = {name: shape[name] for name in asked.columns}
    numbers = {
        int(node.value)
        for one in asked.answers.values()
        for node in one.op().find(ops.Literal)
        if isinstance(node.value, int) and not isinstance(node.value, bool)
    }
    schema = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in own.items()])
    return _Probe(sql_of(table.select(told=told)), schema, tuple(sorted(numbers)))


def _column(subject: str, name: str) -> Column:
    return vocabulary.table(subject).columns[name]


def _known_numbers(probe: _Probe, inputs: Mapping[str, Any], day: date) -> list[int]:
    """The numbers that the rule names, those of the other inputs, and the day."""
    own = [v for v in inputs.values() if isinstance(v, int) and not isinstance(v, bool)]
    today = day.year * 10_000 + day.month * 100 + day.day
    return sorted({0, 1, today, *probe.numbers, *own})


def _candidates(column: Column, known: Sequence[int]) -> list[Any]:
    """Values of ``column`` that could make a difference."""
    if column.kind == "yes_no":
        return [True, False]
    if column.codes:
        all_codes = [code.code for code in codes(column.codes)][:MOST_VALUES]
        return [[], *([one] for one in all_codes)] if column.kind == "codes" else all_codes
    if column.kind == "date":
        near = [n for n in known if n > 19_000_000]
        return sorted({19_500_615, 20_000_615, *near, *(n + 10_000 for n in near), *(n - 1 for n in near)})
    most = {"int16": 2**15 - 1, "int32": 2**31 - 1}.get(SNAPSHOT_TYPES[column.kind], 2**62)
    near_all = {n + step for n in known for step in (-1, 0, 1)}
    fitting = sorted(n for n in near_all if 0 <= n <= most)
    return fitting[:: max(1, len(fitting) // MOST_VALUES)]
