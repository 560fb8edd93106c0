"""应享尽享: each entitlement of a division in numbers, one entitlement by place, and the lists behind the numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.analytics.rule_reading import reading_of
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.policy import catalogue
from bangfu.policy import documents as register
from bangfu.policy.words import Words
from bangfu.quality import entitled
from bangfu.quality.result_models import EntitlementLine
from bangfu.registry.overview import below
from bangfu.web.entitlement_filters import EntitlementLineFilter
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, kept, listing
from bangfu.web.parameters import shown_parameter
from bangfu.web.places import area_of, names_of
from bangfu.web.speaking import said

SUBJECTS: Final = {
    "person": Words("人", "people"),
    "household": Words("户", "households"),
    "village": Words("村", "villages"),
}
_HEADINGS: Final = (
    Heading("household", gettext_lazy("户编号"), "household", fixed=True),
    Heading("person", gettext_lazy("对象")),
    Heading("place", gettext_lazy("村"), "place"),
    Heading("entitlement", gettext_lazy("应享待遇"), "entitlement"),
    Heading("status", gettext_lazy("结论")),
    Heading("due", gettext_lazy("应享(元)"), "due", numeric=True),
    Heading("received", gettext_lazy("已享(元)"), numeric=True),
)
_ORDERS: Final = {
    "place": ("division_code", "household__household_no", "person__person_no", "entitlement"),
    "household": ("household__household_no", "person__person_no", "entitlement"),
    "entitlement": ("entitlement", "division_code", "household__household_no"),
    "due": ("due", "household__household_no", "entitlement"),
}


@needs(Capability.READ_REGISTRY)
def entitlements(request: Asked) -> HttpResponse:
    """Entitlement by due, received, missing, over-paid and cannot tell; each number leads to its list."""
    area = area_of(request)
    sums, day = entitled.by_entitlement(area), entitled.day_of(area)
    shown = entitled.known(sums, day) if day else []
    rows = [{"entitlement": one, "sums": sums[one.key], "subject": SUBJECTS[one.subject]} for one in shown]
    around: dict[str, Any] = {
        "area": area,
        "run_day": day,
        "rows": rows,
        "total": sum((replace(sums[one.key], untold=0) for one in shown), entitled.Sums()),
        "may_import": request.scope.can(Capability.IMPORT),
        "may_run": request.scope.can(Capability.RUN_CHECKS),
    }
    return render(request, "web/entitlements/overview.html", around)


@needs(Capability.READ_REGISTRY)
def entitlement(request: Asked, key: str) -> HttpResponse:
    """One entitlement: who is due what, by which clause and values, how to apply, and its numbers by place."""
    area = area_of(request)
    day = entitled.day_of(area) or clock.today()
    found = {one.key: one for one in catalogue.entitlements_on(day)}.get(key)
    if found is None:
        raise NotFound()
    places = entitled.by_place(area, below(area), key)
    names = names_of(places)
    reading = reading_of(found, day, area)
    around: dict[str, Any] = {
        "area": area,
        "entitlement": found,
        "day": day,
        "subject": SUBJECTS[found.subject],
        "period": entitled.PERIODS[found.period],
        "documents": register.cited(found.law).documents,
        "columns": [said(one.title) for one in reading.columns],
        "parameters": [shown_parameter(*one) for one in reading.parameters],
        "versions": [one for one in catalogue.all_entitlements() if one.key == key],
        "places": [(code, names[code], sums) for code, sums in sorted(places.items())],
        "total": sum(places.values(), entitled.Sums()),
        "may_import": request.scope.can(Capability.IMPORT),
    }
    return render(request, "web/entitlements/entitlement.html", around)


@needs(Capability.READ_REGISTRY)
def lines(request: Asked) -> HttpResponse:
    """Subjects that are due, received, or cannot be told, by filters."""
    area = area_of(request)
    rows = EntitlementLine.objects.visible_to(request.scope).in_division(area)
    filters = EntitlementLineFilter(request.GET, rows, day=clock.today())
    around_each = filters.rows.select_related("household", "person", "run")
    shown = listing(request, "entitlement-lines", around_each, _HEADINGS, _ORDERS, "place")
    names_of(one.division_code for one in shown.page.object_list)
    titles = {one.key: one for one in catalogue.all_entitlements()}
    around = {
        "area": area,
        "listing": shown,
        "filters": filters,
        "rows": [(one, titles.get(one.entitlement)) for one in shown.page.object_list],
        "may_export": request.scope.allows(Capability.EXPORT, area),
        "kind": "entitlement",
    }
    return render(request, "web/entitlements/lines.html", around | kept(request))
