"""When a household began and ceased to count in the totals of a division, as its events say (S2-42).

An act that is recorded late changes what later acts carried with them: whoever was born before a move, and is entered
after it, moved too. ``echoes`` gives what has to be added to those later days so that the flows still meet the totals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Max, Q

from bangfu.registry.enums import GAINS, LOSSES, EventKind
from bangfu.registry.models import Event, Household

#: Events that change who belongs to a household, or where it counts.
_CHANGES: Final = GAINS | LOSSES | {EventKind.ENTERED, EventKind.SPLIT, EventKind.MERGED, EventKind.REMOVAL}
AT_ONCE: Final = 500


class Turn(NamedTuple):
    """On ``day`` the household began (1) or ceased (−1) to count in ``division_code``."""

    day: date
    kind: EventKind
    division_code: str
    households: int


class Echo(NamedTuple):
    """What an act recorded late adds to a later day."""

    day: date
    kind: EventKind
    division_code: str
    households: int
    people: int


Turns = Sequence[Turn]


def turns_of(household: UUID) -> Turns:
    """Every turn of one household, oldest first."""
    return turns_of_many([household])[household]


def turns_of_many(households: Iterable[UUID]) -> dict[UUID, list[Turn]]:
    """The turns of each household, oldest first."""
    found: dict[UUID, list[Turn]] = defaultdict(list)
    wanted = list(households)
    for start in range(0, len(wanted), AT_ONCE):
        some = Event.objects.filter(household_id__in=wanted[start : start + AT_ONCE]).exclude(households=0)
        rows = some.order_by("day", "recorded_at", "pk")
        for one in rows.only("household_id", "day", "kind", "division_code", "households"):
            turn = Turn(one.day, EventKind(one.kind), one.division_code, one.households)
            found[one.household_id].append(turn)
    return found


def counted(turns: Turns, day: date) -> bool:
    """Whether the household counts in the totals on the day."""
    return sum(turn.households for turn in turns if turn.day <= day) > 0


def echoes(turns: Turns, day: date, *, people: int, households: int = 0) -> Iterator[Echo]:
    """What a change of so many people (and households) on ``day`` adds to each later turn."""
    for turn in turns:
        if turn.day > day:
            carried = turn.households
            yield Echo(turn.day, turn.kind, turn.division_code, carried * households, carried * people)


def place_on(household: Household, day: date) -> str:
    """The village in which the household lived on the day."""
    left = (
        Event.objects.moves_after(day)
        .filter(household=household)
        .order_by("day", "recorded_at", "pk")
        .values_list("division_code", flat=True)
        .first()
    )
    return str(left) if left is not None else household.division_code


def last_change(household: UUID) -> date | None:
    """The day of the last event that changed who belongs to the household, or where and whether it counts."""
    return last_changes([household]).get(household)


def last_changes(households: Sequence[UUID]) -> dict[UUID, date]:
    """The ``last_change`` of each household that has one."""
    found: dict[UUID, date] = {}
    for start in range(0, len(households), AT_ONCE):
        events = Event.objects.filter(
            Q(kind__in=_CHANGES) | ~Q(households=0), household__in=households[start : start + AT_ONCE]
        )
        rows = events.order_by().values_list("household_id").annotate(last=Max("day"))
        found.update(rows)
    return found
