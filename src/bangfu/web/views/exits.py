"""Leaving: targets as a tree, the plan by household, opening exits, villages and counties that leave (S2-03, S4-35)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.monitoring import targets
from bangfu.monitoring.actions.exits import open_county_exit, open_exits, open_village_exit
from bangfu.monitoring.actions.targets import PlannedRow, divide_target, plan_exits, set_target
from bangfu.monitoring.enums import TargetKind
from bangfu.monitoring.models import PlannedExit
from bangfu.monitoring.rewards import county_reward
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, as_json
from bangfu.policy.errors import BangfuError
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Household, Membership
from bangfu.web import drafts
from bangfu.web.forms.base import BangfuForm
from bangfu.web.forms.exits import DivisionExitForm, PartsForm, TargetForm, rates_of
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import listing, paged
from bangfu.web.places import area_of, within
from bangfu.web.speaking import language

_READ, _PLAN = Capability.READ_CASES, Capability.PLAN_EXITS
#: So many households stand on one screen of the plan.
MOST: Final = 500
_standing = codes("standing")


@needs(_READ)
def exits(request: Asked) -> HttpResponse:
    """Targets against what happened, who left year by year, and the plan."""
    return _page(request, area_of(request, _READ))


@needs(_PLAN, "POST")
def target(request: Asked) -> HttpResponse:
    """Set the target of a division, as a document gives it."""
    area = within(request.scope, request.POST.get("division", ""), _PLAN)
    form = TargetForm(request.POST, auto_id="target-%s")

    def act() -> None:
        set_target(division_code=area, **_chosen(request), **form.cleaned_data, **_acts(request))

    return _carry_out(request, area, "target", form, act, _("任务已登记。"))


@needs(_PLAN, "POST")
def divide(request: Asked) -> HttpResponse:
    """Divide a target among the divisions one step below, all at once."""
    area = within(request.scope, request.POST.get("division", ""), _PLAN)
    form = PartsForm(request.POST, division=area, auto_id="parts-%s")

    def act() -> None:
        divide_target(division_code=area, parts=form.parts(), **_chosen(request), **_acts(request))

    return _carry_out(request, area, "parts", form, act, _("任务已分解。"))


@needs(Capability.WORK_CASES, "POST")
def division_exit(request: Asked) -> HttpResponse:
    """A village or a county applies to leave."""
    area = within(request.scope, request.POST.get("division", ""), Capability.WORK_CASES)
    county = level_of(area) is Level.COUNTY
    form = DivisionExitForm(request.POST, county=county, auto_id="leave-%s")
    made: list[int] = []

    def act() -> None:
        given = form.cleaned_data
        common = {"division_code": area, "statement": given["statement"], "signed_by": given["signed_by"]}
        if county:
            made.append(open_county_exit(rates=rates_of(given), **common, **_acts(request)).pk)
        else:
            made.append(open_village_exit(**common, **_acts(request)).pk)

    if drafts.handed_in(_key(area, "leave", _chosen(request)), form, act, request.POST, by=request.by):
        messages.success(request, _("已立案。"))
        return redirect("case", made[0])
    return _page(request, area, leave=form)


def _acts(request: Asked) -> dict[str, Any]:
    return {"by": request.by, "scope": request.scope}


def _chosen(request: Asked) -> dict[str, Any]:
    """Year and kind of the target that the form was about."""
    asked = request.POST if request.method == "POST" else request.GET
    today, year, kind = clock.today(), asked.get("year", ""), asked.get("kind", "")
    chosen = int(year) if str(year).isdecimal() else today.year
    if not 2013 <= chosen <= today.year + 20:
        raise NotFound()
    return {"year": chosen, "kind": TargetKind(kind) if kind in TargetKind.values else TargetKind.HOUSEHOLDS}


def _carry_out(  # noqa: PLR0917 - read as a sentence
    request: Asked, area: str, name: str, form: BangfuForm, act: Callable[[], None], told: str
) -> HttpResponse:
    chosen = _chosen(request)
    if drafts.handed_in(_key(area, name, chosen), form, act, request.POST, by=request.by):
        messages.success(request, told)
        query = f"division={area}&year={chosen['year']}&kind={chosen['kind'].value}"
        return redirect(f"{reverse('exits')}?{query}")
    return _page(request, area, **{name: form})


def _key(area: str, name: str, chosen: Mapping[str, Any]) -> str:
    """The draft of a form of the page: a target is one of a year and a kind."""
    return (
        f"exits:{area}:{name}"
        if name == "leave"
        else f"exits:{area}:{chosen['year']}:{chosen['kind']}:{name}"
    )


def _page(request: Asked, area: str, **sent: BangfuForm) -> HttpResponse:
    chosen, today = _chosen(request), clock.today()
    level = level_of(area)
    plans = request.scope.allows(_PLAN, area)
    works = request.scope.allows(Capability.WORK_CASES, area)
    tree = targets.target_tree(request.scope, area, chosen["year"], chosen["kind"], today)
    leaves = works and (level is Level.VILLAGE or level is Level.COUNTY)

    def with_draft(name: str, make: Callable[[], BangfuForm]) -> dict[str, Any]:
        return drafts.beside(_key(area, name, chosen), make, sent.get(name), by=request.by)

    around: dict[str, Any] = {
        "area": area,
        "year": chosen["year"],
        "kind": chosen["kind"],
        "years": range(today.year + 2, 2012, -1),
        "kinds": TargetKind.choices,
        "tree": tree,
        "by_year": targets.exits_by_year(request.scope, area, today),
        "plan": targets.plan_by_year(request.scope, area, today),
        "target": with_draft("target", lambda: TargetForm(auto_id="target-%s")) if plans else None,
        "parts": with_draft("parts", lambda: PartsForm(division=area, auto_id="parts-%s"))
        if plans and tree[0].value is not None and len(tree) > 1
        else None,
        "leave": with_draft(
            "leave", lambda: DivisionExitForm(county=level is Level.COUNTY, auto_id="leave-%s")
        )
        if leaves
        else None,
        "reward": county_reward(area, today) if level is Level.COUNTY else None,
        "leaving": "county_exit" if level is Level.COUNTY else "village_exit",
    }
    status = next((form.status for form in sent.values()), 200)
    return render(request, "web/exits/exits.html", around, status=status)


@needs(_READ)
def left(request: Asked) -> HttpResponse:
    """The households, or the villages and counties, behind the number of a year."""
    area, chosen = area_of(request, _READ), _chosen(request)
    first, last = date(chosen["year"], 1, 1), min(date(chosen["year"], 12, 31), clock.today())
    around: dict[str, Any] = {"area": area, **chosen}
    if chosen["kind"] in (TargetKind.VILLAGES, TargetKind.COUNTIES):
        ended = targets.divisions_left(area, chosen["kind"], first, last)
        shown = paged(request, "exit-list", ended)
        around |= {"places": list(shown.page), "listing": shown, "total": shown.total}
        return render(request, "web/exits/left.html", around)
    found = targets.exits_between(area, first, last)
    shown = listing(request, "exit-list", found, (), {"number": ("household__household_no", "pk")}, "number")
    spells = list(shown.page.object_list)
    heads = _heads([one.household_id for one in spells])
    people = targets.people_of(found) if chosen["kind"] == TargetKind.PERSONS else None
    around |= {
        "places": None,
        "spells": [(one, heads.get(one.household_id, "")) for one in spells],
        "listing": shown,
        "people": people,
        "total": shown.total if people is None else people,
    }
    return render(request, "web/exits/left.html", around)


def _heads(keys: Any) -> dict[Any, str]:
    members = Membership.objects.on(clock.today()).filter(
        household_id__in=keys, relation=codes("relation").head
    )
    return dict(members.values_list("household_id", "person__name"))


@needs(_READ, "GET", "POST")
def households(request: Asked) -> HttpResponse:
    """Households on the books with the year in which each is planned to leave: plan it, or open the exit (S4-76)."""
    asked = request.POST if request.method == "POST" else request.GET
    code = asked.get("division", "")
    area = within(request.scope, code, _READ) if code else area_of(request, _READ)
    key, refused = f"exit-plan:{area}", None
    if request.method == "POST":
        try:
            told, there = _plan_or_open(request, area)
        except (NotFound, NotAllowed):
            raise
        except BangfuError as error:
            refused = as_json(error, language())
            drafts.keep(key, request.POST, by=request.by)
        else:
            drafts.drop(key, by=request.by)
            messages.success(request, told)
            return redirect(there)
    return _households(request, area, key, refused)


def _plan_or_open(request: Asked, area: str) -> tuple[str, str]:
    here = f"{reverse('exit-households')}?division={area}"
    if request.POST.get("what") == "open":
        made = open_exits(household_nos=request.POST.getlist("chosen"), **_acts(request))
        there = f"{reverse('exit-verifying')}?division={area}"
        return _("已对 %(n)s 户立案退出。请逐户登记核实验收表。") % {"n": len(made)}, there
    rows = [
        PlannedRow(household_no=name[2:], year=int(str(value)) if str(value).isdecimal() else None)
        for name, value in request.POST.items()
        if name.startswith("y-") and str(value).strip() != request.POST.get(f"was-{name[2:]}", "")
    ]
    changed = plan_exits(rows=rows, **_acts(request))
    return _("减贫计划已更新 %(n)s 户。") % {"n": changed}, here


def _households(request: Asked, area: str, key: str, refused: Any) -> HttpResponse:
    draft = None if refused else drafts.kept(key, by=request.by)
    typed = draft.data if draft else request.POST
    today, year = clock.today(), request.GET.get("year", "")
    poor = Household.objects.visible_to(request.scope).in_division(area, today)
    poor = poor.standing_on(today, _standing.registered) | poor.standing_on(today, _standing.returned)
    if year.isdecimal():
        poor = Household.objects.visible_to(request.scope).filter(
            pk__in=targets.planned(request.scope, area, int(year)).values("household_id")
        )
    found = list(poor.distinct().order_by("household_no")[: MOST + 1])
    planned = dict(PlannedExit.objects.filter(household__in=found).values_list("household_id", "year"))
    heads = _heads([one.pk for one in found])
    around = {
        "area": area,
        "year": year,
        "more": len(found) > MOST,
        "most": MOST,
        "rows": [
            (
                one,
                heads.get(one.pk, ""),
                planned.get(one.pk, ""),
                typed.get(f"y-{one.household_no}", planned.get(one.pk, "")),
                one.household_no in typed.getlist("chosen"),
            )
            for one in found[:MOST]
        ],
        "refusal": refused,
        "one": {"key": key, "draft": draft, "form": drafts.NoForm},
        "plans": request.scope.allows(_PLAN, area),
        "works": request.scope.allows(Capability.WORK_CASES, area) and level_of(area) is Level.VILLAGE,
    }
    return render(request, "web/exits/households.html", around, status=422 if refused else 200)
