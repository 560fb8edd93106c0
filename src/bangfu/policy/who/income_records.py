"""What lists of payments and loans say of a person: rent for land, dividends, subsidies, loans (S1-24).

Money counts by equal number only: a likely match is no ground to speak of hidden income.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangfu.policy.facts import summary
from bangfu.policy.logic import known
from bangfu.policy.vocabulary import codes

Expression = Any
Facts = Mapping[str, Expression]

link = codes("link")


def _matched(entry: Expression, p: Expression) -> Expression:
    return (entry.link == link.exact) & entry.person_key.notnull()


def _of_the_year(entry: Expression, p: Expression) -> Expression:
    """Of the year of the day; a row without a year counts."""
    return known(entry.year == p.day // 10_000) | entry.year.isnull()


def _sum(amount: Expression, where: Expression) -> Expression:
    return amount.sum(where=where).fill_null(0).cast("int64")


@summary("land_rent", to="person", by="person_key", only=_matched, empty={"rent_recorded": 0})
def land_rent(entry: Expression, p: Expression) -> Facts:
    """Rent paid for the household's land in the year (fen)."""
    return {"rent_recorded": _sum(entry.rent, _of_the_year(entry, p))}


@summary("dividends", to="person", by="person_key", only=_matched, empty={"dividend_recorded": 0})
def dividends(entry: Expression, p: Expression) -> Facts:
    """Dividends paid in the year (fen)."""
    return {"dividend_recorded": _sum(entry.dividend, _of_the_year(entry, p))}


@summary("subsidies", to="person", by="person_key", only=_matched, empty={"subsidy_recorded": 0})
def subsidies(entry: Expression, p: Expression) -> Facts:
    """Subsidies paid in the year (fen)."""
    return {"subsidy_recorded": _sum(entry.subsidy, _of_the_year(entry, p))}


@summary("loans", to="person", by="person_key", only=_matched, empty={"loan_recorded": 0})
def loans(entry: Expression, p: Expression) -> Facts:
    """What is still owed on loans lent by the day (fen); a loan without a date counts."""
    lent = known(entry.lent_on <= p.day) | entry.lent_on.isnull()
    return {"loan_recorded": _sum(entry.balance, lent)}
