"""Targets against what happened: who left, village by village and year by year (S2-03, S4-06, S4-35)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.divisions.models import Division, DivisionAttribute
from bangfu.monitoring.enums import TargetKind
from bangfu.monitoring.models import PlannedExit, Target
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy.exit.targets import rate, shortfall
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Membership, Standing

_standing = codes("standing")
_Kind = DivisionAttribute.Kind
#: The labels that a county takes off when it leaves (摘帽).
COUNTY_LABELS = (_Kind.NATIONAL_POOR_COUNTY, _Kind.PROVINCIAL_POOR_COUNTY, _Kind.DEEP_POVERTY_COUNTY)
VILLAGE_LABELS = (_Kind.POOR_VILLAGE, _Kind.DEEP_POVERTY_VILLAGE)


@dataclass(frozen=True)
class TargetLine:
    """The target of one division, its parts below, and what happened; ``value`` None: no target is set.

    ``lacking``: what the parts still lack where the target has been divided. ``share``: actual of target in 1/10 000.
    """

    division_code: str
    name: str
    value: int | None
    about: bool
    parts: int | None
    lacking: int
    actual: int

    @property
    def share(self) -> int | None:
        return None if self.value is None else rate(self.actual, self.value)


def target_tree(scope: Scope, division: str, year: int, kind: TargetKind, day: date) -> list[TargetLine]:
    """The division and each one step below it, actual figures up to ``day``.

    Raises NotFound, NotAllowed: the scope does not read the division.
    """
    scope.require(Capability.READ_REGISTRY, division)
    children = list(Division.objects.children_of(division).values_list("code", "name"))
    top = Division.objects.filter(code=division).values_list("name", flat=True).first() or division
    return [_line(code, name, year, kind, day) for code, name in [(division, str(top)), *children]]


def _line(code: str, name: str, year: int, kind: TargetKind, day: date) -> TargetLine:
    own = Target.objects.of(year, kind).filter(division_code=code).first()
    below = list(Division.objects.children_of(code).values_list("code", flat=True))
    parts = list(Target.objects.of(year, kind).parts_of(below).values_list("value", flat=True))
    lacking = 0
    if own is not None and parts:
        lacking = shortfall(own.value, parts, about=own.about, tolerance=tolerance(year, code))
    return TargetLine(
        code,
        name,
        own.value if own else None,
        bool(own and own.about),
        sum(parts) if parts else None,
        lacking,
        actual(code, year, kind, day),
    )


def tolerance(year: int, division: str) -> int:
    """How much the parts of an approximate target may fall short, in 1/10 000 (S2-03)."""
    return int(parameters()["exit.limits.target_tolerance"].on(date(year, 1, 1), division))


def actual(division: str, year: int, kind: TargetKind, day: date) -> int:
    """How many left in the year up to ``day``: from standings and labels, never typed (S4-06)."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), day)
    if kind in (TargetKind.VILLAGES, TargetKind.COUNTIES):
        return divisions_left(division, kind, first, last).count()
    spells = exits_between(division, first, last)
    return spells.count() if kind == TargetKind.HOUSEHOLDS else people_of(spells)


def divisions_left(division: str, kind: TargetKind, first: date, last: date) -> QuerySet[Any, Any]:
    """Villages or counties whose last label of poverty ended in the period, each once: its code and ``day``."""
    kinds = VILLAGE_LABELS if kind == TargetKind.VILLAGES else COUNTY_LABELS
    labels = DivisionAttribute.objects.under(division).filter(kind__in=kinds)
    still = labels.filter(Q(until=None) | Q(until__gt=last), since__lte=last).values("division_code")
    ended = labels.filter(until__gte=first, until__lte=last).exclude(division_code__in=still)
    return ended.order_by("division_code").values("division_code").annotate(day=Max("until"))


def exits_between(division: str, first: date, last: date) -> QuerySet[Standing]:
    """The spells of exit that began in the period, of households that live in the division now."""
    found = Standing.objects.filter(
        prefix_range("household__division_code", scope_prefix(division)),
        kind=_standing.exited,
        since__gte=first,
        since__lte=last,
    )
    return found.select_related("household")


def people_of(spells: QuerySet[Standing]) -> int:
    """Members of these households on the day each of them left."""
    of_them = Q(household__standings__in=spells.values("pk"))
    begun = Q(since__lte=F("household__standings__since"))
    lasting = Q(until=None) | Q(until__gt=F("household__standings__since"))
    return Membership.objects.filter(of_them & begun & lasting).count()


@dataclass(frozen=True)
class YearOfExits:
    """Who left in a year, and in all up to its end. ``by_case``: exits that a case of this system decided;
    ``imported``: those that the national system held already, each spell naming its basis (S4-06)."""

    year: int
    households: int
    people: int
    by_case: int
    imported: int
    cumulative_households: int
    cumulative_people: int


def exits_by_year(scope: Scope, division: str, day: date) -> list[YearOfExits]:
    """Every year in which somebody left, up to ``day``. Raises NotFound, NotAllowed."""
    scope.require(Capability.READ_REGISTRY, division)
    spells = exits_between(division, date.min, day)
    by_case, all_ = Counter[int](), Counter[int]()
    for year, basis in spells.values_list("since__year", "basis"):
        all_[year] += 1
        by_case[year] += str(basis).startswith("case:")
    lines: list[YearOfExits] = []
    households = people = 0
    for year in sorted(all_):
        left = people_of(exits_between(division, date(year, 1, 1), min(date(year, 12, 31), day)))
        households, people = households + all_[year], people + left
        lines.append(
            YearOfExits(year, all_[year], left, by_case[year], all_[year] - by_case[year], households, people)
        )
    return lines


@dataclass(frozen=True)
class PlanYear:
    """Households planned to leave in a year, those of them that have, and the target of the year (S4-35)."""

    year: int
    planned: int
    left: int
    target: int | None

    @property
    def agrees(self) -> bool:
        """The plan names as many households as the target asks for."""
        return self.target is None or self.planned == self.target


def plan_by_year(scope: Scope, division: str, day: date) -> list[PlanYear]:
    """The plan of a division by year. Raises NotFound, NotAllowed."""
    scope.require(Capability.READ_REGISTRY, division)
    rows = planned(scope, division).order_by().values_list("year").annotate(n=Count("pk"))
    targets = dict(
        Target.objects.filter(division_code=division, kind=TargetKind.HOUSEHOLDS).values_list("year", "value")
    )
    gone = Standing.objects.on(day).filter(kind=_standing.exited).values("household_id")
    counts: dict[int, int] = dict(rows)
    left: dict[int, int] = dict(
        planned(scope, division)
        .filter(household_id__in=gone)
        .order_by()
        .values_list("year")
        .annotate(n=Count("pk"))
    )
    years: Sequence[int] = sorted({*counts, *targets})
    return [PlanYear(year, counts.get(year, 0), left.get(year, 0), targets.get(year)) for year in years]


def planned(scope: Scope, division: str, year: int | None = None) -> QuerySet[PlannedExit]:
    """The households of the plan that the scope reads; of one year where it is given."""
    found = PlannedExit.objects.select_related("household").filter(
        scope.q("household__division_code", Capability.READ_REGISTRY),
        prefix_range("household__division_code", scope_prefix(division)),
    )
    return found if year is None else found.filter(year=year)
