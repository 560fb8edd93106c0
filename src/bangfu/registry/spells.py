"""What the dates and marks of an imported household say about its standings."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.policy.vocabulary import codes
from bangfu.registry.columns import as_date

standing, kinds, marks = codes("standing"), codes("household_kind"), codes("exit_mark")


def registered_since(columns: dict[str, list[Any]], place: int, day: date) -> date:
    """The day from which an imported household counts: when it was identified, never later than ``day``."""
    since = as_date(_value(columns, "identified_on", place)) or as_date(
        _value(columns, "risk_found_on", place)
    )
    return min(since or day, day)


def standings(columns: dict[str, list[Any]], place: int, day: date) -> list[tuple[int, date, date | None]]:
    """Spells (kind, since, until) of one household: in order, without overlap, the last one open.

    Where marks and dates contradict each other the registration stands alone; rules report the contradiction.
    """
    since = registered_since(columns, place, day)
    kind, mark = _value(columns, "household_kind", place), _value(columns, "exit_mark", place)
    exited = as_date(_value(columns, "exited_on", place))
    if kind == kinds.monitored or (kind == kinds.ordinary and _value(columns, "monitored_kind", place)):
        return [(standing.marginal, since, None)]
    if exited and since < exited <= day and (mark == marks.exited or kind == kinds.exited):
        return [(standing.registered, since, exited), (standing.exited, exited, None)]
    return [(standing.registered, since, None)]


def _value(columns: dict[str, list[Any]], name: str, place: int) -> Any:
    values = columns.get(name)
    return values[place] if values else None
