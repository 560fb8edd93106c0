"""Indicators of a division and of those one level down, each with its denominator and clause (S3-03, S0-46); who is
behind the numbers; poor villages against the others (S2-36)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Max, Sum
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.roles import Capability
from bangfu.analytics.indicators.definitions import ROUNDING, Indicator
from bangfu.analytics.indicators.definitions import indicators as defined
from bangfu.analytics.indicators.lists import POOR
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.policy import documents as register
from bangfu.quality.actions.listing import Kind, request_indicators_export, request_lines_export
from bangfu.quality.gaps import gap_picture
from bangfu.quality.indicators import picture
from bangfu.quality.models import Run
from bangfu.quality.queries import runs_over
from bangfu.quality.result_models import EntitlementLine, IndicatorLine
from bangfu.registry.queries import heads_of
from bangfu.web.entitlement_filters import EntitlementLineFilter
from bangfu.web.gates import Asked, needs
from bangfu.web.indicator_filters import IndicatorLineFilter
from bangfu.web.listing import Heading, kept, listing
from bangfu.web.places import area_of, names_of, within

#: Direction of an indicator as a page says it.
DIRECTIONS: Final[Mapping[str, Any]] = {
    "higher": _("越高越好"),
    "lower": _("越低越好"),
    "none": _("只作描述"),
}
_HEADINGS: Final = (
    Heading("household", _("户编号"), "household", fixed=True),
    Heading("person", _("对象")),
    Heading("number", _("证件号码")),
    Heading("place", _("村"), "place"),
    Heading("indicator", _("指标"), "indicator"),
    Heading("state", _("状态")),
    Heading("people", _("人数"), "people", numeric=True),
)
#: What is counted over poor households, or over their people: one list is behind both.
_POOR_PARTS: Final = {"poor_households", "poor_people"}
_ORDERS: Final = {
    "place": ("division_code", "household__household_no", "person__person_no", "indicator"),
    "household": ("household__household_no", "person__person_no", "indicator"),
    "indicator": ("indicator", "division_code", "household__household_no"),
    "people": ("people", "household__household_no", "indicator"),
}


@needs(Capability.READ_REGISTRY)
def indicators(request: Asked) -> HttpResponse:
    """Every indicator of the division; one chosen indicator by place."""
    area = area_of(request)
    found = picture(area)
    chosen = request.GET.get("indicator", "")
    if chosen and chosen not in defined():
        raise NotFound()
    rows = [
        {
            "value": one,
            "direction": DIRECTIONS[one.indicator.direction],
            "short": _short(one.indicator, one.value),
        }
        for one in found.own.values()
    ]
    around: dict[str, Any] = {
        "area": area,
        "run_day": found.day,
        "run": _latest(area),
        "rows": rows,
        "rounding": ROUNDING,
        "chosen": defined().get(chosen),
        "places": _places(found.places, chosen) if chosen and found.day else [],
        "may_export": request.scope.allows(Capability.EXPORT, area),
        "poor_list": POOR,
        "counts_poor": [key for key, one in defined().items() if set(one.of) <= _POOR_PARTS],
    }
    return render(request, "web/policy/indicators.html", around)


@needs(Capability.READ_REGISTRY)
def lines(request: Asked) -> HttpResponse:
    """Who is not covered, of whom it is not known, and the poor households; by filters."""
    area = area_of(request)
    filters = _line_filter(request, request.GET, area)
    around_each = filters.rows.select_related("household", "person", "run")
    shown = listing(request, "indicator-lines", around_each, _HEADINGS, _ORDERS, "place")
    page = shown.page.object_list
    names_of(one.division_code for one in page)
    heads = heads_of({one.household_id for one in page if one.household_id and not one.person_id})
    around = {
        "area": area,
        "listing": shown,
        "filters": filters,
        "rows": [(one, defined().get(one.indicator), heads.get(one.household_id)) for one in page],
        "people": filters.rows.aggregate(sum=Sum("people"))["sum"] or 0,
        "run_day": filters.day,
        "may_export": request.scope.allows(Capability.EXPORT, area),
        "kind": "indicator",
    }
    return render(request, "web/policy/indicator_lines.html", around | kept(request))


@needs(Capability.READ_REGISTRY)
def gaps(request: Asked) -> HttpResponse:
    """Poor villages against the others, indicator by indicator, with the source of each."""
    area = area_of(request)
    found = gap_picture(area)
    around: dict[str, Any] = {
        "area": area,
        "run_day": found.day,
        "villages": found.villages,
        "rows": [(one, register.cited(one.indicator.law).documents) for one in found.lines],
        "rounding": ROUNDING,
        "may_export": request.scope.allows(Capability.EXPORT, area),
    }
    return render(request, "web/policy/gaps.html", around)


@needs(Capability.EXPORT, "POST")
def export(request: Asked) -> HttpResponse:
    """Queues the workbook of indicators, types of counties and villages, and gaps."""
    area = within(request.scope, request.POST.get("division", ""), Capability.EXPORT)
    return redirect("job", request_indicators_export(area=area, by=request.by, scope=request.scope).pk)


@needs(Capability.EXPORT, "POST")
def export_lines(request: Asked) -> HttpResponse:
    """Queues the export of a list behind indicators or entitlements, with the filters of its address."""
    area = within(request.scope, request.POST.get("division", ""), Capability.EXPORT)
    given = QueryDict(request.POST.get("query", ""))
    kind: Kind = "entitlement" if request.POST.get("kind") == "entitlement" else "indicator"
    filters: Any
    if kind == "indicator":
        filters, order = _line_filter(request, given, area), _ORDERS["place"]
    else:
        rows = EntitlementLine.objects.visible_to(request.scope).in_division(area)
        filters = EntitlementLineFilter(given, rows, day=clock.today())
        order = ("division_code", "household__household_no", "person__person_no", "entitlement")
    keys = filters.rows.order_by(*order).values_list("pk", flat=True)
    job = request_lines_export(kind=kind, area=area, lines=keys, by=request.by, scope=request.scope)
    return redirect("job", job.pk)


def _line_filter(request: Asked, given: Any, area: str) -> IndicatorLineFilter:
    rows = IndicatorLine.objects.visible_to(request.scope).in_division(area)
    day = rows.aggregate(day=Max("run__day"))["day"] or clock.today()
    return IndicatorLineFilter(given, rows, day=day)


def _latest(area: str) -> Run | None:
    return runs_over(area).order_by("-started_at").first()


def _places(places: Mapping[str, Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    names = names_of(places)
    return [{"code": code, "name": names[code], "value": values[key]} for code, values in places.items()]


def _short(one: Indicator, value: int | None) -> bool:
    """Whether a full coverage (100 %) is not reached."""
    return one.target is not None and value is not None and value < one.target * 100
