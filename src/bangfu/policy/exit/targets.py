"""Targets of a year, and how they are divided among the divisions below (S2-03).

A target says what is hoped for. Nothing here, and nothing that calls it, makes anybody leave.
"""

from __future__ import annotations

from collections.abc import Iterable


def least_sum(parent: int, *, about: bool, tolerance: int) -> int:
    """What the parts of a target must add up to at least; an approximate one (左右) may fall short by ``tolerance``
    (1/10 000), rounded up."""
    if not about:
        return parent
    return -(-parent * (10_000 - tolerance) // 10_000)


def shortfall(parent: int, parts: Iterable[int], *, about: bool, tolerance: int) -> int:
    """How much the parts lack; 0 when they make the target."""
    return max(least_sum(parent, about=about, tolerance=tolerance) - sum(parts), 0)


def rate(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in 1/10 000, rounded half up; None where there is no whole (S4-05)."""
    return (2 * part * 10_000 + whole) // (2 * whole) if whole > 0 else None
