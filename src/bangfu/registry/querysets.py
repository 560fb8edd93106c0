"""Reads that speak the domain: ``Household.objects.in_division(code).standing_on(day, kind)``."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from bangfu.accounts.access import ScopedQuerySet
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range


def running_on(day: date, path: str = "") -> Q:
    """Spells that hold on ``day``; ``path`` leads to them (``standings__``)."""
    begun = Q(**{f"{path}since__lte": day})
    return begun & (Q(**{f"{path}until__isnull": True}) | Q(**{f"{path}until__gt": day}))


class HouseholdQuerySet(ScopedQuerySet[Any]):
    division_field = "division_code"

    def in_division(self, code: str) -> Self:
        """Households of the division and everything under it (12-digit code)."""
        return self.filter(prefix_range("division_code", scope_prefix(code)))

    def peopled_on(self, day: date) -> Self:
        """Households that have a member on ``day``."""
        memberships = self.model._meta.get_field("memberships").related_model._default_manager
        return self.filter(Exists(memberships.filter(running_on(day), household=OuterRef("pk"))))

    def standing_on(self, day: date, *kinds: int) -> Self:
        """Households with one of these standings on ``day``; with any when none is named. At most one spell holds."""
        spell = running_on(day, "standings__")
        return self.filter(spell & Q(standings__kind__in=kinds) if kinds else spell)


class PersonQuerySet(ScopedQuerySet[Any]):
    """People are reached through the household they belong to."""

    division_field = "memberships__household__division_code"

    def belonging_on(self, day: date) -> Self:
        """People who belong to a household on ``day``; nobody belongs to two."""
        return self.filter(running_on(day, "memberships__"))

    def in_division_on(self, code: str, day: date) -> Self:
        """People of the division's households on ``day``."""
        where = prefix_range("memberships__household__division_code", scope_prefix(code))
        return self.filter(running_on(day, "memberships__") & where)


class MembershipQuerySet(models.QuerySet[Any]):
    def on(self, day: date) -> Self:
        return self.filter(running_on(day))

    def open(self) -> Self:
        return self.filter(until__isnull=True)


class StandingQuerySet(models.QuerySet[Any]):
    def on(self, day: date) -> Self:
        return self.filter(running_on(day))

    def open(self) -> Self:
        return self.filter(until__isnull=True)


class EventQuerySet(models.QuerySet[Any]):
    def in_division(self, code: str) -> Self:
        return self.filter(prefix_range("division_code", scope_prefix(code)))
