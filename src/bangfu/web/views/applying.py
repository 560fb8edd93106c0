"""Who applies in a round: one table with everybody who may (S4-61)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, as_json
from bangfu.policy.errors import BangfuError
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Membership
from bangfu.targeting.access import round_for
from bangfu.targeting.actions.applying import Applying, apply_together
from bangfu.targeting.enums import RoundState
from bangfu.targeting.models import Round
from bangfu.targeting.queries import may_apply
from bangfu.web import drafts
from bangfu.web.gates import Asked, needs
from bangfu.web.speaking import language
from bangfu.web.views.meeting import by_row


@needs(Capability.READ_CASES, "GET", "POST")
def applying(request: Asked, pk: int) -> HttpResponse:
    """Who applies: households of the village without a standing, with who signed (S4-61)."""
    found = round_for(
        request.scope, pk, Capability.READ_CASES if request.method == "GET" else Capability.WORK_CASES
    )
    key, refused = f"round:{pk}:applying", None
    if request.method == "POST":
        chosen = request.POST.getlist("chosen")
        rows = [
            Applying(household_no=number, signed_by=request.POST.get(f"signed-{number}", ""))
            for number in chosen
        ]
        try:
            made = apply_together(round_id=pk, rows=rows, by=request.by, scope=request.scope)
            drafts.drop(key, by=request.by)
            messages.success(request, _("已受理 %(n)s 件申请。") % {"n": len(made)})
            return redirect("round", pk)
        except (NotFound, NotAllowed):
            raise
        except BangfuError as error:
            refused = as_json(error, language())
            drafts.keep(key, request.POST, by=request.by)
    return _applying(request, found, key, refused)


def _applying(request: Asked, found: Round, key: str, refused: Any) -> HttpResponse:
    draft = None if refused else drafts.kept(key, by=request.by)
    typed = request.POST if refused else draft.data if draft else None
    ticked = None if typed is None else set(typed.getlist("chosen"))
    households = list(may_apply(found, clock.today()).order_by("household_no"))
    heads = dict(
        Membership.objects.on(clock.today())
        .filter(household__in=households, relation=codes("relation").head)
        .values_list("household_id", "person__name")
    )
    problems = by_row(refused)
    around = {
        "round": found,
        "rows": [
            (
                one,
                heads.get(one.pk, ""),
                typed.get(f"signed-{one.household_no}", heads.get(one.pk, ""))
                if typed is not None
                else heads.get(one.pk, ""),
                ticked is None or one.household_no in ticked,
                problems.get(one.household_no, ()),
            )
            for one in households
        ],
        "refusal": refused,
        "may": request.scope.allows(Capability.WORK_CASES, found.division_code)
        and found.state == RoundState.APPLYING,
        "one": {"key": key, "draft": draft, "form": drafts.NoForm},
    }
    return render(request, "web/rounds/applying.html", around, status=422 if refused else 200)
