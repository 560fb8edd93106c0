"""Month by month: who came onto the books, who left them, and the lists behind each number (S2-42, S4-66)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.models import Division
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Event
from bangfu.registry.queries import Reconciliation, reconciliation


@dataclass(frozen=True)
class Period:
    """A line of the table: a month or a division, and its totals before, its flows by kind, its totals after."""

    title: str
    division_code: str
    since: date
    until: date
    flow: Reconciliation


def month_of(year: int, month: int) -> tuple[date, date]:
    """The last day of the month before, and the last of the month: what ``reconciliation`` asks for."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1) - timedelta(days=1), following - timedelta(days=1)


def months(scope: Scope, division: str, year: int, until: date) -> list[Period]:
    """The months of a year up to the one of ``until``, each reconciled: a month's opening is the last one's closing.

    Raises NotFound, NotAllowed: the scope does not read the division.
    """
    scope.require(Capability.READ_REGISTRY, division)
    found = []
    for month in range(1, 13):
        since, last = month_of(year, month)
        if since >= until:
            break
        end = min(last, until)
        found.append(
            Period(f"{year}-{month:02d}", division, since, end, reconciliation(division, since, end))
        )
    return found


def by_division(scope: Scope, division: str, since: date, until: date) -> list[Period]:
    """The same period for the division and for each one step below it, whose numbers add up to the first line's, moves
    between them apart.

    Raises NotFound, NotAllowed.
    """
    scope.require(Capability.READ_REGISTRY, division)
    children = Division.objects.children_of(division).values_list("code", "name")
    top = Division.objects.filter(code=division).values_list("name", flat=True).first() or division
    return [
        Period(name, code, since, until, reconciliation(code, since, until))
        for code, name in [(division, str(top)), *children]
    ]


def events_behind(
    scope: Scope, division: str, since: date, until: date, kind: EventKind | None = None
) -> QuerySet[Event]:
    """The events whose sums are the flows of the period: after ``since`` up to ``until``, of one kind or of all.

    Raises NotFound, NotAllowed.
    """
    scope.require(Capability.READ_REGISTRY, division)
    found: QuerySet[Event] = Event.objects.in_division(division).filter(day__gt=since, day__lte=until)
    found = found.exclude(households=0, people=0).select_related("household", "person")
    return found.filter(kind=kind) if kind is not None else found
