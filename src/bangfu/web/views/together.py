"""All cases that stand at a step on one screen: a record, a notice or a decision for those that are ticked (S4-61)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.monitoring.actions.exits import HOUSEHOLD_EXIT, decide_exits
from bangfu.platform.errors import NotAllowed, NotFound, as_json
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.models import Case
from bangfu.platform.procedures.situations import Situation, situations
from bangfu.policy.errors import BangfuError
from bangfu.policy.procedures.definitions import RecordKind, Step
from bangfu.targeting.access import Post
from bangfu.targeting.actions.meetings import RecordRow, act_many, record_many
from bangfu.targeting.actions.notices import Noticed, publish_cases
from bangfu.web import drafts
from bangfu.web.case_filters import visible
from bangfu.web.casework import form_of, has_post, subjects
from bangfu.web.forms.cases import DecideForm
from bangfu.web.forms.notices import WordingForm, wording_of
from bangfu.web.forms.records import RecordForm
from bangfu.web.gates import Asked, needs
from bangfu.web.lamps import LAMPS
from bangfu.web.places import area_of, within
from bangfu.web.speaking import language, said
from bangfu.web.views.meeting import MOST, by_row, links

#: Kinds of record that are different for every household: not entered for many at once.
OWN: Final = frozenset(
    {"exit_verification", "ballot", "review_panel", "return_cause", "emergency", "correction"}
)


@needs(Capability.READ_CASES, "GET", "POST")
def together(request: Asked) -> HttpResponse:
    """All cases of a division (or a round) that stand at a step: tick some, put a record on them, or decide."""
    asked = request.POST if request.method == "POST" else request.GET
    procedure, _colon, step_key = str(asked.get("step", "")).partition(":")
    area = _area(request, asked.get("division", ""))
    rows = (
        visible(request.scope, Capability.READ_CASES)
        .of(procedure)
        .at_step(step_key)
        .within(scope_prefix(area))
    )
    number = str(asked.get("round", ""))
    if number.isdecimal():
        rows = rows.filter(application__round=int(number))
    found = list(rows.order_by("division_code", "pk")[: MOST + 1])
    here = {
        "step": f"{procedure}:{step_key}",
        "division": area,
        "round": number if number.isdecimal() else "",
    }
    if not found:
        return render(request, "web/cases/together_none.html", here | {"area": area})
    return _together(request, found[:MOST], here, more=len(found) > MOST)


def _area(request: Asked, code: str) -> str:
    return (
        within(request.scope, code, Capability.READ_CASES)
        if code
        else area_of(request, Capability.READ_CASES)
    )


def _together(request: Asked, found: Sequence[Case], here: dict[str, str], *, more: bool) -> HttpResponse:
    step, first = found[0].current, found[0]
    noticed = step.notice.record if step.notice else ""
    kinds = [
        one
        for one in step.records
        if one.key not in OWN
        and one.key != noticed
        and has_post(request, first.division_code, Post(one.role, one.level))
    ]
    decides = has_post(request, first.division_code, Post(step.role, step.level))
    refused, forms = None, _forms(request, first, kinds, step)
    key = f"together:{here['step']}:{here['division']}:{here['round']}"
    if request.method == "POST":
        what = request.POST.get("what", "")
        form = forms.get(what)
        if form is None:
            raise NotAllowed()
        refused = _act(request, what, form, step) if form.is_valid() else {"sentence": "", "problems": []}
        if refused is None:
            drafts.drop(key, by=request.by)
            messages.success(request, _("已办理 %(n)s 件。") % {"n": len(_chosen(request.POST))})
            query = "&".join(f"{name}={value}" for name, value in here.items() if value)
            return redirect(f"{reverse('cases-together')}?{query}")
        drafts.keep(key, request.POST, by=request.by)
    draft = drafts.kept(key, by=request.by)
    for form in forms.values():
        drafts.restored(form, draft)
    state, about, problems = situations(list(found)), subjects(found), by_row(refused)
    address = links()
    ticked = {case for case, _revision in _chosen(draft.data)} if draft else None
    around = here | {
        "area": here["division"],
        "title": said(first.definition.title),
        "step_title": said(step.title),
        "kinds": [(one, said(one.title), forms[f"record:{one.key}"]) for one in kinds],
        "notice": forms.get("notice"),
        "decide": forms.get("decide") if decides and step.batch else None,
        "rows": [_row(one, state[one.pk], about[one.pk], step, ticked, problems, address) for one in found],
        "records": [(one.key, said(one.title)) for one in step.records if one.needed],
        "refusal": refused if refused and refused["sentence"] else None,
        "there_lamp": _lamp(True),
        "lacking_lamp": _lamp(False),
        "more": more,
        "one": {"key": key, "draft": None if refused else draft, "form": drafts.NoForm},
        "most": MOST,
    }
    return render(request, "web/cases/together.html", around, status=422 if refused else 200)


def _forms(request: Asked, first: Case, kinds: Sequence[RecordKind], step: Step) -> dict[str, Any]:
    """``record:<kind>`` and ``decide`` → the form; the one that was sent is bound."""
    what = request.POST.get("what", "") if request.method == "POST" else ""
    found: dict[str, Any] = {}
    for one in kinds:
        name = f"record:{one.key}"
        found[name] = form_of(first, one)(*_sent(request, what, name), case=first, record=one, prefix=one.key)
    if step.notice and (meant := first.definition.record(step.notice.record)):
        post = Post(meant.role, meant.level)
        if has_post(request, first.division_code, post):
            found["notice"] = WordingForm(*_sent(request, what, "notice"), prefix="notice")
    found["decide"] = DecideForm(
        *_sent(request, what, "decide"), definition=first.definition, step=step, prefix="decide"
    )
    return found


def _lamp(met: bool) -> SafeString:
    """A lamp that stands in many rows, drawn once."""
    found = LAMPS["need"][str(met)]
    shown = {"colour": found.colour, "icon": found.icon, "text": found.text}
    return render_to_string("web/parts/lamp.html", shown)


def _sent(request: Asked, what: str, name: str) -> tuple[Any, ...]:
    """What was sent, where it was this form that was."""
    return (request.POST, request.FILES) if what == name else ()


def _row(  # noqa: PLR0917 - the parts of one row
    one: Case,
    now: Situation,
    subject: Any,
    step: Step,
    ticked: set[int] | None,
    problems: Mapping[str, Any],
    address: str,
) -> dict[str, Any]:
    number = str(one.about.get("household_no") or one.pk)
    return {
        "case": one,
        "subject": subject,
        "link": address % one.pk,
        "choose": _("选择 %(name)s") % {"name": subject.title},
        "records": [bool(now.records.get(record.key)) for record in step.records if record.needed],
        "objections": len(now.open_objections()),
        "ticked": ticked is None or one.pk in ticked,
        "problems": problems.get(number, ()),
    }


def _chosen(typed: QueryDict) -> list[tuple[int, int]]:
    """Case and revision of every ticked row."""
    found = []
    for text in typed.getlist("chosen"):
        case, _dash, revision = text.partition("-")
        if case.isdecimal() and revision.isdecimal():
            found.append((int(case), int(revision)))
    return found


def _act(
    request: Asked, what: str, form: RecordForm | DecideForm | WordingForm, step: Step
) -> dict[str, Any] | None:
    """None when it is done; else the refusal with its rows."""
    chosen = _chosen(request.POST)
    acts: dict[str, Any] = {"by": request.by, "scope": request.scope}
    try:
        if isinstance(form, DecideForm):
            given = form.act
            rows = [Decided(case=case, revision=revision, **given) for case, revision in chosen]
            exits = request.POST.get("step", "").startswith(f"{HOUSEHOLD_EXIT}:")
            (decide_exits if exits else act_many)(step=step.key, rows=rows, **acts)
        elif isinstance(form, WordingForm):
            noticed = [Noticed(case=case, revision=revision) for case, revision in chosen]
            publish_cases(cases=noticed, wording=wording_of(form, request), **acts)
        else:
            data, signed, files = form.content(), form.signatures(), form.kept_files()
            record_many(
                kind=what.removeprefix("record:"),
                rows=[
                    RecordRow(case=case, revision=revision, data=data, signatures=signed, files=files)
                    for case, revision in chosen
                ],
                **acts,
            )
    except (NotFound, NotAllowed):
        raise
    except BangfuError as error:
        return as_json(error, language())
    return None
