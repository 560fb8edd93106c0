"""School terms as the code list ``school_term`` numbers them: year × 10 + 1 in spring, + 2 in autumn."""

from __future__ import annotations

SPRING, AUTUMN = 1, 2
#: Spring runs from February, autumn from September to January.
FIRST_OF_SPRING, FIRST_OF_AUTUMN = 2, 9


def term_of(day: int) -> int:
    """The term of a day (yyyymmdd): 20151231 → 20152, 20160115 → 20152, 20160301 → 20161."""
    year, month = day // 10_000, day // 100 % 100
    if month >= FIRST_OF_AUTUMN:
        return year * 10 + AUTUMN
    if month < FIRST_OF_SPRING:
        return (year - 1) * 10 + AUTUMN
    return year * 10 + SPRING
