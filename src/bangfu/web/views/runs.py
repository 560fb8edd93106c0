"""Runs of the rules, and the rate of doubts over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.jobs.enums import UNFINISHED
from bangfu.platform.jobs.models import Job
from bangfu.policy import catalogue, vocabulary
from bangfu.quality.access import run_for
from bangfu.quality.actions.requests import request_run
from bangfu.quality.models import Run, RunVillage
from bangfu.quality.queries import per_hundred, rates, runs_over, total
from bangfu.quality.workbooks import CONCERNS, STATUSES
from bangfu.registry.models import ImportBatch
from bangfu.web.forms.base import done
from bangfu.web.forms.runs import RunForm
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, listing
from bangfu.web.places import area_of, names_of
from bangfu.web.speaking import said

SHOWN_RUNS: Final = 6
_HEADINGS: Final = (
    Heading("day", gettext_lazy("核查日"), "day", fixed=True),
    Heading("place", gettext_lazy("范围")),
    Heading("households", gettext_lazy("户"), numeric=True),
    Heading("people", gettext_lazy("人"), numeric=True),
    Heading("opened", gettext_lazy("新增疑点"), numeric=True),
    Heading("reopened", gettext_lazy("重新打开"), numeric=True),
    Heading("closed", gettext_lazy("自动销号"), numeric=True),
    Heading("standing", gettext_lazy("未销号"), numeric=True),
    Heading("by", gettext_lazy("发起人")),
    Heading("at", gettext_lazy("完成时间"), "at"),
)
_ORDERS: Final = {"at": ("started_at",), "day": ("day", "started_at")}


@needs(Capability.READ_REGISTRY)
def runs(request: Asked) -> HttpResponse:
    """Runs over the division, latest first, and the form that starts one."""
    return _runs(request, None)


@needs(Capability.RUN_CHECKS, "POST")
def start(request: Asked) -> HttpResponse:
    """Queue a run."""
    form = RunForm(request.POST, scope=request.scope)
    made: list[Job] = []

    def act() -> None:
        given = form.cleaned_data
        made.append(
            request_run(area=given["division_code"], day=given["day"], by=request.by, scope=request.scope)
        )

    if done(form, act):
        return redirect("job", made[0].pk)
    return _runs(request, form)


def _runs(request: Asked, form: RunForm | None) -> HttpResponse:
    area = area_of(request)
    shown = listing(request, "runs", runs_over(area), _HEADINGS, _ORDERS, "-at")
    may_run = request.scope.can(Capability.RUN_CHECKS)
    if may_run and form is None:
        form = RunForm(
            scope=request.scope, initial={"division_code": area_of(request, Capability.RUN_CHECKS)}
        )
    around = {
        "listing": shown,
        "area": area,
        "form": form,
        "running": Job.objects.filter(
            kind="quality.run", state__in=UNFINISHED, division_code__startswith=area[:6]
        ).first(),
        "nothing_yet": not ImportBatch.objects.filter(
            state="done", division_code__startswith=area[:6]
        ).exists(),
    }
    return render(request, "web/runs/list.html", around, status=form.status if form else 200)


@needs(Capability.READ_REGISTRY)
def run(request: Asked, pk: UUID) -> HttpResponse:
    """What each rule said in a run, and what came of it."""
    found = run_for(request.scope, pk)
    rows = [
        {
            "rule": rule,
            "key": key,
            "concern": CONCERNS[rule.concern] if rule else "",
            "tally": tally,
            "why": STATUSES.get(tally["status"], ""),
        }
        for key, tally, rule in _tallies(found)
    ]
    lists = [
        (said(vocabulary.lists()[name].title), count)
        for name, count in found.lists.items()
        if name in vocabulary.lists()
    ]
    missing = [said(one.title) for name, one in vocabulary.lists().items() if name not in found.lists]
    around = {
        "run": found,
        "rows": sorted(
            rows, key=lambda row: (row["tally"]["status"] == "ok", -row["tally"]["yes"], row["key"])
        ),
        "yes": sum(row["tally"]["yes"] for row in rows),
        "disbelieved": sum(row["tally"]["status"] != "ok" for row in rows),
        "lists": lists,
        "missing": missing,
        "listed": _listed(request, found),
    }
    return render(request, "web/runs/run.html", around)


def _listed(request: Asked, run: Run) -> bool:
    """Whether the doubts behind the numbers can be listed: of the latest run, for whoever sees its whole area."""
    whole = request.scope.allows(Capability.READ_REGISTRY, run.division_code)
    return (
        whole
        and not Run.objects.filter(division_code=run.division_code, started_at__gt=run.started_at).exists()
    )


def _tallies(run: Run) -> list[tuple[str, Any, Any]]:
    rules = catalogue.by_key(run.day)
    return [(key, tally, rules.get(key)) for key, tally in run.tallies.items()]


@needs(Capability.READ_REGISTRY)
def rates_over_time(request: Asked) -> HttpResponse:
    """Unsettled doubts for each hundred households: villages over the last runs, the division as a line."""
    area = area_of(request)
    latest = list(runs_over(area).order_by("-started_at")[:SHOWN_RUNS])
    over = list(reversed(latest))
    villages = rates(area, over)
    names = names_of(one.village_code for one in villages)
    shared = Counter(names.values())
    rows: list[dict[str, Any]] = [
        {
            "code": one.village_code,
            "name": names[one.village_code],
            "shared_name": shared[names[one.village_code]] > 1,
            "rates": [_rate(count) for count in one.counts],
        }
        for one in villages
    ]
    rows.sort(key=lambda row: -(row["rates"][-1]["rate"] or 0) if row["rates"] else 0)
    sums = [total(one.counts[place] for one in villages) for place in range(len(over))]
    line = [per_hundred(*pair) for pair in sums]
    return render(
        request,
        "web/runs/rates.html",
        {"area": area, "runs": over, "rows": rows, "line": line, "sums": sums, "chart": _chart(over, line)},
    )


def _rate(count: RunVillage | None) -> dict[str, Any]:
    if count is None:
        return {"rate": None, "doubts": None}
    return {"rate": per_hundred(count.doubts, count.households), "doubts": count.doubts}


def _chart(over: Sequence[Run], line: Sequence[float | None]) -> dict[str, Any]:
    """What the line shows: the moment of each run, and doubts for each hundred households."""
    days = [f"{one.started_at.astimezone(clock.HERE):%Y-%m-%d %H:%M}" for one in over]
    return {"days": days, "rates": list(line)}
