"""A rate that changes, in percentage points, and whether it fits the change of the count (S3-03)."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.analytics.indicators.definitions import rounded
from bangfu.policy.oversight.reconciliation import Span, quotient


@dataclass(frozen=True)
class Change:
    """``count``: how many more or fewer. ``points``: hundredths of a percentage point (个百分点, never percent)."""

    count: int
    points: int | None

    @property
    def implied_base(self) -> int | None:
        """The population that both changes imply when it is the same before and after."""
        return rounded(self.count * 10_000, self.points) if self.points else None


def change(before: tuple[int, int | None], after: tuple[int, int | None]) -> Change:
    """From (count, rate in hundredths of a percent) to (count, rate)."""
    points = None if before[1] is None or after[1] is None else after[1] - before[1]
    return Change(after[0] - before[0], points)


def implied_base(count: Span, points: Span) -> Span | None:
    """Between which bounds the population lies that a stated change of count and of rate imply: count ÷ points.

    ``points`` is a fraction (1.9 percentage points: 0.019). None where it reaches zero.
    """
    return quotient(count, points)
