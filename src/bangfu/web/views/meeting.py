"""Many cases on one screen: the ballots of a meeting, and acting on all that stand at a step (S4-61, S4-63)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.monitoring.actions.exits import HOUSEHOLD_EXIT, decide_exits
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, Problem, Refused, as_json
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.models import Case
from bangfu.platform.procedures.situations import Situation, situations
from bangfu.policy.errors import BangfuError
from bangfu.policy.procedures.definitions import RecordKind, Step
from bangfu.policy.words import Words
from bangfu.targeting.access import Post, round_for
from bangfu.targeting.actions.meetings import BallotRow, RecordRow, act_many, record_ballots, record_many
from bangfu.targeting.actions.notices import Noticed, publish_cases
from bangfu.targeting.panels import NUMBERS
from bangfu.targeting.queries import application_lines
from bangfu.targeting.rosters import seated_panel
from bangfu.web import drafts
from bangfu.web.case_filters import visible
from bangfu.web.casework import form_of, has_post, subjects
from bangfu.web.forms.cases import DecideForm
from bangfu.web.forms.notices import WordingForm, wording_of
from bangfu.web.forms.records import RecordForm, lines
from bangfu.web.forms.rounds import Vote, totals_typed, votes
from bangfu.web.gates import Asked, needs
from bangfu.web.places import area_of, within
from bangfu.web.speaking import language, said

#: So many cases stand on one screen.
MOST: Final = 500
#: Kinds of record that are different for every household: not entered for many at once.
OWN: Final = frozenset(
    {"exit_verification", "ballot", "review_panel", "return_cause", "emergency", "correction"}
)


class TotalsDiffer(Refused):
    """The sums of the table are not those of the tally on paper; the problems say which."""

    code = "web.totals"
    says = Words(
        "票数没有登记:各行相加与纸质计票单的合计不一致。请核对下列各项。",
        "The ballots were not entered: the rows do not add up to the totals of the tally. Check each item below.",
    )


@needs(Capability.READ_CASES, "GET", "POST")
def ballots(request: Asked, pk: int) -> HttpResponse:
    """The ballots on every application of a round that stands at the review, in one table."""
    found = round_for(
        request.scope, pk, Capability.READ_CASES if request.method == "GET" else Capability.WORK_CASES
    )
    key, refused, typed = f"round:{pk}:ballots", None, []
    if request.method == "POST":
        typed = votes(request.POST)
        try:
            count = _enter(request, pk, typed)
        except (NotFound, NotAllowed):
            raise
        except BangfuError as error:
            refused = as_json(error, language())
            drafts.keep(key, request.POST, by=request.by)
        else:
            drafts.drop(key, by=request.by)
            text = ngettext("已登记 %(n)s 件票决结果。", "已登记 %(n)s 件票决结果。", count) % {"n": count}
            messages.success(request, text)
            return redirect("round-ballots", pk)
    return _ballots(request, found, key, refused, typed)


def _enter(request: Asked, pk: int, typed: Sequence[Vote]) -> int:
    given = [one for one in typed if not one.empty]
    wrong = [one for one in given if one.ballot is None]
    if wrong:
        numbers = {one.pk: one for one in Case.objects.filter(pk__in=[one.case for one in wrong])}
        raise TotalsDiffer(
            Problem(
                str(numbers[one.case].about.get("household_no", one.case)),
                Words("到会人数和各项票数须是整数。", "The number present and the votes are whole numbers."),
                Words("请改正这一行。", "Correct this row."),
            )
            for one in wrong
            if one.case in numbers
        )
    rows = [
        BallotRow(case=one.case, revision=one.revision, ballot=one.ballot)
        for one in given
        if one.ballot is not None
    ]
    _require_totals(rows, totals_typed(request.POST))
    signed = lines(request.POST.get("signatures", ""))
    return len(record_ballots(round_id=pk, rows=rows, by=request.by, scope=request.scope, signatures=signed))


def _require_totals(rows: Sequence[BallotRow], totals: Mapping[str, int]) -> None:
    problems = []
    for name, stated in totals.items():
        summed = sum(getattr(row.ballot, name) for row in rows)
        if summed != stated:
            problems.append(
                Problem(
                    NUMBERS[name],
                    Words(
                        f"各行相加是{summed},计票单合计是{stated}。",
                        f"The rows make {summed}, the tally says {stated}.",
                    ),
                    Words("请逐行核对,或改正合计。", "Check the rows, or correct the total."),
                )
            )
    if problems:
        raise TotalsDiffer(problems)


@dataclass(frozen=True)
class BallotLine:
    """A row of the table: the application, and the numbers as typed, drafted or on record."""

    case: Case
    householder: str
    household_no: str
    members: int
    numbers: Sequence[tuple[str, str, str]]
    on_record: bool
    problems: Sequence[Mapping[str, str]]


def _ballots(request: Asked, found: Any, key: str, refused: Any, typed: Sequence[Vote]) -> HttpResponse:
    draft = None if refused else drafts.kept(key, by=request.by)
    known = {one.case: one.typed for one in (votes(draft.data) if draft else typed)}
    problems = by_row(refused)
    titles = {name: title.text(language()) for name, title in NUMBERS.items()}
    rows = []
    for line in application_lines(found, clock.today(), step="review")[:MOST]:
        number, given = line.application.household.household_no, known.get(line.case.pk)
        kept = given or ({name: str(getattr(line.ballot, name)) for name in NUMBERS} if line.ballot else {})
        rows.append(
            BallotLine(
                line.case,
                line.householder,
                number,
                line.members,
                [(name, titles[name], kept.get(name, "")) for name in NUMBERS],
                line.ballot is not None,
                problems.get(number, ()),
            )
        )
    seats = seated_panel(found.pk)
    around = {
        "round": found,
        "rows": rows,
        "titles": titles,
        "size": seats.size if seats else 0,
        "refusal": refused,
        "totals": totals_typed(request.POST if refused else draft.data if draft else request.GET),
        "may": request.scope.allows(Capability.WORK_CASES, found.division_code),
        "one": {"key": key, "draft": draft, "form": DecideFormless()},
    }
    return render(request, "web/rounds/ballots.html", around, status=422 if refused else 200)


class DecideFormless:
    """What the part with the draft asks of a form, for tables that have none."""

    is_bound = False


def by_row(refused: Any) -> dict[str, list[Mapping[str, str]]]:
    """Household number → what is wrong with its row."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for one in refused["problems"] if refused else ():
        found.setdefault(one["where"].partition(" · ")[0], []).append(one)
    return found


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
    if request.method == "POST":
        what = request.POST.get("what", "")
        form = forms.get(what)
        if form is None:
            raise NotAllowed()
        refused = _act(request, what, form, step) if form.is_valid() else {"sentence": "", "problems": []}
        if refused is None:
            messages.success(request, _("已办理 %(n)s 件。") % {"n": len(_chosen(request))})
            query = "&".join(f"{name}={value}" for name, value in here.items() if value)
            return redirect(f"{reverse('cases-together')}?{query}")
    state, about, problems = situations(list(found)), subjects(found), by_row(refused)
    ticked = {case for case, _revision in _chosen(request)}
    around = here | {
        "area": here["division"],
        "title": said(first.definition.title),
        "step_title": said(step.title),
        "kinds": [(one, said(one.title), forms[f"record:{one.key}"]) for one in kinds],
        "notice": forms.get("notice"),
        "decide": forms.get("decide") if decides and step.batch else None,
        "rows": [_row(one, state[one.pk], about[one.pk], step, ticked, problems, refused) for one in found],
        "records": [(one.key, said(one.title)) for one in step.records if one.needed],
        "refusal": refused if refused and refused["sentence"] else None,
        "more": more,
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


def _sent(request: Asked, what: str, name: str) -> tuple[Any, ...]:
    """What was sent, where it was this form that was."""
    return (request.POST, request.FILES) if what == name else ()


def _row(  # noqa: PLR0917 - the parts of one row
    one: Case,
    now: Situation,
    subject: Any,
    step: Step,
    ticked: set[int],
    problems: Mapping[str, Any],
    refused: Any,
) -> dict[str, Any]:
    number = str(one.about.get("household_no") or one.pk)
    return {
        "case": one,
        "subject": subject,
        "records": [bool(now.records.get(record.key)) for record in step.records if record.needed],
        "objections": len(now.open_objections()),
        "ticked": one.pk in ticked or (not refused and len(ticked) == 0),
        "problems": problems.get(number, ()),
    }


def _chosen(request: Asked) -> list[tuple[int, int]]:
    """Case and revision of every ticked row."""
    found = []
    for text in request.POST.getlist("chosen"):
        case, _dash, revision = text.partition("-")
        if case.isdecimal() and revision.isdecimal():
            found.append((int(case), int(revision)))
    return found


def _act(
    request: Asked, what: str, form: RecordForm | DecideForm | WordingForm, step: Step
) -> dict[str, Any] | None:
    """None when it is done; else the refusal with its rows."""
    chosen = _chosen(request)
    acts: dict[str, Any] = {"by": request.by, "scope": request.scope}
    try:
        if isinstance(form, DecideForm):
            given = form.act
            rows = [Decided(case=case, revision=revision, **given) for case, revision in chosen]
            exits = request.POST.get("step", "").startswith(f"{HOUSEHOLD_EXIT}:")
            (decide_exits if exits else act_many)(step=step.key, rows=rows, **acts)
        elif isinstance(form, WordingForm):
            site = request.build_absolute_uri(reverse("public-notices")).rstrip("/")
            noticed = [Noticed(case=case, revision=revision) for case, revision in chosen]
            publish_cases(cases=noticed, wording=wording_of(form, site=site), **acts)
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
