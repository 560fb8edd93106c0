"""Which rules and entitlements a parameter reaches: those that read it, directly or through derived columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache

from bangfu.analytics.asking import Noting, Question, ask
from bangfu.analytics.fields import columns_read
from bangfu.analytics.needs import probe_of
from bangfu.policy import catalogue
from bangfu.policy.facts import Columns, Summary
from bangfu.policy.parameters import parameters
from bangfu.policy.who.facts import FROM_HOUSEHOLD


def affected(questions: Sequence[Question], keys: Collection[str], day: date) -> tuple[Question, ...]:
    """The questions of ``questions`` that read one of the parameters ``keys``."""
    reached: set[tuple[str, str]] = set()
    for fact in catalogue.all_facts():
        if isinstance(fact, Columns) and fact.stage == "family":
            reached |= {
                ("person", new) for new, old in FROM_HOUSEHOLD.items() if ("household", old) in reached
            }
        source = fact.table if isinstance(fact, Columns) else fact.source
        target = fact.table if isinstance(fact, Columns) else fact.target
        asked, filtered, made = _reads(fact.where, day)
        whole = bool(set(asked) & set(keys)) or any((source, name) in reached for name in filtered)
        reached |= {
            (target, name) for name, read in made if whole or any((source, one) in reached for one in read)
        }
    found = []
    for one in questions:
        parameters_, columns = _question(one, day)
        if set(parameters_) & set(keys) or any((one.subject, name) in reached for name in columns):
            found.append(one)
    return tuple(found)


@cache
def _question(one: Question, day: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters and the columns that a question reads itself."""
    asked = ask(one, *probe_of(one.subject, day, parameters()))
    return asked.parameters, asked.columns


@cache
def _reads(
    where: str, day: date
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Of the fact at ``where``: the parameters, the columns of its filter, and for each column made those it reads."""
    fact = next(one for one in catalogue.all_facts() if one.where == where)
    probe, p = probe_of(fact.table if isinstance(fact, Columns) else fact.source, day, parameters())
    noting = Noting(p.on, p.parameters, probe, p.areas)
    filtered = columns_read(fact.only(probe, noting)) if isinstance(fact, Summary) and fact.only else ()
    made = fact.function(probe, noting)
    read = tuple((name, columns_read(one)) for name, one in made.items())
    return tuple(noting.asked), filtered, read
