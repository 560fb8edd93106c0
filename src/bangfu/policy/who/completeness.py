"""Nobody left behind: every household still registered has somebody who helps and something that is done."""

from __future__ import annotations

from typing import Any

from bangfu.policy.rules import rule

Expression = Any


@rule("household_without_helper", subject="household", since="2014-01-01", law="S0-03")
def household_without_helper(household: Expression, p: Expression) -> Expression:
    """Still registered, and nobody of it is on the list of helpers (S3-04: who helps)."""
    return household.kept & (household.helpers == 0)


@rule("household_without_measure", subject="household", since="2014-01-01", law="S0-03")
def household_without_measure(household: Expression, p: Expression) -> Expression:
    """Still registered, and no measure reaches it: none of the three lists of measures has anybody of it (S4-16)."""
    return household.kept & (household.measures == 0)
