"""Checks of dwelling, water and land."""

from __future__ import annotations

from typing import Any

from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

grade = codes("dwelling_grade")


@rule("exited_dangerous_dwelling", subject="household", since="2014-01-01", law="S1-60")
def exited_dangerous_dwelling(household: Expression, p: Expression) -> Expression:
    """Marked as exited, in a dwelling of grade C or D; safe housing is one of the three guarantees."""
    return household.has_exited & household.dwelling_grade.isin([grade.c, grade.d])


@rule("dwelling_contradiction", subject="household", since="2014-01-01", law="S1-60")
def dwelling_contradiction(household: Expression, p: Expression) -> Expression:
    """The mark “dangerous” and the grade say different things."""
    return household.dangerous_dwelling != household.dwelling_grade.isin([grade.c, grade.d])


@rule("exited_unsafe_water", subject="household", since="2014-01-01", law="S0-46")
def exited_unsafe_water(household: Expression, p: Expression) -> Expression:
    """Marked as exited without safe drinking water."""
    return household.has_exited & ~household.safe_water


@rule("floor_area_implausible", subject="household", since="2014-01-01", law="S2-45")
def floor_area_implausible(household: Expression, p: Expression) -> Expression:
    """No floor area, or more per head than is believed (hundredths of a square metre)."""
    most = household.members * p["who.dwelling.most_area_per_head"] * 100
    return (household.dwelling_area <= 0) | ((household.members > 0) & (household.dwelling_area > most))


@rule("farmland_implausible", subject="household", since="2014-01-01", law="S2-45")
def farmland_implausible(household: Expression, p: Expression) -> Expression:
    """Negative farmland, or more per head than is believed (hundredths of a mu)."""
    most = household.members * p["who.dwelling.most_farmland_per_head"] * 100
    return (household.farmland < 0) | ((household.members > 0) & (household.farmland > most))
