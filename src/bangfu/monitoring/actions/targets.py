"""Setting targets and dividing them, and planning who leaves when (S2-03, S4-35). Nobody leaves by any of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.divisions.models import Division
from bangfu.monitoring.enums import TargetKind
from bangfu.monitoring.errors import BadTarget, NothingGiven, PartOfAnother, PartsFallShort, PlanRefused
from bangfu.monitoring.models import PlannedExit, Target
from bangfu.monitoring.targets import tolerance
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.policy.exit.targets import shortfall
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.models import Household, Standing

_standing = codes("standing")
_MAY = Capability.PLAN_EXITS
_LATEST = 10
#: Below which level a kind of target cannot be divided.
_LOWEST = {TargetKind.VILLAGES: Level.TOWNSHIP, TargetKind.COUNTIES: Level.CITY}
_DOCUMENT, _VALUE = Words("任务文件", "the document"), Words("任务数", "the target")


@transaction.atomic
def set_target(
    *,
    year: int,
    division_code: str,
    kind: TargetKind,
    value: int,
    document: str,
    by: Actor,
    scope: Scope,
    about: bool = False,
) -> Target:
    """The target of a division for a year, as a document gives it; ``about``: it says 左右.

    Raises:
        NotAllowed, NotFound: the scope does not plan there. BadTarget: with what is wrong.
        PartOfAnother: it came from dividing a higher target. PartsFallShort: it is divided, into less than that.
    """
    scope.require(_MAY, division_code)
    hold_chain()
    division = Division.objects.filter(code=division_code).living_on(clock.today()).first()
    problems = list(_problems(division, division_code, year=year, kind=kind, value=value, document=document))
    if problems or division is None:
        raise BadTarget(problems, year=year)
    row = Target.objects.of(year, kind).select_for_update().filter(division_code=division_code).first()
    if row is not None and row.part:
        parent = Division.objects.get(code=division.parent_code)
        raise PartOfAnother(division=division.name, parent=parent.name)
    row = row or Target(year=year, division_code=division_code, kind=kind)
    row.value, row.about, row.document = value, about, document.strip()
    _require_parts(row, division.name, _parts_below(row))
    _store(row, by)
    return row


@transaction.atomic
def divide_target(
    *, year: int, division_code: str, kind: TargetKind, parts: Mapping[str, int], by: Actor, scope: Scope
) -> list[Target]:
    """Divide a target among the divisions one step below, all at once: Σ of the parts ≥ the target; about one that is
    approximate they may fall short by the tolerance. A division that is left out has no part any more.

    Raises:
        NotAllowed, NotFound. BadTarget: no target to divide, a division not directly below, a value that is none.
        PartsFallShort: the parts make less than the target, or one makes more than its own parts do.
    """
    scope.require(_MAY, division_code)
    hold_chain()
    target = Target.objects.of(year, kind).select_for_update().filter(division_code=division_code).first()
    children = dict(Division.objects.children_of(division_code).values_list("code", "name"))
    problems = list(_part_problems(target, children, parts))
    if problems or target is None:
        raise BadTarget(problems, year=year)
    name = str(Division.objects.values_list("name", flat=True).get(code=division_code))
    _require_parts(target, name, list(parts.values()))
    known = {
        row.division_code: row
        for row in Target.objects.of(year, kind).select_for_update().filter(division_code__in=list(children))
    }
    rows = []
    for code, value in parts.items():
        row = known.get(code) or Target(year=year, division_code=code, kind=kind)
        row.value, row.about, row.part, row.document = value, target.about, True, target.document
        _require_parts(row, children[code], _parts_below(row))
        rows.append(row)
    for row in rows:
        _store(row, by)
    for code, row in known.items():
        if code not in parts and row.part:
            row.value, row.part = 0, False
            _store(row, by)
    return rows


def _problems(
    division: Division | None, code: str, *, year: int, kind: TargetKind, value: Any, document: str
) -> Iterator[Problem]:
    if division is None:
        yield Problem(
            Words("区划", "the division"),
            Words(f"“{code}”不是现有的区划。", f"{code} is no division in being."),
            Words("请重新选择。", "Choose again."),
        )
    lowest = _LOWEST.get(TargetKind(kind))
    if division is not None and lowest is not None and division.level > lowest:
        yield Problem(
            Words("任务类别", "the kind"),
            Words("这一级没有这类任务。", "There is no such target at this level."),
            Words("请选择户数或人数。", "Choose households or persons."),
        )
    this = clock.today().year
    if not this - 1 <= year <= this + _LATEST:
        yield Problem(
            Words("任务年度", "the year"),
            Words(f"{year}年不在可下达的年度内。", f"{year} is out of range."),
            Words(f"请填写{this - 1}年至{this + _LATEST}年。", f"Enter {this - 1} to {this + _LATEST}."),
        )
    if not _whole(value):
        yield _no_number(_VALUE)
    if len(document.strip()) < 2:
        yield Problem(
            _DOCUMENT,
            Words("没有写明任务出自哪份文件(S2-03)。", "No document is named (S2-03)."),
            Words("请填写文号或文件名。", "Enter its number or name."),
        )


def _part_problems(
    target: Target | None, children: Mapping[str, str], parts: Mapping[str, Any]
) -> Iterator[Problem]:
    if target is None:
        yield Problem(
            _VALUE,
            Words("还没有下达任务,无从分解(S2-03)。", "There is no target to divide (S2-03)."),
            Words("请先登记本级任务。", "Enter the target first."),
        )
    if not parts:
        yield Problem(
            Words("分解", "the parts"),
            Words("没有填写任何一个下级。", "No part is given."),
            Words("请填写各下级的任务数。", "Enter them."),
        )
    for code, value in parts.items():
        if code not in children:
            yield Problem(
                code,
                Words("不是直接下级。", "It is not directly below."),
                Words("请只分解到直接下级。", "Divide among those directly below."),
            )
        elif not _whole(value):
            yield _no_number(Words(children[code], children[code]))


def _no_number(where: Words) -> Problem:
    return Problem(
        where,
        Words("任务数不是零或正整数。", "It is no whole number from 0 on."),
        Words("请填写整数。", "Enter one."),
    )


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _parts_below(row: Target) -> list[int]:
    below = list(Division.objects.children_of(row.division_code).values_list("code", flat=True))
    return list(Target.objects.of(row.year, row.kind).parts_of(below).values_list("value", flat=True))


def _require_parts(row: Target, name: str, parts: Sequence[int]) -> None:
    """The parts of a target that has been divided make the target. Raises PartsFallShort."""
    if not parts:
        return
    lacking = shortfall(row.value, parts, about=row.about, tolerance=tolerance(row.year, row.division_code))
    if lacking:
        raise PartsFallShort(
            division=name,
            year=row.year,
            target=row.value,
            sum=sum(parts),
            lacking=lacking,
        )


def _store(row: Target, by: Actor) -> None:
    row.set_on, row.set_by = clock.today(), by.name or by.id
    row.save()
    record(
        by=by,
        action="monitoring.target",
        subject_kind="division",
        subject_id=row.division_code,
        division_code=row.division_code,
        detail={
            "year": row.year,
            "kind": str(row.kind),
            "value": row.value,
            "about": row.about,
            "part": row.part,
            "document": row.document,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """The year in which a household is planned to leave; None takes it out of the plan."""

    household_no: str
    year: int | None


@transaction.atomic
def plan_exits(*, rows: Sequence[PlannedRow], by: Actor, scope: Scope) -> int:
    """Plan the year of exit of each household (S4-35); all or none. Returns how many changed.

    Raises:
        NothingGiven. PlanRefused: an unknown household, one that is not registered, a year that is over.
    """
    if not rows:
        raise NothingGiven()
    hold_chain()
    numbers = [row.household_no for row in rows]
    reachable = Household.objects.visible_to(scope, Capability.CORRECT_REGISTRY)
    found = {one.household_no: one for one in reachable.filter(household_no__in=numbers)}
    poor = set(
        Standing.objects.open()
        .filter(
            household__in=[one.pk for one in found.values()],
            kind__in=(_standing.registered, _standing.returned),
        )
        .values_list("household_id", flat=True)
    )
    problems = [problem for row in rows for problem in _plan_problems(row, found, poor)]
    if len(set(numbers)) < len(numbers):
        problems.append(_said("户编号", "household", "有户列了不止一次。", "One stands more than once."))
    if problems:
        raise PlanRefused(problems)
    known = {one.household_id: one for one in PlannedExit.objects.filter(household__in=found.values())}
    changed = sum(_plan(row, found[row.household_no], known, by) for row in rows)
    if changed:
        record(by=by, action="monitoring.plan", subject_kind="household", detail={"count": changed})
    return changed


def _plan(row: PlannedRow, household: Household, known: Mapping[Any, PlannedExit], by: Actor) -> bool:
    old = known.get(household.pk)
    if row.year == (old.year if old else None):
        return False
    if row.year is None and old is not None:
        old.delete()
        return True
    plan = old or PlannedExit(household=household)
    assert row.year is not None
    plan.year, plan.planned_on, plan.planned_by = row.year, clock.today(), by.name or by.id
    plan.save()
    return True


def _plan_problems(row: PlannedRow, found: Mapping[str, Household], poor: set[Any]) -> Iterator[Problem]:
    household, this = found.get(row.household_no), clock.today().year
    if household is None:
        yield _said(
            row.household_no,
            row.household_no,
            "没有这一户,或不在您的管辖范围内。",
            "There is no such household, or it lies outside your area.",
        )
    elif household.pk not in poor:
        yield _said(
            row.household_no,
            row.household_no,
            "不是在册贫困户,不列入减贫计划(S4-35)。",
            "It is not registered as poor, so it has no place in the plan (S4-35).",
        )
    if row.year is not None and not this <= row.year <= this + _LATEST:
        yield _said(
            row.household_no,
            row.household_no,
            f"计划年度{row.year}年不在{this}年至{this + _LATEST}年之间。",
            f"{row.year} is not between {this} and {this + _LATEST}.",
        )


def _said(where: str, where_en: str, why: str, why_en: str) -> Problem:
    return Problem(
        Words(where, where_en),
        Words(why, why_en),
        Words("请核对户编号和年度。", "Check the number and the year."),
    )
