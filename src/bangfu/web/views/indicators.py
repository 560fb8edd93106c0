"""Indicators of a division and of those one level down, each with its denominator and clause (S3-03, S0-46)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.roles import Capability
from bangfu.analytics.indicators.definitions import ROUNDING, Indicator
from bangfu.analytics.indicators.definitions import indicators as defined
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.quality.indicators import picture
from bangfu.quality.models import Run
from bangfu.quality.queries import runs_over
from bangfu.web.gates import Asked, needs
from bangfu.web.places import area_of, names_of

#: Direction of an indicator as a page says it.
DIRECTIONS: Final[Mapping[str, Any]] = {
    "higher": _("越高越好"),
    "lower": _("越低越好"),
    "none": _("只作描述"),
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
        "today": clock.today(),
    }
    return render(request, "web/policy/indicators.html", around)


def _latest(area: str) -> Run | None:
    return runs_over(area).order_by("-started_at").first()


def _places(places: Mapping[str, Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    names = names_of(places)
    return [{"code": code, "name": names[code], "value": values[key]} for code, values in places.items()]


def _short(one: Indicator, value: int | None) -> bool:
    """Whether a full coverage (100 %) is not reached."""
    return one.target is not None and value is not None and value < one.target * 100
