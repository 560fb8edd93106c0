"""Three-valued questions to the columns that ``who.list_facts`` makes of a department's list."""

from __future__ import annotations

from typing import Any

Expression = Any


def found(person: Expression, name: str, how: str) -> Expression:
    """The person was found on the list ``name`` by ``how``: by equal number, or only as likely the same person."""
    exact = person[f"{name}_exact"] > 0
    return exact if how == "exact" else (person[f"{name}_likely"] > 0) & ~exact


def missing(person: Expression, name: str) -> Expression:
    """Neither way found the person; NULL where the list was not supplied."""
    return (person[f"{name}_exact"] + person[f"{name}_likely"]) == 0
