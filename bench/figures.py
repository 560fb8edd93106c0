"""What a bench gives: figures with their goals, and ratios against peers; and the table that is printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

HEAD = ("bench", "figure", "value", "goal", "met", "note")


@dataclass(frozen=True)
class Goal:
    """``sign`` is ≤ or ≥."""

    sign: str
    bound: float

    def met_by(self, value: float) -> bool:
        return value <= self.bound if self.sign == "≤" else value >= self.bound


def at_most(bound: float) -> Goal:
    return Goal("≤", bound)


def at_least(bound: float) -> Goal:
    return Goal("≥", bound)


@dataclass(frozen=True)
class Figure:
    """One line of the table. A ratio against a peer is a figure with the unit ×."""

    what: str
    value: float
    unit: str = "s"
    goal: Goal | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.goal.met_by(self.value)

    def row(self, bench: str) -> tuple[str, ...]:
        met = {True: "met", False: "NOT MET", None: ""}[self.met]
        goal = f"{self.goal.sign} {number(self.goal.bound)} {self.unit}" if self.goal else ""
        return bench, self.what, f"{number(self.value)} {self.unit}", goal, met, self.note

    def data(self, bench: str) -> dict[str, object]:
        return {"bench": bench, **asdict(self), "met": self.met}


def number(value: float) -> str:
    """Three significant digits, whole numbers with spaces between thousands."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """As Markdown, so that it can be put into the documentation as it is."""
    every = [HEAD, *rows]
    widths = [max(_width(row[place]) for row in every) for place in range(len(HEAD))]
    lines = [
        "| " + " | ".join(_padded(*cell) for cell in zip(row, widths, strict=True)) + " |" for row in every
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
