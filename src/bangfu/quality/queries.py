"""Pictures of doubts: whose work they are, how many a concern or village has, how a rule went over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT

from bangfu.accounts.access import Scope
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.platform.worklist.models import WorkItem
from bangfu.quality.models import Doubt, Run, RunVillage

#: Kinds of work item that belong to doubts: to answer (or mend), and to verify.
ANSWER, VERIFY = "quality.doubt", "quality.verify"


def items_of(scope: Scope, user_id: str) -> Any:
    """Open items of the person: their own, and those of the posts they hold."""
    return WorkItem.objects.for_posts(scope.posts, user_id)


def mine(scope: Scope, user_id: str, kind: str = "") -> QuerySet[Doubt]:
    """The doubts behind a person's open items, of one ``kind`` or of both."""
    items = items_of(scope, user_id).filter(kind__in=[kind] if kind else [ANSWER, VERIFY])
    keys = [UUID(pk) for pk in items.values_list(KT("url_args__pk"), flat=True)]
    return Doubt.objects.filter(pk__in=keys)


@dataclass(frozen=True)
class WorkGroup:
    """Open items of one kind and rule; ``late`` are those whose last day has passed."""

    kind: str
    rule: str
    open: int
    late: int


def work_groups(scope: Scope, user_id: str, day: date) -> list[WorkGroup]:
    """A person's open items by kind and rule: late ones first, then the larger."""
    counted = (
        items_of(scope, user_id)
        .order_by()
        .annotate(rule=KT("detail__rule"))
        .values_list("kind", "rule")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=day)))
    )
    found = [WorkGroup(kind, rule or "", n, late) for kind, rule, n, late in counted]
    return sorted(found, key=lambda one: (-one.late, -one.open, one.rule))


def doubtful_households() -> QuerySet[Doubt, Any]:
    """Ids of the households that have an unsettled doubt."""
    return Doubt.objects.unsettled().filter(household__isnull=False).values("household_id")


def doubtful_people() -> QuerySet[Doubt, Any]:
    """Ids of the people who have an unsettled doubt of their own."""
    return Doubt.objects.unsettled().filter(person__isnull=False).values("person_id")


def unsettled_by_concern(division: str, scope: Scope) -> dict[str, int]:
    """Concern → unsettled doubts of the division."""
    counted = (
        Doubt.objects.visible_to(scope).in_division(division).unsettled().order_by().values_list("concern")
    )
    return dict(counted.annotate(n=Count("pk")))


def runs_over(division: str) -> QuerySet[Run]:
    """Finished runs whose area holds the division or lies within it, latest first."""
    finished = Run.objects.filter(finished_at__isnull=False)
    prefix = scope_prefix(division)
    if not prefix:
        return finished
    above = Q(division_code__in=[prefix[:digits].ljust(12, "0") for digits in (0, 2, 4, 6, 9, 12)])
    return finished.filter(above | prefix_range("division_code", prefix))


@dataclass(frozen=True)
class VillageRates:
    """Unsettled doubts of a village for each run asked, in their order; None where a run has none."""

    village_code: str
    counts: tuple[RunVillage | None, ...]


def rates(division: str, runs: Sequence[Run]) -> list[VillageRates]:
    """The villages of the division over ``runs``, by code."""
    within = prefix_range("village_code", scope_prefix(division))
    rows = RunVillage.objects.filter(within, run__in=list(runs)).order_by("village_code")
    found: dict[str, dict[UUID, RunVillage]] = {}
    for row in rows:
        found.setdefault(row.village_code, {})[row.run_id] = row
    return [VillageRates(code, tuple(counts.get(run.pk) for run in runs)) for code, counts in found.items()]


def per_hundred(doubts: int, households: int) -> float | None:
    """Doubts for each hundred households, to one decimal; None without households."""
    return round(doubts * 100 / households, 1) if households else None


def total(rows: Iterable[RunVillage | None]) -> tuple[int, int]:
    """Doubts and households of some villages together."""
    counted = [row for row in rows if row is not None]
    return sum(row.doubts for row in counted), sum(row.households for row in counted)


def rule_history(key: str, runs: Iterable[Run]) -> list[tuple[Run, Mapping[str, Any]]]:
    """What one rule said in each run that knew it."""
    return [(run, run.tallies[key]) for run in runs if key in run.tallies]
