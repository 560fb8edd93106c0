"""After leaving: warnings, monitored households, what households report, who fell back (S1-43, S4-05, S4-74)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.divisions.models import Division
from bangfu.monitoring import watch
from bangfu.monitoring.access import report_for
from bangfu.monitoring.actions.reports import reveal_number
from bangfu.monitoring.actions.watching import (
    open_clearance,
    open_monitoring,
    report_return,
    request_emergency_help,
)
from bangfu.monitoring.reports import report_lines
from bangfu.monitoring.returns import return_rate, returns_between
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.policy.vocabulary import codes
from bangfu.quality.access import doubt_for
from bangfu.quality.enums import DoubtState
from bangfu.registry.access import household_for
from bangfu.registry.models import Membership
from bangfu.targeting.actions.subjects import open_removal
from bangfu.web import drafts
from bangfu.web.casework import subjects
from bangfu.web.doubting import shown_doubt
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.forms.cases import kept_file
from bangfu.web.forms.watch import CauseForm, GroundForm, ReasonForm
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, listing, paged
from bangfu.web.places import area_of

_READ, _WORK = Capability.READ_CASES, Capability.WORK_CASES
_cause, _kind = codes("cause"), codes("monitored_kind")


#: So many villages stand on one page of QR codes.
_CODES = 200


@needs(_READ)
def overview(request: Asked) -> HttpResponse:
    """What there is to watch in a division, each number with its list."""
    area, today = area_of(request, _READ), clock.today()
    year = _year(request)
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    lines = report_lines(request.scope, area, today)
    rate = return_rate(request.scope, area, first, last)
    around = {
        "area": area,
        "year": year,
        "years": range(today.year, 2012, -1),
        "alerts": watch.alerts(request.scope, area).exclude(state=DoubtState.CLOSED).count(),
        "exited_code": codes("standing").exited,
        "exited": watch.exited(request.scope, area, today).count(),
        "kinds": [
            (one.code, one.title, watch.monitored(request.scope, area, one.code).count()) for one in _kind
        ],
        "monitored": watch.monitored(request.scope, area).count(),
        "reports": len(lines),
        "late": sum("red" in (one.step_mark, one.whole_mark) for one in lines),
        "rate": rate,
        "causes": sorted(rate.by_cause.items(), key=lambda one: -one[1]),
        "health_share": rate.of_cause(_cause.illness, _cause.disability),
    }
    return render(request, "web/watch/overview.html", around)


def _year(request: Asked) -> int:
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() else clock.today().year
    if not 2013 <= year <= clock.today().year:
        raise NotFound()
    return year


@needs(_READ)
def monitored(request: Asked) -> HttpResponse:
    """Monitored households whose risk is not cleared."""
    area, given = area_of(request, _READ), request.GET.get("kind", "")
    kind = int(given) if given.isdecimal() and int(given) in {one.code for one in _kind} else None
    rows = watch.monitored(request.scope, area, kind)
    shown = listing(
        request, "monitored", rows, (Heading("household", ""),), {"number": ("household_no",)}, "number"
    )
    page = list(shown.page.object_list)
    heads = dict(
        Membership.objects.on(clock.today())
        .filter(household__in=page, relation=codes("relation").head)
        .values_list("household_id", "person__name")
    )
    around = {
        "area": area,
        "listing": shown,
        "rows": [(one, heads.get(one.pk, "")) for one in page],
        "kind": kind,
        "kinds": list(_kind),
        "works": request.scope.can(_WORK),
    }
    return render(request, "web/watch/monitored.html", around)


@needs(_WORK, "POST")
def clearance(request: Asked, household_no: str) -> HttpResponse:
    """Open the procedure that may clear a risk; no date ever does."""
    household_for(request.scope, household_no, _WORK)
    case = open_clearance(household_no=household_no, by=request.by, scope=request.scope)
    messages.success(request, _("已立案。"))
    return redirect("case", case.pk)


@needs(_READ)
def reports(request: Asked) -> HttpResponse:
    """What households reported themselves, with the last days and their marks."""
    area, everything = area_of(request, _READ), request.GET.get("state") == "any"
    lines = report_lines(request.scope, area, clock.today(), open_only=not everything)
    about = subjects([one.report.case for one in lines])
    links = Division.objects.at_level(Level.VILLAGE).living_on(clock.today()).under(area).order_by("code")
    around = {
        "area": area,
        "everything": everything,
        "rows": [(one, about[one.report.case_id], one.report.case.current.title) for one in lines],
        "listing": paged(request, "report-codes", links, _CODES),
        "turned": "page" in request.GET,
    }
    return render(request, "web/watch/reports.html", around)


@needs(Capability.UNMASK, "POST")
def reveal(request: Asked, pk: UUID) -> HttpResponse:
    """The number of whoever reported, shown once with a reason and a line in the log."""
    found = report_for(request.scope, pk, Capability.UNMASK)
    form, number = ReasonForm(request.POST), []

    def act() -> None:
        number.append(
            reveal_number(
                report=found, reason=form.cleaned_data["reason"], by=request.by, scope=request.scope
            )
        )

    if done(form, act):
        return render(request, "web/watch/number.html", {"number": number[0]})
    return render(request, "web/watch/number.html", {"number": "", "form": form}, status=422)


@needs(_READ)
def returns(request: Asked) -> HttpResponse:
    """The returns of a year, with their causes."""
    area, year = area_of(request, _READ), _year(request)
    last = min(date(year, 12, 31), clock.today())
    rows = returns_between(request.scope, area, date(year, 1, 1), last)
    given = request.GET.get("cause", "")
    if given.isdecimal():
        rows = rows.filter(main_cause=int(given))
    return render(request, "web/watch/returns.html", {"area": area, "year": year, "rows": list(rows)})


@needs(_WORK, "GET", "POST")
def falling_back(request: Asked, household_no: str) -> HttpResponse:
    """The village reports that a household fell back (S4-74)."""
    return _on_household(request, household_no, "return", report_return, _("报告返贫"))


@needs(_WORK, "GET", "POST")
def emergency(request: Asked, household_no: str) -> HttpResponse:
    """The fast path of a household near the line (S2-31)."""
    return _on_household(request, household_no, "emergency", request_emergency_help, _("申请救急难"))


@needs(_WORK, "GET", "POST")
def monitoring(request: Asked, household_no: str) -> HttpResponse:
    """The village or its township asks that a household be monitored: by a verified warning, or by what was found."""
    household = household_for(request.scope, household_no, _WORK)
    asked = request.POST if request.method == "POST" else request.GET
    doubt = doubt_for(request.scope, asked["doubt"]) if asked.get("doubt") else None
    key = f"household:{household.pk}:monitoring"
    draft, made = drafts.kept(key, by=request.by), []
    told = {"text": shown_doubt(doubt).text} if doubt else {}
    form = GroundForm(request.POST) if request.method == "POST" else GroundForm(initial=told)
    drafts.restored(form, draft)

    def carry_out() -> None:
        case = open_monitoring(
            household_no=household_no,
            causes=form.causes(),
            text=form.cleaned_data["text"],
            doubt=doubt.pk if doubt else None,
            by=request.by,
            scope=request.scope,
        )
        made.append(case.pk)

    if (
        drafts.handed_in(key, form, carry_out, request.POST, by=request.by)
        if request.method == "POST"
        else False
    ):
        messages.success(request, _("已立案。"))
        return redirect("case", made[0])
    around = {
        "household": household,
        "title": _("纳入监测"),
        "form": form,
        "doubt": doubt,
        "one": {"key": key, "draft": draft, "form": form},
        "here": request.get_full_path(),
    }
    return render(request, "web/watch/on_household.html", around, status=form.status)


def _on_household(
    request: Asked, household_no: str, name: str, act: Callable[..., Any], title: str
) -> HttpResponse:
    household = household_for(request.scope, household_no, _WORK)
    key = f"household:{household.pk}:{name}"
    draft = drafts.kept(key, by=request.by)
    made: list[int] = []
    form: Any = CauseForm(request.POST, request.FILES) if request.method == "POST" else CauseForm()
    drafts.restored(form, draft)

    def carry_out() -> None:
        given = form.cleaned_data
        case = act(
            household_no=household_no,
            causes=form.causes(),
            text=given["text"],
            signed_by=given["signed_by"],
            files=kept_file(given["file"]),
            by=request.by,
            scope=request.scope,
        )
        made.append(case.pk)

    if request.method == "POST":
        if done(form, carry_out):
            drafts.drop(key, by=request.by)
            messages.success(request, _("已立案。"))
            return redirect("case", made[0])
        drafts.keep(key, request.POST, by=request.by)
    around = {
        "household": household,
        "title": title,
        "form": form,
        "one": {"key": key, "draft": draft, "form": form},
        "here": request.path,
    }
    return render(request, "web/watch/on_household.html", around, status=_status(form))


def _status(form: BangfuForm) -> int:
    return form.status


@needs(_WORK, "POST")
def removal(request: Asked, household_no: str) -> HttpResponse:
    """Open the removal of a household on a verified doubt: never by a rule alone (S1-24)."""
    household_for(request.scope, household_no, _WORK)
    case = open_removal(
        household_no=household_no, doubt=request.POST.get("doubt", ""), by=request.by, scope=request.scope
    )
    messages.success(request, _("已立案。"))
    return redirect("case", case.pk)
