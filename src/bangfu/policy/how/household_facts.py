"""What classes a household belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from bangfu.policy.facts import columns
from bangfu.policy.logic import either, nobody, somebody
from bangfu.policy.vocabulary import codes
from bangfu.policy.who import on_the_books

Expression = Any
Facts = Mapping[str, Expression]

kinds, classes = codes("household_kind"), codes("renovation_class")


@columns("household")
def household_in_reach(household: Expression, p: Expression) -> Facts:
    """Registered or monitored, and not out of reach by exit (X-10)."""
    kept_after_exit = ibis.literal(1) * p["how.reach.exited_kept"] == 1
    left_out = 10_000 - ibis.literal(1, "int64") * p["how.assistance.counted_transfer"]
    own = household.income_net - household.income_transfer * left_out // 10_000
    return {
        "in_reach": on_the_books.in_care(household) & (household.kept | kept_after_exit),
        "income_own_per_head": (own // household.members.nullif(0)).cast("int64"),
        "grade_to_renovate": household.grade_on_list.coalesce(household.dwelling_grade),
    }


@columns("household")
def household_classes(household: Expression, p: Expression) -> Facts:
    """Whose dangerous house comes first: four classes, the first that fits, and everybody else after them (S2-21)."""
    poor = household.in_reach
    return {
        "renovation_class": ibis.cases(
            (
                household.household_kind.isin([kinds.general, kinds.exited, kinds.monitored]) & poor,
                classes.registered,
            ),
            (household.household_kind == kinds.low_income, classes.low_income),
            (household.household_kind == kinds.extremely_poor, classes.dispersed_support),
            (household.low_income_members > 0, classes.low_income),
            (household.extremely_poor_members > 0, classes.dispersed_support),
            (poor, classes.registered),
            ((household.disabled_members > 0) & _below_line(household, p), classes.poor_disabled),
            else_=classes.other,
        ).cast("int16"),
    }


@columns("household")
def household_in_the_net(household: Expression, p: Expression) -> Facts:
    """The five groups of the safety net, each for itself: a household may belong to several (S4-46). And whether
    something came to anybody of it: of civil affairs, the disabled federation or medical relief."""
    return {
        "net_supported": either(
            household.extremely_poor_members > 0, household.household_kind == kinds.extremely_poor
        ),
        "net_no_labour": nobody(household.able_members, household.labour_unknown),
        "net_disabled": somebody(household.disabled_members, household.health_unknown),
        "net_elderly": somebody(household.elderly_members, household.age_unknown),
        "net_ill": somebody(household.ill_members, household.health_unknown),
        "net_covered": (household.assisted_members > 0)
        | (household.subsidised_members > 0)
        | (household.relieved_members > 0),
    }


def _below_line(household: Expression, p: Expression) -> Expression:
    return household.income_per_head < p["who.income.poverty_line"]
