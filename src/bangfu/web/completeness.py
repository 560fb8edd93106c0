"""Counts of villages added up to the places that a page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bangfu.divisions.codes import Level
from bangfu.web.places import names_of, padded


@dataclass(frozen=True)
class PlaceCounts:
    """Counts of one place by name."""

    code: str
    name: str
    counts: Counter[str]

    def share(self, part: str, whole: str) -> int | None:
        """``part`` of ``whole`` in 1/10 000, rounded down: all is 10 000 only where nothing lacks."""
        return self.counts[part] * 10_000 // self.counts[whole] if self.counts[whole] else None


def by_place(rows: Iterable[Any], level: Level, *names: str) -> list[PlaceCounts]:
    """Rows with a village's ``division_code`` and counts ``names``, added up to the places of ``level``, by code."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        counts = found.setdefault(padded(row.division_code[: level.digits]), Counter())
        counts.update({name: getattr(row, name) for name in names})
    titles = names_of(found)
    return [PlaceCounts(code, titles[code], counts) for code, counts in sorted(found.items())]


def merged(*tables: Iterable[PlaceCounts]) -> list[PlaceCounts]:
    """Counts of several tables beside each other, place by place."""
    found: dict[str, PlaceCounts] = {}
    for table in tables:
        for one in table:
            known = found.setdefault(one.code, PlaceCounts(one.code, one.name, Counter()))
            known.counts.update(one.counts)
    return [found[code] for code in sorted(found)]
