"""Subsistence allowance and support both ways, subsidies for the disabled, safety-net groups.

S1-51, S1-52, S2-26, S2-27, S4-46.
"""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.entitlements import Due, entitlement
from bangfu.policy.logic import either
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
    """Income per head under the standard of the day; the extremely poor are supported instead.

    How much of the transfers counts is a value of configuration: the allowance itself is among them.
    """
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
    """Disabled and on subsistence allowance, by the civil-affairs list or the kind of the household."""
    needy = either(person.assisted_low_income > 0, person.household_kind == kinds.low_income)
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
    received="net_covered",
    over=False,
    doubts=(),
)
def safety_net(household: Expression, p: Expression) -> Due:
    """Of one of the five groups: something of civil affairs, the disabled federation or medical relief came (S2-26).

    A household may belong to several. A list, no doubt.
    """
    grouped = (
        household.net_supported
        | household.net_no_labour
        | household.net_disabled
        | household.net_elderly
        | household.net_ill
    )
    return Due(household.in_reach & grouped)


def _graded(person: Expression, grades: list[int]) -> Expression:
    """Of one of the grades; disabled without a grade, or neither health nor grade entered: nobody can tell."""
    return person.is_disabled & person.disability_grade.isin(grades)
