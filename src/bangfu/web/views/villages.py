"""Villages: whether labelled poor, their goals (S4-16), their archives (S2-43)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.divisions.types import ANSWERS, types_in
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.quality import goals
from bangfu.quality.actions.goals import reach_goal, set_goal
from bangfu.quality.archives import village_papers_of
from bangfu.quality.goals import VillageState
from bangfu.quality.record_models import VillageGoal
from bangfu.web.forms.archives import GoalForm, ReachedForm
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.gates import Asked, needs
from bangfu.web.places import area_of, day_asked, village_within

_MAY: Final = Capability.CORRECT_REGISTRY
#: What a list of villages may be narrowed to: key in the address → its words, and which villages it holds.
NARROWED: Final[dict[str, tuple[Any, Callable[[VillageState], bool]]]] = {
    "": (gettext_lazy("全部"), lambda one: True),
    "poor": (gettext_lazy("贫困村"), lambda one: one.poor),
    "no_goal": (gettext_lazy("没有目标的贫困村"), lambda one: one.lacks_goal),
    "late": (gettext_lazy("目标逾期"), lambda one: one.late > 0),
    "no_papers": (gettext_lazy("档案缺件"), lambda one: one.lacks_papers),
}


@needs(Capability.READ_REGISTRY)
def villages(request: Asked) -> HttpResponse:
    """The villages of a division with their goals and archives."""
    area, day = area_of(request), day_asked(request.GET)
    only = request.GET.get("only", "")
    if only not in NARROWED:
        raise NotFound()
    found = _of_type(request, goals.villages(area, day), area, day)
    choices = [(key, title, sum(1 for one in found if fits(one))) for key, (title, fits) in NARROWED.items()]
    types = {name: request.GET.get(name, "") for name in ("county_type", "village_type")}
    around = {
        "area": area,
        "day": day,
        "kept_types": urlencode({name: value for name, value in types.items() if value}),
        "only": only,
        "choices": choices,
        "rows": [one for one in found if NARROWED[only][1](one)],
    }
    return render(request, "web/villages/list.html", around)


def _of_type(request: Asked, found: list[VillageState], area: str, day: date) -> list[VillageState]:
    """The villages of the types in the address (``county_type``, ``village_type``), all of them where there is none."""
    county, village = request.GET.get("county_type", ""), request.GET.get("village_type", "")
    if not {county, village} <= {"", *ANSWERS}:
        raise NotFound()
    types = types_in(area, day)
    asked = [(one, types.of(one.code)) for one in found]
    return [one for one, kind in asked if county in ("", kind.county) and village in ("", kind.village)]


@needs(Capability.READ_REGISTRY)
def village(request: Asked, code: str) -> HttpResponse:
    """One village: its goals and the papers of its archive."""
    return _page(request, code)


@needs(_MAY, "POST")
def goal(request: Asked, code: str) -> HttpResponse:
    """Give the village a goal."""
    found = village_within(request.scope, code, _MAY)
    form = GoalForm(request.POST)

    def act() -> None:
        set_goal(village_code=found.code, by=request.by, scope=request.scope, **form.cleaned_data)

    if done(form, act):
        messages.success(request, _("目标已登记。"))
        return redirect("village", code)
    return _page(request, code, goal=form)


@needs(_MAY, "POST")
def reached(request: Asked, code: str, pk: UUID) -> HttpResponse:
    """Note that a goal is reached."""
    found = village_within(request.scope, code, _MAY)
    wanted = VillageGoal.objects.filter(village_code=found.code, pk=pk).first()
    if wanted is None:
        raise NotFound()
    form = ReachedForm(request.POST)

    def act() -> None:
        reach_goal(goal=wanted, by=request.by, scope=request.scope, **form.cleaned_data)

    if done(form, act):
        messages.success(request, _("已登记目标完成。"))
        return redirect("village", code)
    return _page(request, code, reached=form)


def _page(request: Asked, code: str, **forms: BangfuForm) -> HttpResponse:
    found = village_within(request.scope, code, Capability.READ_REGISTRY)
    today = clock.today()
    may = request.scope.allows(_MAY, code)
    around: dict[str, Any] = {
        "village": found,
        "state": next(iter(goals.villages(code, today)), None),
        "goals": VillageGoal.objects.filter(village_code=code),
        "states": village_papers_of(code, today),
        "today": today,
        "may_correct": may,
        "goal_form": (forms.get("goal") or GoalForm()) if may else None,
        "reached_form": forms.get("reached"),
    }
    status = next((form.status for form in forms.values()), 200)
    return render(request, "web/villages/village.html", around, status=status)
