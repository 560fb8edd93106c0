"""Spans of the documents' figures as a page shows them."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from bangfu.policy.oversight.reconciliation import ENDLESS, Span, Statement

_HUNDRED = Decimal(100)


def shown_span(span: Span | None) -> str:
    """``1,611``, ``246,909 – 249,939``, ``28 以上``; a dash where nothing can be computed."""
    if span is None:
        return "—"
    if span.low == span.high:
        return _number(span.low, ROUND_FLOOR)
    if span.high == ENDLESS:
        return _("%(low)s 以上") % {"low": _number(span.low, ROUND_FLOOR)}
    low, high = _number(span.low, ROUND_CEILING), _number(span.high, ROUND_FLOOR)
    return low if low == high else f"{low} – {high}"


def shown_gap(one: Statement) -> str:
    """How far a stated figure that does not fit lies from the computed one, at the least, with its sign."""
    if one.stated is None or one.computed is None:
        return "—"
    if one.relation == "floor_at_least":
        nearest = one.stated.low - one.computed.low
    elif one.stated.low >= one.computed.high:
        nearest = one.stated.low - one.computed.high
    else:
        nearest = one.stated.high - one.computed.low
    return f"{'+' if nearest > 0 else '−'}{_number(abs(nearest), ROUND_HALF_UP)}"


def _number(value: Decimal, rounding: str) -> str:
    """Whole where it is whole or large, four digits after the point where it is a share."""
    whole = value == value.to_integral_value() or abs(value) >= _HUNDRED
    return f"{value.quantize(Decimal(1) if whole else Decimal('0.0001'), rounding=rounding):,f}"
