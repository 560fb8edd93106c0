"""Dynamic management (S2-42, S4-66): removal and correction by a case, and acts of the registry that end a household or
move it, with what that means for its cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.ending import stop_case
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.actions.recording import add_record
from bangfu.platform.procedures.models import Case
from bangfu.policy.words import Words
from bangfu.quality.access import doubt_for
from bangfu.registry.access import household_for
from bangfu.registry.actions import corrections, families, members
from bangfu.registry.columns import year_columns
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import NothingChanged
from bangfu.registry.models import Household, Person
from bangfu.targeting.access import Post, post_at
from bangfu.targeting.corrections import subject_of
from bangfu.targeting.errors import DoubtNeeded, NothingGiven, RowsRefused

_MAY = Capability.CORRECT_REGISTRY
_VILLAGE = Post("village", "village")


@transaction.atomic
def open_removal(*, household_no: str, doubt: UUID | str, by: Actor, scope: Scope) -> Case:
    """Open the case that may take a household off the books: on a doubt that was confirmed and verified by a second
    person, never by a rule alone (S1-24). There is no other way off.

    Raises:
        NotFound, NotAllowed; DoubtNeeded: the doubt is about somebody else; CannotOpen: it is not verified;
        NotYours, AlreadyOpen.
    """
    return _open_on_doubt("registry_removal", household_no, doubt, by, scope)


@transaction.atomic
def open_correction(
    *,
    household_no: str,
    doubt: UUID | str,
    table: str,
    number: str,
    columns: Mapping[str, Any],
    why: str,
    by: Actor,
    scope: Scope,
    files: Sequence[StoredFile] = (),
) -> Case:
    """Propose a correction that a verified doubt asks for; another person lets it pass (S1-24).

    Args:
        table: ``household`` or ``person``; ``number``: its number.
        columns: vocabulary name → typed value (dates yyyymmdd, money fen); None empties a column.

    Raises:
        As ``open_removal``; RecordRefused: with what does not fit.
    """
    case = _open_on_doubt("registry_correction", household_no, doubt, by, scope)
    data: dict[str, Any] = {"table": table, "number": number, "columns": dict(columns), "why": why.strip()}
    subject = subject_of(data, case.subject_id)
    data["seen_revision"] = subject.revision if subject else 0
    add_record(
        case=case.pk,
        kind="correction",
        revision=case.revision,
        data=data,
        files=files,
        by=by,
        **post_at(scope, case.division_code, _VILLAGE)._asdict(),
    )
    case.refresh_from_db()
    return case


def _open_on_doubt(procedure: str, household_no: str, doubt: UUID | str, by: Actor, scope: Scope) -> Case:
    household = household_for(scope, household_no)
    found = doubt_for(scope, doubt)
    if found.household_id != household.pk:
        raise DoubtNeeded(clause="S1-24")
    return open_case(
        procedure=procedure,
        subject_id=str(household.pk),
        division_code=household.division_code,
        by=by,
        about={"doubt": str(found.pk), "rule": found.rule, "household_no": household.household_no},
        **post_at(scope, household.division_code, _VILLAGE)._asdict(),
    )


@transaction.atomic
def merge(*, source: str, target: str, day: date, reason: str, by: Actor, scope: Scope) -> list[Case]:
    """All of ``source`` (a household number) join ``target``; the cases about ``source`` stop, and are returned.

    Raises NotFound, and as ``families.merge_households``.
    """
    gone, staying = household_for(scope, source, _MAY), household_for(scope, target, _MAY)
    families.merge_households(source=gone, target=staying, day=day, reason=reason, by=by)
    return _stop(gone, f"并入户 {target}", by)


@transaction.atomic
def split(
    *,
    household_no: str,
    leaving: Sequence[Person],
    new_head: Person,
    day: date,
    reason: str,
    by: Actor,
    scope: Scope,
) -> Household:
    """Some members become a household of their own, with the standing of the old one. A case about the old household
    goes on with it.

    Raises NotFound, and as ``families.split_household``.
    """
    household = household_for(scope, household_no, _MAY)
    return families.split_household(
        household=household, leaving=leaving, new_head=new_head, day=day, reason=reason, by=by
    )


@transaction.atomic
def move(
    *, household_no: str, to_village: str, day: date, reason: str, by: Actor, scope: Scope
) -> list[Case]:
    """The household moves to another village; its cases stop, for other people decide there, and are returned.

    Raises NotFound: the household, or the village, lies outside the scope; and as ``families.move_household``.
    """
    household = household_for(scope, household_no, _MAY)
    scope.require(_MAY, to_village)
    families.move_household(household=household, to_village=to_village, day=day, reason=reason, by=by)
    return _stop(household, f"迁往 {to_village}", by)


@transaction.atomic
def leave(
    *,
    household_no: str,
    person: Person,
    day: date,
    kind: EventKind,
    reason: str,
    by: Actor,
    scope: Scope,
    new_head: Person | None = None,
) -> list[Case]:
    """A member dies, or leaves otherwise; when nobody is left the household's cases stop, and are returned.

    Raises NotFound, and as ``members.remove_member``.
    """
    household = household_for(scope, household_no, _MAY)
    members.remove_member(person=person, day=day, kind=kind, reason=reason, by=by, new_head=new_head)
    if household.memberships.open().exists():
        return []
    return _stop(household, "家庭成员已全部离开", by)


def _stop(household: Household, why: str, by: Actor) -> list[Case]:
    open_cases = Case.objects.open().about("household", [str(household.pk)])
    return [stop_case(case=pk, reason=why, by=by) for pk in open_cases.values_list("pk", flat=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """The figures of one household for the year (column → fen, as the vocabulary's yearly columns)."""

    household_no: str
    figures: Mapping[str, int | None] = field(default_factory=dict)


@transaction.atomic
def update_years(
    *, year: int, rows: Sequence[YearRow], reason: str, by: Actor, scope: Scope
) -> tuple[int, int]:
    """The annual update of many households (S4-57): before and after stand in the events; all or none. Returns how many
    changed, and how many stood already.

    Raises:
        NotFound, NotAllowed, NothingGiven. RowsRefused: an unknown household, column or value; a year to come.
    """
    if not rows:
        raise NothingGiven()
    hold_chain()
    found = {
        one.household_no: one
        for one in Household.objects.visible_to(scope, _MAY).filter(
            household_no__in=[row.household_no for row in rows]
        )
    }
    problems = [problem for row in rows for problem in _year_problems(row, found, year)]
    if problems:
        raise RowsRefused(problems, rows=len(rows), refused=len({one.where for one in problems}))
    changed = 0
    for row in rows:
        try:
            corrections.update_year(
                household=found[row.household_no],
                year=year,
                entered=row.figures,
                day=clock.today(),
                reason=reason,
                by=by,
            )
        except NothingChanged:
            continue
        changed += 1
    return changed, len(rows) - changed


def _year_problems(row: YearRow, found: Mapping[str, Household], year: int) -> Iterable[Problem]:
    known = {one.name: one for one in year_columns()}
    if row.household_no not in found:
        yield Problem(
            row.household_no,
            Words(
                "没有这一户,或不在您的管辖范围内。",
                "There is no such household, or it lies outside your area.",
            ),
            Words("请核对户编号。", "Check the household's number."),
        )
    if year > clock.today().year:
        yield Problem(
            row.household_no,
            Words(f"{year}年还没有到。", f"The year {year} has not come."),
            Words("请核对年度。", "Check the year."),
        )
    for name, value in row.figures.items():
        if name not in known or not (
            value is None or (isinstance(value, int) and not isinstance(value, bool))
        ):
            title = known[name].title if name in known else Words(name, name)
            yield Problem(
                Words(f"{row.household_no} {title.zh}", f"{row.household_no} {title.en}"),
                Words(
                    "不是年度收支项目,或不是整数分。",
                    "It is no figure of the year, or no whole number of fen.",
                ),
                Words("请核对这一项。", "Check it."),
            )
    if not row.figures:
        yield Problem(
            row.household_no,
            Words("没有填写任何一项。", "Not one figure is given."),
            Words("请填写或去掉这一行。", "Enter some, or leave the row out."),
        )
