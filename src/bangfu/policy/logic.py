"""Three-valued helpers that several rules share. NULL means *cannot tell*."""

from __future__ import annotations

from typing import Any

import ibis

Expression = Any


def nobody(known: Expression, unknown: Expression) -> Expression:
    """True when nobody of the household is known to, and nobody's value is missing.

    Args:
        known: how many members are known to have the property.
        unknown: how many members' value is missing.
    """
    cannot_tell = ibis.null("boolean")
    return ibis.cases(
        (known.isnull(), cannot_tell), (known > 0, False), (unknown > 0, cannot_tell), else_=True
    )


def somebody(known: Expression, unknown: Expression) -> Expression:
    """True when somebody of the household is known to; arguments as in ``nobody``."""
    return ~nobody(known, unknown)


def either(first: Expression, second: Expression) -> Expression:
    """True when one of two sources says so; where one of them is missing, what the other says."""
    return ibis.cases((first.isnull(), second), (second.isnull(), first), else_=first | second)


def within(value: Expression, low: Expression, high: Expression) -> Expression:
    """``low <= value <= high``; NULL in, NULL out."""
    return (value >= low) & (value <= high)


def apart(left: Expression, right: Expression, tolerance: Expression) -> Expression:
    """Two amounts differ by more than ``tolerance``."""
    return (left - right).abs() > tolerance


def known(value: Expression) -> Expression:
    """NULL counts as no. Only where the document itself treats an empty entry as no."""
    return value.fill_null(False)
