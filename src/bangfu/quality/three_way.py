"""Reading the three sides of a comparison, and how often they agree (S2-46)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import checklists, vocabulary
from bangfu.policy.vocabulary import Column
from bangfu.quality.enums import Agreement
from bangfu.quality.record_models import ThreeWayCheck
from bangfu.registry.columns import typed
from bangfu.registry.models import Household, Person


@dataclass(frozen=True)
class Fact:
    """A fact to compare: of the household, or of a member; the system's value; the last comparison, if any."""

    person: Person | None
    column: Column
    system_value: Any
    last: ThreeWayCheck | None


def system_value(household: Household, person: Person | None, column: str) -> Any:
    """What the system says now, typed as the vocabulary has it; a yearly fact is that of the latest year."""
    table = "person" if person else "household"
    meaning = vocabulary.table(table).columns[column]
    row: Any = person or household
    if meaning.yearly:
        row = household.years.order_by("income_year").last()
    return typed(meaning)(getattr(row, column)) if row is not None else None


def facts(household: Household) -> list[Fact]:
    """Every fact of the household and its members that is compared, the household's first."""
    checks = {(one.person_id, one.column): one for one in household.three_way_checks.filter(latest=True)}
    found = [
        Fact(None, column, system_value(household, None, column.name), checks.get((None, column.name)))
        for column in checklists.three_way_columns("household")
    ]
    for member in household.memberships.open().select_related("person"):
        found += [
            Fact(
                member.person,
                column,
                system_value(household, member.person, column.name),
                checks.get((member.person_id, column.name)),
            )
            for column in checklists.three_way_columns("person")
        ]
    return found


@dataclass(frozen=True)
class ConsistencyRate:
    """Facts compared in a division, and how many agree in all three places."""

    division_code: str
    compared: int
    consistent: int
    households: int

    @property
    def share(self) -> int | None:
        """In 1/10 000, rounded down; None where nothing was compared."""
        return self.consistent * 10_000 // self.compared if self.compared else None


def rates(division: str) -> list[ConsistencyRate]:
    """By village, those with comparisons."""
    where = prefix_range("division_code", scope_prefix(division))
    rows = (
        ThreeWayCheck.objects.filter(where, latest=True)
        .order_by("division_code")
        .values("division_code")
        .annotate(
            compared=Count("pk"),
            consistent=Count("pk", filter=Q(agreement=Agreement.CONSISTENT)),
            checked=Count("household", distinct=True),
        )
    )
    return [
        ConsistencyRate(row["division_code"], row["compared"], row["consistent"], row["checked"])
        for row in rows
    ]


def by_agreement(division: str) -> dict[str, int]:
    """Agreement → facts, for the whole division."""
    where = prefix_range("division_code", scope_prefix(division))
    counted: dict[str, int] = defaultdict(int)
    for agreement, number in (
        ThreeWayCheck.objects.filter(where, latest=True)
        .order_by()
        .values_list("agreement")
        .annotate(n=Count("pk"))
    ):
        counted[agreement] = number
    return dict(counted)
