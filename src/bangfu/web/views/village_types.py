"""Poor households and people by type of county and village (S1-02): four combinations, each with its list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from bangfu.accounts.roles import Capability
from bangfu.quality.indicator_book import COUNTY_TYPES, VILLAGE_TYPES
from bangfu.registry.village_types import FOUR, PAIRS, Counts, Pair, TypeCounts, counts_by_type
from bangfu.web.gates import Asked, needs
from bangfu.web.places import area_of, day_asked, names_of


@needs(Capability.READ_REGISTRY)
def village_types(request: Asked) -> HttpResponse:
    """The division by combination, and the places one level down; what nobody has typed is shown where there is any."""
    area, day = area_of(request), day_asked(request.GET)
    own, places = counts_by_type(area, day)
    shown = [pair for pair in PAIRS if pair in FOUR or own[pair]]
    names = names_of(places)
    around: dict[str, Any] = {
        "area": area,
        "day": day,
        "on_day": day.isoformat() if request.GET.get("as_of") else "",
        "may_export": request.scope.allows(Capability.EXPORT, area),
        "rows": _cells(own, shown),
        "total": _total(own),
        "untyped": any(own[pair] for pair in PAIRS if pair not in FOUR),
        "places": [
            {"code": code, "name": names[code], "cells": _cells(counts, shown), "total": _total(counts)}
            for code, counts in places.items()
        ],
    }
    return render(request, "web/overview/village_types.html", around)


def _cells(counts: Counts, pairs: list[Pair]) -> list[Mapping[str, Any]]:
    return [
        {
            "county": county,
            "village": village,
            "county_title": COUNTY_TYPES[county],
            "village_title": VILLAGE_TYPES[village],
            "counts": counts[county, village],
        }
        for county, village in pairs
    ]


def _total(counts: Counts) -> TypeCounts:
    total = TypeCounts()
    for one in counts.values():
        total.villages += one.villages
        total.poor += one.poor
        total.exited += one.exited
    return total
