"""The ballots of a village meeting in one table (S4-63)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, Problem, Refused, as_json
from bangfu.platform.procedures.models import Case
from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words
from bangfu.targeting.access import round_for
from bangfu.targeting.actions.meetings import BallotRow, record_ballots
from bangfu.targeting.panels import NUMBERS
from bangfu.targeting.queries import ApplicationLine, application_lines
from bangfu.targeting.rosters import seated_panel
from bangfu.web import drafts
from bangfu.web.forms.records import lines
from bangfu.web.forms.rounds import Vote, totals_typed, votes
from bangfu.web.gates import Asked, needs
from bangfu.web.speaking import language

#: So many cases stand on one screen.
MOST: Final = 500


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
    cells: str
    link: str
    on_record: bool
    problems: Sequence[Mapping[str, str]]


def _ballots(request: Asked, found: Any, key: str, refused: Any, typed: Sequence[Vote]) -> HttpResponse:
    draft = None if refused else drafts.kept(key, by=request.by)
    known = {one.case: one.typed for one in (votes(draft.data) if draft else typed)}
    problems = by_row(refused)
    titles = {name: title.text(language()) for name, title in NUMBERS.items()}
    rows, address = [], links()
    may = request.scope.allows(Capability.WORK_CASES, found.division_code)
    for line in application_lines(found, clock.today(), step="review")[:MOST]:
        number, given = line.application.household.household_no, known.get(line.case.pk)
        kept = given or ({name: str(getattr(line.ballot, name)) for name in NUMBERS} if line.ballot else {})
        rows.append(
            BallotLine(
                line.case,
                line.householder,
                number,
                line.members,
                _cells(line, titles, kept, may=may),
                address % line.case.pk,
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
        "may": may,
        "one": {"key": key, "draft": draft, "form": drafts.NoForm},
        "signatures": (request.POST if refused else draft.data if draft else {}).get("signatures", ""),
    }
    return render(request, "web/rounds/ballots.html", around, status=422 if refused else 200)


def links() -> str:
    """Where a case is, with a place for its number: the address is looked up once and not for every row."""
    return reverse("case", args=[0]).replace("0", "%d")


def _cells(
    line: ApplicationLine, titles: Mapping[str, str], kept: Mapping[str, str], *, may: bool
) -> SafeString:
    """The four cells of a row; written here, for a template takes as long for them as for all the rest."""
    row, head = f"v-{line.case.pk}-{line.case.revision}", escape(line.householder)
    parts = []
    for name in NUMBERS:
        value = escape(kept.get(name, ""))
        field = (
            f'<input class="form-control cell" name="{row}-{name}" value="{value}" inputmode="numeric" maxlength="5" '
            f'autocomplete="off" data-grid-col="{name}" aria-label="{head} {escape(titles[name])}">'
        )
        parts.append(f'<td class="num" data-label="{escape(titles[name])}">{field if may else value}</td>')
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


def by_row(refused: Any) -> dict[str, list[Mapping[str, str]]]:
    """Household number → what is wrong with its row."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for one in refused["problems"] if refused else ():
        found.setdefault(one["where"].partition(" · ")[0], []).append(one)
    return found
