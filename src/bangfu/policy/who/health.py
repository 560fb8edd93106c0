"""Checks of health, disability and insurance."""

from __future__ import annotations

from typing import Any

from bangfu.policy.logic import known
from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

health = codes("health")


@rule("disability_incomplete", subject="person", since="2014-01-01", law="S4-46")
def disability_incomplete(person: Expression, p: Expression) -> Expression:
    """Entered as disabled without kind or grade."""
    return (person.health == health.disabled) & (
        person.disability_kind.isnull() | person.disability_grade.isnull()
    )


@rule("disability_denied", subject="person", since="2014-01-01", law="S4-46")
def disability_denied(person: Expression, p: Expression) -> Expression:
    """A grade of disability, but entered as healthy."""
    return person.disability_grade.notnull() & (person.health == health.healthy)


@rule("insurance_missing", subject="person", since="2014-01-01", law="S4-89")
def insurance_missing(person: Expression, p: Expression) -> Expression:
    """Entered as without basic medical insurance; the share of the poor must be 100 %."""
    return ~person.medical_insurance


@rule("serious_without_basic", subject="person", since="2014-01-01", law="S2-45")
def serious_without_basic(person: Expression, p: Expression) -> Expression:
    """Serious-illness insurance comes with the basic one; it cannot stand alone."""
    return known(person.serious_illness_insurance) & ~person.medical_insurance
