"""Households and people by county type and village type (S1-02): the four combinations, and those nobody has typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bangfu.divisions.codes import Level
from bangfu.divisions.types import ANSWERS, Answer, by_village, types_in
from bangfu.policy.vocabulary import codes
from bangfu.registry.overview import Cell, below, counted, standings_by_place

_standing = codes("standing")
#: What a household is that has not left poverty.
POOR: Final = (_standing.registered, _standing.returned)
#: County type, village type.
Pair = tuple[Answer, Answer]
PAIRS: Final[tuple[Pair, ...]] = tuple((county, village) for county in ANSWERS for village in ANSWERS)
#: The combinations that a document speaks of; the others are asked for where somebody lives in them.
FOUR: Final[tuple[Pair, ...]] = tuple(pair for pair in PAIRS if "unknown" not in pair)


@dataclass
class TypeCounts:
    """Living villages, and households and people that are poor, and that have left poverty."""

    villages: int = 0
    poor: Cell = field(default_factory=Cell)
    exited: Cell = field(default_factory=Cell)

    def __bool__(self) -> bool:
        return bool(self.villages or self.poor.households or self.exited.households)


Counts = Mapping[Pair, TypeCounts]


def counts_by_type(division: str, day: date) -> tuple[Counts, Mapping[str, Counts]]:
    """The division, and the places one level down, by combination; every combination has its counts."""
    types, digits = types_in(division, day), below(division).digits
    own = _empty()
    places: dict[str, dict[Pair, TypeCounts]] = defaultdict(_empty)

    def both(village: str) -> tuple[TypeCounts, TypeCounts]:
        one = types.of(village)
        pair = (one.county, one.village)
        return own[pair], places[village[:digits].ljust(12, "0")][pair]

    for village in by_village(division, day):
        for counts in both(village):
            counts.villages += 1
    for village, cells in standings_by_place(counted(division, day, Level.VILLAGE)).items():
        for counts in both(village):
            for kind, cell in cells.items():
                if kind in POOR:
                    counts.poor += cell
                elif kind == _standing.exited:
                    counts.exited += cell
    return own, dict(sorted(places.items()))


def _empty() -> dict[Pair, TypeCounts]:
    return {pair: TypeCounts() for pair in PAIRS}
