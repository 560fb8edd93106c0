"""The catalogue of rules, with the law and the values in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from bangfu.accounts.roles import Capability
from bangfu.analytics.rule_reading import reading_of
from bangfu.platform.errors import NotFound
from bangfu.policy import catalogue
from bangfu.policy.sentences import columns_named
from bangfu.policy.vocabulary import table
from bangfu.quality.queries import rule_history, runs_over
from bangfu.quality.workbooks import CONCERNS, HANDLERS
from bangfu.web.gates import Asked, needs
from bangfu.web.parameters import shown_parameter
from bangfu.web.places import area_of, day_asked
from bangfu.web.speaking import said

SHOWN_RUNS = 20


@needs(Capability.READ_RULES)
def rules(request: Asked) -> HttpResponse:
    """Every rule in force on the day, by concern."""
    day = day_asked(request.GET)
    text = request.GET.get("q", "").strip()
    found = [
        one
        for one in catalogue.by_key(day).values()
        if not text or text.lower() in f"{one.key}{one.title.zh}{one.title.en}{one.law}".lower()
    ]
    groups = [(words, [one for one in found if one.concern == key]) for key, words in CONCERNS.items()]
    shown = [(words, some) for words, some in groups if some]
    around = {"day": day, "groups": shown, "handlers": HANDLERS, "count": len(found), "text": text}
    return render(request, "web/rules/list.html", around)


@needs(Capability.READ_RULES)
def rule(request: Asked, key: str) -> HttpResponse:
    """One rule: what it asks, why, with which values, and what it said over the runs."""
    day = day_asked(request.GET)
    found = catalogue.by_key(day).get(key)
    if found is None:
        raise NotFound()
    area = area_of(request, Capability.READ_RULES)
    reading = reading_of(found, day, area)
    history = rule_history(key, runs_over(area).order_by("-started_at")[:SHOWN_RUNS])
    known = table(found.subject).columns
    places = {name: f"〔{said(known[name].title)}〕" for name in columns_named(found.sentence)}
    around: dict[str, Any] = {
        "rule": found,
        "sentence": said(found.sentence).format_map(places),
        "day": day,
        "concern": CONCERNS[found.concern],
        "handler": HANDLERS[found.handler],
        "columns": [said(one.title) for one in reading.columns],
        "parameters": [shown_parameter(*one) for one in reading.parameters],
        "history": history if request.scope.can(Capability.READ_REGISTRY) else [],
        "versions": [one for one in catalogue.every_version() if one.key == key],
    }
    return render(request, "web/rules/rule.html", around)
