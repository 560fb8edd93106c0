"""Plain sheets (S0-14): which households of a place have theirs, and entering that they were handed over."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.platform.files import store
from bangfu.registry import overview as pictures
from bangfu.registry.access import household_for
from bangfu.targeting import sheets
from bangfu.targeting.actions.sheets import deliver_sheets
from bangfu.targeting.years import heads_of
from bangfu.web import drafts
from bangfu.web.completeness import by_place
from bangfu.web.downloads import attachment
from bangfu.web.forms.base import done
from bangfu.web.forms.sheets import CHOSEN, DeliveredForm, DeliverForm
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, kept, listing
from bangfu.web.places import area_of, names_of, village_within

_READ, _MAY = Capability.READ_REGISTRY, Capability.ANSWER_DOUBTS
_FIRST_YEAR: Final = 2013
_TITLES: Final = {
    "": gettext_lazy("在册户"),
    sheets.DELIVERED: gettext_lazy("已送达"),
    sheets.MISSING: gettext_lazy("未送达"),
}
_HEADINGS: Final = (
    Heading("no", gettext_lazy("户编号"), "no", fixed=True),
    Heading("head", gettext_lazy("户主")),
    Heading("place", gettext_lazy("村"), "place"),
    Heading("day", gettext_lazy("送达日期")),
    Heading("receiver", gettext_lazy("签收人")),
    Heading("by", gettext_lazy("送达人")),
    Heading("receipt", gettext_lazy("回执")),
)
_ORDERS: Final = {"no": ("household_no",), "place": ("division_code", "household_no")}


@needs(_READ)
def progress(request: Asked) -> HttpResponse:
    """Place by place: households on the books, those that have their sheet of the year, those that have not."""
    area, year = area_of(request, _READ), _year(request)
    names = ("households", *sheets.STATES)
    rows = by_place(sheets.progress(request.scope, area, year, clock.today()), pictures.below(area), *names)
    around = {
        "area": area,
        "year": year,
        "years": range(clock.today().year, _FIRST_YEAR - 1, -1),
        "rows": rows,
        "totals": [sum(one.counts[name] for one in rows) for name in names] if len(rows) > 1 else [],
        "is_village": level_of(area) is Level.VILLAGE,
        "may": request.scope.allows(_MAY, area),
        "prints": request.scope.allows(Capability.CORRECT_REGISTRY, area),
    }
    return render(request, "web/sheets/progress.html", around)


@needs(_READ)
def households(request: Asked) -> HttpResponse:
    """The households behind a number: who has the sheet, since when, by whom, who signed."""
    area, year, state = area_of(request, _READ), _year(request), request.GET.get("state", "")
    if state not in _TITLES:
        raise NotFound()
    rows = sheets.households_in(area, year, clock.today(), state)
    shown = listing(request, "sheet-households", rows, _HEADINGS, _ORDERS, "no")
    page = list(shown.page.object_list)
    names_of(one.division_code for one in page)
    heads, given = heads_of(page, clock.today()), sheets.deliveries_of(page, year)
    around = {
        "area": area,
        "year": year,
        "title": _TITLES[state],
        "listing": shown,
        "rows": [(one, heads.get(one.pk, ""), given.get(one.pk)) for one in page],
        "delivers": level_of(area) is Level.VILLAGE and request.scope.allows(_MAY, area),
    }
    return render(request, "web/sheets/households.html", around | kept(request, "year", "state"))


@needs(_MAY, "GET", "POST")
def delivering(request: Asked, code: str) -> HttpResponse:
    """The households of a village that have no sheet of the year: tick who received it, and who signed."""
    village = village_within(request.scope, code, _MAY).code
    year, key = clock.today().year, f"sheets:{village}"
    form = DeliveredForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        rows = form.handed(request.POST)
        day = form.cleaned_data["delivered_on"]
        deliver_sheets(rows=rows, delivered_on=day, by=request.by, scope=request.scope)

    if request.method == "POST":
        if done(form, act):
            drafts.drop(key, by=request.by)
            told = _("已登记 %(n)s 户送达。") % {"n": len(form.handed(request.POST))}
            messages.success(request, told)
            return redirect("sheets-deliver", village)
        drafts.keep(key, request.POST, by=request.by)
    draft = drafts.kept(key, by=request.by)
    typed: Any = request.POST if form.is_bound else draft.data if draft else None
    rows = sheets.households_in(village, year, clock.today(), sheets.MISSING)
    found = list(rows.order_by("group_no", "household_no"))
    heads = heads_of(found, clock.today())
    around = {
        "area": village,
        "year": year,
        "rows": [_row(one, heads.get(one.pk, ""), typed) for one in found],
        "form": drafts.restored(form, draft),
        "here": reverse("sheets-deliver", args=[village]),
        "one": {"key": key, "draft": draft, "form": form},
    }
    return render(request, "web/sheets/delivering.html", around, status=form.status)


def _row(household: Any, head: str, typed: Any) -> dict[str, Any]:
    """A household with who most likely signs: its head, until somebody else was typed."""
    number = household.household_no
    chosen = typed is not None and number in typed.getlist(CHOSEN)
    receiver = typed.get(f"to-{number}", head) if typed is not None else head
    return {"household": household, "head": head, "chosen": chosen, "receiver": receiver}


@needs(_MAY, "GET", "POST")
def deliver(request: Asked, household_no: str) -> HttpResponse:
    """The sheet of one household was handed over; its receipt may come along."""
    household = household_for(request.scope, household_no, _MAY)
    heads = heads_of([household], clock.today())
    form = (
        DeliverForm(request.POST, request.FILES)
        if request.method == "POST"
        else DeliverForm(initial={"receiver": heads.get(household.pk, "")})
    )

    def act() -> None:
        given = form.cleaned_data
        scan = given["receipt"]
        deliver_sheets(
            rows=[form.one(household_no)],
            delivered_on=given["delivered_on"],
            receipt=store.keep(scan, name=scan.name) if scan else None,
            by=request.by,
            scope=request.scope,
        )

    if request.method == "POST" and done(form, act):
        messages.success(request, _("已登记送达。"))
        return redirect("household-plain-sheet", household_no)
    around = {"household": household, "head": heads.get(household.pk, ""), "form": form}
    return render(request, "web/sheets/deliver.html", around, status=form.status)


@needs(_READ)
def receipt(request: Asked, household_no: str, pk: int) -> FileResponse:
    """The receipt of a delivery."""
    found = sheets.delivery_for(request.scope, household_no, pk)
    if found is None or not found.file_sha256:
        raise NotFound()
    return attachment(found.file_sha256, found.file_name)


def _year(request: Asked) -> int:
    """The year asked, else this one. Raises NotFound."""
    given, this = request.GET.get("year", ""), clock.today().year
    year = int(given) if given.isdecimal() else this
    if not _FIRST_YEAR <= year <= this:
        raise NotFound()
    return year
