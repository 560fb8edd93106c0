"""Checks of income: sums, signs, who earned it, and income against the line."""

from __future__ import annotations

from typing import Any

from bangfu.policy.logic import apart, nobody
from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

kinds = codes("household_kind")
LINE = "who.income.poverty_line"
FORM = "S4-59"


@rule("income_parts_total", subject="household", since="2014-01-01", law=FORM)
def income_parts_total(household: Expression, p: Expression) -> Expression:
    """The four kinds of income less cost do not make the net income."""
    return apart(household.income_parts, household.income_net, p["who.income.sum_tolerance"])


@rule("income_per_head_mismatch", subject="household", since="2014-01-01", law=FORM)
def income_per_head_mismatch(household: Expression, p: Expression) -> Expression:
    """Net income divided by the members on record is not the income per head stated."""
    same_members = household.stated_members == household.members
    differs = apart(
        household.income_per_head_computed, household.income_per_head, p["who.income.sum_tolerance"]
    )
    return same_members & differs


@rule("income_negative", subject="household", since="2014-01-01", law=FORM)
def income_negative(household: Expression, p: Expression) -> Expression:
    """A kind of income that cannot be negative is; only the net result of business can."""
    return (household.income_wage < 0) | (household.income_property < 0) | (household.income_transfer < 0)


@rule("wage_without_worker", subject="household", since="2014-01-01", law="S2-45")
def wage_without_worker(household: Expression, p: Expression) -> Expression:
    """Wage income, but nobody has months of work."""
    return (household.income_wage > 0) & nobody(household.workers, household.work_months_unknown)


@rule("worker_without_wage", subject="household", since="2014-01-01", law="S1-24")
def worker_without_wage(household: Expression, p: Expression) -> Expression:
    """Somebody worked for months, but no wage is declared."""
    return (household.steady_workers > 0) & (household.income_wage == 0)


@rule("income_outlier", subject="household", since="2014-01-01", law="S2-45")
def income_outlier(household: Expression, p: Expression) -> Expression:
    """Income per head beyond belief: fen for yuan, or the total in the place of the share."""
    return household.income_per_head > p["who.income.outlier_per_head"]


@rule("allowance_without_transfer", subject="household", since="2014-01-01", law="S2-27")
def allowance_without_transfer(household: Expression, p: Expression) -> Expression:
    """A household on subsistence allowance has transfer income."""
    on_allowance = household.household_kind.isin([kinds.low_income, kinds.extremely_poor])
    return on_allowance & (household.income_transfer == 0)


@rule("income_far_over_line", subject="household", since="2014-01-01", law="S1-24")
def income_far_over_line(household: Expression, p: Expression) -> Expression:
    """Still registered, with an income per head far over the line: verify, never remove by itself."""
    limit = p[LINE] * p["who.income.far_over_line"] // 10_000
    believable = household.income_per_head <= p["who.income.outlier_per_head"]
    return household.kept & believable & (household.income_per_head > limit)


@rule("exited_below_line", subject="household", since="2014-01-01", law="S0-46")
def exited_below_line(household: Expression, p: Expression) -> Expression:
    """Marked as exited, with an income per head below the line of the day."""
    return household.has_exited & (household.income_per_head < p[LINE])


@rule("income_copied", subject="village", since="2014-01-01", law="S2-45")
def income_copied(village: Expression, p: Expression) -> Expression:
    """Most households of the village state one and the same income per head."""
    enough = village.incomes_stated >= p["who.income.copied_least_households"]
    few = village.distinct_incomes * 10_000 < village.incomes_stated * p["who.income.copied_share"]
    return enough & few
