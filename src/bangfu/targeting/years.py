"""The annual update of a division (S4-57): who has been updated, who waits for the township, who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.policy.vocabulary import Column, codes
from bangfu.registry.columns import year_columns
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Event, Household, HouseholdYear, Membership
from bangfu.targeting.enums import BatchState
from bangfu.targeting.errors import NoVillage
from bangfu.targeting.year_models import YearBatch, YearLine

#: Parts of the net income; it and the income per head follow from them and are never typed.
PARTS: Final = ("income_wage", "income_business", "income_property", "income_transfer")
COMPUTED: Final = ("income_net", "income_per_head")
UPDATED, WAITING, MISSING = "updated", "waiting", "missing"
STATES: Final = (UPDATED, WAITING, MISSING)
_head = codes("relation").head

#: Column of the vocabulary → fen, None where nothing is entered.
Figures = Mapping[str, int | None]


@cache
def typed_columns() -> tuple[Column, ...]:
    """The columns of a year that somebody types."""
    return tuple(one for one in year_columns() if one.name not in COMPUTED)


def with_sums(figures: Figures, members: int) -> dict[str, int | None]:
    """The figures with net income and income per head as the checks of S4-59 reckon them; both stay as they are where
    a kind of income is not entered."""
    found = dict(figures)
    parts = [figures.get(name) for name in PARTS]
    if None in parts:
        return found
    net = sum(one for one in parts if one is not None) - (figures.get("production_cost") or 0)
    return found | {"income_net": net, "income_per_head": net // members if members else None}


@dataclass(frozen=True)
class YearSheet:
    """A household as its clerk begins: the figures of the year, those of an earlier one, what it has of members."""

    household: Household
    head: str
    members: int
    year: Figures | None
    earlier: Figures | None
    earlier_year: int | None
    state: str

    @property
    def known(self) -> dict[str, int | None]:
        """What need not be typed: the year's own figures, else those of the latest earlier year."""
        return dict(self.year or self.earlier or {})

    def changed_to(self, figures: Figures) -> Change:
        """What the typed figures change of what is known, with the sums that follow."""
        base_year = None if self.year else self.earlier_year
        after = with_sums(self.known | dict(figures), self.members)
        return Change(self.household, self.head, self.known, base_year, after)


@dataclass(frozen=True)
class Change:
    """A household's figures before and after. ``base_year``: the earlier year that they are held against where the year
    itself was still empty."""

    household: Household
    head: str
    before: Figures
    base_year: int | None
    after: Figures

    @property
    def changes(self) -> list[tuple[Column, int | None, int | None]]:
        """Column, before, after, of what differs."""
        pairs = ((one, self.before.get(one.name), self.after.get(one.name)) for one in year_columns())
        return [(column, had, has) for column, had, has in pairs if had != has]


def households_in(division: str, year: int, day: date, state: str = "") -> Any:
    """Households on the books of the day whose update of ``year`` stands at ``state``; all where none is named."""
    rows = Household.objects.in_division(division, day).counted_on(day)
    waits = Exists(
        YearLine.objects.filter(household=OuterRef("pk"), batch__year=year, batch__state=BatchState.WAITING)
    )
    lines = YearLine.objects.filter(
        household=OuterRef("pk"), batch__year=year, batch__state=BatchState.CONFIRMED
    )
    events = Event.objects.filter(
        household=OuterRef("pk"), kind=EventKind.YEAR_UPDATE, after__income_year=year
    )
    there = Exists(lines) | Exists(events)
    asked = {WAITING: Q(waits), UPDATED: ~Q(waits) & Q(there), MISSING: ~Q(waits) & ~Q(there)}
    return rows.filter(asked[state]) if state else rows


@dataclass(frozen=True)
class VillageProgress:
    """A village's households on the books, and how far the update of the year is with them."""

    division_code: str
    households: int
    updated: int
    waiting: int
    missing: int


def progress(scope: Scope, division: str, year: int, day: date) -> list[VillageProgress]:
    """By village; the three states add up to the households.

    Raises NotFound, NotAllowed.
    """
    scope.require(Capability.READ_REGISTRY, division)
    every, updated, waiting = (
        _by_village(households_in(division, year, day, state)) for state in ("", UPDATED, WAITING)
    )
    return [
        VillageProgress(
            code,
            count,
            updated.get(code, 0),
            waiting.get(code, 0),
            count - updated.get(code, 0) - waiting.get(code, 0),
        )
        for code, count in sorted(every.items())
    ]


def _by_village(rows: Any) -> dict[str, int]:
    return dict(rows.order_by().values_list("division_code").annotate(n=Count("pk", distinct=True)))


def sheets(scope: Scope, village: str, year: int, day: date) -> list[YearSheet]:
    """Every household on the books of a village with what is known of its year, in the order of the groups.

    Raises NotFound, NotAllowed; NoVillage for a division of another level.
    """
    scope.require(Capability.READ_REGISTRY, village)
    if level_of(village) is not Level.VILLAGE:
        raise NoVillage(division=village)
    found = list(households_in(village, year, day).order_by("group_no", "household_no"))
    states = {
        pk: state
        for state in STATES
        for pk in households_in(village, year, day, state).values_list("pk", flat=True)
    }
    own, earlier = figures_of(found, year), _earlier(found, year)
    members, heads = members_of(found, day), heads_of(found, day)
    return [
        YearSheet(
            one,
            heads.get(one.pk, ""),
            members.get(one.pk, 0),
            own.get(one.pk),
            _figures(earlier[one.pk]) if one.pk in earlier else None,
            earlier[one.pk].income_year if one.pk in earlier else None,
            states[one.pk],
        )
        for one in found
    ]


def changes_of(batch: YearBatch) -> list[Change]:
    """The lines of a batch in the order of the households; a year that was empty is held against the one before."""
    lines = list(
        batch.lines.select_related("household").order_by("household__group_no", "household__household_no")
    )
    households = [line.household for line in lines]
    earlier, heads = _earlier(households, batch.year), heads_of(households, batch.handed_in_on)
    found = []
    for line in lines:
        before, base_year, old = line.before, None, earlier.get(line.household_id)
        if old is not None and not any(value is not None for value in before.values()):
            before, base_year = _figures(old), old.income_year
        name = heads.get(line.household_id, "")
        found.append(Change(line.household, name, before, base_year, line.after))
    return found


def figures_of(households: Iterable[Household], year: int) -> dict[Any, dict[str, int | None]]:
    """Household → its figures of the year; none where the year is not open."""
    rows = HouseholdYear.objects.filter(household_id__in=[one.pk for one in households], income_year=year)
    return {row.household_id: _figures(row) for row in rows}


def _earlier(households: Sequence[Household], year: int) -> dict[Any, HouseholdYear]:
    rows = HouseholdYear.objects.filter(household__in=households, income_year__lt=year)
    return {row.household_id: row for row in rows.order_by("income_year")}


def _figures(row: HouseholdYear) -> dict[str, int | None]:
    return {one.name: getattr(row, one.name) for one in year_columns()}


def members_of(households: Iterable[Household], day: date) -> dict[Any, int]:
    """Household → how many people belong to it on the day."""
    rows = Membership.objects.on(day).filter(household_id__in=[one.pk for one in households])
    return dict(rows.order_by().values_list("household_id").annotate(n=Count("pk")))


def heads_of(households: Iterable[Household], day: date) -> dict[Any, str]:
    """Household → the name of its head on the day."""
    rows = Membership.objects.on(day).filter(household_id__in=[one.pk for one in households], relation=_head)
    return dict(rows.values_list("household_id", "person__name"))
