"""Derived columns: what several rules share is computed once (DESIGN §3).

``@columns`` adds row-level columns to a table, ``@summary`` folds one table onto another.
The names must stand under ``derived`` in the vocabulary; a test compares both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from bangfu.policy import yaml_files
from bangfu.policy.purity import refuse_impure

Expression = Any
Maker = Callable[..., Mapping[str, Expression]]
#: own: from the row itself; family: after the household's columns have been joined to the person.
Stage = Literal["own", "family"]


@dataclass(frozen=True)
class Columns:
    """``function(table, p)`` → new columns of ``table``."""

    table: str
    stage: Stage
    function: Maker
    where: str


@dataclass(frozen=True)
class Summary:
    """``function(source, p)`` → aggregates of ``source`` per ``by``, joined to ``target`` on ``on``.

    ``only(source, p)`` filters before. ``within``: a column of both that must be equal as well. ``empty``: what
    stands where ``source`` has no row (0 for counts); where the whole source was not supplied, every column is NULL:
    cannot tell.
    """

    source: str
    target: str
    by: str
    on: str
    function: Maker
    where: str
    only: Callable[..., Expression] | None = None
    empty: Mapping[str, int | None] | None = None
    within: str | None = None


def columns(table: str, *, stage: Stage = "own") -> Callable[[Maker], Maker]:
    """Registers a function that gives row-level derived columns of ``table``."""

    def register(function: Maker) -> Maker:
        where = _where(function)
        refuse_impure(function, function.__name__, where)
        function.fact = Columns(table, stage, function, where)  # type: ignore[attr-defined]
        return function

    return register


def summary(
    source: str,
    *,
    to: str,
    by: str,
    on: str | None = None,
    only: Callable[..., Expression] | None = None,
    empty: Mapping[str, int | None] | None = None,
    within: str | None = None,
) -> Callable[[Maker], Maker]:
    """Registers a function that gives aggregates of ``source`` per ``by``, for the table ``to``."""

    def register(function: Maker) -> Maker:
        where = _where(function)
        refuse_impure(function, function.__name__, where)
        function.fact = Summary(source, to, by, on or by, function, where, only, empty, within)  # type: ignore[attr-defined]
        return function

    return register


def collect(modules: Iterable[ModuleType]) -> tuple[Columns | Summary, ...]:
    """All facts of ``modules`` in the order written."""
    return tuple(
        value.fact
        for module in modules
        for value in vars(module).values()
        if hasattr(value, "fact") and value.__module__ == module.__name__
    )


def _where(function: Maker) -> str:
    return f"{yaml_files.place(Path(function.__code__.co_filename))}:{function.__code__.co_firstlineno}"
