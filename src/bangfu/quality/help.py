"""The three blocks of a household's record (S3-04): whom to help, who helps, how; from the data families of S2-44."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Column, Table
from bangfu.quality.models import ListEntry
from bangfu.registry.models import Household, Person

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
