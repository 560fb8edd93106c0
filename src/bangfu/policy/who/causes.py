"""Checks of the causes of poverty against the family, and of the completeness of the form."""

from __future__ import annotations

from typing import Any

from bangfu.policy.logic import known, nobody
from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

cause = codes("cause")


@rule("form_incomplete", subject="household", since="2014-01-01", law="S4-59")
def form_incomplete(household: Expression, p: Expression) -> Expression:
    """One of the six groups of the basic information form is empty."""
    return household.form_gaps > 0


@rule("illness_without_patient", subject="household", since="2014-01-01", law="S4-74")
def illness_without_patient(household: Expression, p: Expression) -> Expression:
    """Poor by illness, but nobody is ill."""
    return (household.main_cause == cause.illness) & nobody(household.ill_members, household.health_unknown)


@rule("disability_without_disabled", subject="household", since="2014-01-01", law="S4-74")
def disability_without_disabled(household: Expression, p: Expression) -> Expression:
    """Poor by disability, but nobody is disabled."""
    return (household.main_cause == cause.disability) & nobody(
        household.disabled_members, household.health_unknown
    )


@rule("schooling_without_student", subject="household", since="2014-01-01", law="S4-74")
def schooling_without_student(household: Expression, p: Expression) -> Expression:
    """Poor by the cost of schooling, but nobody is at school."""
    return (household.main_cause == cause.schooling) & nobody(household.students, household.school_unknown)


@rule("labour_lack_contradicted", subject="household", since="2014-01-01", law="S4-27")
def labour_lack_contradicted(household: Expression, p: Expression) -> Expression:
    """Poor by lack of labour, though at least two and half of the members are able to work."""
    plenty = (household.able_members >= 2) & (household.able_members * 2 >= household.members)
    return (household.main_cause == cause.labour) & plenty


@rule("cause_repeated", subject="household", since="2014-01-01", law="S4-59")
def cause_repeated(household: Expression, p: Expression) -> Expression:
    """The main cause stands among the others again. No other causes: nothing is repeated."""
    return known(household.other_causes.contains(household.main_cause))
