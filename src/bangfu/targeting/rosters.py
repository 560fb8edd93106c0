"""The panel in force of a round, and the groups it has to come from.

Checks and guards ask for them case by case. Within ``read_once`` they are read once: a batch holds the lock of all
writers, so that they cannot change under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

from django.db.models import Count

from bangfu.divisions.models import VillagersGroup
from bangfu.platform import clock
from bangfu.policy.parameters import parameters
from bangfu.registry.models import Household
from bangfu.targeting.models import Panel, PanelMember, RollHousehold, Round

T = TypeVar("T")
_read: ContextVar[dict[tuple[str, Any], Any] | None] = ContextVar("read", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Keep what is read through ``remembered`` until the end of the block."""
    before = _read.set({})
    try:
        yield
    finally:
        _read.reset(before)


def remembered(what: str, key: Any, read: Callable[[], T]) -> T:
    """What ``read`` answers, read once for each ``what`` and ``key`` within ``read_once``; every time outside."""
    known = _read.get()
    if known is None:
        return read()
    if (what, key) not in known:
        known[what, key] = read()
    found: T = known[what, key]
    return found


class Seats(NamedTuple):
    """A panel and how many of its members come from each group."""

    panel: Panel
    counts: Mapping[int, int]

    @property
    def size(self) -> int:
        return sum(self.counts.values())


def seated_panel(round_id: int) -> Seats | None:
    """The panel that was seated last; None before there is one."""
    return remembered("panel", round_id, lambda: _seated_panel(round_id))


def _seated_panel(round_id: int) -> Seats | None:
    panel = Panel.objects.filter(round_id=round_id, seated_on__isnull=False).last()
    return Seats(panel, counts_of(panel)) if panel else None


def counts_of(panel: Panel) -> dict[int, int]:
    """Group number → members."""
    rows = PanelMember.objects.filter(panel=panel).order_by().values_list("group_number")
    return dict(rows.annotate(n=Count("pk")))


def groups_of(village: str) -> dict[int, str]:
    """Number → name of each villagers' group of the village."""
    return remembered("groups", village, lambda: _groups_of(village))


def _groups_of(village: str) -> dict[int, str]:
    groups = VillagersGroup.objects.filter(village_code=village).order_by("number")
    return dict(groups.values_list("number", "name"))


def group_number(written: str, groups: Mapping[int, str]) -> int | None:
    """The number of the group that a registry household names, as 一组 or 1组; None when it is not clear."""
    for number, name in groups.items():
        if written == name:
            return number
    digits = "".join(sign for sign in written if sign.isascii() and sign.isdigit())
    return int(digits) if digits and int(digits) in groups else None


def own_groups(village: str, round_id: int) -> Mapping[str, int]:
    """Key of a household → the number of its villagers' group: as the registry says, else as the roll does."""
    return remembered("own_groups", (village, round_id), lambda: _own_groups(village, round_id))


def _own_groups(village: str, round_id: int) -> dict[str, int]:
    groups = groups_of(village)
    on_roll = RollHousehold.objects.filter(round_id=round_id, household__isnull=False)
    rows = on_roll.values_list("household_id", "group_number")
    found = {str(pk): number for pk, number in rows if number is not None}
    for pk, written in Household.objects.filter(division_code=village).values_list("pk", "group_no"):
        number = group_number(written, groups)
        if number is not None:
            found[str(pk)] = number
    return found


def limits_of(found: Round) -> dict[str, int]:
    """The least number of members, and of each group, as the parameters stand at the village today."""
    day, known = clock.today(), parameters()
    names = {"least": "panel_least", "least_per_group": "panel_least_per_group"}
    return {
        name: int(known[f"who.procedures.{key}"].on(day, found.division_code)) for name, key in names.items()
    }
