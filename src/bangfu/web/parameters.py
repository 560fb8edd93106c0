"""A dated parameter as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.policy.parameters import DatedValue, Parameter
from bangfu.web.speaking import said


@dataclass(frozen=True)
class ShownParameter:
    """``since``: the day from which the value holds. ``own``: it is configuration, not a document's."""

    title: str
    value: str
    unit: str
    since: date
    reference: str
    own: bool


def shown_parameter(parameter: Parameter, dated: DatedValue) -> ShownParameter:
    """The parameter with the entry in force."""
    return ShownParameter(
        title=said(parameter.title),
        value=_value(parameter.kind, dated.value),
        unit=parameter.unit,
        since=dated.since,
        reference=dated.reference,
        own=parameter.from_configuration,
    )


def _value(kind: str, value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return str(value)
    if kind == "money":
        whole, rest = divmod(value, 100)
        return f"{whole:,}" + (f".{rest:02d}" if rest else "")
    if kind == "ratio":
        return f"{value / 10_000:g}"
    if kind == "date":
        return f"{value // 10_000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"
    return f"{value:,}"
