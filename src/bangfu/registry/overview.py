"""The registry of an area in numbers, each equal to the length of the list behind it (S4-02, S4-03).

Everything is counted from households, memberships and standings of the day; nothing is kept as a total.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Value, When
from django.db.models.functions import Substr

from bangfu.divisions.codes import Level, level_of
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Event, Household, Membership, Standing
from bangfu.registry.querysets import running_on

_standing = codes("standing")


@dataclass(frozen=True)
class Cell:
    """Households, and their members."""

    households: int = 0
    people: int = 0

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.households + other.households, self.people + other.people)


def below(division: str) -> Level:
    """The level into which the numbers of ``division`` are parted: one down, a village into itself."""
    level = level_of(division)
    return Level(min((level or 0) + 1, Level.VILLAGE))


def standings_by_place(division: str, day: date) -> dict[str, dict[int, Cell]]:
    """Division one level down → standing → households and people on the day, removed ones included."""
    return standings_by(division, day, below(division))


def standings_by(division: str, day: date, level: Level) -> dict[str, dict[int, Cell]]:
    """Division of ``level`` → standing → households and people on the day, removed ones included."""
    place = Substr(place_on(day), 1, level.digits)
    households = (
        Standing.objects.on(day)
        .in_division(division, day)
        .order_by()
        .values_list(place, "kind")
        .annotate(n=Count("pk"))
    )
    people = (
        Membership.objects.on(day)
        .in_division(division, day)
        .filter(running_on(day, "household__standings__"))
        .order_by()
        .values_list(place, "household__standings__kind")
        .annotate(n=Count("pk"))
    )
    members = {(code, kind): n for code, kind, n in people}
    found: dict[str, dict[int, Cell]] = {}
    for code, kind, n in households:
        found.setdefault(code.ljust(12, "0"), {})[kind] = Cell(n, members.get((code, kind), 0))
    return found


def place_on(day: date, path: str = "household__") -> Any:
    """The village in which a row's household, reached by ``path``, lived on the day."""
    left: dict[str, list[UUID]] = defaultdict(list)
    for household, village in Event.objects.places_before(day).items():
        left[village].append(household)
    now = F(f"{path}division_code")
    moved = [When(**{f"{path}pk__in": some}, then=Value(village)) for village, some in left.items()]
    return Case(*moved, default=now) if moved else now


@dataclass(frozen=True)
class Groups:
    """People of the area who are disabled, ill, or at school."""

    disabled: int
    ill: int
    at_school: int


def groups(division: str, day: date) -> Groups:
    """Members of registered households by group."""
    return Groups(*registered_members(division, day).group_counts())


def by_code(division: str, day: date, column: str) -> dict[int | None, int]:
    """Code of a household column (``household_kind``, ``main_cause`` …) → registered households."""
    counted = registered(division, day).order_by().values_list(column).annotate(n=Count("pk"))
    return dict(counted)


def by_exit_means(division: str, day: date) -> Mapping[int, int]:
    """What exit relies on → registered households; a household may rely on several."""
    rows = registered(division, day).values_list("exit_means", flat=True)
    return Counter(code for means in rows for code in means or ())


def by_size(division: str, day: date) -> dict[int, int]:
    """Number of members → registered households."""
    sizes = registered_members(division, day).order_by().values_list("household_id").annotate(n=Count("pk"))
    counted = Counter(n for _, n in sizes)
    empty = registered(division, day).count() - sum(counted.values())
    return dict(sorted(((Counter({0: empty}) if empty else Counter()) + counted).items()))


def registered(division: str, day: date) -> Any:
    """Households of the division that count on the day."""
    return Household.objects.in_division(division, day).counted_on(day)


def registered_members(division: str, day: date) -> Any:
    """Memberships of the day in households that count."""
    return Membership.objects.on(day).in_division(division, day).of_counted(day)
