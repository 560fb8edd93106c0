"""Values of the registry as people read them: of rows, and of the before and after that events keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bangfu.policy import vocabulary
from bangfu.policy.sentences import EMPTY, YES_NO, show
from bangfu.policy.vocabulary import Column
from bangfu.policy.words import Words
from bangfu.registry import columns

#: What an event keeps beside the columns of the vocabulary.
_OTHERS: Mapping[str, Words] = {
    "standing": Words("在册状态", "standing"),
    "from": Words("来自户", "from household"),
    "to": Words("去往户", "to household"),
}


@dataclass(frozen=True)
class ShownChange:
    """One column of an event; an empty text where the event says nothing of that side."""

    title: Words
    before: Words
    after: Words


def shown(column: Column, kept: Any) -> Words:
    """What a model keeps in ``column``, in both languages; “not entered” for nothing."""
    typed = columns.typed(column)(kept)
    return Words(show(column, typed, "zh"), show(column, typed, "en"))


def shown_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ShownChange]:
    """The columns an event changed, as people read them; facets of the identity number are left out."""
    found = []
    for name in dict.fromkeys((*before, *after)):
        column = _column(name)
        if column is not None or name in _OTHERS:
            title = column.title if column else _OTHERS[name]
            found.append(ShownChange(title, _side(name, column, before), _side(name, column, after)))
    return found


def shown_kept(name: str, value: Any) -> Words:
    """One value as an event keeps it; a column that is not in the vocabulary as it is written."""
    return _side(name, _column(name), {name: value})


def _side(name: str, column: Column | None, side: Mapping[str, Any]) -> Words:
    if name not in side:
        return Words("", "")
    value = side[name]
    if name == "standing":
        standing = vocabulary.codes("standing")
        return Words(standing.label(value), standing.label(value, "en"))
    return _shown(column, value) if column is not None else Words(str(value), str(value))


def _shown(column: Column, value: Any) -> Words:
    """A value as an event keeps it: days are ISO texts there."""
    if value in (None, "", []):
        return EMPTY
    if column.kind == "yes_no":
        return YES_NO[bool(value)]
    if column.kind == "date" and not isinstance(value, int):
        return Words(str(value), str(value))
    return Words(show(column, value, "zh"), show(column, value, "en"))


def _column(name: str) -> Column | None:
    for table in ("household", "person"):
        column = vocabulary.table(table).columns.get(name)
        if column is not None and column.role == "entered":
            return column
    return None
