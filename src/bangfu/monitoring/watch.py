"""Who is watched: households that have left, monitored ones, and what warns of them (S1-43)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bangfu.accounts.access import Scope
from bangfu.policy.exit.support import Support, support_after
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.quality.models import Doubt
from bangfu.registry.models import Household, HouseholdYear, Standing

RELAPSE = "relapse"
_standing = codes("standing")
#: Monitored, and the risk is not cleared.
MONITORED = Q(monitored_kind__isnull=False) & (Q(risk_cleared=None) | Q(risk_cleared=False))


def alerts(scope: Scope, division: str) -> QuerySet[Doubt]:
    """Warnings that the scope reads: doubts of the concern ``relapse``, settled ones included."""
    found: QuerySet[Doubt] = Doubt.objects.visible_to(scope).in_division(division).filter(concern=RELAPSE)
    return found


def alerts_of(household: Household) -> QuerySet[Doubt]:
    """Warnings about a household or a member that are still somebody's work."""
    found: QuerySet[Doubt] = Doubt.objects.of_household(household).unsettled().filter(concern=RELAPSE)
    return found


def exited(scope: Scope, division: str, day: date) -> QuerySet[Household]:
    """Households that have left and have not come back: they stay in the registry (S1-43)."""
    found: QuerySet[Household] = (
        Household.objects.visible_to(scope).in_division(division, day).standing_on(day, _standing.exited)
    )
    return found


def monitored(scope: Scope, division: str, kind: int | None = None) -> QuerySet[Household]:
    """Monitored households whose risk is not cleared, of one kind (code list monitored_kind) or of all."""
    found: QuerySet[Household] = Household.objects.visible_to(scope).in_division(division).filter(MONITORED)
    return found if kind is None else found.filter(monitored_kind=kind)


@dataclass(frozen=True)
class AfterExit:
    """A household since it left: until when measures and helper are promised, its income since, what warns of it."""

    left_on: date
    support: Support
    years: Sequence[HouseholdYear]
    alerts: Sequence[Doubt]

    def keeps_measures(self, day: date) -> bool:
        return day < self.support.measures_until

    def keeps_helper(self, day: date) -> bool:
        return day < self.support.helper_until


def after_exit(household: Household, day: date) -> AfterExit | None:
    """None where the household has not left, or has come back."""
    spell = Standing.objects.on(day).filter(household=household, kind=_standing.exited).first()
    if spell is None:
        return None
    years = household.years.filter(income_year__gte=spell.since.year).order_by("income_year")
    return AfterExit(
        spell.since,
        support_after(spell.since, household.division_code, parameters()),
        list(years),
        list(alerts_of(household)),
    )


def can_exit_by_work(labours: Collection[int | None]) -> bool | None:
    """Whether somebody of a household is able to work, by the ability (code list labour) of each member; None where it
    is not entered of everybody. One that cannot leave by work belongs to the safety net (S4-74)."""
    able = codes("labour")
    if any(one in (able.ordinary, able.skilled, able.partial) for one in labours):
        return True
    return None if None in labours or not labours else False


def likely_kind(household_no: str) -> int:
    """The kind of monitored household that fits its standing: what a form is filled with, for somebody to decide."""
    kinds, spell = (
        codes("monitored_kind"),
        Standing.objects.open().filter(household__household_no=household_no),
    )
    match spell.values_list("kind", flat=True).first():
        case _standing.exited:
            return int(kinds.unstable_exit)
        case _standing.registered | _standing.returned:
            return int(kinds.sudden)
    return int(kinds.marginal)
