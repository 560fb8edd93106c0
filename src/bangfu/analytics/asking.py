"""A rule or an entitlement as something to ask: its answers as columns, what it reads, which values it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bangfu.analytics.area_values import Values
from bangfu.analytics.entitlements import answer_of
from bangfu.analytics.evaluation import verdict_of
from bangfu.analytics.fields import columns_read
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.rules import Rule

Expression = Any
Question: TypeAlias = Rule | Entitlement


@dataclass(frozen=True)
class Noting(Values):
    """Values that note which parameters were asked for."""

    asked: dict[str, None] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        self.asked[key] = None
        return super().__getitem__(key)


@dataclass(frozen=True)
class Asked:
    """``answers``: ``verdict`` of a rule; ``due``, ``got`` and ``status`` of an entitlement."""

    question: Question
    answers: Mapping[str, Expression]
    columns: tuple[str, ...]
    parameters: tuple[str, ...]


def ask(question: Question, table: Expression, p: Values) -> Asked:
    """Asks over ``table`` with the values ``p``; nothing is evaluated.

    Raises:
        UnknownColumn, UnguardedDivision, UndatedParameter: with the question's file and line.
    """
    noting = Noting(p.on, p.parameters, table, p.areas)
    if isinstance(question, Rule):
        answers = {"verdict": verdict_of(question, table, noting)}
    else:
        answers = answer_of(question, table, noting)
    return Asked(question, answers, columns_read(*answers.values()), tuple(noting.asked))
