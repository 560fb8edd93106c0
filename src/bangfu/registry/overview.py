"""The registry of an area in numbers, each equal to the length of the list behind it (S4-02, S4-03).

Everything is counted from households, memberships and standings of the day; nothing is kept as a total.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Case, Count, F, Value, When
from django.db.models.functions import Substr

from bangfu.divisions.codes import Level, level_of
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Event, Household, Membership, Standing
from bangfu.registry.querysets import members_of

_standing = codes("standing")
Key = TypeVar("Key")


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


@dataclass(frozen=True)
class Counted:
    """So many households of one place, standing, kind and size."""

    place: str
    standing: int
    kind: int | None
    size: int
    households: int

    @property
    def cell(self) -> Cell:
        return Cell(self.households, self.households * self.size)


def counted(division: str, day: date, level: Level | None = None) -> list[Counted]:
    """The households with a standing on the day, removed ones included: one walk through the division for all the
    pictures below. ``level`` of their places: one level down by default."""
    digits = (level or below(division)).digits
    rows = (
        Standing.objects.on(day)
        .in_division(division, day)
        .order_by()
        .values_list(
            Substr(place_on(day), 1, digits),
            "kind",
            "household__household_kind",
            members_of("household", day),
        )
        .annotate(n=Count("pk"))
    )
    return [Counted(place.ljust(12, "0"), *rest) for place, *rest in rows]


def standings_by_place(rows: Iterable[Counted]) -> dict[str, dict[int, Cell]]:
    """Place → standing → households and people, removed ones included."""
    found: dict[str, dict[int, Cell]] = {}
    for one in rows:
        cells = found.setdefault(one.place, {})
        cells[one.standing] = cells.get(one.standing, Cell()) + one.cell
    return found


def by_kind(rows: Iterable[Counted]) -> dict[int | None, int]:
    """Kind of household → registered households."""
    return _added((one.kind, one.households) for one in rows if one.standing != _standing.removed)


def by_size(rows: Iterable[Counted]) -> dict[int, int]:
    """Number of members → registered households."""
    sizes = _added((one.size, one.households) for one in rows if one.standing != _standing.removed)
    return dict(sorted(sizes.items()))


def _added(pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, n in pairs:
        found[key] = found.get(key, 0) + n
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


def registered(division: str, day: date) -> Any:
    """Households of the division that count on the day."""
    return Household.objects.in_division(division, day).counted_on(day)


def registered_members(division: str, day: date) -> Any:
    """Memberships of the day in households that count."""
    return Membership.objects.on(day).in_division(division, day).of_counted(day)
