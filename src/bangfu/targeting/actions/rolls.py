"""The roll of a round: which households the village has, their groups, and who was told how (S4-58)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.policy.words import Words
from bangfu.targeting.actions.rounds import locked_round, tell_round
from bangfu.targeting.enums import Channel, RoundState
from bangfu.targeting.errors import (
    NothingGiven,
    RowsRefused,
)
from bangfu.targeting.models import Notification, RollHousehold, Round
from bangfu.targeting.rosters import groups_of

_MAY = Capability.CORRECT_REGISTRY


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
def add_to_roll(*, round_id: int, rows: Sequence[RollRow], by: Actor, scope: Scope) -> int:
    """Put households of the village that the registry does not have on the roll, all or none; returns how many.

    Raises:
        NotFound, NotAllowed, WrongRoundState, NothingGiven.
        RowsRefused: a row has no householder, or a group that the village does not have.
    """
    found = locked_round(round_id, scope, RoundState.PREPARING, Words("补充户名册", "add to its roll"))
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
    tell_round(found, "add_to_roll", by, count=len(rows))
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
    found = locked_round(round_id, scope, RoundState.PREPARING, Words("更正户名册", "correct its roll"))
    rows = found.roll.filter(pk__in=list(entries), household=None, notifications=None, panel_members=None)
    gone = list(rows.values_list("serial", flat=True))
    RollHousehold.objects.filter(round=found, serial__in=gone).delete()
    if gone:
        tell_round(found, "strike_from_roll", by, serials=gone)
    return len(gone)


@transaction.atomic
def set_group(*, round_id: int, entries: Sequence[int], group_number: int, by: Actor, scope: Scope) -> int:
    """Say in which villagers' group households of the roll live; returns how many.

    Raises:
        NotFound, NotAllowed, WrongRoundState; RowsRefused: the village has no such group.
    """
    found = locked_round(round_id, scope, None, Words("更正组别", "set groups"))
    problems = list(
        _roll_row(1, RollRow(householder="—", group_number=group_number), groups_of(found.division_code))
    )
    if problems:
        raise RowsRefused(problems, rows=len(entries), refused=len(entries))
    count = found.roll.filter(pk__in=entries).update(group_number=group_number)
    tell_round(found, "set_group", by, count=count, group=group_number)
    return count


@transaction.atomic
def notify(*, round_id: int, attempts: Sequence[Attempt], by: Actor, scope: Scope) -> int:
    """Record attempts to tell households of the round, all or none; returns how many.

    Raises:
        NotFound, NotAllowed, WrongRoundState, NothingGiven.
        RowsRefused: a household that is not on the roll; a day before the round began or still to come.
    """
    found = locked_round(round_id, scope, None, Words("登记告知情况", "record who was told"))
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
    tell_round(found, "notify", by, count=len(attempts), reached=reached)
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
