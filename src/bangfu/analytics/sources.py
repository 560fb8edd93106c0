"""Where an input of a rule comes from: the entered columns behind a derived one, and the lists of departments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import ibis

from bangfu.analytics.area_values import Values
from bangfu.analytics.fields import columns_read
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.facts import Columns, Summary
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, Column, Table
from bangfu.policy.who.facts import FROM_HOUSEHOLD

Expression = Any


@dataclass(frozen=True)
class Sources:
    """``entered``: columns that people filled in. ``lists``: departments' lists. ``facts``: files and lines between."""

    entered: tuple[Column, ...]
    lists: tuple[Table, ...]
    facts: tuple[str, ...]


@cache
def sources_of(table: str, name: str, day: date) -> Sources:
    """What the column ``name`` of ``table`` is made of on ``day``, down to what was entered."""
    entered: dict[Column, None] = {}
    lists: dict[str, Table] = {}
    facts: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(table, name)]
    while waiting:
        at = waiting.pop(0)
        if at in seen:
            continue
        seen.add(at)
        column = vocabulary.table(at[0]).columns.get(at[1])
        if at[0] in vocabulary.lists():
            lists[at[0]] = vocabulary.table(at[0])
        if column is not None and column.role != "derived":
            entered[column] = None
            continue
        for where, further in _made_of(*at, day):
            facts[where] = None
            waiting += further
    return Sources(tuple(entered), tuple(lists.values()), tuple(facts))


def _made_of(table: str, name: str, day: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The facts that make a derived column, each with the columns it reads."""
    found = []
    if table == "person" and name in FROM_HOUSEHOLD:
        found.append(("", [("household", FROM_HOUSEHOLD[name])]))
    for fact in catalogue.all_facts():
        source = fact.table if isinstance(fact, Columns) else fact.source
        target = fact.table if isinstance(fact, Columns) else fact.target
        if target != table:
            continue
        made = _made(fact.where, day)
        if name in made:
            read = list(made[name])
            if isinstance(fact, Summary) and not read:  # a count reads no column: that there is a row says it
                read = [fact.by]
            found.append((fact.where, [(source, one) for one in read]))
    return [(where, read) for where, read in found if where or read]


@cache
def _made(where: str, day: date) -> dict[str, tuple[str, ...]]:
    """Column → what it reads, of the fact at ``where``."""
    fact = next(one for one in catalogue.all_facts() if one.where == where)
    source = fact.table if isinstance(fact, Columns) else fact.source
    known = vocabulary.table(source).columns.values()
    probe = ibis.table({c.name: SNAPSHOT_TYPES[c.kind] for c in known if c.in_snapshot}, name=source)
    made = fact.function(probe, Values(day, parameters(), probe, {}))
    return {name: columns_read(one) for name, one in made.items()}
