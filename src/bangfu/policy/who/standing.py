"""Checks of dates and marks of standing."""

from __future__ import annotations

from typing import Any

from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

kinds, marks = codes("household_kind"), codes("exit_mark")


@rule("identified_out_of_range", subject="household", since="2014-01-01", law="S2-42")
def identified_out_of_range(household: Expression, p: Expression) -> Expression:
    """Identified before registration began, or after the day."""
    before = household.identified_on < p["who.registration.began_on"]
    return before | (household.identified_on > p.day)


@rule("exit_before_identification", subject="household", since="2014-01-01", law="S2-42")
def exit_before_identification(household: Expression, p: Expression) -> Expression:
    """Left before it came in. A household that has not left cannot have left too early."""
    return household.exited_on.notnull() & (household.exited_on < household.identified_on)


@rule("exit_mark_contradicted", subject="household", since="2014-01-01", law="S2-42")
def exit_mark_contradicted(household: Expression, p: Expression) -> Expression:
    """Marked as exited without a date, or a date without the mark."""
    dated = household.exited_on.notnull()
    marked = household.exit_mark.isin([marks.exited, marks.returned])
    return dated != marked


@rule("risk_dates_out_of_order", subject="household", since="2021-01-01", law="S2-42")
def risk_dates_out_of_order(household: Expression, p: Expression) -> Expression:
    """A risk cleared before it was found, or cleared without a date."""
    out_of_order = (household.risk_cleared_on < household.risk_found_on).fill_null(False)
    undated = household.risk_cleared.fill_null(False) & household.risk_cleared_on.isnull()
    return out_of_order | undated


@rule("monitored_without_date", subject="household", since="2021-01-01", law="S2-42")
def monitored_without_date(household: Expression, p: Expression) -> Expression:
    """A monitored household without the date on which the risk was found."""
    return household.monitored_kind.notnull() & household.risk_found_on.isnull()


@rule("supported_with_labour", subject="household", since="2014-01-01", law="S1-52")
def supported_with_labour(household: Expression, p: Expression) -> Expression:
    """Supported as extremely poor, though somebody is able to work."""
    return (household.household_kind == kinds.extremely_poor) & (household.able_members > 0)


@rule("person_before_birth", subject="person", since="2014-01-01", law="S2-42")
def person_before_birth(person: Expression, p: Expression) -> Expression:
    """Identified before being born."""
    return person.identified_on < person.birth_date


@rule("person_before_household", subject="person", since="2014-01-01", law="S2-42")
def person_before_household(person: Expression, p: Expression) -> Expression:
    """Identified before the household was."""
    return person.identified_on < person.household_identified_on
