"""Where something that a case lacks is seen to: the address behind the way on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.platform.procedures.models import Case
from bangfu.policy.exit.leaving import LINE
from bangfu.policy.procedures.definitions import LEVELS, ROLES, RecordKind
from bangfu.web.procedure_words import Guard
from bangfu.web.speaking import said

#: Records that are made on a page of their own, many at once.
_OWN_PAGE: Final[Mapping[str, str]] = {"ballot": "ballots", "review_panel": "panel"}


def _listed(route: str, **query: str) -> str:
    return f"{reverse(route)}?{urlencode(query)}"


def _of_round(case: Case, route: str) -> str:
    number = case.about.get("round")
    return reverse(route, args=[number]) if number else ""


def _of_household(case: Case) -> str:
    number = case.about.get("household_no")
    return reverse("household", args=[number]) if number else ""


def _doubt(case: Case) -> str:
    found = case.about.get("doubt")
    return reverse("doubt", args=[found]) if found else ""


#: Place → its address for a case; empty where the case does not know it.
PLACES: Final[Mapping[str, Callable[[Case], str]]] = {
    "told": lambda case: _of_round(case, "round-told"),
    "panel": lambda case: _of_round(case, "round-panel"),
    "ballots": lambda case: _of_round(case, "round-ballots"),
    "doubt": _doubt,
    "household": _of_household,
    "warnings": lambda case: f"{there}#doubts" if (there := _of_household(case)) else "",
    "verdict": lambda case: "#verdict",
    "line": lambda case: reverse("parameter", args=[LINE]),
    "exits": lambda case: _listed("exit-households", division=case.division_code),
    "village_exits": lambda case: _listed(
        "cases", procedure="village_exit", division=case.division_code, state="any"
    ),
}


def to_record(case: Case, record: RecordKind, mine: Collection[str]) -> tuple[str, str]:
    """Where a record that lacks is made, and the text of the link; ``mine``: the kinds that the reader may make now.

    Where somebody else makes it there is no address, and the text says who.
    """
    title = said(record.title)
    if record.key in mine:
        there = PLACES[_OWN_PAGE[record.key]](case) if record.key in _OWN_PAGE else ""
        return there or f"#record-{record.key}", _("登记:%(title)s") % {"title": title}
    post = {"role": said(ROLES[record.role]), "level": said(LEVELS[record.level])}
    return "", _("由%(role)s(%(level)s)登记") % post


def to_meet(case: Case, guard: Guard, mine: Collection[str]) -> tuple[str, str]:
    """Where a rule that is not met is seen to, and the text of the link."""
    kind, _colon, record = guard.place.partition(":")
    if kind != "record":
        return PLACES[kind](case) if kind else "", said(guard.way)
    meant = case.definition.record(record)
    if meant is None:
        return "", said(guard.way)
    there, who = to_record(case, meant, mine)
    return there, said(guard.way) if there else who
