"""What warns that a household which has left, or is watched, may fall back (S1-43, S4-05).

An alert is a rule like any other: it asks for a look on the spot, changes no standing, and closes when the facts have
changed or a second person has verified the answer.
"""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.logic import known, nobody
from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

cause, grade, school = codes("cause"), codes("dwelling_grade"), codes("school_status")
SINCE = "2014-01-01"


def _heavy(cost: Expression, household: Expression, share: Expression) -> Expression:
    """The cost is at least ``share`` (1/10 000) of the net income of the year."""
    return cost * 10_000 >= household.income_net * share


@rule("alert_illness_cost", subject="household", kind="alert", since=SINCE, law="S4-74")
def alert_illness_cost(household: Expression, p: Expression) -> Expression:
    """Medical spending is large, and heavy against the income."""
    spent = household.spending_medical
    heavy = _heavy(spent, household, p["exit.alerts.illness_share"])
    return household.watched & (spent >= p["exit.alerts.illness_cost"]) & heavy


@rule("alert_income_near_line", subject="household", kind="alert", since=SINCE, law="S4-05")
def alert_income_near_line(household: Expression, p: Expression) -> Expression:
    """Income per head lies under so many times the line."""
    limit = p["who.income.poverty_line"] * p["exit.alerts.near_line"] // 10_000
    return household.watched & (household.income_per_head < limit)


@rule("alert_income_drop", subject="household", kind="alert", since=SINCE, law="S4-05")
def alert_income_drop(household: Expression, p: Expression) -> Expression:
    """Income per head fell by a large share against the year before."""
    before = household.income_per_head_before
    fell = (before - household.income_per_head) * 10_000 >= before * p["exit.alerts.income_drop"]
    return household.watched & (before > 0) & fell


@rule("alert_job_loss", subject="household", kind="alert", since=SINCE, law="S4-05")
def alert_job_loss(household: Expression, p: Expression) -> Expression:
    """The household lives on wages, and nobody has months of work any more."""
    on_wages = _heavy(household.income_wage, household, p["exit.alerts.wage_share"])
    idle = nobody(household.workers, household.work_months_unknown)
    return household.watched & (household.income_wage > 0) & on_wages & idle


@rule("alert_disaster", subject="household", kind="alert", since=SINCE, law="S4-05")
def alert_disaster(household: Expression, p: Expression) -> Expression:
    """A disaster struck lately, and after the household left; the old cause of its poverty is none.

    Without a date nobody can tell where a disaster stands among the causes, or the main cause is not entered; elsewhere
    no disaster is known of.
    """
    struck = household.disaster_on
    lately = (struck <= p.day) & ((p.day - struck) // 10_000 < p["exit.alerts.disaster_years"])
    since_exit = lately & ~known(struck <= household.exited_on)
    old_cause = known(household.other_causes.contains(cause.disaster)) | (
        household.main_cause == cause.disaster
    )
    undated = ibis.ifelse(~old_cause, False, ibis.null("boolean"))
    return household.watched & ibis.ifelse(struck.notnull(), since_exit, undated)


@rule("alert_schooling_cost", subject="household", kind="alert", since=SINCE, law="S4-74")
def alert_schooling_cost(household: Expression, p: Expression) -> Expression:
    """Spending on schooling is large, and heavy against the income."""
    spent = household.spending_schooling
    heavy = _heavy(spent, household, p["exit.alerts.schooling_share"])
    return household.watched & (spent >= p["exit.alerts.schooling_cost"]) & heavy


@rule("alert_dropout", subject="person", kind="alert", since=SINCE, law="S0-46")
def alert_dropout(person: Expression, p: Expression) -> Expression:
    """A child of a household that has left, or is monitored, dropped out of compulsory schooling."""
    first, last = p["who.schooling.compulsory_first_age"], p["who.schooling.compulsory_last_age"]
    of_age = (person.age >= first) & (person.age <= last)
    return person.household_watched & of_age & (person.school_status == school.dropout)


@rule("alert_housing", subject="household", kind="alert", since=SINCE, law="S0-46")
def alert_housing(household: Expression, p: Expression) -> Expression:
    """The dwelling is dangerous, or of grade C or D."""
    unsafe = household.dwelling_grade.isin([grade.c, grade.d])
    return household.watched & (household.dangerous_dwelling | unsafe)


@rule("alert_debt", subject="household", kind="alert", since=SINCE, law="S4-05")
def alert_debt(household: Expression, p: Expression) -> Expression:
    """Debts are large, and savings do not cover them."""
    owed = household.debts
    return household.watched & (owed >= p["exit.alerts.debt"]) & (owed > household.savings)
