"""Which function of a domain stands behind a name in a definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.procedures.errors import UnknownFunction
from bangfu.platform.procedures.models import Act, Case, CaseRecord
from bangfu.policy.procedures.definitions import Call, Definition, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a guard is asked about: may ``case`` pass ``step`` today? ``records``: the valid ones by kind, oldest
    first. Before a case is opened it has no number and no records."""

    case: Case
    definition: Definition
    step: Step
    call: Call
    by: Actor
    role: str
    day: date
    records: Mapping[str, Sequence[CaseRecord]] = field(default_factory=dict)

    def latest(self, kind: str) -> CaseRecord | None:
        """The newest valid record of a kind."""
        found = self.records.get(kind)
        return found[-1] if found else None

    def value(self, name: str) -> int | str | bool:
        """The parameter that the definition gives the guard as ``name``, at this place and on this day."""
        return self.call.value(name, self.day, self.case.division_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a check of a record is asked about: may ``data`` go on record?"""

    case: Case
    definition: Definition
    step: Step
    call: Call
    kind: str
    data: Mapping[str, Any]
    by: Actor
    role: str
    day: date

    def value(self, name: str) -> int | str | bool:
        """The parameter that the definition gives the check as ``name``."""
        return self.call.value(name, self.day, self.case.division_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an effect is told: ``case`` has just ended with ``act``, in this transaction."""

    case: Case
    definition: Definition
    act: Act
    by: Actor
    day: date
    records: Mapping[str, Sequence[CaseRecord]] = field(default_factory=dict)

    def latest(self, kind: str) -> CaseRecord | None:
        found = self.records.get(kind)
        return found[-1] if found else None


Guard = Callable[[Question], Iterable[Problem]]
Check = Callable[[Entry], Iterable[Problem]]
Effect = Callable[[Outcome], None]
F = TypeVar("F", bound=Callable[..., Any])

_functions: dict[tuple[str, str], Callable[..., Any]] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Register ``fn(question) -> problems`` under ``name``; no problems: the step may pass. It only reads."""
    return _register("guard", name)


def check(name: str) -> Callable[[Check], Check]:
    """Register ``fn(entry) -> problems`` under ``name``; no problems: the record is taken. It only reads."""
    return _register("check", name)


def effect(name: str) -> Callable[[Effect], Effect]:
    """Register ``fn(outcome)`` under ``name``: an action that runs once, in the transaction of the last act. What it
    raises refuses the act."""
    return _register("effect", name)


def _register(kind: str, name: str) -> Callable[[F], F]:
    def register(function: F) -> F:
        if _functions.setdefault((kind, name), function) is not function:
            raise ValueError(f"two functions for the {kind} {name}")
        return function

    return register


def is_known(kind: str, name: str) -> bool:
    return (kind, name) in _functions


def guard_of(name: str) -> Guard:
    """Raises ``UnknownFunction``: nothing passes a guard that is not there."""
    return _find("guard", name)


def check_of(name: str) -> Check:
    return _find("check", name)


def effect_of(name: str) -> Effect:
    return _find("effect", name)


def _find(kind: str, name: str) -> Callable[..., Any]:
    try:
        return _functions[kind, name]
    except KeyError:
        raise UnknownFunction(kind=kind, name=name) from None
