"""Subsistence allowance and support both ways, subsidies for the disabled, safety-net groups.

S1-51, S1-52, S2-26, S2-27, S4-46.
"""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.entitlements import Due, entitlement
from bangfu.policy.vocabulary import codes

Expression = Any

kinds, grade = codes("household_kind"), codes("disability_grade")


@entitlement(
    "subsistence_allowance",
    subject="household",
    period="month",
    since="2014-01-01",
    law="S1-51",
    received="low_income_members",
)
def subsistence_allowance(household: Expression, p: Expression) -> Due:
    """Income per head before transfers under the standard of the day; the extremely poor are supported instead."""
    under = household.income_own_per_head * 1 < p["how.assistance.allowance_standard"]
    return Due(under & (household.household_kind != kinds.extremely_poor))


@entitlement(
    "extremely_poor_support",
    subject="household",
    period="month",
    since="2014-01-01",
    law="S1-52",
    received="extremely_poor_members",
    doubts=("over_paid",),
)
def extremely_poor_support(household: Expression, p: Expression) -> Due:
    """Recognised as extremely poor, nobody able to work.

    Whether relatives must support the others without labour no list says: there nobody can tell. That somebody
    recognised is not on the list is the doubt ``support_off_list``.
    """
    recognised = household.household_kind == kinds.extremely_poor
    fits = (household.able_members == 0) & (
        household.income_own_per_head < p["how.assistance.allowance_standard"]
    )
    return Due(
        ibis.cases(
            (recognised & (household.able_members == 0), ibis.literal(True)),
            (household.able_members > 0, False),
            (~fits, False),
            else_=ibis.null("boolean"),
        )
    )


@entitlement(
    "disability_living",
    subject="person",
    period="month",
    since="2014-01-01",
    law="S4-46",
    received="disability_living_paid",
)
def disability_living(person: Expression, p: Expression) -> Due:
    """Disabled, of a household on subsistence allowance."""
    needy = person.household_kind == kinds.low_income
    amount = ibis.literal(0, "int64") + p["how.disability.living_monthly"]
    return Due(needy & _graded(person, [grade.first, grade.second, grade.third, grade.fourth]), amount)


@entitlement(
    "disability_care",
    subject="person",
    period="month",
    since="2014-01-01",
    law="S4-46",
    received="disability_care_paid",
)
def disability_care(person: Expression, p: Expression) -> Due:
    """Heavily disabled: first or second grade."""
    amount = ibis.literal(0, "int64") + p["how.disability.care_monthly"]
    return Due(_graded(person, [grade.first, grade.second]), amount)


@entitlement(
    "safety_net",
    subject="household",
    period="month",
    since="2014-01-01",
    law="S4-46",
    received="assisted_members",
    over=False,
    doubts=(),
)
def safety_net(household: Expression, p: Expression) -> Due:
    """Of a safety-net group that cannot leave poverty by work: a record of basic living (S2-26). A list, no doubt."""
    grouped = household.safety_net_group.notnull() & (household.able_members == 0)
    return Due(household.in_reach & grouped)


def _graded(person: Expression, grades: list[int]) -> Expression:
    """Of one of the grades; somebody entered as disabled without a grade cannot be told."""
    return ibis.ifelse(person.is_disabled.fill_null(False), person.disability_grade.isin(grades), False)
