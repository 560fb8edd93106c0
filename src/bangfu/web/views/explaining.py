"""Why a household is as the rules see it, and the plain sheet (明白纸) that it can keep (S0-14)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.policy.vocabulary import codes
from bangfu.quality import entitled
from bangfu.quality.explanations import AboutSubject, explain_household
from bangfu.registry.access import household_for
from bangfu.registry.dossier import dossier
from bangfu.registry.models import Household
from bangfu.web.explanations import not_due, shown_subject, silent_rules
from bangfu.web.gates import Asked, needs
from bangfu.web.places import day_asked
from bangfu.web.speaking import said

_said = codes("entitlement_status")


@needs(Capability.READ_REGISTRY)
def explain(request: Asked, household_no: str) -> HttpResponse:
    """Every rule and entitlement about the household and its members: verdict, inputs, values, what would settle it."""
    found = household_for(request.scope, household_no)
    day, about = _explained(request, found)
    part, number = request.GET.get("part", ""), request.GET.get("subject", "")
    if part:
        return _rest(request, about, part, number)
    around: dict[str, Any] = {
        "household": found,
        "head": dossier(found, day).head,
        "day": day,
        "subjects": [shown_subject(one) for one in about],
    }
    return render(request, "web/household/explain.html", around)


def _rest(request: Asked, about: list[AboutSubject], part: str, number: str) -> HttpResponse:
    """What does not fire, or is not due, of one subject: asked for when somebody opens it. Raises NotFound."""
    subject = next((one for one in about if one.number == number), None)
    if subject is None or part not in ("silent", "not_due"):
        raise NotFound()
    rows = silent_rules(subject) if part == "silent" else not_due(subject)
    kind = "answer" if part == "silent" else "entitled"
    return render(request, "web/household/explained.html", {"rows": rows, "lamp_kind": kind})


def _explained(request: Asked, household: Household) -> tuple[date, list[AboutSubject]]:
    """As of the day asked, else of the last run, so that both say the same; a household registered since is explained
    as of today, and one without a standing has nothing to explain."""
    if request.GET.get("as_of"):
        days = [day_asked(request.GET)]
    else:
        days = [entitled.checked_on(household) or clock.today(), clock.today()]
    for day in days:
        try:
            return day, explain_household(household, day)
        except NotFound:
            continue
    return days[-1], []


@needs(Capability.READ_REGISTRY)
def plain_sheet(request: Asked, household_no: str) -> HttpResponse:
    """One A4 page in plain words: what the household is due, what it got, how to apply and whom to ask."""
    found = household_for(request.scope, household_no)
    file = dossier(found, clock.today())
    around: dict[str, Any] = {
        "household": found,
        "head": file.head,
        "members": file.members,
        "day": clock.today(),
        "run_day": entitled.checked_on(found),
        "deliveries": found.sheet_deliveries.all(),
        "may_deliver": request.scope.allows(Capability.ANSWER_DOUBTS, found.division_code),
    }
    return render(request, "web/household/plain_sheet.html", around | entitlement_groups(found))


def entitlement_groups(household: Household) -> dict[str, Any]:
    """The household's lines in the order in which somebody has to act: what is short, too much, unclear, received."""
    lines = entitled.of_household(household)
    names = {
        "short": (_said.due_missing, _said.due_partly),
        "over": (_said.over_paid,),
        "unclear": (_said.cannot_tell,),
        "had": (_said.due_received,),
    }
    found: dict[str, Any] = {
        f"dues_{name}": entitled.grouped(lines, *statuses) for name, statuses in names.items()
    }
    untold = entitled.untold(household)
    return found | {
        "dues_day": untold.day,
        "dues_untold": [said(one.title) for one in untold.entitlements],
        "dues_lacking": [said(one.title) for one in untold.lists],
    }
