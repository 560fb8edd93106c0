"""Which derived columns a choice of rules needs: the others are not computed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import ibis

from bangfu.analytics.area_values import Values
from bangfu.analytics.fields import columns_read
from bangfu.analytics.kept import Kept
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.facts import Columns, Summary
from bangfu.policy.parameters import Parameters
from bangfu.policy.rules import Rule
from bangfu.policy.sentences import columns_named
from bangfu.policy.vocabulary import SNAPSHOT_TYPES
from bangfu.policy.who.facts import FROM_HOUSEHOLD

Expression = Any
Needs = Mapping[str, frozenset[str]]
_found: Kept[Needs] = Kept(64)


def needs_once(key: Hashable, day: date, values: Parameters, make: Callable[[], Needs]) -> Needs:
    """What ``make`` finds that is needed: found once for the same questions (``key``), day and values."""
    return _found.get((key, day, values.fingerprint), make)


def columns_needed(rules: Sequence[Rule], day: date, values: Parameters, *, for_sentences: bool) -> Needs:
    """Table → columns, derived ones included, that ``rules`` read directly or through facts."""
    needs: dict[str, set[str]] = defaultdict(set)
    for one in rules:
        probe = _probe(one.subject)
        needs[one.subject].update(columns_read(one.expression(probe, _values(day, values, probe))))
        if for_sentences:
            needs[one.subject] |= set(columns_named(one.sentence))
    return needs_behind(needs, day, values)


def needs_behind(direct: Mapping[str, set[str]], day: date, values: Parameters) -> Needs:
    """Table → columns: ``direct``, and whatever the facts read to make them."""
    needs = defaultdict(set, {table: set(names) for table, names in direct.items()})
    for fact in _last_first():
        _note(fact, needs, day, values)
    return {table: frozenset(names) for table, names in needs.items()}


def probe_of(table: str, day: date, values: Parameters) -> tuple[Expression, Values]:
    """A table of the vocabulary's shape, bound to no data, and the values of the day: to ask what a rule reads."""
    probe = _probe(table)
    return probe, _values(day, values, probe)


def _last_first() -> Iterable[Columns | Summary]:
    """The facts in the reverse of the order in which they are computed."""
    facts = catalogue.all_facts()
    family = [fact for fact in facts if isinstance(fact, Columns) and fact.stage == "family"]
    return [*reversed(family), *(fact for fact in reversed(facts) if fact not in family)]


def _note(fact: Columns | Summary, needs: dict[str, set[str]], day: date, values: Parameters) -> None:
    if isinstance(fact, Columns):
        source = target = fact.table
    else:
        source, target = fact.source, fact.target
        # Whatever of the household the person's row takes over is known once the family stage has been noted.
        needs["household"] |= {old for new, old in FROM_HOUSEHOLD.items() if new in needs["person"]}
    probe = _probe(source)
    p = _values(day, values, probe)
    made = fact.function(probe, p)
    wanted = [expression for name, expression in made.items() if name in needs[target]]
    if not wanted:
        return
    needs[source].update(columns_read(*wanted))
    if isinstance(fact, Summary) and fact.only:
        needs[source].update(columns_read(fact.only(probe, p)))


def _probe(table: str) -> Expression:
    """The table as the vocabulary has it, derived columns included; bound to no data."""
    columns = vocabulary.table(table).columns.values()
    schema = {one.name: SNAPSHOT_TYPES[one.kind] for one in columns if one.in_snapshot}
    return ibis.table(schema, name=table)


def _values(day: date, values: Parameters, probe: Expression) -> Values:
    return Values(day, values, probe, {})
