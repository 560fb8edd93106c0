"""Poor villages against the others (S2-36), from the parts that the latest runs kept by village."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bangfu.analytics.indicators.definitions import Indicator, indicators
from bangfu.analytics.indicators.results import gap_between
from bangfu.divisions.types import ANSWERS, Answer, types_in
from bangfu.quality.indicators import Value, added, parts_of, value_from

#: Beside coverage: what people live on, and how deep poverty is.
_MORE: Final = ("income_per_head", "income_transfer_share", "fgt0", "fgt1", "fgt2", "mpi")


@dataclass(frozen=True)
class GapLine:
    """One indicator in poor and in other villages. ``gap`` in hundredths of the unit (percentage points for percent);
    ``index``: poor villages per hundred of the others, in hundredths."""

    indicator: Indicator
    poor: Value
    other: Value
    gap: int | None
    index: int | None


@dataclass(frozen=True)
class GapPicture:
    """``day`` of the youngest run, None where there was none. ``villages``: how many of each type the runs saw."""

    day: date | None
    villages: Mapping[Answer, int]
    lines: tuple[GapLine, ...]


def keys() -> tuple[str, ...]:
    """The indicators compared: all coverage, and ``_MORE``."""
    return (*(key for key, one in indicators().items() if one.listed), *_MORE)


def gap_picture(division: str) -> GapPicture:
    """Poor villages of the division against the others; villages that nobody has typed are left out, and counted."""
    rows, day = parts_of(division, "village")
    if day is None:
        return GapPicture(None, {}, ())
    types = types_in(division, day)
    groups: dict[Answer, list[Mapping[str, int]]] = {one: [] for one in ANSWERS}
    for row in rows:
        groups[types.of(row.division_code).village].append(row.parts)
    poor, other = added(groups["poor"]), added(groups["other"])
    return GapPicture(
        day,
        {name: len(some) for name, some in groups.items()},
        tuple(_line(indicators()[key], poor, other) for key in keys()),
    )


def _line(one: Indicator, poor: Counter[str], other: Counter[str]) -> GapLine:
    """A village without anybody to count has no parts: they are 0."""
    names = (*one.of, *one.among, *one.unknown)
    poor_row, other_row = ({name: row[name] for name in names} for row in (poor, other))
    between = gap_between(one, poor_row, other_row)
    return GapLine(one, value_from(one, poor_row), value_from(one, other_row), between.gap, between.index)
