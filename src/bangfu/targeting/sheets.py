"""Plain sheets (S0-14): what stands on the sheet of each household, and which households have theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.policy.vocabulary import codes
from bangfu.quality import entitled
from bangfu.quality.entitled import Group
from bangfu.quality.help import helpers_of
from bangfu.registry.models import Household
from bangfu.targeting.notice_models import SheetDelivery
from bangfu.targeting.papers.filling import families
from bangfu.targeting.papers.sheets import Entitlement, PlainSheet

DELIVERED, MISSING = "delivered", "missing"
STATES: Final = (DELIVERED, MISSING)
_said = codes("entitlement_status")
#: What a sheet lists, in this order: not yet had, to be cleared up, had.
LISTED: Final = (
    (_said.due_missing, _said.due_partly),
    (_said.cannot_tell,),
    (_said.due_received,),
)
_HAD: Final = "您家正在享受,不用再申请。"
_UNCLEAR: Final = "资料不全,请先找右边的人核实。"


def sheets_of(households: Sequence[Household], day: date) -> dict[UUID, PlainSheet]:
    """Household → its sheet as the latest check of its county says; none where there was no check."""
    counties = {one.division_code[:6]: one for one in households}
    checked = {county: entitled.checked_on(one) for county, one in counties.items()}
    known, lines, helpers = (
        families(households, day),
        entitled.of_households(households),
        helpers_of(households),
    )
    found = {}
    for one in households:
        run_day = checked[one.division_code[:6]]
        if run_day is not None:
            rows = [
                _written(group)
                for statuses in LISTED
                for group in entitled.grouped(lines.get(one.pk, []), *statuses)
            ]
            found[one.pk] = PlainSheet(
                family=known[str(one.pk)],
                day=run_day,
                entitlements=rows,
                helper="、".join(helpers.get(one.pk, ())),
            )
    return found


def _written(group: Group) -> Entitlement:
    one = group.entitlement
    how = {_said.due_received: _HAD, _said.cannot_tell: _UNCLEAR}.get(group.status, one.apply.zh)
    people = "、".join(person.name for person in group.people)
    amount = "" if group.due is None else f"{group.period.zh}{_yuan(group.due)}元"
    return Entitlement(
        title=f"{one.title.zh}({people})" if people else one.title.zh, amount=amount, how=how, ask=one.ask.zh
    )


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


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
