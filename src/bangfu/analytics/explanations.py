"""Why: for one subject, what each rule and entitlement says, what it read and from where, and the values in force with
their source (DESIGN §1.1).

The same expressions as the mass run, over the same derived columns. They are compiled once for a set of rules, a day
and the values of the counties; a snapshot is then answered once, and each explanation is looked up by key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from threading import Lock
from typing import Any, Final

import duckdb

from bangfu.analytics.area_values import COUNTY, area_table, areas_of
from bangfu.analytics.asking import Asked, Question
from bangfu.analytics.compiled import compiled
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.recording import replay
from bangfu.analytics.settling import Settling, settle
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.sources import Sources, sources_of
from bangfu.policy import catalogue
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.parameters import DatedValue, Parameter, Parameters, parameters
from bangfu.policy.rules import Rule
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import codes

Expression = Any
SUBJECTS: Final = ("person", "household", "village")
_status = codes("entitlement_status")


@dataclass(frozen=True)
class _Why:
    """What both kinds of explanation have. ``inputs``: column → raw value. ``values``: the parameters read, with the
    entry in force on the day in the subject's county."""

    key: int
    inputs: Mapping[str, Any]
    values: Sequence[tuple[Parameter, DatedValue]]
    day: date
    area: str
    known: Parameters

    def sources(self, subject: str) -> Mapping[str, Sources]:
        """Input → what it was made of."""
        return {name: sources_of(subject, name, self.day) for name in self.inputs}

    def _missing(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.inputs.items() if value is None)

    def _settled(self, question: Question) -> tuple[Settling, ...]:
        return settle(question, self.inputs, day=self.day, area=self.area, values=self.known)


@dataclass(frozen=True)
class Explanation(_Why):
    """What one rule says about one subject."""

    rule: Rule
    verdict: Verdict

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs that are not entered, where the rule cannot tell."""
        return self._missing() if self.verdict is Verdict.CANNOT_TELL else ()

    @cached_property
    def settled_by(self) -> tuple[Settling, ...]:
        """Which of the missing inputs would settle it, alone or together."""
        return self._settled(self.rule) if self.verdict is Verdict.CANNOT_TELL else ()


@dataclass(frozen=True)
class EntitlementExplanation(_Why):
    """What one subject is due of one entitlement (fen; None in kind or when nobody can tell), and what came."""

    entitlement: Entitlement
    status: int
    due: int | None
    received: int | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs that are not entered, where nobody can tell."""
        return self._missing() if self.status == _status.cannot_tell else ()

    @cached_property
    def settled_by(self) -> tuple[Settling, ...]:
        """Which of the missing inputs would settle it, alone or together."""
        return self._settled(self.entitlement) if self.status == _status.cannot_tell else ()


class Explainer:
    """A snapshot that has been answered; explanations of its subjects are looked up.

    Raises:
        UnknownColumn, UnguardedDivision, UndatedParameter: a rule cannot be asked; nothing is explained.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        rules: Sequence[Rule] | None = None,
        entitlements: Sequence[Entitlement] | None = None,
        values: Parameters | None = None,
        engine: DuckDBEngine | None = None,
    ) -> None:
        self.snapshot, self.values = snapshot, values or parameters()
        day = snapshot.day
        chosen = catalogue.rules_on(day) if rules is None else tuple(rules)
        due = catalogue.entitlements_on(day) if entitlements is None else tuple(entitlements)
        self._engine, self._own = engine or DuckDBEngine(), engine is None
        self._compiled = compiled(snapshot, (*chosen, *due), self.values)
        tables = dict(snapshot.tables)
        given = area_table(areas_of(snapshot, self.values), self.values, day)
        if given is not None:
            tables["area_values"] = given
        replay(self._engine, self._compiled.statements, tables)
        self._lock = Lock()

    def explain(self, subjects: Mapping[str, Collection[int]]) -> list[Explanation]:
        """Every rule about the subjects (subject table → keys of its rows)."""
        return [one for one in self._all(subjects) if isinstance(one, Explanation)]

    def entitled(self, subjects: Mapping[str, Collection[int]]) -> list[EntitlementExplanation]:
        """Every entitlement of the subjects."""
        return [one for one in self._all(subjects) if isinstance(one, EntitlementExplanation)]

    def _all(self, subjects: Mapping[str, Collection[int]]) -> list[Explanation | EntitlementExplanation]:
        found: list[Explanation | EntitlementExplanation] = []
        for subject, keys in subjects.items():
            if subject in self._compiled.asked and keys:
                asked = self._compiled.asked[subject]
                found += [
                    self._one(place, one, row)
                    for row in self._rows(subject, keys)
                    for place, one in enumerate(asked)
                ]
        return found

    def _rows(self, subject: str, keys: Collection[int]) -> list[dict[str, Any]]:
        with self._lock:
            raw = self._engine.raw
            wanted = duckdb.ColumnExpression("_key").isin(*map(duckdb.ConstantExpression, keys))
            found = raw.table(self._compiled.answers[subject]).filter(wanted)
            rows: list[dict[str, Any]] = found.to_arrow_table().to_pylist()
        return [{name: _whole(value) for name, value in row.items()} for row in rows]

    def _one(self, place: int, asked: Asked, row: Mapping[str, Any]) -> Explanation | EntitlementExplanation:
        village = row.get("_village")
        area = f"{village // COUNTY:06d}" if village else self._compiled.area
        why: dict[str, Any] = {
            "key": row["_key"],
            "inputs": {name: row[name] for name in asked.columns},
            "values": [
                (self.values[name], self.values[name].dated(self.snapshot.day, area))
                for name in asked.parameters
            ],
            "day": self.snapshot.day,
            "area": area,
            "known": self.values,
        }
        question = asked.question
        if isinstance(question, Rule):
            return Explanation(rule=question, verdict=Verdict.of(row[f"_verdict_{place}"]), **why)
        return EntitlementExplanation(
            entitlement=question,
            status=row[f"_status_{place}"],
            due=row[f"_due_{place}"],
            received=row[f"_got_{place}"],
            **why,
        )

    def close(self) -> None:
        """Gives back the engine, where it is the explainer's own."""
        if self._own:
            self._engine.close()


def _whole(value: Any) -> Any:
    """DuckDB widens sums beyond 64 bits, and Arrow gives those as decimals without a fraction."""
    return int(value) if isinstance(value, Decimal) else value


def explain(
    snapshot: Snapshot,
    subjects: Mapping[str, Collection[int]],
    *,
    engine: DuckDBEngine,
    rules: Sequence[Rule] | None = None,
    values: Parameters | None = None,
) -> list[Explanation]:
    """Every rule about the subjects, once; a server keeps an ``Explainer``.

    Args:
        subjects: subject table → keys of its rows.
    """
    return Explainer(snapshot, rules=rules, entitlements=(), values=values, engine=engine).explain(subjects)
