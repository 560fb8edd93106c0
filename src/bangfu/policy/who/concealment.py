"""Declared income and debts against records of payments and loans (S1-24): a task to verify, never an exit.

Wages stand in ``matches.wage_concealed``.
"""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.rules import rule

Expression = Any


@rule("property_concealed", subject="household", since="2014-01-01", law="S1-24")
def property_concealed(household: Expression, p: Expression) -> Expression:
    """Rent and dividends on record are well over the property income declared.

    What one of the two lists alone says is enough for yes; no needs both.
    """
    declared = household.income_property + p["who.concealment.income_tolerance"]
    at_least = household.rent_recorded_total.fill_null(0) + household.dividend_recorded_total.fill_null(0)
    both = household.rent_recorded_total + household.dividend_recorded_total
    return ibis.cases(
        (declared.isnull(), ibis.null("boolean")), (at_least > declared, True), else_=both > declared
    )


@rule("subsidy_concealed", subject="household", since="2014-01-01", law="S1-24")
def subsidy_concealed(household: Expression, p: Expression) -> Expression:
    """Subsidies on record are well over the transfer income declared."""
    declared = household.income_transfer + p["who.concealment.income_tolerance"]
    return household.subsidy_recorded_total > declared


@rule("loan_unrecorded", subject="household", since="2014-01-01", law="S1-24")
def loan_unrecorded(household: Expression, p: Expression) -> Expression:
    """More is owed on record than the debts declared: money came in that the record does not show."""
    declared = household.debts + p["who.concealment.loan_tolerance"]
    return household.loan_recorded_total > declared
