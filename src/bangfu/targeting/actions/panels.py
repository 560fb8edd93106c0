"""The review panel of a round: its roster, and when it is seated (S4-62)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound, Problem
from bangfu.policy.words import Words
from bangfu.targeting.actions.rounds import wrong_state
from bangfu.targeting.enums import RoundState
from bangfu.targeting.errors import NothingGiven, PanelIncomplete, RowsRefused
from bangfu.targeting.models import Panel, PanelMember, RollHousehold, Round
from bangfu.targeting.panels import panel_problems
from bangfu.targeting.rosters import counts_of, groups_of, limits_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A member: a person of the household ``entry`` of the roll, for the villagers' group ``group_number``."""

    entry: int
    name: str
    group_number: int


@transaction.atomic
def set_panel(*, round_id: int, seats: Sequence[Seat], by: Actor, scope: Scope) -> Panel:
    """Write the roster of the panel that is being put together, in place of what stood in it; all or none.

    Raises:
        NotFound, NotAllowed, WrongRoundState, NothingGiven.
        RowsRefused: a household that is not on the roll, a group in which it does not live, a person named twice.
    """
    found = _round(round_id, scope)
    if not seats:
        raise NothingGiven()
    roll = RollHousehold.objects.filter(round=found).in_bulk([one.entry for one in seats])
    problems = list(_seat_problems(seats, roll))
    if problems:
        raise RowsRefused(problems, rows=len(seats), refused=len({one.where for one in problems}))
    panel, _ = Panel.objects.get_or_create(round=found, seated_on=None)
    panel.members.all().delete()
    PanelMember.objects.bulk_create(
        PanelMember(panel=panel, entry_id=one.entry, name=one.name.strip(), group_number=one.group_number)
        for one in seats
    )
    _tell(found, "set_panel", by, panel=panel.pk, members=len(seats))
    return panel


def _seat_problems(seats: Sequence[Seat], roll: dict[int, RollHousehold]) -> Iterator[Problem]:
    counted = Counter((one.entry, one.name.strip()) for one in seats)
    for at, seat in enumerate(seats, 1):
        where, entry = f"{at} {seat.name}".strip(), roll.get(seat.entry)
        if not seat.name.strip():
            yield Problem(
                where,
                Words("没有填写姓名。", "The name is missing."),
                Words("请填写成员姓名。", "Enter it."),
            )
        if entry is None:
            yield Problem(
                where,
                Words("所属户不在本批次的户名册中。", "The household is not on the round's roll."),
                Words("请从户名册中选择其所在的户。", "Choose the household from the roll."),
            )
        elif entry.group_number is None or entry.group_number != seat.group_number:
            lives = "—" if entry.group_number is None else str(entry.group_number)
            yield Problem(
                where,
                Words(
                    f"代表第{seat.group_number}组,而该户在第{lives}组(S4-62)。",
                    f"Represents group {seat.group_number}, but the household lives in group {lives} (S4-62).",
                ),
                Words(
                    "成员须是所代表小组的人,请核对组别。",
                    "A member lives in the group that is represented: check the groups.",
                ),
            )
        if counted[seat.entry, seat.name.strip()] > 1:
            yield Problem(
                where,
                Words("同一人列了不止一次(S4-62)。", "The same person stands more than once (S4-62)."),
                Words("请只保留一次。", "Leave one."),
            )


@transaction.atomic
def seat_panel(*, round_id: int, by: Actor, scope: Scope) -> Panel:
    """Seat the panel: from now on its roster does not change, and it votes in place of any earlier one.

    Raises:
        NotFound, NotAllowed, WrongRoundState.
        PanelIncomplete: fewer than the least number, or than the least of each villagers' group.
    """
    found = _round(round_id, scope)
    panel = Panel.objects.filter(round=found, seated_on=None).first()
    counts = counts_of(panel) if panel else {}
    problems = list(panel_problems(counts, groups_of(found.division_code), **limits_of(found)))
    if panel is None or problems:
        raise PanelIncomplete(problems)
    panel.seated_on, panel.seated_by = clock.today(), by.name or by.id
    panel.save(update_fields=["seated_on", "seated_by"])
    _tell(found, "seat_panel", by, panel=panel.pk, members=sum(counts.values()))
    return panel


def _round(round_id: int, scope: Scope) -> Round:
    hold_chain()
    found: Round | None = (
        Round.objects.select_for_update()
        .visible_to(scope, Capability.CORRECT_REGISTRY)
        .filter(pk=round_id)
        .first()
    )
    if found is None:
        raise NotFound(round=round_id)
    if found.state == RoundState.ENDED:
        raise wrong_state(found, Words("确定评议小组", "seat a panel"))
    return found


def _tell(found: Round, action: str, by: Actor, **detail: object) -> None:
    record(
        by=by,
        action=f"targeting.{action}",
        subject_kind="round",
        subject_id=str(found.pk),
        division_code=found.division_code,
        detail=detail,
    )
