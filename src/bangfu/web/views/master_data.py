"""Master figures of a division, stated against counted; incidence and its change; sums of the documents."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.models import Division
from bangfu.platform.errors import NotFound
from bangfu.policy.oversight.reconciliation import Statement, statements
from bangfu.policy.verdict import Verdict
from bangfu.registry.actions.figures import state_figure
from bangfu.registry.master_data import change_of_incidence, master_data, stated_changes
from bangfu.web.forms.base import done
from bangfu.web.forms.figures import FigureForm
from bangfu.web.gates import Asked, needs
from bangfu.web.places import area_of, day_asked, within
from bangfu.web.printed import shown_gap, shown_span

_MAY: Final = Capability.CORRECT_REGISTRY


@needs(Capability.READ_REGISTRY)
def figures(request: Asked) -> HttpResponse:
    """What documents state of a division, against what the system counts and the parts state."""
    return _page(request, area_of(request))


@needs(_MAY, "POST")
def state(request: Asked, code: str) -> HttpResponse:
    """Note what a document states."""
    area = within(request.scope, code, _MAY)
    form = FigureForm(request.POST)

    def act() -> None:
        state_figure(division_code=area, by=request.by, scope=request.scope, **form.entered())

    if done(form, act):
        messages.success(request, _("已登记。与其他数不符的会标出来,但不会改动。"))
        return redirect(f"{reverse('master-data')}?division={area}")
    return _page(request, area, form)


def _page(request: Asked, area: str, form: FigureForm | None = None) -> HttpResponse:
    day = day_asked(request.GET)
    since = _since(request, day)
    rows = master_data(area, day)
    earlier, later, change = change_of_incidence(area, since, day)
    may = request.scope.allows(_MAY, area)
    around: dict[str, Any] = {
        "area": area,
        "day": day,
        "since": since,
        "rows": [one for one in rows if one.stated],
        "missing": [one.figure for one in rows if not one.stated],
        "unlike": sum(1 for one in rows for other in one.comparisons if other.verdict is Verdict.NO),
        "earlier": earlier,
        "later": later,
        "changes": [_change(one) for one in (change, *stated_changes(area, day))],
        "below": Division.objects.children_of(area).living_on(day),
        "form": (form or FigureForm()) if may else None,
    }
    status = form.status if form else 200
    return render(request, "web/master_data/figures.html", around, status=status)


def _since(request: Asked, day: date) -> date:
    """The day that incidence is compared with: the one asked, else the end of the year before. Raises NotFound."""
    given = request.GET.get("since", "")
    try:
        since = date.fromisoformat(given) if given else date(day.year, 1, 1) - timedelta(days=1)
    except ValueError:
        raise NotFound() from None
    if since >= day:
        raise NotFound()
    return since


def _change(change: Any) -> dict[str, Any]:
    return {
        "change": change,
        "implied": shown_span(change.implied),
        "verdict": int(change.verdict),
    }


@needs(Capability.READ_RULES)
def sums(request: Asked) -> HttpResponse:
    """The statistics of the five documents: which come out, which do not and by how much."""
    shown = [_statement(one) for one in statements()]
    counts = [
        (str(int(verdict)), sum(1 for one in shown if one["verdict"] == str(int(verdict))))
        for verdict in (Verdict.YES, Verdict.NO, Verdict.CANNOT_TELL)
    ]
    only = request.GET.get("verdict", "")
    if only and only not in {key for key, _count in counts}:
        raise NotFound()
    rows = [one for one in shown if not only or one["verdict"] == only]
    around = {"rows": rows, "counts": counts, "only": only, "all": len(shown)}
    return render(request, "web/master_data/sums.html", around)


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "statement": one,
        "stated": one.printed or shown_span(one.stated),
        "computed": shown_span(one.computed),
        "verdict": str(int(one.verdict)),
        "gap": shown_gap(one) if one.verdict is Verdict.NO else "",
    }
