"""House renovation in the order of its classes, and relocation by class and mode (S1-60, S2-21, S4-10)."""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.entitlements import Due, entitlement
from bangfu.policy.vocabulary import codes

Expression = Any

grade, kinds = codes("dwelling_grade"), codes("household_kind")


@entitlement(
    "house_renovation",
    subject="household",
    period="once",
    since="2014-01-01",
    law="S2-21",
    received="renovation_total",
)
def house_renovation(household: Expression, p: Expression) -> Due:
    """A dangerous house: all that should be are renovated (S1-60), the four priority classes before the others.

    ``renovation_class`` is the place in that order; a household of several classes counts once.
    The grade is the one before the renovation where the house is on the list, today's otherwise.
    """
    unsafe = household.grade_to_renovate.isin([grade.c, grade.d])
    amount = ibis.cases(
        (household.grade_to_renovate == grade.c, p["how.renovation.grade_c"]),
        (household.grade_to_renovate == grade.d, p["how.renovation.grade_d"]),
        else_=0,
    )
    return Due(household.renovation_class.notnull() & unsafe, amount.cast("int64"))


@entitlement(
    "turnkey_home",
    subject="household",
    period="once",
    since="2014-01-01",
    law="S4-10",
    received="turnkey_total",
)
def turnkey_home(household: Expression, p: Expression) -> Due:
    """Extremely poor and named for relocation: a house built by the government, free of charge.

    For nobody else, and for nobody who wishes another mode (X-22).
    """
    named = (household.relocations > 0) & (household.turnkey_declined_total == 0)
    return Due(named & (household.household_kind == kinds.extremely_poor))


@entitlement(
    "relocation_mode",
    subject="household",
    period="once",
    since="2014-01-01",
    law="S4-10",
    received="homes_of_class_total",
    over=False,
)
def relocation_mode(household: Expression, p: Expression) -> Due:
    """Named for relocation: the mode that the household wishes, of its class where no wish is on record (X-22)."""
    return Due(household.relocations > 0)
