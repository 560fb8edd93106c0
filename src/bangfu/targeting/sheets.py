"""Plain sheets that were handed over (S0-14): which households have theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.registry.models import Household
from bangfu.targeting.notice_models import SheetDelivery

DELIVERED, MISSING = "delivered", "missing"
STATES: Final = (DELIVERED, MISSING)


def households_in(division: str, year: int, day: date, state: str = "") -> Any:
    """Households on the books of the day that received a sheet in the year, or did not; all where no state is named."""
    rows = Household.objects.in_division(division, day).counted_on(day)
    there = Exists(SheetDelivery.objects.filter(household=OuterRef("pk"), delivered_on__year=year))
    return rows.filter(there if state == DELIVERED else ~there) if state else rows


@dataclass(frozen=True)
class SheetProgress:
    """A village's households on the books, and how many of them have a sheet of the year."""

    division_code: str
    households: int
    delivered: int
    missing: int


def progress(scope: Scope, division: str, year: int, day: date) -> list[SheetProgress]:
    """By village; both states add up to the households.

    Raises NotFound, NotAllowed.
    """
    scope.require(Capability.READ_REGISTRY, division)
    every, delivered = (
        dict(rows.order_by().values_list("division_code").annotate(n=Count("pk", distinct=True)))
        for rows in (
            households_in(division, year, day),
            households_in(division, year, day, DELIVERED),
        )
    )
    return [
        SheetProgress(code, count, delivered.get(code, 0), count - delivered.get(code, 0))
        for code, count in sorted(every.items())
    ]


def deliveries_of(households: Sequence[Household], year: int) -> dict[UUID, SheetDelivery]:
    """Household → its newest delivery of the year."""
    rows = SheetDelivery.objects.filter(household__in=households, delivered_on__year=year)
    return {row.household_id: row for row in rows.order_by("delivered_on", "pk")}


def delivery_for(scope: Scope, household_no: str, pk: int) -> SheetDelivery | None:
    """A delivery of a household that the scope reads."""
    visible = Household.objects.visible_to(scope).filter(household_no=household_no)
    return SheetDelivery.objects.filter(household__in=visible, pk=pk).first()
