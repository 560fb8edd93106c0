"""Rosters of civil affairs against the registry: who stands on both, who on one only (S4-19).

People are compared by equal identity number; rows and members without one are counted apart, never as missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from bangfu.divisions.codes import Level, scope_prefix
from bangfu.divisions.queries import places_of
from bangfu.platform import clock
from bangfu.policy.vocabulary import codes
from bangfu.quality.models import ListEntry
from bangfu.registry.models import Membership
from bangfu.registry.overview import registered_members

LIST: Final = "civil_affairs"
_assistance, _kind = codes("assistance_kind"), codes("household_kind")
#: Roster → its kind of assistance, and the kind of household that the registry calls so.
ROSTERS: Final[Mapping[str, tuple[int, int]]] = {
    "low_income": (_assistance.low_income, _kind.low_income),
    "extremely_poor": (_assistance.extremely_poor, _kind.extremely_poor),
}
SIDES: Final = ("both", "roster", "called", "unreadable")


@dataclass(frozen=True)
class Listed:
    """A row of a roster. ``village`` is what its text of a place means, "" where that is not one village."""

    entry: ListEntry
    village: str


@dataclass(frozen=True)
class Overlap:
    """One roster against the registry of a division.

    ``both``: members of registered households who stand on the roster. ``roster``: on the roster, not registered.
    ``called``: of a household that the registry calls so, but not on the roster. ``unreadable``: rows of the roster
    without a valid number.
    """

    roster: str
    both: tuple[Membership, ...]
    listed: tuple[Listed, ...]
    called: tuple[Membership, ...]
    unreadable: tuple[Listed, ...]
    registered: int

    @property
    def only_registry(self) -> int:
        """Registered people who are not on the roster."""
        return self.registered - len(self.both)

    @cached_property
    def rows(self) -> int:
        """Rows of the roster that belong to the division."""
        return len(self.both) + len(self.listed) + len(self.unreadable)


def overlap(division: str, day: date, roster: str) -> Overlap | None:
    """The roster of the division's county against its registry; None where the list was not supplied.

    For a division below a county only roster rows count whose place is one of its villages.

    Raises:
        KeyError: unknown roster.
    """
    kind, called = ROSTERS[roster]
    county = f"{division[: Level.COUNTY.digits]:0<12}"
    supplied = ListEntry.objects.filter(list_name=LIST, division_code=county)
    if not supplied.exists():
        return None
    entries = [one for one in supplied.order_by("row_no") if _holds(one.values, kind, day)]
    tokens = {bytes(one.id_token) for one in entries if one.id_token}
    members = list(registered_members(division, day).select_related("person", "household"))
    everywhere = registered_members(county, day).filter(person__id_token__isnull=False)
    known = {bytes(one) for one in everywhere.values_list("person__id_token", flat=True)}
    return Overlap(
        roster=roster,
        both=tuple(one for one in members if _token(one) in tokens),
        listed=_within(
            division, [one for one in entries if one.id_token and bytes(one.id_token) not in known]
        ),
        called=tuple(
            one for one in members if one.household.household_kind == called and _token(one) not in tokens
        ),
        unreadable=_within(division, [one for one in entries if not one.id_token]),
        registered=len(members),
    )


def _token(one: Any) -> bytes:
    return bytes(one.person.id_token or b"")


def _holds(values: Mapping[str, Any], kind: int, day: date) -> bool:
    """Assistance of this kind that has begun and not ended on the day; an empty date is open."""
    number = clock.as_yyyymmdd(day)
    begun = (values.get("started_on") or 0) <= number
    ended = values.get("ended_on")
    return values.get("assistance_kind") == kind and begun and (ended is None or ended > number)


def _within(division: str, entries: list[ListEntry]) -> tuple[Listed, ...]:
    """The rows of the division: all of them for a county, by the village in their text for one below."""
    if not entries:
        return ()
    places = places_of(division[: Level.COUNTY.digits].ljust(12, "0"))
    prefix = scope_prefix(division)
    found = [Listed(one, places.find(one.place) or "") for one in entries]
    whole = len(prefix) <= Level.COUNTY.digits
    return tuple(one for one in found if whole or one.village.startswith(prefix))
