"""Reads that speak the domain: ``Household.objects.in_division(code).standing_on(day, kind)``."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce

from bangfu.accounts.access import ScopedQuerySet
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy.vocabulary import codes
from bangfu.registry.enums import EventKind

_standing, _health, _school = codes("standing"), codes("health"), codes("school_status")


def running_on(day: date, path: str = "") -> Q:
    """Spells that hold on ``day``; ``path`` leads to them (``standings__``)."""
    begun = Q(**{f"{path}since__lte": day})
    return begun & (Q(**{f"{path}until__isnull": True}) | Q(**{f"{path}until__gt": day}))


def members_of(path: str, day: date) -> Any:
    """How many members the household at ``path`` of a row has on ``day``: for annotating rows, without a join."""
    memberships = apps.get_model("registry", "Membership")._default_manager
    counted = memberships.filter(running_on(day), household=OuterRef(path)).order_by().values("household")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)


def _years_before(day: date, years: int) -> date:
    """The latest birth of somebody who is ``years`` old on ``day``."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


class HouseholdQuerySet(ScopedQuerySet[Any]):
    division_field = "division_code"

    def in_division(self, code: str, day: date | None = None) -> Self:
        """Households of the division and everything under it (12-digit code): now, or on ``day``."""
        return self.filter(_located(self.model, code, day))

    def peopled_on(self, day: date) -> Self:
        """Households that have a member on ``day``."""
        memberships = self.model._meta.get_field("memberships").related_model._default_manager
        return self.filter(Exists(memberships.filter(running_on(day), household=OuterRef("pk"))))

    def standing_on(self, day: date, *kinds: int) -> Self:
        """Households with one of these standings on ``day``; with any when none is named. At most one spell holds."""
        spell = running_on(day, "standings__")
        return self.filter(spell & Q(standings__kind__in=kinds) if kinds else spell)

    def counted_on(self, day: date) -> Self:
        """Households that count in the totals: with a standing on ``day`` other than removed (S4-03)."""
        return self.standing_on(day, *(one.code for one in _standing if one.code != _standing.removed))

    def without_standing_on(self, day: date) -> Self:
        """Households that have no standing on ``day``: merged, died out, or not yet registered."""
        spells = self.model._meta.get_field("standings").related_model._default_manager
        return self.exclude(Exists(spells.filter(running_on(day), household=OuterRef("pk"))))

    def relying_on(self, means: int) -> Self:
        """Households whose exit relies on ``means`` (code list exit_means), among others."""
        # Both databases write the list as [1, 2, 9]; asking for a member in JSON is not the same on both.
        written = (f"[{means}]", f"[{means},", f" {means},", f" {means}]")
        asked = Q(pk__in=())
        for one in written:
            asked |= Q(means_written__contains=one)
        return self.alias(means_written=Cast("exit_means", models.TextField())).filter(asked)

    def people_on(self, day: date) -> int:
        """How many members these households have together on ``day``."""
        return self.order_by().filter(running_on(day, "memberships__")).count()

    def sized_on(self, size: int, day: date) -> Self:
        """Households with exactly ``size`` members on ``day``."""
        members = self.model._meta.get_field("memberships").related_model._default_manager.filter(
            running_on(day)
        )
        if size == 0:
            return self.exclude(Exists(members.filter(household=OuterRef("pk"))))
        counted = members.order_by().values("household").annotate(n=Count("pk")).filter(n=size)
        return self.filter(pk__in=counted.values("household"))


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


#: Members as the facts ``is_disabled``, ``ill_members`` and ``at_school`` of ``policy.who.facts`` count them.
DISABLED: Final = Q(person__health=_health.disabled) | Q(person__disability_grade__isnull=False)
ILL: Final = Q(person__health__in=(_health.chronic, _health.serious))
AT_SCHOOL: Final = Q(person__school_status__gt=_school.not_enrolled) & ~Q(
    person__school_status=_school.dropout
)


class MembershipQuerySet(ScopedQuerySet[Any]):
    """Memberships, and through them people with the household they belong to."""

    division_field = "household__division_code"

    def on(self, day: date) -> Self:
        return self.filter(running_on(day))

    def in_division(self, code: str, day: date | None = None) -> Self:
        """Of households that lie in the division now, or lay in it on ``day``."""
        household = self.model._meta.get_field("household").related_model
        return self.filter(_located(household, code, day, "household__"))

    def of_counted(self, day: date, *kinds: int) -> Self:
        """Members of households with one of these standings on ``day``; with none named, of every one that counts."""
        wanted = kinds or tuple(one.code for one in _standing if one.code != _standing.removed)
        return self.filter(
            running_on(day, "household__standings__") & Q(household__standings__kind__in=wanted)
        )

    def disabled(self) -> Self:
        """People who are ``DISABLED``."""
        return self.filter(DISABLED)

    def ill(self) -> Self:
        """People who are ``ILL``."""
        return self.filter(ILL)

    def at_school(self) -> Self:
        """People who are ``AT_SCHOOL``."""
        return self.filter(AT_SCHOOL)

    def group_counts(self) -> tuple[int, int, int]:
        """How many are disabled, ill, at school: as long as the three lists."""
        counted = self.order_by().aggregate(
            disabled=Count("pk", filter=DISABLED),
            ill=Count("pk", filter=ILL),
            at_school=Count("pk", filter=AT_SCHOOL),
        )
        return counted["disabled"], counted["ill"], counted["at_school"]

    def aged(self, youngest: int | None, oldest: int | None, day: date) -> Self:
        """People whose age in full years on ``day`` lies between the two, both included."""
        found = self
        if youngest is not None:
            found = found.filter(person__birth_date__lte=_years_before(day, youngest))
        if oldest is not None:
            found = found.filter(person__birth_date__gt=_years_before(day, oldest + 1))
        return found

    def open(self) -> Self:
        return self.filter(until__isnull=True)

    def lasting_beyond(self, day: date) -> Self:
        """Memberships that have not ended by ``day``, those that begin later included."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day))


class StandingQuerySet(models.QuerySet[Any]):
    def lasting_beyond(self, day: date) -> Self:
        """Spells that have not ended by ``day``, those that begin later included."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day)).order_by("since")

    def on(self, day: date) -> Self:
        return self.filter(running_on(day))

    def in_division(self, code: str, day: date) -> Self:
        """Of households that lay in the division on ``day``."""
        household = self.model._meta.get_field("household").related_model
        return self.filter(_located(household, code, day, "household__"))

    def open(self) -> Self:
        return self.filter(until__isnull=True)


class EventQuerySet(models.QuerySet[Any]):
    def in_division(self, code: str) -> Self:
        return self.filter(prefix_range("division_code", scope_prefix(code)))

    def moves_after(self, day: date) -> Self:
        """Moves of whole households after ``day``; ``division_code`` is the village they left."""
        return self.filter(kind=EventKind.MOVED_OUT, person=None, day__gt=day)

    def places_before(self, day: date) -> dict[Any, str]:
        """Household → the village in which it lived on ``day``, for those that moved later (S2-42)."""
        moves = self.moves_after(day).order_by("-day", "-recorded_at", "-pk")
        return dict(moves.values_list("household_id", "division_code"))


def _located(household: Any, code: str, day: date | None, path: str = "") -> Q:
    """Rows whose household, reached by ``path``, lies in the division now, or lay in it on ``day``."""
    prefix = scope_prefix(code)
    now = prefix_range(f"{path}division_code", prefix)
    if day is None:
        return now
    moved = household._meta.get_field("events").related_model._default_manager.places_before(day)
    if not moved:
        return now
    there = [key for key, place in moved.items() if place.startswith(prefix)]
    return now & ~Q(**{f"{path}pk__in": list(moved)}) | Q(**{f"{path}pk__in": there})
