"""What a rule reads, told from its expression alone: columns of its subject table, and dated parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import ibis

from bangfu.analytics.area_values import Values
from bangfu.analytics.evaluation import verdict_of
from bangfu.analytics.explanations import columns_read
from bangfu.policy import vocabulary
from bangfu.policy.parameters import DatedValue, Parameter, parameters
from bangfu.policy.rules import Rule
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, Column


@dataclass(frozen=True)
class RuleReading:
    """``columns`` in the order of first use; ``parameters`` each with the entry in force on the day asked."""

    columns: tuple[Column, ...]
    parameters: tuple[tuple[Parameter, DatedValue], ...]


@dataclass(frozen=True)
class _Noting(Values):
    """Values that note which parameters were asked for."""

    asked: dict[str, None] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        self.asked[key] = None
        return super().__getitem__(key)


@cache
def reading_of(rule: Rule, day: date, area: str = "") -> RuleReading:
    """What ``rule`` reads on ``day`` in ``area`` (division code or prefix); nothing is evaluated."""
    known = vocabulary.table(rule.subject).columns
    schema = {name: SNAPSHOT_TYPES[one.kind] for name, one in known.items() if one.kind in SNAPSHOT_TYPES}
    table = ibis.table(schema, name=rule.subject)
    noting = _Noting(day, parameters(), table, {})
    columns = columns_read(verdict_of(rule, table, noting))
    values = tuple((parameters()[key], parameters()[key].dated(day, area)) for key in noting.asked)
    return RuleReading(tuple(known[name] for name in columns), values)
