"""Rosters of civil affairs against the registry: the counts, and the people behind them (S4-19)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.platform.errors import NotFound
from bangfu.quality.overlaps import ROSTERS, SIDES, Overlap, overlap
from bangfu.registry.models import Membership
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import paged
from bangfu.web.places import area_of, day_asked, names_of

TITLES: Final = {"low_income": _("农村低保名单"), "extremely_poor": _("五保(特困)名单")}
SAID: Final = {
    "both": _("名单和登记都有"),
    "roster": _("只在名单"),
    "called": _("登记为此类户但不在名单"),
    "unreadable": _("名单上没有有效号码,无法核对"),
}


@needs(Capability.READ_REGISTRY)
def overlaps(request: Asked) -> HttpResponse:
    """Each roster of the county against the registry of a division."""
    area, day = _county_or_below(area_of(request)), day_asked(request.GET)
    found = [(key, title, overlap(area, day, key) if area else None) for key, title in TITLES.items()]
    around = {"area": area or area_of(request), "day": day, "rosters": found, "needs_county": not area}
    return render(request, "web/overlaps/overlaps.html", around)


@needs(Capability.READ_REGISTRY)
def overlapping(request: Asked) -> HttpResponse:
    """The people behind one of the counts."""
    area, day = _county_or_below(area_of(request)), day_asked(request.GET)
    roster, side = request.GET.get("roster", "low_income"), request.GET.get("side", "both")
    if roster not in ROSTERS or side not in SIDES:
        raise NotFound()
    found = overlap(area, day, roster) if area else None
    rows = _people(found, side) if found else []
    shown = paged(request, "overlaps", rows)
    names_of(one["village"] for one in shown.page.object_list)
    around = {
        "area": area or area_of(request),
        "day": day,
        "title": TITLES[roster],
        "side_said": SAID[side],
        "page": shown.page,
        "query": shown.query,
    }
    return render(request, "web/overlaps/people.html", around)


def _county_or_below(area: str) -> str:
    """Lists are supplied for a county; "" above one."""
    level = level_of(area)
    return area if level is not None and level >= Level.COUNTY else ""


def _people(found: Overlap, side: str) -> list[dict[str, Any]]:
    members: dict[str, tuple[Membership, ...]] = {"both": found.both, "called": found.called}
    if side in members:
        return [
            {
                "name": one.person.name or one.person.person_no,
                "tail": one.person.id_tail,
                "village": one.household.division_code,
                "household": one.household.household_no,
            }
            for one in members[side]
        ]
    listed = found.listed if side == "roster" else found.unreadable
    return [
        {
            "name": one.entry.name,
            "tail": one.entry.id_tail,
            "village": one.village,
            "place": one.entry.place,
            "household": "",
        }
        for one in listed
    ]
