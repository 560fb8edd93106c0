"""The three blocks of a household's record (S3-04): whom to help, who helps, how; from the data families of S2-44."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Column, Table
from bangfu.quality.models import ListEntry
from bangfu.registry.models import Household, Membership, Person

WHO_HELPS: Final = ("helpers",)
HOW: Final = ("projects", "relocation", "rain_and_dew")
_COMMON: Final = ("name", "id_number", "sex", "birth_date", "place")


@dataclass(frozen=True)
class HelpRow:
    """A row of one of the lists, about a member: ``values`` are the list's own columns with their typed values."""

    table: Table
    person: Person
    values: tuple[tuple[Column, Any], ...]


@dataclass(frozen=True)
class HelpRecord:
    """Who helps and how; both must be there for every household still registered (S0-03)."""

    who_helps: tuple[HelpRow, ...]
    how: tuple[HelpRow, ...]

    @property
    def complete(self) -> bool:
        return bool(self.who_helps) and bool(self.how)


def help_of(household: Household) -> HelpRecord:
    """Rows of the four data families with the identity number of a member."""
    members = [one.person for one in household.memberships.open().select_related("person")]
    by_token = {bytes(one.id_token): one for one in members if one.id_token}
    county = f"{household.division_code[:6]:0<12}"
    rows = ListEntry.objects.filter(
        division_code=county, list_name__in=WHO_HELPS + HOW, id_token__in=list(by_token)
    ).order_by("list_name", "row_no")
    found = {name: [] for name in WHO_HELPS + HOW}  # type: dict[str, list[HelpRow]]
    for row in rows:
        table = vocabulary.table(row.list_name)
        own = [column for column in table.entered if column.name not in _COMMON]
        values = tuple((column, row.values.get(column.name)) for column in own)
        assert row.id_token is not None, "the filter asks for known tokens"
        found[row.list_name].append(HelpRow(table, by_token[bytes(row.id_token)], values))
    return HelpRecord(
        tuple(one for name in WHO_HELPS for one in found[name]),
        tuple(one for name in HOW for one in found[name]),
    )


def helped_by(*lists: str) -> Exists:
    """Whether the household of the outer query has a member on one of the lists, whichever county supplied it."""
    row = ListEntry.objects.filter(id_token=OuterRef("person__id_token"), list_name__in=lists)
    return Exists(Membership.objects.open().filter(Exists(row), household=OuterRef("pk")))


def without_helper() -> Q:
    """Households that nobody helps."""
    return ~Q(helped_by(*WHO_HELPS))


def without_measure() -> Q:
    """Households for which nothing is done."""
    return ~Q(helped_by(*HOW))


@dataclass(frozen=True)
class HelpGaps:
    """Households of a village, and how many have no helper, no measure."""

    division_code: str
    households: int
    no_helper: int
    no_measure: int


def gaps(division: str, day: date) -> list[HelpGaps]:
    """By village: households that count on the day, and which of the blocks they lack (S3-04, S4-16)."""
    counted = Household.objects.in_division(division).counted_on(day).order_by().values_list("division_code")
    rows = counted.annotate(
        n=Count("pk"),
        no_helper=Count("pk", filter=without_helper()),
        no_measure=Count("pk", filter=without_measure()),
    )
    return [HelpGaps(*row) for row in sorted(rows)]
