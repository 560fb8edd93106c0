"""Dated values: what is in force here, one value's whole history, alarms, what nobody has re-checked (S2-02, S2-87)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.roles import Capability
from bangfu.analytics.affected import affected
from bangfu.analytics.asking import Question
from bangfu.platform.errors import NotFound
from bangfu.policy import catalogue
from bangfu.policy import documents as register
from bangfu.policy.area_rights import AboveStandard, above_standard
from bangfu.policy.documents import Document
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.errors import UndatedParameter
from bangfu.policy.parameters import DatedValue, Parameter
from bangfu.policy.parameters import parameters as known_parameters
from bangfu.policy.rechecking import not_rechecked
from bangfu.policy.rules import Rule
from bangfu.web.gates import Asked, needs
from bangfu.web.parameters import QUESTIONS, ShownParameter, shown_parameter, shown_value
from bangfu.web.places import area_of, day_asked, names_of, padded

RIGHTS = {
    "floor": _("下限:地方不得低于上级标准"),
    "ceiling": _("上限:地方不得高于上级标准"),
    "standard": _("标准:只能由规定的层级制定"),
}


@dataclass(frozen=True)
class Entry:
    """One dated value: where it holds, what it cites, and whether it is in force on the day of the page."""

    area: str
    entry: DatedValue
    value: str
    documents: tuple[Document, ...]
    in_force: bool


@dataclass(frozen=True)
class Alarm:
    """An area that gives more than the wider area (S2-87)."""

    above: AboveStandard
    area: str
    value: str
    standard: str


@needs(Capability.READ_RULES)
def parameters(request: Asked) -> HttpResponse:
    """The values in force on the day in the division, by question; alarms; values not re-checked for a year."""
    area, day = area_of(request, Capability.READ_RULES), day_asked(request.GET)
    text, only = request.GET.get("q", "").strip(), request.GET.get("only", "")
    known = known_parameters()
    stale = {one.key for one in not_rechecked(day)}
    groups: dict[str, list[ShownParameter]] = {key: [] for key in QUESTIONS}
    for one in known.values():
        if (only == "stale" and one.key not in stale) or (only == "own" and not one.from_configuration):
            continue
        if text and text.lower() not in f"{one.key}{one.title.zh}{one.title.en}".lower():
            continue
        groups[one.key.partition(".")[0]].append(_shown(one, day, area))
    around: dict[str, Any] = {
        "area": area,
        "day": day,
        "text": text,
        "only": only,
        "count": sum(map(len, groups.values())),
        "groups": [(QUESTIONS[key], some) for key, some in groups.items() if some],
        "stale": stale,
        "own": sum(one.from_configuration for one in known.values()),
        "alarms": _alarms(above_standard(day, known)),
    }
    return render(request, "web/policy/parameters.html", around)


@needs(Capability.READ_RULES)
def parameter(request: Asked, key: str) -> HttpResponse:
    """Every dated value of one parameter with its source, its areas, and what reads it."""
    known, day = known_parameters(), day_asked(request.GET)
    if key not in known:
        raise NotFound()
    found = known[key]
    area = area_of(request, Capability.READ_RULES)
    questions: tuple[Question, ...] = (*catalogue.entitlements_on(day), *catalogue.rules_on(day))
    readers = affected(questions, {key}, day)
    entries = _entries(found, "", found.values, day)
    places = names_of(padded(one) for one in found.areas)
    overrides = [
        entry
        for prefix, values in sorted(found.areas.items())
        for entry in _entries(found, places[padded(prefix)], values, day)
    ]
    around: dict[str, Any] = {
        "parameter": found,
        "day": day,
        "area": area,
        "here": _shown(found, day, area),
        "question": QUESTIONS[key.partition(".")[0]],
        "right": RIGHTS.get(found.right or ""),
        "entries": entries,
        "overrides": overrides,
        "alarms": _alarms([one for one in above_standard(day, known) if one.parameter.key == key]),
        "stale": found in not_rechecked(day),
        "rules": [one for one in readers if isinstance(one, Rule)],
        "entitlements": [one for one in readers if isinstance(one, Entitlement)],
    }
    return render(request, "web/policy/parameter.html", around)


def _shown(one: Parameter, day: date, area: str) -> ShownParameter:
    """As it is in force there; a parameter that has no value on the day is shown without."""
    try:
        return shown_parameter(one, one.dated(day, area))
    except UndatedParameter:
        first = one.values[0]
        return shown_parameter(one, DatedValue(first.since, None, first.reference))


def _entries(one: Parameter, area: str, values: Sequence[DatedValue], day: date) -> list[Entry]:
    begun = [entry for entry in values if entry.since <= day]
    return [
        Entry(
            area,
            entry,
            shown_value(one.kind, entry.value),
            register.cited(entry.reference).documents,
            bool(begun) and entry is begun[-1],
        )
        for entry in reversed(values)
    ]


def _alarms(found: Sequence[AboveStandard]) -> list[Alarm]:
    places = names_of(padded(one.area) for one in found)
    return [
        Alarm(
            one,
            places[padded(one.area)],
            shown_value(one.parameter.kind, one.value.value),
            shown_value(one.parameter.kind, one.standard.value),
        )
        for one in found
    ]
