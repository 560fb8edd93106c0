"""Why: for one subject, what each rule says, what it read, and the values in force with their source (DESIGN §1.1).

The same expressions as the mass run, over the same derived columns; only the rows are fewer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr import operations

from bangfu.analytics.area_values import Values
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.evaluation import key_column, verdict_of
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.wide_tables import wide_tables
from bangfu.policy import catalogue
from bangfu.policy.parameters import DatedValue, Parameter, Parameters, parameters
from bangfu.policy.rules import Rule
from bangfu.policy.verdict import Verdict

Expression = Any


@dataclass(frozen=True)
class Explanation:
    """``inputs``: column → raw value. ``values``: the parameters read, with the entry in force on the day."""

    rule: Rule
    key: int
    verdict: Verdict
    inputs: Mapping[str, Any]
    values: Sequence[tuple[Parameter, DatedValue]]

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs that are not entered: what would settle a *cannot tell*."""
        if self.verdict is not Verdict.CANNOT_TELL:
            return ()
        return tuple(name for name, value in self.inputs.items() if value is None)


@dataclass(frozen=True)
class _Noting(Values):
    """Values that note which parameters a rule asked for."""

    asked: dict[str, None] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        self.asked[key] = None
        return super().__getitem__(key)


def explain(
    snapshot: Snapshot,
    subjects: Mapping[str, Collection[int]],
    *,
    engine: DuckDBEngine,
    rules: Sequence[Rule] | None = None,
    values: Parameters | None = None,
) -> list[Explanation]:
    """Every rule about the subjects.

    Args:
        subjects: subject table → keys of its rows.
    """
    known = values or parameters()
    chosen = catalogue.rules_on(snapshot.day) if rules is None else rules
    wide = wide_tables(snapshot, engine, known, set(subjects))
    found: list[Explanation] = []
    for subject, keys in subjects.items():
        if subject in wide.tables and keys:
            table, own = wide.tables[subject], [one for one in chosen if one.subject == subject]
            found += _of_table(table, own, keys, key=key_column(subject), p=wide.p(subject), engine=engine)
    return found


def _of_table(
    table: Expression,
    rules: Sequence[Rule],
    keys: Collection[int],
    *,
    key: str,
    p: Values,
    engine: DuckDBEngine,
) -> list[Explanation]:
    verdicts: dict[str, Expression] = {}
    inputs: list[tuple[str, ...]] = []
    asked: list[tuple[str, ...]] = []
    for place, one in enumerate(rules):
        noting = _Noting(p.on, p.parameters, p.table, p.areas)
        verdicts[f"v{place}"] = verdict_of(one, table, noting)
        inputs.append(columns_read(verdicts[f"v{place}"]))
        asked.append(tuple(noting.asked))
    wanted = ibis.memtable(pa.table({"_wanted": pa.array(list(keys), pa.int64())}))
    names = dict.fromkeys(name for some in inputs for name in some)
    shown = table.select(_key=table[key], **verdicts, **{name: table[name] for name in names})
    rows = engine.arrow(shown.semi_join(wanted, shown["_key"] == wanted["_wanted"])).to_pylist()
    day = p.on
    return [
        Explanation(
            rule=one,
            key=row["_key"],
            verdict=Verdict.of(row[f"v{place}"]),
            inputs={name: row[name] for name in inputs[place]},
            values=[(p.parameters[name], p.parameters[name].dated(day, p.area)) for name in asked[place]],
        )
        for row in rows
        for place, one in enumerate(rules)
    ]


def columns_read(expression: Expression) -> tuple[str, ...]:
    """The columns of its table that an expression reads, in the order of first use; parameter columns left out."""
    found = (node.name for node in expression.op().find(operations.Field))
    return tuple(dict.fromkeys(name for name in found if not name.startswith("p__")))
