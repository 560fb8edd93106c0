"""A round from its mobilisation to its end: the roll of the village, who was told, and when it opens (S4-58)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.models import Division
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.models import Household, Membership
from bangfu.targeting.enums import Channel, RoundState
from bangfu.targeting.errors import (
    MobilisationNeeded,
    NotEverybodyTold,
    NothingGiven,
    NoVillage,
    RoundRunning,
    RowsRefused,
    UnderWay,
    WrongRoundState,
)
from bangfu.targeting.models import Application, Notification, RollHousehold, Round
from bangfu.targeting.notifying import untold_problems
from bangfu.targeting.rosters import groups_of

_MAY = Capability.CORRECT_REGISTRY
_SHORTEST = 4
_relation = codes("relation")


@dataclass(frozen=True, slots=True, kw_only=True)
class RollRow:
    """A household to be put on the roll: its householder and the number of its villagers' group."""

    householder: str
    group_number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to tell a household: ``entry`` is its row on the roll, ``day`` when it was tried."""

    entry: int
    channel: Channel
    reached: bool
    day: date
    note: str = ""


@transaction.atomic
def start_round(
    *,
    division_code: str,
    year: int,
    households: int,
    mobilisation: str,
    attendance: int,
    by: Actor,
    scope: Scope,
) -> Round:
    """Start a round in a village: its mobilisation meeting was held. Every household that the registry has there goes
    on the roll by itself.

    Raises:
        NotAllowed, NotFound: the scope does not reach the village. NoVillage: it is none.
        MobilisationNeeded: the meeting, its attendance or the number of households is missing.
        RoundRunning: another round has not ended.
    """
    scope.require(_MAY, division_code)
    day = clock.today()
    if (
        level_of(division_code) is not Level.VILLAGE
        or not Division.objects.filter(code=division_code).living_on(day).exists()
    ):
        raise NoVillage(division=division_code)
    if len(mobilisation.strip()) < _SHORTEST or attendance < 1 or households < 1:
        raise MobilisationNeeded()
    hold_chain()
    running = Round.objects.filter(division_code=division_code).running().first()
    if running is not None:
        raise RoundRunning(since=running.started_on)
    made = Round.objects.create(
        division_code=division_code,
        year=year,
        households=households,
        mobilisation=mobilisation.strip(),
        attendance=attendance,
        started_on=day,
        started_by=by.name or by.id,
    )
    listed = _list_registered(made, day)
    _tell(made, "start_round", by, year=year, households=households, listed=listed)
    return made


@transaction.atomic
def correct_round(*, round_id: int, households: int, by: Actor, scope: Scope) -> Round:
    """Correct how many households the village has, while the round is being prepared.

    Raises:
        NotFound, NotAllowed; WrongRoundState: it takes applications already. MobilisationNeeded: no number.
    """
    found = _locked(round_id, scope, RoundState.PREPARING, Words("更正全村户数", "correct the number"))
    if households < 1:
        raise MobilisationNeeded()
    before, found.households = found.households, households
    found.save(update_fields=["households"])
    _tell(found, "correct_round", by, before=before, after=households)
    return found


@transaction.atomic
def add_to_roll(*, round_id: int, rows: Sequence[RollRow], by: Actor, scope: Scope) -> int:
    """Put households of the village that the registry does not have on the roll, all or none; returns how many.

    Raises:
        NotFound, NotAllowed, WrongRoundState, NothingGiven.
        RowsRefused: a row has no householder, or a group that the village does not have.
    """
    found = _locked(round_id, scope, RoundState.PREPARING, Words("补充户名册", "add to its roll"))
    if not rows:
        raise NothingGiven()
    groups = groups_of(found.division_code)
    problems = [problem for at, row in enumerate(rows, 1) for problem in _roll_row(at, row, groups)]
    if problems:
        raise RowsRefused(problems, rows=len(rows), refused=len({one.where for one in problems}))
    last = found.roll.aggregate(last=Max("serial"))["last"] or 0
    RollHousehold.objects.bulk_create(
        RollHousehold(
            round=found, serial=last + at, householder=row.householder.strip(), group_number=row.group_number
        )
        for at, row in enumerate(rows, 1)
    )
    _tell(found, "add_to_roll", by, count=len(rows))
    return len(rows)


def _roll_row(at: int, row: RollRow, groups: dict[int, str]) -> Iterable[Problem]:
    where = f"{at} {row.householder}".strip()
    if not row.householder.strip():
        yield Problem(
            where,
            Words("没有填写户主姓名。", "The householder's name is missing."),
            Words("请填写户主姓名。", "Enter it."),
        )
    if row.group_number is not None and row.group_number not in groups:
        yield Problem(
            where,
            Words(f"该村没有第{row.group_number}组。", f"The village has no group {row.group_number}."),
            Words(
                "请核对组号,或先在区划资料中登记村民小组。",
                "Check the number, or enter the group with the divisions first.",
            ),
        )


@transaction.atomic
def strike_from_roll(*, round_id: int, entries: Sequence[int], by: Actor, scope: Scope) -> int:
    """Take rows off the roll that were entered by mistake; returns how many. Households of the registry, and those that
    were told or sit on a panel, stay.

    Raises:
        NotFound, NotAllowed, WrongRoundState.
    """
    found = _locked(round_id, scope, RoundState.PREPARING, Words("更正户名册", "correct its roll"))
    rows = found.roll.filter(pk__in=list(entries), household=None, notifications=None, panel_members=None)
    gone = list(rows.values_list("serial", flat=True))
    RollHousehold.objects.filter(round=found, serial__in=gone).delete()
    if gone:
        _tell(found, "strike_from_roll", by, serials=gone)
    return len(gone)


@transaction.atomic
def set_group(*, round_id: int, entries: Sequence[int], group_number: int, by: Actor, scope: Scope) -> int:
    """Say in which villagers' group households of the roll live; returns how many.

    Raises:
        NotFound, NotAllowed, WrongRoundState; RowsRefused: the village has no such group.
    """
    found = _locked(round_id, scope, None, Words("更正组别", "set groups"))
    problems = list(
        _roll_row(1, RollRow(householder="—", group_number=group_number), groups_of(found.division_code))
    )
    if problems:
        raise RowsRefused(problems, rows=len(entries), refused=len(entries))
    count = found.roll.filter(pk__in=entries).update(group_number=group_number)
    _tell(found, "set_group", by, count=count, group=group_number)
    return count


@transaction.atomic
def notify(*, round_id: int, attempts: Sequence[Attempt], by: Actor, scope: Scope) -> int:
    """Record attempts to tell households of the round, all or none; returns how many.

    Raises:
        NotFound, NotAllowed, WrongRoundState, NothingGiven.
        RowsRefused: a household that is not on the roll; a day before the round began or still to come.
    """
    found = _locked(round_id, scope, None, Words("登记告知情况", "record who was told"))
    if not attempts:
        raise NothingGiven()
    roll = {entry.pk: entry for entry in found.roll.filter(pk__in=[one.entry for one in attempts])}
    today = clock.today()
    problems = [problem for one in attempts for problem in _attempt(one, roll.get(one.entry), found, today)]
    if problems:
        raise RowsRefused(problems, rows=len(attempts), refused=len({one.where for one in problems}))
    Notification.objects.bulk_create(
        Notification(
            entry_id=one.entry,
            channel=one.channel,
            reached=one.reached,
            day=one.day,
            note=one.note.strip(),
            by_id=by.id,
            by_name=by.name,
            at=clock.now(),
        )
        for one in attempts
    )
    reached = sum(one.reached for one in attempts)
    _tell(found, "notify", by, count=len(attempts), reached=reached)
    return len(attempts)


def _attempt(one: Attempt, entry: RollHousehold | None, found: Round, today: date) -> Iterable[Problem]:
    if entry is None:
        yield Problem(
            str(one.entry),
            Words("名册中没有这一户。", "The roll has no such household."),
            Words("请从名册中选择。", "Choose from the roll."),
        )
        return
    if not found.started_on <= one.day <= today:
        yield Problem(
            f"{entry.serial} {entry.householder}",
            Words(
                f"告知日期 {one.day} 须在 {found.started_on} 至 {today} 之间(S4-58)。",
                f"The day {one.day} lies outside {found.started_on} to {today} (S4-58).",
            ),
            Words("请填写实际告知的日期。", "Enter the day on which they were told."),
        )
    if one.channel not in Channel.values:
        yield Problem(
            f"{entry.serial} {entry.householder}",
            Words(
                "告知方式须是会议、入户或电话(S4-58)。",
                "It is told at a meeting, by a visit or by phone (S4-58).",
            ),
            Words("请从三种方式中选择。", "Choose one of the three."),
        )


@transaction.atomic
def open_round(*, round_id: int, by: Actor, scope: Scope) -> Round:
    """Let the village apply: every household was told, or an attempt is on record.

    Raises:
        NotFound, NotAllowed, WrongRoundState; NotEverybodyTold.
    """
    found = _locked(round_id, scope, RoundState.PREPARING, Words("开始受理", "be opened"))
    problems = list(untold_problems(found))
    if problems:
        raise NotEverybodyTold(problems)
    found.state, found.opened_on = RoundState.APPLYING, clock.today()
    found.save(update_fields=["state", "opened_on"])
    _tell(found, "open_round", by)
    return found


@transaction.atomic
def end_round(*, round_id: int, by: Actor, scope: Scope) -> Round:
    """End a round of which no application is under way. Raises NotFound, NotAllowed, WrongRoundState, UnderWay."""
    found = _locked(round_id, scope, None, Words("结束", "be ended"))
    under_way = Application.objects.filter(round=found, case__state="open").count()
    if under_way:
        raise UnderWay(count=under_way)
    found.state, found.ended_on = RoundState.ENDED, clock.today()
    found.save(update_fields=["state", "ended_on"])
    _tell(found, "end_round", by)
    return found


def _list_registered(made: Round, day: date) -> int:
    """Every household that the registry has in the village, under its head's name and group."""
    heads = Membership.objects.on(day).filter(
        household__division_code=made.division_code, relation=_relation.head
    )
    names = dict(heads.values_list("household_id", "person__name"))
    groups = {name: number for number, name in groups_of(made.division_code).items()}
    found = Household.objects.filter(division_code=made.division_code).peopled_on(day)
    rows = RollHousehold.objects.bulk_create(
        RollHousehold(
            round=made,
            serial=at,
            householder=names.get(one.pk) or one.household_no,
            group_number=_group_of(one.group_no, groups),
            household=one,
        )
        for at, one in enumerate(found.order_by("household_no"), 1)
    )
    return len(rows)


def _group_of(written: str, groups: dict[str, int]) -> int | None:
    """The number of the group that a registry household names, as 一组 or 1组; None when it is not clear."""
    if written in groups:
        return groups[written]
    digits = "".join(sign for sign in written if sign.isascii() and sign.isdigit())
    return int(digits) if digits and int(digits) in groups.values() else None


def _locked(round_id: int, scope: Scope, state: RoundState | None, what: Words) -> Round:
    """The round within the scope, locked, at ``state`` (None: at any but its end)."""
    hold_chain()
    found: Round = Round.objects.select_for_update().reach(scope, _MAY, pk=round_id)
    if found.state == RoundState.ENDED or (state is not None and found.state != state):
        raise wrong_state(found, what)
    return found


def wrong_state(found: Round, what: Words) -> WrongRoundState:
    """The refusal of something that a round is too early or too late for."""
    ended = found.state == RoundState.ENDED
    preparing = found.state == RoundState.PREPARING
    return WrongRoundState(
        state=RoundState(found.state).label,
        state_en=found.state,
        what=what.zh,
        what_en=what.en,
        way="请启动新的识别批次。" if ended else "请先开始受理。" if preparing else "受理后不能再改。",
        way_en="Start another round."
        if ended
        else "Open it first."
        if preparing
        else "It takes applications already.",
    )


def _tell(found: Round, action: str, by: Actor, **detail: object) -> None:
    record(
        by=by,
        action=f"targeting.{action}",
        subject_kind="round",
        subject_id=str(found.pk),
        division_code=found.division_code,
        detail=detail,
    )
