"""The three blocks of a household's record (S3-04): whom to help, who helps, how; and what it receives, from every list
that a department supplied (S2-44)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet

from bangfu.divisions.codes import scope_prefix
from bangfu.platform import clock
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Column, Table
from bangfu.quality.models import ListEntry
from bangfu.registry.models import Household, Membership, Person

WHO_HELPS: Final = ("helpers",)
#: Lists of measures: the same three that the rule household_without_measure counts.
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
    """Who helps and how; both must be there for every household still registered (S0-03).

    ``received``: rows of all lists that say that somebody received something, measures among them; the entitlements'
    sums of what came are made of rows of the same lists.
    """

    who_helps: tuple[HelpRow, ...]
    how: tuple[HelpRow, ...]
    received: tuple[HelpRow, ...]

    @property
    def complete(self) -> bool:
        return bool(self.who_helps) and bool(self.how)

    @property
    def by_list(self) -> list[tuple[Table, list[HelpRow]]]:
        """What was received, list by list."""
        found: dict[str, list[HelpRow]] = defaultdict(list)
        for row in self.received:
            found[row.table.name].append(row)
        return [(rows[0].table, rows) for rows in found.values()]


def received_lists() -> tuple[str, ...]:
    """The lists whose rows say that somebody received something."""
    return tuple(name for name, table in vocabulary.lists().items() if table.received)


def help_of(household: Household) -> HelpRecord:
    """The rows with the identity number of a member, as the household's county supplied them."""
    members = [one.person for one in household.memberships.open().select_related("person")]
    by_token = {bytes(one.id_token): one for one in members if one.id_token}
    county = f"{household.division_code[:6]:0<12}"
    lists = (*WHO_HELPS, *HOW, *received_lists())
    rows = _in_force(lists).filter(division_code=county, id_token__in=list(by_token))
    found: dict[str, list[HelpRow]] = defaultdict(list)
    for row in rows.order_by("list_name", "row_no"):
        table = vocabulary.table(row.list_name)
        own = [column for column in table.entered if column.name not in _COMMON]
        values = tuple((column, row.values.get(column.name)) for column in own)
        assert row.id_token is not None, "the filter asks for known tokens"
        found[row.list_name].append(HelpRow(table, by_token[bytes(row.id_token)], values))
    who, how, received = (
        tuple(one for name in names for one in found[name]) for names in (WHO_HELPS, HOW, received_lists())
    )
    return HelpRecord(who, how, received)


def helpers_of(households: Sequence[Household]) -> dict[Any, list[str]]:
    """Household → the names of those who help it, each once."""
    members = Membership.objects.open().filter(household__in=households, person__id_token__isnull=False)
    owners: dict[tuple[str, bytes], Any] = {}
    for home, division, token in members.values_list(
        "household_id", "household__division_code", "person__id_token"
    ):
        owners[f"{division[:6]:0<12}", bytes(token)] = home
    rows = _in_force(WHO_HELPS).filter(id_token__in=[token for _county, token in owners])
    found: dict[Any, list[str]] = defaultdict(list)
    for row in rows.order_by("row_no"):
        home = owners.get((row.division_code, bytes(row.id_token or b"")))
        name = row.values.get("helper")
        if home is not None and name and name not in found[home]:
            found[home].append(name)
    return found


def _in_force(lists: Iterable[str]) -> QuerySet[ListEntry]:
    """Rows of the lists; of those with an end only the ones that run, as the rules count them."""
    open_end = Q(values__ended_on=None) | Q(values__ended_on__isnull=True)
    runs = open_end | Q(values__ended_on__gt=clock.as_yyyymmdd(clock.today()))
    return ListEntry.objects.filter(~Q(list_name__in=WHO_HELPS) | runs, list_name__in=set(lists))


def helped_by(*lists: str, area: str) -> Any:
    """Ids of the households with a member on one of the lists that the counties of the area supplied."""
    county = scope_prefix(area)[:6]
    supplied = prefix_range("division_code", county)
    tokens = _in_force(lists).filter(supplied, id_token__isnull=False).values("id_token")
    members = (
        Membership.objects.open()
        .filter(prefix_range("household__division_code", scope_prefix(area)))
        .order_by()
    )
    return members.filter(person__id_token__in=tokens).values("household").distinct()


def without_ground() -> Q:
    """Households that do not say whom is to be helped: no day of identification, or no main cause."""
    return Q(identified_on=None) | Q(main_cause=None)


def without_helper(area: str) -> Q:
    """Households of the area that nobody helps."""
    return ~Q(pk__in=helped_by(*WHO_HELPS, area=area))


def without_measure(area: str) -> Q:
    """Households of the area for which nothing is done."""
    return ~Q(pk__in=helped_by(*HOW, area=area))


@dataclass(frozen=True)
class HelpGaps:
    """Households of a village: how many lack which of the three blocks, and how many have all."""

    division_code: str
    households: int
    no_ground: int
    no_helper: int
    no_measure: int
    complete: int


def gaps(division: str, day: date) -> list[HelpGaps]:
    """By village: households that count on the day, and which of the blocks they lack (S3-04, S4-16)."""
    helped, measured = (
        set(helped_by(*lists, area=division).values_list("household", flat=True))
        for lists in (WHO_HELPS, HOW)
    )
    households = Household.objects.in_division(division).counted_on(day).order_by()
    rows = households.values_list("pk", "division_code", "identified_on", "main_cause")
    alike = Counter(
        (code, on is None or cause is None, key not in helped, key not in measured)
        for key, code, on, cause in rows.iterator(chunk_size=10_000)
    )
    found: dict[str, list[int]] = {}
    for (code, *lacks), n in alike.items():
        sums = found.setdefault(code, [0] * 5)
        for place, counts in enumerate((True, *lacks, not any(lacks))):
            sums[place] += n * counts
    return [HelpGaps(code, *sums) for code, sums in sorted(found.items())]
