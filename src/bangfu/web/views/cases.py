"""One case of a procedure: its steps, what is needed now, its records, decisions, objections, appeals and history."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.monitoring.models import SelfReport
from bangfu.platform.errors import NotFound
from bangfu.platform.procedures.enums import CaseState
from bangfu.platform.procedures.models import Appeal, Case
from bangfu.platform.procedures.queries import page_of
from bangfu.policy.procedures.definitions import RecordKind
from bangfu.policy.procedures.diagrams import svg
from bangfu.targeting.access import case_for
from bangfu.targeting.actions import cases as acts
from bangfu.targeting.actions.notices import Noticed, publish_cases
from bangfu.targeting.actions.voices import reveal_contact
from bangfu.targeting.notice_models import LineObjection
from bangfu.web import drafts, sheets
from bangfu.web.casework import (
    May,
    days_left,
    form_of,
    may,
    may_answer,
    needs_of,
    shown_acts,
    shown_records,
    subjects,
)
from bangfu.web.downloads import attachment
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.forms.cases import (
    AnswerObjection,
    AppealForm,
    DecideForm,
    ObjectForm,
    OverrideForm,
    WithdrawForm,
)
from bangfu.web.forms.notices import WordingForm, wording_of
from bangfu.web.forms.records import RecordForm
from bangfu.web.forms.watch import ReasonForm
from bangfu.web.gates import Asked, needs
from bangfu.web.speaking import language, said

Forms = dict[str, BangfuForm]


@needs(Capability.READ_CASES)
def case(request: Asked, case: int) -> HttpResponse:
    """The page of a case."""
    return _page(request, case_for(request.scope, case, Capability.READ_CASES))


@needs(Capability.WORK_CASES, "POST")
def record(request: Asked, case: int, kind: str) -> HttpResponse:
    """Put something on record; a public notice goes there by being published (S2-43)."""
    found = case_for(request.scope, case, Capability.WORK_CASES)
    meant = found.definition.record(kind)
    if meant is None:
        raise NotFound()
    form = _record_form(found, meant, request.POST, request.FILES)

    def act() -> None:
        if isinstance(form, WordingForm):
            publish_cases(
                cases=[Noticed(case, _revision(request))],
                wording=wording_of(form, request),
                by=request.by,
                scope=request.scope,
            )
            return
        acts.record_on(
            case=case,
            kind=kind,
            revision=_revision(request),
            data=form.content(),
            files=form.kept_files(),
            signatures=form.signatures(),
            by=request.by,
            scope=request.scope,
        )

    return _carry_out(request, found, f"record-{kind}", form, act, _("已登记。"))


@needs(Capability.WORK_CASES, "POST")
def decide(request: Asked, case: int) -> HttpResponse:
    """Decide the step that was on the screen."""
    found = case_for(request.scope, case, Capability.WORK_CASES)
    form = DecideForm(request.POST, request.FILES, definition=found.definition, step=found.current)
    step = request.POST.get("step", "")

    def act() -> None:
        acts.act_on(
            case=case, step=step, revision=_revision(request), by=request.by, scope=request.scope, **form.act
        )

    return _carry_out(request, found, "decide", form, act, _("已办理。"))


@needs(Capability.OVERRIDE_STEPS, "POST")
def override(request: Asked, case: int) -> HttpResponse:
    """Decide in place of a lower level, on record as that."""
    found = case_for(request.scope, case, Capability.OVERRIDE_STEPS)
    form = OverrideForm(request.POST, request.FILES, definition=found.definition, step=found.current)
    step = request.POST.get("step", "")

    def act() -> None:
        acts.override_on(
            case=case, step=step, revision=_revision(request), by=request.by, scope=request.scope, **form.act
        )

    return _carry_out(request, found, "override", form, act, _("已代为决定,并留下记录。"))


@needs(Capability.WORK_CASES, "POST")
def withdraw(request: Asked, case: int) -> HttpResponse:
    """The subject takes it back."""
    found = case_for(request.scope, case, Capability.WORK_CASES)
    form = WithdrawForm(request.POST, request.FILES, auto_id="withdraw-%s")

    def act() -> None:
        acts.withdraw_from(
            case=case, revision=_revision(request), wish=form.wish, by=request.by, scope=request.scope
        )

    said_then = _("已撤回。以后可以重新立案;不是本人意愿的,可以在本页提出申诉。")
    return _carry_out(request, found, "withdraw", form, act, said_then)


@needs(Capability.RAISE_OBJECTIONS, "POST")
def objecting(request: Asked, case: int) -> HttpResponse:
    """Enter an objection: the case passes nowhere until it is answered."""
    found = case_for(request.scope, case, Capability.RAISE_OBJECTIONS)
    form = ObjectForm(request.POST, auto_id="object-%s")

    def act() -> None:
        acts.object_to(case=case, by=request.by, scope=request.scope, **form.cleaned_data)

    return _carry_out(request, found, "object", form, act, _("异议已登记,答复前不能通过。"))


@needs(Capability.WORK_CASES, "POST")
def answer(request: Asked, case: int, objection: int) -> HttpResponse:
    """Answer an objection of the case."""
    found = case_for(request.scope, case, Capability.WORK_CASES)
    if not found.objections.filter(pk=objection).exists():
        raise NotFound()
    form = AnswerObjection(request.POST, auto_id=f"answer-{objection}-%s")

    def act() -> None:
        acts.answer_to(objection=objection, by=request.by, scope=request.scope, **form.cleaned_data)

    return _carry_out(request, found, f"answer-{objection}", form, act, _("异议已答复。"))


@needs(Capability.WORK_CASES, "POST")
def contact(request: Asked, case: int, voice: UUID) -> HttpResponse:
    """The phone of whoever objected, for who answers, shown once with a reason and a line in the log."""
    found = case_for(request.scope, case, Capability.WORK_CASES)
    if (
        not may(request, found).answer
        or not LineObjection.objects.filter(pk=voice, objection__case=found).exists()
    ):
        raise NotFound()
    form, number = ReasonForm(request.POST), []

    def act() -> None:
        reason = form.cleaned_data["reason"]
        number.append(reveal_contact(voice=voice, reason=reason, by=request.by, scope=request.scope))

    if done(form, act):
        return render(request, "web/watch/number.html", {"number": number[0]})
    return render(request, "web/watch/number.html", {"number": "", "form": form}, status=422)


@needs(Capability.WORK_CASES, "POST")
def appeal(request: Asked, case: int) -> HttpResponse:
    """Enter an appeal against a refusal or a withdrawal; it is heard in a case of its own."""
    found = case_for(request.scope, case, Capability.WORK_CASES)
    form = AppealForm(request.POST, auto_id="appeal-%s")

    def act() -> None:
        acts.appeal_against(case=case, text=form.cleaned_data["text"], by=request.by, scope=request.scope)

    return _carry_out(request, found, "appeal", form, act, _("申诉已受理,另行办理。"))


@needs(Capability.READ_CASES)
def case_file(request: Asked, case: int, sha256: str) -> FileResponse:
    """A file of the case's records or acts."""
    found = case_for(request.scope, case, Capability.READ_CASES)
    rows = [*found.records.values_list("files", flat=True), *found.acts.values_list("files", flat=True)]
    name = next((one["name"] for files in rows for one in files if one["sha256"] == sha256), None)
    if name is None:
        raise NotFound()
    return attachment(sha256, str(name))


def _record_form(found: Case, meant: RecordKind, *sent: Any) -> RecordForm | WordingForm:
    """The form of a kind of record: that of a notice is its wording."""
    if acts.is_notice(found, meant.key):
        return WordingForm(*sent, auto_id=f"{meant.key}-%s")
    return form_of(found, meant)(*sent, case=found, record=meant)


def _revision(request: Asked) -> int:
    """The revision that was on the screen; 0, which is always stale, where it is no number."""
    given = request.POST.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() else 0


def _carry_out(  # noqa: PLR0917 - read as a sentence
    request: Asked, found: Case, name: str, form: BangfuForm, act: Callable[[], None], told: str
) -> HttpResponse:
    """Back to the page when the act is done; else the page with the refusal, and what was typed kept."""
    key = draft_key(found, name)
    if drafts.handed_in(key, form, act, request.POST, by=request.by):
        messages.success(request, told)
        return redirect("case", found.pk)
    found.refresh_from_db()
    return _page(request, found, **{name: form})


def draft_key(found: Case, name: str) -> str:
    """The name of a form of the case."""
    return f"case:{found.pk}:{name}"


def _page(request: Asked, found: Case, **sent: BangfuForm) -> HttpResponse:
    page, allowed = page_of(found), may(request, found)
    speaks = "zh" if language().startswith("zh") else "en"
    drawn = svg(
        found.definition,
        language=speaks,
        day=found.opened_on,
        area=found.division_code,
        current=found.step if found.is_open else "",
    )
    appeals = list(Appeal.objects.filter(case=found).select_related("hearing"))
    heard = Appeal.objects.filter(hearing=found).first()
    around: dict[str, Any] = {
        "case": found,
        "page": page,
        "subject": subjects([found])[found.pk],
        # The drawing is made of the definition alone and escapes what it writes.
        "drawing": mark_safe(drawn),  # noqa: S308
        "title": said(found.definition.title),
        "version": said(found.definition.version_title),
        "step": found.current,
        "step_title": said(found.current.title),
        "state": CaseState(found.state),
        "due": next((one.due for one in page.steps if one.state == "now"), None),
        "needs": needs_of(found, request, allowed.records),
        "records": shown_records(page),
        "history": shown_acts(page),
        "appeals": appeals,
        "voices": _voices(found),
        "heard": heard,
        "report": SelfReport.objects.filter(case=found).first() if found.subject_kind == "report" else None,
        "may_unmask": request.scope.allows(Capability.UNMASK, found.division_code),
        "may": allowed,
        "sheet": sheets.judged(page, found),
        **_forms(request, found, allowed, frozenset(page.records), sent),
    }
    shown = {name for name in ("decide", "override", "withdraw", "object", "appeal") if around[name]}
    shown |= {f"record-{kind}" for kind in allowed.records} | {f"answer-{pk}" for pk in around["answers"]}
    # What cannot be done any more has no form on the page: why it was refused stands above.
    around["lost"] = next((form for name, form in sent.items() if name not in shown), None)
    around["due_lamp"] = days_left(around["due"])
    around["whole_lamp"] = days_left(page.due) if found.is_open else ""
    status = next((form.status for form in sent.values()), 200)
    return render(request, "web/cases/case.html", around, status=status)


def _voices(found: Case) -> dict[int, list[LineObjection]]:
    """What came through public notices, by the objection that it was added to."""
    rows: dict[int, list[LineObjection]] = {}
    for one in LineObjection.objects.filter(objection__case=found).order_by("day", "pk"):
        rows.setdefault(one.objection_id, []).append(one)
    return rows


def _forms(request: Asked, found: Case, allowed: May, there: frozenset[str], sent: Forms) -> dict[str, Any]:
    """Every form of the page: the one that was sent, the others with their drafts."""

    def made(name: str, make: Callable[[], BangfuForm]) -> dict[str, Any]:
        return drafts.beside(draft_key(found, name), make, sent.get(name), by=request.by)

    kinds = []
    for step in found.definition.steps:
        for meant in step.records:
            if meant.key in allowed.records:
                one = made(f"record-{meant.key}", partial(_record_form, found, meant))
                stands = {
                    "early": step.key != found.step,
                    "there": meant.key in there,
                    "publishes": acts.is_notice(found, meant.key),
                }
                kinds.append(one | stands | {"record": meant, "title": said(meant.title)})
    parts: dict[str, Any] = {"definition": found.definition, "step": found.current}
    return {
        "record_forms": kinds,
        "decide": made("decide", lambda: DecideForm(**parts)) if allowed.decide else None,
        "override": made("override", lambda: OverrideForm(**parts)) if allowed.override else None,
        "withdraw": made("withdraw", lambda: WithdrawForm(auto_id="withdraw-%s"))
        if allowed.withdraw
        else None,
        "object": made("object", lambda: ObjectForm(auto_id="object-%s")) if allowed.objecting else None,
        "appeal": made("appeal", lambda: AppealForm(auto_id="appeal-%s")) if allowed.appeal else None,
        "answers": {
            one.pk: made(
                f"answer-{one.pk}",
                lambda pk=one.pk: AnswerObjection(auto_id=f"answer-{pk}-%s"),  # type: ignore[misc]
            )
            for one in (may_answer(request, found) if allowed.answer else ())
        },
    }
