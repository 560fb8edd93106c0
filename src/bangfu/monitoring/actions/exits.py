"""Exit of households, one by one although many at once; exit of villages and counties (S4-76, S2-35)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.models import Division
from bangfu.monitoring.access import COUNTY, VILLAGE
from bangfu.monitoring.errors import NoCounty, NoLabel, NothingGiven, NotVerified
from bangfu.monitoring.leaving import standing_labels
from bangfu.monitoring.models import PlannedExit
from bangfu.monitoring.targets import COUNTY_LABELS, VILLAGE_LABELS
from bangfu.monitoring.verdicts import judge_many
from bangfu.monitoring.verifications import ExitVerification, entry_problems, read_sheet
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.actions.opening import Opening, open_case, open_cases
from bangfu.platform.procedures.actions.recording import add_record
from bangfu.platform.procedures.errors import UnknownRecord
from bangfu.platform.procedures.models import Act, Case, CaseRecord
from bangfu.platform.procedures.situations import situations
from bangfu.policy.procedures.definitions import PASS
from bangfu.policy.words import Words
from bangfu.registry.access import household_for
from bangfu.targeting.access import Post, post_at
from bangfu.targeting.actions.cases import reached
from bangfu.targeting.actions.meetings import RecordRow, act_many, record_many
from bangfu.targeting.errors import RowsRefused

HOUSEHOLD_EXIT = "household_exit"
SHEET = "exit_verification"


@transaction.atomic
def open_exits(*, household_nos: Sequence[str], by: Actor, scope: Scope) -> list[Case]:
    """Open the exit of each household; all or none. It goes on household by household (S4-76).

    Raises:
        NothingGiven; NotFound: a household is not there, or lies elsewhere; NotAllowed.
        NotYours: the first step belongs to another post. AlreadyOpen. CannotOpen: a household is not registered.
    """
    if not household_nos:
        raise NothingGiven()
    hold_chain()
    households = [household_for(scope, number) for number in household_nos]
    planned = dict(PlannedExit.objects.filter(household__in=households).values_list("household_id", "year"))
    posts = {one.division_code: post_at(scope, one.division_code, VILLAGE) for one in households}
    post = next((one for one in posts.values() if one != VILLAGE), VILLAGE)
    openings = [
        Opening(
            subject_id=str(one.pk),
            division_code=one.division_code,
            about={"household_no": one.household_no, "planned_year": planned.get(one.pk)},
        )
        for one in households
    ]
    return open_cases(procedure=HOUSEHOLD_EXIT, openings=openings, by=by, **post._asdict())


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRow:
    """The sheet of one household; ``revision`` is the one that was on the screen; ``files``: scan or photographs."""

    case: int
    revision: int
    sheet: ExitVerification
    files: Sequence[StoredFile] = field(default=())


@transaction.atomic
def record_verifications(*, rows: Sequence[VerificationRow], by: Actor, scope: Scope) -> list[CaseRecord]:
    """Put the sheet of each household on record, signed by its helper and its householder (S4-76); all or none.

    Raises:
        NotFound, NotAllowed, NothingGiven.
        RowsRefused: with all that each sheet lacks or contradicts; or a row is stale, or stands at another step.
    """
    day, cases = clock.today(), reached(scope, [row.case for row in rows])
    problems = [
        problem for row, case in zip(rows, cases, strict=True) for problem in _sheet_problems(row, case, day)
    ]
    if problems:
        raise RowsRefused(problems, rows=len(rows), refused=len({one.where for one in problems}))
    given = [
        RecordRow(
            case=row.case,
            revision=row.revision,
            data=row.sheet.as_data(),
            signatures=[row.sheet.helper, row.sheet.householder],
            files=row.files,
        )
        for row in rows
    ]
    return record_many(kind=SHEET, rows=given, by=by, scope=scope)


def _sheet_problems(row: VerificationRow, case: Case, day: date) -> Iterator[Problem]:
    """What is wrong with one sheet, under the number of its household."""
    if case.procedure != HOUSEHOLD_EXIT:
        raise UnknownRecord(procedure=case.definition.title, record=SHEET)
    number = str(case.about.get("household_no") or case.pk)
    for one in entry_problems(row.sheet.as_data(), household=UUID(case.subject_id), day=day):
        zh, en = (one.where.zh, one.where.en) if isinstance(one.where, Words) else (one.where, one.where)
        yield Problem(Words(f"{number} · {zh}", f"{number} · {en}"), one.why, one.now)


@transaction.atomic
def decide_exits(*, step: str, rows: Sequence[Decided], by: Actor, scope: Scope) -> list[Act]:
    """Decide a step of many exits, each with its own decision; all or none. Every one that passes has a sheet of its
    own, and the policy engine judges all of them in one pass.

    Raises:
        NotVerified: with each household that has none. Else as ``targeting.actions.meetings.act_many``.
    """
    if not rows:
        raise NothingGiven()
    hold_chain()
    passing = [row.case for row in rows if row.decision == PASS]
    found = situations([one for one in reached(scope, passing) if one.procedure == HOUSEHOLD_EXIT])
    without = [now.case for now in found.values() if not now.records.get(SHEET)]
    if without:
        raise NotVerified(
            Problem(
                str(case.about.get("household_no") or case.pk),
                Words("没有核实验收表(S4-76)。", "It has no verification sheet (S4-76)."),
                Words("请入户核实后登记。", "Visit the household and enter it."),
            )
            for case in without
        )
    _judge_together([now.records[SHEET][-1] for now in found.values()], {c: n.case for c, n in found.items()})
    return act_many(step=step, rows=rows, by=by, scope=scope)


def _judge_together(sheets: Sequence[CaseRecord], cases: Mapping[int, Case]) -> None:
    """One pass for all sheets of a day and place: what the guards ask then is known."""
    groups: dict[tuple[date, str], list[ExitVerification]] = defaultdict(list)
    for one in sheets:
        sheet, _wrong = read_sheet(one.data)
        if sheet is not None:
            groups[one.day, cases[one.case_id].division_code[:2]].append(sheet)
    for (day, province), some in groups.items():
        judge_many(some, day, province)


@transaction.atomic
def open_village_exit(
    *,
    division_code: str,
    statement: str,
    signed_by: str,
    by: Actor,
    scope: Scope,
    files: Sequence[StoredFile] = (),
) -> Case:
    """A village applies to leave; its application is on record at once (S2-35).

    Raises:
        NotFound, NotAllowed. NoCounty: it is no village. NoLabel: it is no poor village.
        NotYours, AlreadyOpen, RecordRefused: as the machine.
    """
    post = post_at(scope, division_code, VILLAGE)
    _require_label(
        division_code, Level.VILLAGE, bool(standing_labels(division_code, VILLAGE_LABELS, clock.today()))
    )
    hold_chain()
    case = open_case(
        procedure="village_exit",
        subject_id=division_code,
        division_code=division_code,
        by=by,
        **post._asdict(),
    )
    data = {"statement": statement.strip()}
    return _applied(case, "village_application", data, signatures=[signed_by], files=files, by=by, post=post)


@transaction.atomic
def open_county_exit(
    *,
    division_code: str,
    statement: str,
    rates: Mapping[str, int],
    signed_by: str,
    by: Actor,
    scope: Scope,
    files: Sequence[StoredFile] = (),
) -> Case:
    """A county applies to take the hat off, with its own ``rates`` (``leaving.COUNTY_RATES``, in 1/10 000) (S2-35).

    Raises as ``open_village_exit``.
    """
    post = post_at(scope, division_code, COUNTY)
    _require_label(
        division_code, Level.COUNTY, bool(standing_labels(division_code, COUNTY_LABELS, clock.today()))
    )
    hold_chain()
    case = open_case(
        procedure="county_exit",
        subject_id=division_code,
        division_code=division_code,
        by=by,
        **post._asdict(),
    )
    data = {**rates, "statement": statement.strip()}
    return _applied(case, "county_application", data, signatures=[signed_by], files=files, by=by, post=post)


def _require_label(code: str, level: Level, labelled: bool) -> None:
    division = Division.objects.filter(code=code).living_on(clock.today()).first()
    if division is None or level_of(code) is not level:
        raise NoCounty(division=code, level=level.title.zh, level_en=level.title.en)
    if not labelled:
        raise NoLabel(division=division.name)


def _applied(
    case: Case,
    kind: str,
    data: Mapping[str, Any],
    *,
    signatures: Sequence[str],
    files: Sequence[StoredFile],
    by: Actor,
    post: Post,
) -> Case:
    """The case with its application on record."""
    add_record(
        case=case.pk,
        kind=kind,
        revision=case.revision,
        data=data,
        files=files,
        signatures=signatures,
        by=by,
        **post._asdict(),
    )
    case.refresh_from_db()
    return case
