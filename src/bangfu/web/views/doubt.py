"""One doubt: why it was raised, what was found on the spot, what somebody else says of that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.analytics.matching import Links
from bangfu.analytics.rule_reading import reading_of
from bangfu.platform.errors import NotFound
from bangfu.platform.files import store
from bangfu.policy.sentences import columns_named, show
from bangfu.policy.vocabulary import table
from bangfu.quality.access import doubt_for, may, verdict_for
from bangfu.quality.actions.verdicts import answer_doubt, verify_verdict
from bangfu.quality.enums import DoubtState, Finding
from bangfu.quality.models import Doubt
from bangfu.quality.workbooks import CONCERNS
from bangfu.web.doubting import shown_doubt
from bangfu.web.downloads import attachment
from bangfu.web.forms.base import done
from bangfu.web.forms.doubts import AnswerForm, VerifyForm
from bangfu.web.gates import Asked, needs
from bangfu.web.parameters import shown_parameter
from bangfu.web.speaking import language, said


@needs(Capability.READ_REGISTRY)
def doubt(request: Asked, pk: UUID) -> HttpResponse:
    """The sentence, the values against each other, the rule and its source, the match, what people said."""
    return _page(request, doubt_for(request.scope, pk))


@needs(Capability.ANSWER_DOUBTS, "POST")
def answer(request: Asked, pk: UUID) -> HttpResponse:
    """Record what was found on the spot."""
    found = doubt_for(request.scope, pk, Capability.ANSWER_DOUBTS)
    form = AnswerForm(request.POST, request.FILES, two_person=found.two_person)

    def act() -> None:
        file = form.cleaned_data["evidence"]
        answer_doubt(
            doubt=found,
            finding=Finding(form.cleaned_data["finding"]),
            text=form.cleaned_data["text"],
            evidence=store.keep(file, name=file.name) if file else None,
            by=request.by,
            scope=request.scope,
        )

    if done(form, act):
        waits = found.two_person
        messages.success(request, _("已记录,等待另一名工作人员复核。") if waits else _("已记录核实结论。"))
        return redirect("doubt", pk)
    return _page(request, found, answer=form)


@needs(Capability.VERIFY_DOUBTS, "POST")
def verify(request: Asked, pk: UUID) -> HttpResponse:
    """Accept what somebody else found, or send it back."""
    found = doubt_for(request.scope, pk, Capability.VERIFY_DOUBTS)
    form = VerifyForm(request.POST)

    def act() -> None:
        given = {name: form.cleaned_data[name] for name in ("accept", "text")}
        verify_verdict(doubt=found, by=request.by, scope=request.scope, **given)

    if done(form, act):
        messages.success(request, _("已复核。") if form.cleaned_data["accept"] else _("已退回重新核实。"))
        return redirect("doubt", pk)
    return _page(request, found, verify=form)


@needs(Capability.READ_REGISTRY)
def evidence(request: Asked, pk: UUID) -> FileResponse:
    """The file that a verdict rests on, for whoever may read its doubt."""
    found = verdict_for(request.scope, pk)
    if not found.evidence_sha256:
        raise NotFound()
    return attachment(found.evidence_sha256, found.evidence_name)


def _page(
    request: Asked, found: Doubt, *, answer: AnswerForm | None = None, verify: VerifyForm | None = None
) -> HttpResponse:
    shown = shown_doubt(found)
    verdicts = list(found.verdicts.all())
    open_to = {
        "answer": found.state in (DoubtState.OPEN, DoubtState.CONFIRMED)
        and may(request.scope, Capability.ANSWER_DOUBTS, found),
        "verify": found.state == DoubtState.ANSWERED and may(request.scope, Capability.VERIFY_DOUBTS, found),
    }
    own = bool(verdicts) and verdicts[0].by_id == request.by.id
    around: dict[str, Any] = {
        "shown": shown,
        "doubt": found,
        "concern": CONCERNS[found.concern],
        "match": [said(words) for words in Links.reasons(found.reasons)],
        "verdicts": verdicts,
        "answer": (answer or AnswerForm(two_person=found.two_person)) if open_to["answer"] else None,
        "verify": (verify or VerifyForm()) if open_to["verify"] and not own else None,
        "may_remove": request.scope.allows(Capability.WORK_CASES, found.division_code),
        "own_answer": open_to["verify"] and own,
    }
    form = answer or verify
    return render(
        request,
        "web/doubts/doubt.html",
        around | _why(found, shown.rule),
        status=form.status if form else 200,
    )


def _why(found: Doubt, rule: Any) -> dict[str, Any]:
    """What the rule read about the subject, and the parameter values in force on the day of the run."""
    if rule is None:
        return {"values": [], "parameters": []}
    known = table(rule.subject).columns
    reading = reading_of(rule, found.last_run.day, found.area)
    names = dict.fromkeys([*columns_named(rule.sentence), *(one.name for one in reading.columns)])
    values = [
        (said(known[name].title), show(known[name], found.values[name], language()), known[name].unit or "")
        for name in names
        if name in found.values
    ]
    return {"values": values, "parameters": [shown_parameter(*one) for one in reading.parameters]}
