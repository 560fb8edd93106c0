"""What classes a household belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from bangfu.policy.facts import columns
from bangfu.policy.vocabulary import codes

Expression = Any
Facts = Mapping[str, Expression]

kinds, classes, group = codes("household_kind"), codes("renovation_class"), codes("safety_net_group")


@columns("household")
def household_in_reach(household: Expression, p: Expression) -> Facts:
    """Registered or monitored, and not out of reach by exit (X-10)."""
    kept_after_exit = ibis.literal(1) * p["how.reach.exited_kept"] == 1
    registered = household.household_kind.isin(
        [kinds.general, kinds.low_income, kinds.extremely_poor, kinds.exited, kinds.monitored]
    )
    own = household.income_net - household.income_transfer
    return {
        "in_reach": registered & (household.kept | kept_after_exit),
        "income_own_per_head": (own // household.members.nullif(0)).cast("int64"),
        "grade_to_renovate": household.grade_on_list.coalesce(household.dwelling_grade),
    }


@columns("household")
def household_classes(household: Expression, p: Expression) -> Facts:
    """Priority class of house renovation (the first of four that fits, S2-21), and group of the safety net (S4-46)."""
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
            ((household.disabled_members > 0) & _below_line(household, p), classes.poor_disabled),
        ).cast("int16"),
        "safety_net_group": ibis.cases(
            (poor & (household.household_kind == kinds.extremely_poor), group.supported),
            (poor & (household.able_members == 0) & (household.labour_unknown == 0), group.no_labour),
            (poor & (household.disabled_members > 0), group.disabled),
            (poor & (household.elderly_members == household.members), group.elderly),
            (poor & (household.ill_members > 0), group.ill),
        ).cast("int16"),
    }


def _below_line(household: Expression, p: Expression) -> Expression:
    return household.income_per_head < p["who.income.poverty_line"]
