"""The county in numbers, each leading to the list behind it; causes and what exit relies on."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.platform import clock
from bangfu.platform.audit.unchanged import while_unchanged
from bangfu.platform.errors import NotFound
from bangfu.policy.vocabulary import codes
from bangfu.quality import archives
from bangfu.quality.help import gaps as help_gaps
from bangfu.quality.queries import unsettled_by_concern
from bangfu.quality.workbooks import CONCERNS
from bangfu.registry import overview as pictures
from bangfu.registry.overview import Cell
from bangfu.registry.queries import incidence, reconciliation
from bangfu.web.completeness import PlaceCounts, by_place, merged
from bangfu.web.gates import Asked, needs
from bangfu.web.places import area_of, day_asked, names_of
from bangfu.web.speaking import language

_standing = codes("standing")
_SHOWN: Final = tuple(one.code for one in _standing if one.code != _standing.removed)
NOTHING: Final = Cell()
#: What is counted by walking through all households of an area; a county has tens of thousands.
_counted = while_unchanged(pictures.counted)
_groups = while_unchanged(pictures.groups)
_incidence = while_unchanged(incidence)
_reconciliation = while_unchanged(reconciliation)
_help_gaps = while_unchanged(help_gaps)
_archive_rates = while_unchanged(archives.rates)


@needs(Capability.READ_REGISTRY)
def overview(request: Asked) -> HttpResponse:
    """Households and people by standing and place, by kind, size and group; doubts; what came and went."""
    area, day = area_of(request), day_asked(request.GET)
    counted = _counted(area, day)
    places = pictures.standings_by_place(counted)
    first, last = _period(request, day)
    around: dict[str, Any] = {
        "area": area,
        "day": day,
        "standings": _SHOWN,
        "table": _table(places),
        "groups": _groups(area, day),
        "kinds": _named(pictures.by_kind(counted), "household_kind"),
        "sizes": list(pictures.by_size(counted).items()),
        "concerns": _concerns(request, area),
        "flow": _reconciliation(area, first - timedelta(days=1), last),
        "first": first,
        "before": first - timedelta(days=1),
        "span": f"division={area}&since={first - timedelta(days=1)}&until={last}",
        "on_day": _on_day(request, day),
        "last": last,
        "periods": _periods(day),
        "period": request.GET.get("period", "") or str(day.year),
        "is_village": level_of(area) is Level.VILLAGE,
        "incidence": _incidence(area, day),
        "gaps": [] if request.GET.get("as_of") else _gaps(area, day),
    }
    return render(request, "web/overview/overview.html", around | _totals(places))


@needs(Capability.READ_REGISTRY)
def causes(request: Asked) -> HttpResponse:
    """Why households are poor, and what their exit relies on."""
    area, day = area_of(request), day_asked(request.GET)
    around = {
        "area": area,
        "day": day,
        "causes": _named(pictures.by_code(area, day, "main_cause"), "cause"),
        "means": _named(dict(pictures.by_exit_means(area, day)), "exit_means"),
        "households": pictures.registered(area, day).count(),
        "on_day": _on_day(request, day),
    }
    return render(request, "web/overview/causes.html", around)


@needs(Capability.READ_REGISTRY)
def blocks(request: Asked) -> HttpResponse:
    """Place by place, how many households lack which of the three blocks: whom to help, who helps, how (S3-04)."""
    area, day = area_of(request), clock.today()
    names = ("households", "complete", "no_ground", "no_helper", "no_measure")
    rows = by_place(_help_gaps(area, day), pictures.below(area), *names)
    whole = PlaceCounts(area, "", sum((one.counts for one in rows), Counter()))
    around = {"area": area, "rows": rows, "whole": whole, "is_village": level_of(area) is Level.VILLAGE}
    return render(request, "web/overview/blocks.html", around)


def _gaps(area: str, day: date) -> list[PlaceCounts]:
    """By place: archives that lack a paper, households that nobody helps or for which nothing is done.

    Archives and lists are those of today, so that the lists behind the numbers are equal to them.
    """
    level = pictures.below(area)
    return merged(
        by_place(_archive_rates(area, day), level, "households", "complete"),
        by_place(_help_gaps(area, day), level, "no_helper", "no_measure"),
    )


def _on_day(request: Asked, day: date) -> str:
    """What a link carries so that the list behind a number is of the same day."""
    return day.isoformat() if request.GET.get("as_of") else ""


def _table(places: dict[str, dict[int, Cell]]) -> list[dict[str, Any]]:
    names = names_of(places)
    return [
        {
            "code": code,
            "name": names[code],
            "cells": [(kind, cells.get(kind, NOTHING)) for kind in _SHOWN],
            "total": _sum(cells),
        }
        for code, cells in sorted(places.items())
    ]


def _sum(cells: dict[int, Cell]) -> Cell:
    return sum((cell for kind, cell in cells.items() if kind in _SHOWN), NOTHING)


def _totals(places: dict[str, dict[int, Cell]]) -> dict[str, Any]:
    columns = [
        (kind, sum((cells.get(kind, NOTHING) for cells in places.values()), NOTHING)) for kind in _SHOWN
    ]
    return {"totals": columns, "total": sum((cell for _kind, cell in columns), NOTHING)}


def _named(counts: dict[Any, int], code_list: str) -> list[dict[str, Any]]:
    """Code, label, count, the largest first; what is not entered last."""
    rows = [
        {
            "code": "empty" if code is None else code,
            "label": _("未填") if code is None else codes(code_list).label(code, language()),
            "count": count,
        }
        for code, count in counts.items()
    ]
    return sorted(rows, key=lambda row: (row["code"] == "empty", -row["count"]))


def _concerns(request: Asked, area: str) -> list[tuple[str, Any, int]]:
    counts = unsettled_by_concern(area, request.scope)
    return [(key, words, counts.get(key, 0)) for key, words in CONCERNS.items()]


def _period(request: Asked, day: date) -> tuple[date, date]:
    """First and last day of the month or year asked (``2015-12`` or ``2015``), else of this year.

    Raises:
        NotFound: there is no such period.
    """
    given = request.GET.get("period", "") or str(day.year)
    try:
        first = date.fromisoformat(f"{given}-01" if len(given) == 7 else f"{given}-01-01")
        after = (
            (first + timedelta(days=31)).replace(day=1)
            if len(given) == 7
            else first.replace(year=first.year + 1)
        )
    except ValueError:
        raise NotFound() from None
    if first > clock.today():
        raise NotFound()
    return first, min(after - timedelta(days=1), clock.today())


def _periods(day: date) -> list[str]:
    """Years and months to choose from: the last twelve years, and the months of this and the last year."""
    years = [str(day.year - back) for back in range(12)]
    months = [
        f"{day.year - back}-{month:02d}"
        for back in (0, 1)
        for month in range(12, 0, -1)
        if (back, month) > (0, 0)
    ]
    return years + [one for one in months if one <= f"{day:%Y-%m}"]
