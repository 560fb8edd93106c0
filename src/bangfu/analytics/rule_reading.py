"""What a rule or entitlement reads, from its expression alone: columns of its subject table, dated parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import ibis

from bangfu.analytics.area_values import Values
from bangfu.analytics.asking import Question, ask
from bangfu.policy import vocabulary
from bangfu.policy.parameters import DatedValue, Parameter, parameters
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, Column


@dataclass(frozen=True)
class RuleReading:
    """``columns`` in the order of first use; ``parameters`` each with the entry in force on the day asked."""

    columns: tuple[Column, ...]
    parameters: tuple[tuple[Parameter, DatedValue], ...]


@cache
def reading_of(rule: Question, day: date, area: str = "") -> RuleReading:
    """What ``rule`` reads on ``day`` in ``area`` (division code or prefix); nothing is evaluated."""
    known = vocabulary.table(rule.subject).columns
    schema = {name: SNAPSHOT_TYPES[one.kind] for name, one in known.items() if one.kind in SNAPSHOT_TYPES}
    table = ibis.table(schema, name=rule.subject)
    asked = ask(rule, table, Values(day, parameters(), table, {}))
    values = tuple((parameters()[key], parameters()[key].dated(day, area)) for key in asked.parameters)
    return RuleReading(tuple(known[name] for name in asked.columns), values)
