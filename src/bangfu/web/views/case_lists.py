"""Lists of cases, and what somebody typed into a form and has not handed in."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.platform import clock
from bangfu.platform.procedures.enums import CaseState
from bangfu.platform.procedures.models import Case
from bangfu.web import drafts
from bangfu.web.case_filters import CaseFilter, visible
from bangfu.web.casework import days_left, subjects
from bangfu.web.gates import Asked, needs, signed_in
from bangfu.web.listing import Heading, kept, listing
from bangfu.web.places import area_of, names_of
from bangfu.web.speaking import said

_HEADINGS: Final = (
    Heading("subject", gettext_lazy("对象"), fixed=True),
    Heading("procedure", gettext_lazy("程序"), "procedure"),
    Heading("step", gettext_lazy("现在的步骤"), "step"),
    Heading("state", gettext_lazy("状态"), "state"),
    Heading("due", gettext_lazy("办理期限")),
    Heading("since", gettext_lazy("步骤开始日期"), "since"),
    Heading("place", gettext_lazy("所在地"), "place"),
    Heading("number", gettext_lazy("办件"), "number", numeric=True),
)
_ORDERS: Final = {
    "since": ("step_since", "pk"),
    "procedure": ("procedure", "pk"),
    "step": ("procedure", "step", "pk"),
    "state": ("state", "pk"),
    "place": ("division_code", "pk"),
    "number": ("pk",),
}


@needs(Capability.READ_CASES)
def cases(request: Asked) -> HttpResponse:
    """The cases of a division by filters; beside them how many stand at each step."""
    area = area_of(request, Capability.READ_CASES)
    filters = _filter(request, request.GET, area)
    shown = listing(request, "cases", filters.rows, _HEADINGS, _ORDERS, "since")
    page = list(shown.page.object_list)
    names_of(one.division_code for one in page)
    about = subjects(page)
    around = {
        "listing": shown,
        "filters": filters,
        "rows": [_row(one, about[one.pk]) for one in page],
        "area": area,
        "by_step": _by_step(request, area),
    }
    return render(request, "web/cases/list.html", around | kept(request))


def _filter(request: Asked, given: Any, area: str) -> CaseFilter:
    rows = visible(request.scope, Capability.READ_CASES)
    if not given.get("work"):  # one's own work is all of it, wherever it lies
        rows = rows.within(scope_prefix(area))
    return CaseFilter(given, rows, scope=request.scope, user_id=request.by.id, day=clock.today())


def _row(one: Case, subject: Any) -> dict[str, Any]:
    step = one.current
    days = step.due or step.shortest
    due = days.after(one.step_since, one.division_code) if days and one.is_open else None
    return {
        "case": one,
        "subject": subject,
        "procedure": said(one.definition.title),
        "step": said(step.title),
        "due": due,
        "lamp": days_left(due),
    }


def _by_step(request: Asked, area: str) -> list[dict[str, Any]]:
    """The number of open cases at each step under the other filters, and the address of that list."""
    given = request.GET.copy()
    chosen = given.pop("step", [""])[-1]
    for name in ("page", "state"):
        given.pop(name, None)
    rows = _filter(request, given, area).rows.filter(state=CaseState.OPEN).order_by()
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for procedure, version, step in rows.values_list("procedure", "version", "step"):
        key = f"{procedure}:{step}"
        counts[key] += 1
        if key not in titles:
            titles[key] = _title(procedure, version, step)
    found = []
    for key, count in sorted(counts.items()):
        query = given.copy()
        query["step"] = key
        found.append(
            {"title": titles[key], "count": count, "query": query.urlencode(), "chosen": key == chosen}
        )
    return found


def _title(procedure: str, version: str, step: str) -> str:
    meant = Case(procedure=procedure, version=version, step=step)
    return f"{said(meant.definition.title)}:{said(meant.current.title)}"


@signed_in("POST")
def draft_save(request: Asked) -> HttpResponse:
    """Keep what is being typed. Answers with the moment."""
    drafts.keep(request.POST.get(drafts.FIELD, ""), request.POST, by=request.by)
    return render(request, "web/parts/draft_saved.html", {"at": clock.now()})


@signed_in("POST")
def draft_drop(request: Asked) -> HttpResponse:
    """Forget a draft and go back to its empty form."""
    drafts.drop(request.POST.get(drafts.FIELD, ""), by=request.by)
    there = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        there, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(there if safe else "home")
