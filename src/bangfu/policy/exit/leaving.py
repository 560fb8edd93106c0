"""May a household leave: income against the line of the day, and each of the guarantees (S0-46, S4-76).

The subject is the sheet of its verification. An answer that could not be told, or an income that is not entered, leaves
the verdict open: *cannot tell* is neither yes nor no.
"""

from __future__ import annotations

from typing import Any

from bangfu.policy.rules import rule

Expression = Any

SUBJECT = "exit_verification"
LINE = "who.income.poverty_line"
GUARANTEES = ("food", "clothing", "schooling", "medical", "housing")
#: Drinking water is asked for since 2019.
GUARANTEES_SINCE_2019 = (*GUARANTEES, "water")


def income_per_head(sheet: Expression) -> Expression:
    """The four kinds of income less cost, for each member, cut to the fen; NULL while one of them is not entered."""
    earned = sheet.income_wage + sheet.income_business + sheet.income_property + sheet.income_transfer
    return ((earned - sheet.production_cost) // sheet.members.nullif(0)).cast("int64")


def _over_line(sheet: Expression, p: Expression) -> Expression:
    return income_per_head(sheet) >= p[LINE]


def _basics(sheet: Expression) -> Expression:
    return sheet.food & sheet.clothing & sheet.schooling & sheet.medical & sheet.housing


@rule("exit_income_over_line", subject=SUBJECT, kind="eligibility", since="2014-01-01", law="S0-46")
def exit_income_over_line(sheet: Expression, p: Expression) -> Expression:
    """Income per head is not below the line of the day."""
    return _over_line(sheet, p)


@rule(
    "exit_guarantees",
    subject=SUBJECT,
    kind="eligibility",
    since="2014-01-01",
    until="2018-12-31",
    law="S0-46",
)
def exit_five_guarantees(sheet: Expression, p: Expression) -> Expression:
    """No worry about food and clothing; schooling, basic medical care and a safe dwelling are guaranteed."""
    return _basics(sheet)


@rule("exit_guarantees", subject=SUBJECT, kind="eligibility", since="2019-01-01", law="S0-46")
def exit_six_guarantees(sheet: Expression, p: Expression) -> Expression:
    """The same, and safe drinking water."""
    return _basics(sheet) & sheet.water


@rule("exit_ready", subject=SUBJECT, kind="eligibility", since="2014-01-01", until="2018-12-31", law="S4-76")
def exit_ready_with_five(sheet: Expression, p: Expression) -> Expression:
    """Income and the five guarantees: the household may leave."""
    return _over_line(sheet, p) & _basics(sheet)


@rule("exit_ready", subject=SUBJECT, kind="eligibility", since="2019-01-01", law="S4-76")
def exit_ready_with_six(sheet: Expression, p: Expression) -> Expression:
    """Income, the five guarantees and drinking water: the household may leave."""
    return _over_line(sheet, p) & _basics(sheet) & sheet.water
