"""Pictures of 应享尽享: what a division's people are due of each entitlement, what came, and the lines behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, QuerySet, Sum
from django.db.models.functions import Substr

from bangfu.analytics.entitlements import TOTALS
from bangfu.divisions.codes import Level, scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.vocabulary import Table, codes
from bangfu.policy.words import Words
from bangfu.quality.models import Run
from bangfu.quality.result_models import EntitlementLine, EntitlementTotal
from bangfu.registry.models import Household, Person

said = codes("entitlement_status")
#: What needs somebody to act comes first.
URGENCY = (
    said.due_missing,
    said.due_partly,
    said.over_paid,
    said.cannot_tell,
    said.due_received,
    said.not_due,
)

_KEPT: Final = (*TOTALS, "untold")
#: Period of an entitlement → for how long an amount is due.
PERIODS: Final = {
    "month": Words("每月", "a month"),
    "term": Words("每学期", "a term"),
    "year": Words("每年", "a year"),
    "once": Words("一次性", "once"),
}


@dataclass(frozen=True)
class Sums:
    """Subjects by status, and fen; ``short`` are those to whom nothing or less came.

    ``untold``: of whom nobody can be told for want of a list; they stand on no list themselves.
    """

    not_due: int = 0
    due_received: int = 0
    due_missing: int = 0
    due_partly: int = 0
    over_paid: int = 0
    cannot_tell: int = 0
    due: int = 0
    received: int = 0
    missing: int = 0
    over: int = 0
    untold: int = 0

    @property
    def nobody_told(self) -> bool:
        """Whether all that is known is that a list is lacking."""
        return self.untold > 0 and not (self.entitled or self.over_paid or self.cannot_tell)

    @property
    def entitled(self) -> int:
        """How many are due it. Who received more than is due counts as over-paid only."""
        return self.due_received + self.due_missing + self.due_partly

    @property
    def in_kind(self) -> bool:
        """Whether there is no money in it at all."""
        return not (self.due or self.received)

    @property
    def coverage(self) -> int | None:
        """Of those due, how many have it, in 1/10 000, half rounded up; None where nobody is due."""
        whole = self.entitled
        return (20_000 * self.due_received + whole) // (2 * whole) if whole else None

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def totals(division: str) -> QuerySet[EntitlementTotal]:
    """The totals of the villages of a division."""
    return EntitlementTotal.objects.filter(prefix_range("village_code", scope_prefix(division)))


def by_entitlement(division: str) -> dict[str, Sums]:
    """Entitlement → its sums over the division, as the latest runs of its counties say."""
    rows = totals(division).order_by().values("entitlement").annotate(**_summed())
    return {row["entitlement"]: _sums(row) for row in rows}


def by_place(division: str, level: Level, entitlement: str) -> dict[str, Sums]:
    """Division of ``level`` → the sums of one entitlement."""
    place = Substr("village_code", 1, level.digits)
    rows = totals(division).filter(entitlement=entitlement).order_by().values(at=place).annotate(**_summed())
    return {row["at"].ljust(12, "0"): _sums(row) for row in rows}


def day_of(division: str) -> date | None:
    """The day of the youngest run that the totals of the division come from; None where there was none."""
    found: date | None = totals(division).aggregate(day=Max("run__day"))["day"]
    return found


def known(keys: Iterable[str], day: date) -> list[Entitlement]:
    """The entitlements of ``keys`` in the order of the catalogue, as they were in force on the day."""
    asked = set(keys)
    return [one for one in catalogue.entitlements_on(day) if one.key in asked]


@dataclass(frozen=True)
class HouseholdLine:
    """One line of a household with the entitlement as it was in force on the day of the run."""

    line: EntitlementLine
    entitlement: Entitlement


def of_household(household: Household) -> list[HouseholdLine]:
    """What the household and its members are due, what is missing first; as the latest run says."""
    return of_households([household]).get(household.pk, [])


def of_households(households: Sequence[Household]) -> dict[UUID, list[HouseholdLine]]:
    """Household → its lines as in ``of_household``; one query however many households."""
    rows = EntitlementLine.objects.filter(household__in=households).select_related("run", "person")
    on_day: dict[date, dict[str, Entitlement]] = {}
    found: dict[UUID, list[HouseholdLine]] = defaultdict(list)
    for line in rows:
        if line.run.day not in on_day:
            on_day[line.run.day] = {one.key: one for one in catalogue.entitlements_on(line.run.day)}
        in_force = on_day[line.run.day].get(line.entitlement)
        if in_force is not None and line.household_id is not None:
            found[line.household_id].append(HouseholdLine(line, in_force))
    places = {one.key: place for place, one in enumerate(catalogue.all_entitlements())}
    for lines in found.values():
        lines.sort(key=lambda one: _urgency(one, places))
    return found


def _urgency(one: HouseholdLine, places: Mapping[str, int]) -> tuple[int, int, str]:
    number = one.line.person.person_no if one.line.person else ""
    return URGENCY.index(one.line.status), places[one.entitlement.key], number


@dataclass(frozen=True)
class Group:
    """One entitlement of a household with the members it is about: sums of fen, None in kind."""

    entitlement: Entitlement
    status: int
    people: Sequence[Person]
    due: int | None
    received: int | None

    @property
    def period(self) -> Words:
        return PERIODS[self.entitlement.period]


def grouped(lines: Iterable[HouseholdLine], *statuses: int) -> list[Group]:
    """The lines with one of the statuses by entitlement: what pages and papers say of a household."""
    found: dict[tuple[int, str], list[HouseholdLine]] = {}
    for one in lines:
        if one.line.status in statuses:
            found.setdefault((one.line.status, one.entitlement.key), []).append(one)
    return [
        Group(
            some[0].entitlement,
            status,
            [one.line.person for one in some if one.line.person],
            _sum(one.line.due for one in some),
            _sum(one.line.received for one in some),
        )
        for (status, _key), some in found.items()
    ]


def _sum(amounts: Iterable[int | None]) -> int | None:
    """The sum; None where one of them is."""
    given = list(amounts)
    known = [one for one in given if one is not None]
    return sum(known) if len(known) == len(given) else None


@dataclass(frozen=True)
class Untold:
    """What nobody of a county can be told about, and the lists that were not supplied. ``day``: of the run."""

    day: date | None = None
    entitlements: Sequence[Entitlement] = ()
    lists: Sequence[Table] = ()


def untold(household: Household) -> Untold:
    """What the latest run over the household's county could tell nobody about."""
    run = _latest(household)
    if run is None:
        return Untold()
    lacking = {name for names in run.untold.values() for name in names}
    tables = [one for name, one in vocabulary.lists().items() if name in lacking]
    return Untold(run.day, known(run.untold, run.day), tables)


def checked_on(household: Household) -> date | None:
    """The day of the latest run over the household's county that computed entitlements; None where there was none."""
    run = _latest(household)
    return run.day if run else None


def _latest(household: Household) -> Run | None:
    county = f"{scope_prefix(household.division_code)[:6]:0<12}"
    runs = Run.objects.filter(division_code=county, entitlement_totals__isnull=False)
    return runs.order_by("-started_at").first()


def _summed() -> dict[str, Any]:
    return {f"{name}_": Sum(name) for name in _KEPT}


def _sums(row: Mapping[str, Any]) -> Sums:
    return Sums(**{name: row[f"{name}_"] for name in _KEPT})
