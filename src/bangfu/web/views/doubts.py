"""The list of doubts, handing them on in batches, and their export."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.policy import catalogue
from bangfu.quality.actions.exporting import request_doubts_export
from bangfu.quality.actions.verdicts import dispatch_doubts, hand_down
from bangfu.quality.models import Doubt
from bangfu.web.doubt_filters import DoubtFilter
from bangfu.web.doubting import shown_doubts
from bangfu.web.forms.base import done
from bangfu.web.forms.doubts import OWN_PLACE, DispatchForm
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, kept, listing
from bangfu.web.places import area_of, names_of, within
from bangfu.web.speaking import said

_HEADINGS: Final = (
    Heading("rule", gettext_lazy("疑点"), "rule", fixed=True),
    Heading("subject", gettext_lazy("对象"), "subject"),
    Heading("place", gettext_lazy("所在地"), "place"),
    Heading("severity", gettext_lazy("程度")),
    Heading("state", gettext_lazy("状态"), "state"),
    Heading("handler", gettext_lazy("由谁办理"), spare=True),
    Heading("due", gettext_lazy("期限"), "due"),
    Heading("opened", gettext_lazy("发现时间"), "opened", spare=True),
)
_ORDERS: Final = {
    "due": ("due", "rule", "subject_id"),
    "rule": ("rule", "subject_id"),
    "subject": ("subject_name", "subject_id", "rule"),
    "place": ("division_code", "subject_id", "rule"),
    "state": ("state", "due", "rule", "subject_id"),
    "opened": ("opened_at", "rule", "subject_id"),
}


@needs(Capability.READ_REGISTRY)
def doubts(request: Asked) -> HttpResponse:
    """Doubts of a division, by filters; beside them how many each rule has."""
    area = area_of(request)
    filters = _filter(request, request.GET, area)
    rows = filters.rows.select_related("last_run", "household")
    shown = listing(request, "doubts", rows, _HEADINGS, _ORDERS, "due")
    page = list(shown.page.object_list)
    names_of(code for one in page for code in (one.division_code, one.handler_division))
    around = {
        "listing": shown,
        "filters": filters,
        "rows": shown_doubts(page),
        "area": area,
        "by_rule": _by_rule(request, area),
        "dispatch": DispatchForm(scope=request.scope)
        if request.scope.can(Capability.DISPATCH_DOUBTS)
        else None,
        "may_export": request.scope.allows(Capability.EXPORT, area),
        "may_run": request.scope.can(Capability.RUN_CHECKS),
    }
    return render(request, "web/doubts/list.html", around | kept(request))


def _filter(request: Asked, given: Any, area: str) -> DoubtFilter:
    rows = Doubt.objects.visible_to(request.scope)
    # What is one's own work may lie anywhere one has a post; what a run found, outside its area.
    rows = rows if given.get("work") or given.get("run") else rows.in_division(area)
    return DoubtFilter(given, rows, day=clock.today(), scope=request.scope, user_id=request.by.id)


def _by_rule(request: Asked, area: str) -> list[dict[str, Any]]:
    """Rule, number of doubts under the other filters, and the address of that list."""
    given = request.GET.copy()
    chosen = given.pop("rule", [""])[-1]
    given.pop("page", None)
    titles = {one.key: said(one.title) for one in catalogue.by_key(clock.today()).values()}
    found = []
    for key, count in _filter(request, given, area).rows.by_rule():
        query = given.copy()
        query["rule"] = key
        found.append(
            {
                "title": titles.get(key, key),
                "count": count,
                "query": query.urlencode(),
                "chosen": key == chosen,
            }
        )
    return found


@needs(Capability.DISPATCH_DOUBTS, "POST")
def dispatch(request: Asked) -> HttpResponse:
    """Hand the ticked doubts, or all that fit the filter, to somebody else."""
    back = f"{reverse('doubts')}?{request.POST.get('query', '')}"
    form = DispatchForm(request.POST, scope=request.scope)
    keys = _chosen(request)
    moved: list[int] = []

    def act() -> None:
        given = form.cleaned_data
        common = {"doubts": keys, "due": given["due"], "by": request.by, "scope": request.scope}
        if given["level"] == OWN_PLACE:
            moved.append(dispatch_doubts(division_code=given["division_code"], role=given["role"], **common))
        else:
            moved.append(hand_down(level=given["level"], **common))

    if done(form, act):
        messages.success(
            request, ngettext("已指派 %(n)s 个疑点。", "已指派 %(n)s 个疑点。", moved[0]) % {"n": moved[0]}
        )
    else:
        said_ = [str(one) for errors in form.errors.values() for one in errors]
        messages.error(request, _("没有指派。") + " ".join(said_))
    return redirect(back)


def _chosen(request: Asked) -> list[UUID]:
    """The ids of the ticked doubts, or of all that fit the filter in the hidden query."""
    if request.POST.get("all"):
        given = QueryDict(request.POST.get("query", ""))
        area = within(request.scope, request.POST.get("division", ""), Capability.READ_REGISTRY)
        return list(_filter(request, given, area).rows.unsettled().values_list("pk", flat=True))
    found = []
    for text in request.POST.getlist("chosen"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@needs(Capability.EXPORT, "POST")
def export(request: Asked) -> HttpResponse:
    """Queue the export of the doubts that fit the filter."""
    area = within(request.scope, request.POST.get("division", ""), Capability.EXPORT)
    given = QueryDict(request.POST.get("query", ""))
    keys = _filter(request, given, area).rows.values_list("pk", flat=True)
    job = request_doubts_export(area=area, doubts=keys, by=request.by, scope=request.scope)
    return redirect("job", job.pk)
