"""Reads of doubts in the domain's words."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db.models import Count, Q

from bangfu.accounts.access import Scope, ScopedQuerySet
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.quality.enums import UNSETTLED


class DoubtQuerySet(ScopedQuerySet[Any]):
    """A doubt belongs to the place of its subject, and is seen by whoever handles it as well."""

    division_field = "division_code"

    def visible_to(self, scope: Scope, capability: Capability = Capability.READ_REGISTRY) -> Self:
        return self.filter(scope.q("division_code", capability) | scope.q("handler_division", capability))

    def in_division(self, code: str) -> Self:
        return self.filter(prefix_range("division_code", scope_prefix(code)))

    def checked_in(self, area: str) -> Self:
        """Doubts of the runs over the area, and of households that have moved into it since their last run."""
        return self.filter(Q(area=area) | prefix_range("household__division_code", scope_prefix(area)))

    def unsettled(self) -> Self:
        return self.filter(state__in=UNSETTLED)

    def late_on(self, day: date) -> Self:
        """Unsettled doubts whose last day lies before ``day``."""
        return self.unsettled().filter(due__lt=day)

    def by_likeness(self) -> Self:
        """Doubts that rest on a likely match."""
        return self.filter(score__isnull=False)

    def handled_in(self, code: str) -> Self:
        """Doubts that the division, or one under it, has to settle."""
        return self.filter(prefix_range("handler_division", scope_prefix(code)))

    def by_rule(self) -> list[tuple[str, int]]:
        """Rule and number of doubts, most first."""
        return list(self.order_by().values_list("rule").annotate(n=Count("pk")).order_by("-n", "rule"))

    def of_household(self, household: Any) -> Self:
        """Doubts about the household or a member of it."""
        return self.filter(household=household)


class RunLineQuerySet(ScopedQuerySet[Any]):
    """A line belongs to the place of its subject on the day of the run."""

    division_field = "division_code"

    def in_division(self, code: str) -> Self:
        return self.filter(prefix_range("division_code", scope_prefix(code)))


class WhatIfQuerySet(ScopedQuerySet[Any]):
    """A what-if belongs to the county on which it was tried."""

    division_field = "division_code"
