"""A dated parameter as a page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from bangfu.policy.parameters import DatedValue, Parameter
from bangfu.web.speaking import said

#: First step of a key → the question it belongs to.
QUESTIONS: Final[Mapping[str, Any]] = {
    "who": _("扶持谁"),
    "by_whom": _("谁来扶"),
    "how": _("怎么扶"),
    "exit": _("如何退"),
    "oversight": _("监督"),
}


@dataclass(frozen=True)
class ShownParameter:
    """``since``: the day from which the value holds. ``own``: it is configuration, not a document's."""

    key: str
    title: str
    value: str
    unit: str
    since: date
    reference: str
    own: bool


def shown_parameter(parameter: Parameter, dated: DatedValue) -> ShownParameter:
    """The parameter with the entry in force."""
    return ShownParameter(
        key=parameter.key,
        title=said(parameter.title),
        value=shown_value(parameter.kind, dated.value),
        unit=parameter.unit,
        since=dated.since,
        reference=dated.reference,
        own=parameter.from_configuration,
    )


def shown_value(kind: str, value: object) -> str:
    """A kept value as people write it; a dash where the parameter has ended."""
    if value is None:
        return "—"
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
