"""Exit verifications of a village in one table, by keyboard: a row for each household that was visited (S4-76)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.monitoring.access import VILLAGE
from bangfu.monitoring.actions.exits import HOUSEHOLD_EXIT, SHEET, VerificationRow, record_verifications
from bangfu.monitoring.verdicts import judge_many
from bangfu.monitoring.verifications import INCOMES, ExitVerification, read_sheet, title_of
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, Problem, as_json
from bangfu.platform.procedures.models import Case, CaseRecord
from bangfu.platform.procedures.situations import situations
from bangfu.policy.errors import BangfuError
from bangfu.policy.exit.leaving import GUARANTEES_SINCE_2019
from bangfu.policy.words import Words
from bangfu.registry.models import Membership
from bangfu.targeting.errors import RowsRefused
from bangfu.web import drafts
from bangfu.web.case_filters import visible
from bangfu.web.casework import Subject, has_post, subjects
from bangfu.web.forms.verifying import SheetRow, VisitForm, sheet_rows
from bangfu.web.gates import Asked, needs
from bangfu.web.places import area_of, within
from bangfu.web.speaking import language, said
from bangfu.web.views.meeting import by_row, links

_READ: Final = Capability.READ_CASES
#: So many households stand on one screen.
MOST: Final = 100


@needs(_READ, "GET", "POST")
def verifying(request: Asked) -> HttpResponse:
    """The households of a division whose exit is to be verified, each with its sheet in one row."""
    asked = request.POST if request.method == "POST" else request.GET
    code = asked.get("division", "")
    area = within(request.scope, code, _READ) if code else area_of(request, _READ)
    key, refused = f"exit-sheets:{area}", None
    form = VisitForm(request.POST) if request.method == "POST" else VisitForm()
    if request.method == "POST":
        if not request.scope.allows(Capability.WORK_CASES, area):
            raise NotAllowed()
        try:
            count = _enter(request, form)
        except (NotFound, NotAllowed):
            raise
        except BangfuError as error:
            refused = as_json(error, language())
        if refused is None and form.is_valid():
            drafts.drop(key, by=request.by)
            messages.success(request, _("已登记 %(n)s 户的核实验收表。") % {"n": count})
            return redirect(f"{reverse('exit-verifying')}?division={area}")
        drafts.keep(key, request.POST, by=request.by)
    return _table(request, area, key, form, refused)


def _enter(request: Asked, form: VisitForm) -> int:
    """Puts the sheets of the rows in which something was found on record, all or none; a row that says what is there
    already is left alone."""
    if not form.is_valid():
        return 0
    typed = [one for one in sheet_rows(request.POST) if not one.empty]
    cases = visible(request.scope, _READ).of(HOUSEHOLD_EXIT).filter(pk__in=[one.case for one in typed])
    numbers = {one.pk: str(one.about.get("household_no") or one.pk) for one in cases}
    there = {pk: _cells(record) for pk, record in _on_record(list(cases)).items()}
    given = [one for one in typed if not one.says(there.get(one.case))]
    read = [(one, *one.sheet(form.cleaned_data)) for one in given]
    problems = [
        Problem(_under(numbers.get(one.case, str(one.case)), wrong.where), wrong.why, wrong.now)
        for one, _sheet, problems in read
        for wrong in problems
    ]
    if problems:
        refused = sum(bool(wrong) for _one, _sheet, wrong in read)
        raise RowsRefused(problems, rows=len(given), refused=refused)
    rows = [
        VerificationRow(case=one.case, revision=one.revision, sheet=sheet)
        for one, sheet, _wrong in read
        if sheet is not None
    ]
    return len(record_verifications(rows=rows, by=request.by, scope=request.scope))


def _on_record(cases: Sequence[Case]) -> dict[int, CaseRecord]:
    """The newest sheet of each case that has one."""
    now = situations(list(cases))
    return {pk: rows[-1] for pk, one in now.items() if (rows := one.records.get(SHEET))}


def _under(number: str, where: Words | str) -> Words:
    zh, en = (where.zh, where.en) if isinstance(where, Words) else (where, where)
    return Words(f"{number} · {zh}", f"{number} · {en}")


@dataclass(frozen=True)
class Line:
    """A row of the table: the household, its cells as typed, drafted or on record, and what the policy says of it."""

    case: Case
    subject: Subject
    link: str
    name: str
    members: str
    incomes: Sequence[tuple[str, str, str]]
    guarantees: Sequence[tuple[str, str, str]]
    evidence: str
    householder: str
    helper: str
    signed_why: str
    verdict: int | None
    problems: Sequence[Mapping[str, str]]


def _table(request: Asked, area: str, key: str, form: VisitForm, refused: Any) -> HttpResponse:
    waiting = visible(request.scope, _READ).of(HOUSEHOLD_EXIT).at_step("verification")
    found = list(waiting.within(scope_prefix(area)).order_by("division_code", "pk")[: MOST + 1])
    failed = request.method == "POST"
    draft = None if failed else drafts.kept(key, by=request.by)
    drafts.restored(form, draft)
    typed = request.POST if failed else draft.data if draft else None
    known = {one.case: one for one in sheet_rows(typed)} if typed is not None else {}
    may = bool(found) and has_post(request, found[0].division_code, VILLAGE)
    around = {
        "area": area,
        "rows": _lines(found[:MOST], known, by_row(refused)),
        "incomes": [(name, said(title_of(name))) for name in INCOMES],
        "guarantees": [(key, said(title_of(key))) for key in GUARANTEES_SINCE_2019],
        "answers": [("yes", _("1 是")), ("no", _("2 否")), ("cannot_tell", _("3 无法判断"))],
        "form": form,
        "refusal": refused,
        "one": {"key": key, "draft": draft, "form": form},
        "may": may,
        "more": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "web/exits/verifying.html", around, status=422 if failed else 200)


def _lines(found: Sequence[Case], known: Mapping[int, SheetRow], problems: Mapping[str, Any]) -> list[Line]:
    about, on_record, address = subjects(found), _on_record(found), links()
    verdicts, members = _verdicts(found, on_record), _members(found)
    lines = []
    for case in found:
        row, subject = known.get(case.pk), about[case.pk]
        cells = dict(row.typed) if row else _cells(on_record.get(case.pk))
        name = f"x-{case.pk}-{case.revision}"
        lines.append(
            Line(
                case,
                subject,
                address % case.pk,
                name,
                cells.get("members") or str(members.get(case.subject_id, "")),
                [(one, said(title_of(one)), cells.get(one, "")) for one in INCOMES],
                [(one, said(title_of(one)), cells.get(one, "")) for one in GUARANTEES_SINCE_2019],
                cells.get("evidence", ""),
                cells.get("householder", subject.title),
                cells.get("helper", ""),
                cells.get("signed_why", ""),
                verdicts.get(case.pk),
                problems.get(str(case.about.get("household_no") or case.pk), ()),
            )
        )
    return lines


def _members(found: Sequence[Case]) -> dict[str, int]:
    """Household → people who live there today."""
    spells = Membership.objects.on(clock.today()).filter(household_id__in=[one.subject_id for one in found])
    counts = spells.order_by().values_list("household_id").annotate(n=Count("pk"))
    return {str(household): n for household, n in counts}


def _cells(record: CaseRecord | None) -> dict[str, str]:
    """What stands on record, as one would type it; nothing where guarantees rest on different evidence."""
    sheet = read_sheet(record.data)[0] if record else None
    if sheet is None:
        return {}
    cells = {name: "" if (value := getattr(sheet, name)) is None else f"{value / 100:g}" for name in INCOMES}
    cells |= {one.key: one.answer for one in sheet.guarantees}
    said_of = {one.evidence for one in sheet.guarantees}
    cells["evidence"] = said_of.pop() if len(said_of) == 1 else ""
    signed = {name: getattr(sheet, name) for name in ("helper", "householder", "signed_why")}
    return cells | signed | {"members": str(sheet.members)}


def _verdicts(found: Sequence[Case], on_record: Mapping[int, CaseRecord]) -> dict[int, int]:
    """What the policy engine says of the sheets on record: one pass for each day and province."""
    groups: dict[tuple[date, str], dict[int, ExitVerification]] = defaultdict(dict)
    for case in found:
        record = on_record.get(case.pk)
        sheet = read_sheet(record.data)[0] if record else None
        if record and sheet:
            groups[record.day, case.division_code][case.pk] = sheet
    said_of: dict[int, int] = {}
    for (day, place), some in groups.items():
        judged = judge_many(list(some.values()), day, place)
        said_of |= {pk: int(one.ready) for pk, one in zip(some, judged, strict=True)}
    return said_of
