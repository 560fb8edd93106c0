"""Who took part at which stage (S0-16), and how a division's books reconcile month by month (S2-42, S4-57, S4-66)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.policy.procedures import all_definitions, in_force
from bangfu.registry.enums import EventKind
from bangfu.targeting import flows
from bangfu.targeting.participation import Stage, participation
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import paged
from bangfu.web.places import area_of
from bangfu.web.speaking import said

#: Which rows of the matrix are shown: key in the address → whether a row is among them.
SIGNED, UNSIGNED = "signed", "unsigned"
_FIRST_YEAR: Final = 2013


@needs(Capability.READ_CASES)
def taking_part(request: Asked) -> HttpResponse:
    """Households by stage: who of the household signed there, and the share of all stages."""
    area = area_of(request, Capability.READ_CASES)
    matrix = participation(request.scope, area)
    procedure, _colon, step = request.GET.get("stage", "").partition(":")
    stage, only = (procedure, step), request.GET.get("only", "")
    rows = list(matrix.rows)
    if stage in matrix.stages:
        rows = [one for one in rows if stage in one.stages]
        if only in (SIGNED, UNSIGNED):
            rows = [one for one in rows if bool(one.stages[stage]) == (only == SIGNED)]
    page = paged(request, "participation", rows).page
    heads = [_stage(one, matrix.of_stage(one), area) for one in matrix.stages]
    around = {
        "area": area,
        "heads": heads,
        "rows": [
            (one, [(key in one.stages, one.stages.get(key, ())) for key in matrix.stages]) for one in page
        ],
        "total": len(rows),
        "share": matrix.share,
        "page": page,
        "stage": request.GET.get("stage", ""),
        "only": only,
    }
    return render(request, "web/flows/participation.html", around)


def _stage(stage: Stage, counts: tuple[int, int], area: str) -> dict[str, Any]:
    procedure, step = stage
    versions = [in_force(procedure, clock.today(), area), *all_definitions()]
    known = (
        one for one in versions if one.procedure == procedure and any(each.key == step for each in one.steps)
    )
    meant = next(known, None)
    title, of = (said(meant.step(step).title), said(meant.title)) if meant else (step, procedure)
    signed, through = counts
    return {"key": f"{procedure}:{step}", "title": title, "of": of, "signed": signed, "through": through}


@needs(Capability.READ_CASES)
def reconciled(request: Asked) -> HttpResponse:
    """The months of a year: opening, what came and went by kind, closing; and a month by division."""
    area, today = area_of(request, Capability.READ_CASES), clock.today()
    year, month = _year(request, today), request.GET.get("month", "")
    if month:
        number = int(month) if month.isdecimal() and 1 <= int(month) <= 12 else 0
        if not number:
            raise NotFound()
        since, until = flows.month_of(year, number)
        lines = flows.by_division(request.scope, area, since, min(until, today))
    else:
        lines = flows.months(request.scope, area, year, today)
    kinds = sorted({flow.kind for line in lines for flow in line.flow.flows})
    around = {
        "area": area,
        "year": year,
        "month": month,
        "years": range(today.year, _FIRST_YEAR - 1, -1),
        "kinds": kinds,
        "rows": [_line(at, line, kinds) for at, line in enumerate(lines, 1)],
    }
    return render(request, "web/flows/months.html", around)


def _line(at: int, line: flows.Period, kinds: list[Any]) -> dict[str, Any]:
    by_kind = {flow.kind: flow for flow in line.flow.flows}
    return {"at": at, "line": line, "cells": [(kind, by_kind.get(kind)) for kind in kinds]}


@needs(Capability.READ_CASES)
def events(request: Asked) -> HttpResponse:
    """The events behind a number of the table."""
    area = area_of(request, Capability.READ_CASES)
    today = clock.today()
    before, _last = flows.month_of(today.year, today.month)
    since, until = _day(request, "since", before), _day(request, "until", today)
    given = request.GET.get("kind", "")
    if given and not (given.isdecimal() and int(given) in EventKind.values):
        raise NotFound()
    kind = EventKind(int(given)) if given else None
    rows = flows.events_behind(request.scope, area, since, until, kind).order_by("day", "recorded_at")
    counted = request.GET.get("of", "")
    if counted in ("households", "people"):
        rows = rows.exclude(**{counted: 0})
    shown = paged(request, "events", rows)
    around = {
        "area": area,
        "since": since,
        "until": until,
        "kind": kind,
        "page": shown.page,
        "query": shown.query,
        "households": sum(rows.values_list("households", flat=True)),
        "people": sum(rows.values_list("people", flat=True)),
    }
    return render(request, "web/flows/events.html", around)


def _year(request: Asked, today: date) -> int:
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() else today.year
    if not _FIRST_YEAR <= year <= today.year:
        raise NotFound()
    return year


def _day(request: Asked, name: str, otherwise: date) -> date:
    given = request.GET.get(name, "")
    try:
        return date.fromisoformat(given) if given else otherwise
    except ValueError:
        raise NotFound() from None
