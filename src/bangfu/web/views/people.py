"""Lists of households and people, and their export."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.policy.errors import BangfuError
from bangfu.policy.vocabulary import codes
from bangfu.registry.access import person_for
from bangfu.registry.actions.exporting import Only, request_export
from bangfu.registry.models import Household, HouseholdYear, Membership, Standing
from bangfu.web.filters import HouseholdFilter, PersonFilter
from bangfu.web.forms.registry import Export
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, kept, listing
from bangfu.web.places import area_of, day_asked, names_of, within
from bangfu.web.speaking import language

_head = codes("relation").head
_HOUSEHOLDS: Final = (
    Heading("no", gettext_lazy("户编号"), "no", fixed=True),
    Heading("head", gettext_lazy("户主")),
    Heading("place", gettext_lazy("村"), "place"),
    Heading("members", gettext_lazy("人数"), numeric=True),
    Heading("standing", gettext_lazy("在册状态")),
    Heading("kind", gettext_lazy("户类型"), "kind"),
    Heading("cause", gettext_lazy("主要致贫原因"), "cause"),
    Heading("income", gettext_lazy("人均纯收入(元)"), numeric=True),
    Heading("dwelling", gettext_lazy("房屋等级"), "dwelling", spare=True),
    Heading("identified", gettext_lazy("识别时间"), "identified"),
)
_HOUSEHOLD_ORDERS: Final = {
    "no": ("household_no",),
    "place": ("division_code", "household_no"),
    "kind": ("household_kind", "household_no"),
    "cause": ("main_cause", "household_no"),
    "dwelling": ("dwelling_grade", "household_no"),
    "identified": ("identified_on", "household_no"),
}
_PEOPLE: Final = (
    Heading("name", gettext_lazy("姓名"), "name", fixed=True),
    Heading("sex", gettext_lazy("性别"), "sex"),
    Heading("birth", gettext_lazy("出生日期"), "birth"),
    Heading("number", gettext_lazy("证件号码")),
    Heading("relation", gettext_lazy("与户主关系"), "relation"),
    Heading("household", gettext_lazy("户编号"), "household"),
    Heading("place", gettext_lazy("村"), "place"),
    Heading("health", gettext_lazy("健康状况"), "health"),
    Heading("labour", gettext_lazy("劳动技能"), "labour"),
    Heading("school", gettext_lazy("在校生状况"), "school", spare=True),
)
_PEOPLE_ORDERS: Final = {
    "household": ("household__household_no", "person__person_no"),
    "name": ("person__name_initials", "person__name", "person__person_no"),
    "sex": ("person__sex", "person__person_no"),
    "birth": ("person__birth_date", "person__person_no"),
    "relation": ("relation", "person__person_no"),
    "place": ("household__division_code", "household__household_no", "person__person_no"),
    "health": ("person__health", "person__person_no"),
    "labour": ("person__labour", "person__person_no"),
    "school": ("person__school_status", "person__person_no"),
}


@needs(Capability.READ_REGISTRY)
def households(request: Asked) -> HttpResponse:
    """Households of a division, by filters."""
    area, day = area_of(request), day_asked(request.GET)
    filters = _household_filter(request, request.GET, area, day)
    rows = filters.rows
    shown = listing(request, "households", rows, _HOUSEHOLDS, _HOUSEHOLD_ORDERS, "place")
    page = _with_members(list(shown.page.object_list), day)
    names_of(row["household"].division_code for row in page)
    around = {"listing": shown, "filters": filters, "rows": page, "area": area, "day": day}
    around |= {"people": rows.people_on(day)}
    around |= {"may_register": request.scope.can(Capability.CORRECT_REGISTRY)}
    return render(request, "web/lists/households.html", around | kept(request) | _export_form(request, area))


@needs(Capability.READ_REGISTRY)
def people(request: Asked) -> HttpResponse:
    """People of a division's households, by filters."""
    area, day = area_of(request), day_asked(request.GET)
    filters = _person_filter(request, request.GET, area, day)
    rows = filters.rows.select_related("person", "household")
    shown = listing(request, "people", rows, _PEOPLE, _PEOPLE_ORDERS, "place")
    names_of(one.household.division_code for one in shown.page.object_list)
    around = {"listing": shown, "filters": filters, "area": area, "day": day}
    return render(request, "web/lists/people.html", around | kept(request) | _export_form(request, area))


@needs(Capability.READ_REGISTRY)
def person(request: Asked, person_no: str) -> HttpResponse:
    """Leads to the person in the file of their household."""
    found = person_for(request.scope, person_no)
    spell = found.memberships.select_related("household").latest("since")
    there = redirect("household", spell.household.household_no)
    there["Location"] += f"#p{found.person_no}"
    return there


@needs(Capability.EXPORT, "POST")
def export(request: Asked) -> HttpResponse:
    """Queues the export of a list with the filters of its address."""
    given = QueryDict(request.POST.get("query", ""))
    kind: Literal["person", "household"] = "person" if request.POST.get("list") == "people" else "household"
    area = within(request.scope, request.POST.get("division", ""), Capability.EXPORT)
    form = Export(request.POST, may_unmask=request.scope.allows(Capability.UNMASK, area))
    back = redirect(f"{reverse('people' if kind == 'person' else 'households')}?{given.urlencode()}")
    if not form.is_valid():
        messages.error(request, "".join(str(one) for errors in form.errors.values() for one in errors))
        return back
    day = day_asked(given)
    make = _person_filter if kind == "person" else _household_filter
    filters = make(request, given, area, day)
    keys = filters.rows.values_list("person_id" if kind == "person" else "pk", flat=True)
    only: Only | None = (kind, [str(key) for key in keys])
    if not filters.in_use and keys.count() == _whole(kind, area, day):
        only = None
    try:
        job = request_export(
            area=area,
            day=day,
            layout=form.cleaned_data["layout"],
            plain=bool(form.cleaned_data.get("plain")),
            reason=form.cleaned_data.get("reason", ""),
            by=request.by,
            scope=request.scope,
            only=only,
        )
    except BangfuError as error:
        messages.error(request, error.sentence(language()))
        return back
    return redirect("job", job.pk)


def _household_filter(request: Asked, given: Any, area: str, day: date) -> HouseholdFilter:
    rows = Household.objects.visible_to(request.scope).in_division(area, day)
    return HouseholdFilter(given, rows, day=day, area=area)


def _person_filter(request: Asked, given: Any, area: str, day: date) -> PersonFilter:
    rows = Membership.objects.visible_to(request.scope).in_division(area, day).on(day)
    return PersonFilter(given, rows, day=day)


def _with_members(rows: list[Household], day: date) -> list[dict[str, Any]]:
    """Each household with its head, size, standing and latest income: three queries for a page."""
    keys = [one.pk for one in rows]
    members: dict[UUID, int] = dict.fromkeys(keys, 0)
    heads: dict[UUID, str] = {}
    for spell in Membership.objects.on(day).filter(household__in=keys).select_related("person"):
        members[spell.household_id] += 1
        if spell.relation == _head:
            heads[spell.household_id] = spell.person.name
    standings = dict(Standing.objects.on(day).filter(household__in=keys).values_list("household_id", "kind"))
    incomes = _incomes(keys)
    return [
        {
            "household": one,
            "head": heads.get(one.pk, ""),
            "members": members[one.pk],
            "standing": standings.get(one.pk),
            "income": incomes.get(one.pk),
        }
        for one in rows
    ]


def _incomes(keys: Iterable[UUID]) -> dict[UUID, int | None]:
    """Household → income per head (fen) of its latest year."""
    years = HouseholdYear.objects.filter(household__in=list(keys)).order_by("income_year")
    return dict(years.values_list("household_id", "income_per_head"))


def _whole(kind: str, area: str, day: date) -> int:
    """How many rows an export of the whole area has."""
    if kind == "person":
        return int(Membership.objects.on(day).in_division(area, day).count())
    return int(Household.objects.in_division(area, day).standing_on(day).count())


def _export_form(request: Asked, area: str) -> dict[str, Any]:
    """The form of the export for whoever may export here."""
    if not request.scope.allows(Capability.EXPORT, area):
        return {"export": None}
    return {"export": Export(may_unmask=request.scope.allows(Capability.UNMASK, area))}
