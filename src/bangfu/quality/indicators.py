"""Indicators of a division and of the divisions one level down, from the parts that the latest runs kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from bangfu.analytics.indicators.definitions import Indicator, indicators
from bangfu.analytics.indicators.results import FIGURES, value_of
from bangfu.divisions.codes import NATION, Level, level_of, scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.quality.result_models import IndicatorParts
from bangfu.registry.models import StatedFigure
from bangfu.registry.overview import below

_NAMES = {Level.COUNTY: "county", Level.TOWNSHIP: "township", Level.VILLAGE: "village"}


@dataclass(frozen=True)
class Value:
    """``of``, ``among`` and ``unknown`` are whole numbers; ``value`` is hundredths of the unit, None without a
    denominator."""

    indicator: Indicator
    of: int
    among: int | None
    unknown: int
    value: int | None

    @property
    def lacking(self) -> int | None:
        """How many are listed by name as not covered; None where the indicator is no coverage."""
        return self.among - self.of if self.indicator.listed and self.among is not None else None


@dataclass(frozen=True)
class Picture:
    """``day`` of the youngest run. ``own``: the division; ``places``: those one level down."""

    day: date | None
    own: Mapping[str, Value]
    places: Mapping[str, Mapping[str, Value]]


def picture(division: str) -> Picture:
    """All indicators of ``division`` and of the places one level down; above a county, counties are summed."""
    level, down = level_of(division), below(division)
    rows, day = parts_of(division, _NAMES[max(down, Level.COUNTY)])
    places = _summed(rows, down)
    own = _summed(rows, level) if level is not None else {NATION: added(list(places.values()))}
    if day is None:
        return Picture(None, {}, {})
    stated = _stated([division, *places], day)
    return Picture(
        day,
        _values(own[division], stated.get(division, {})),
        {code: _values(parts, stated.get(code, {})) for code, parts in sorted(places.items())},
    )


def parts_of(division: str, level: str) -> tuple[QuerySet[IndicatorParts], date | None]:
    """The parts of every division of ``level`` (county, township, village) in ``division``, and the day of the youngest
    run among them; None where there was none."""
    rows = IndicatorParts.objects.filter(prefix_range("division_code", scope_prefix(division)), level=level)
    return rows, rows.aggregate(day=Max("run__day"))["day"]


def _summed(rows: Iterable[IndicatorParts], level: Level) -> dict[str, Counter[str]]:
    found: dict[str, list[Mapping[str, int]]] = {}
    for row in rows:
        found.setdefault(row.division_code[: level.digits].ljust(12, "0"), []).append(row.parts)
    return {code: added(some) for code, some in found.items()}


def added(some: Sequence[Mapping[str, int]]) -> Counter[str]:
    """Parts of several places together."""
    names = dict.fromkeys(name for one in some for name in one)
    return Counter({name: sum(one.get(name, 0) for one in some) for name in names})


def _stated(divisions: Sequence[str], day: date) -> dict[str, dict[str, int]]:
    """Division → master figure → the value last stated by the day, in whole units."""
    names = [name.partition(".")[2] for name in FIGURES]
    rows = StatedFigure.objects.filter(division_code__in=divisions, figure__in=names, as_of__lte=day)
    found: dict[str, dict[str, int]] = {}
    for row in rows.order_by("as_of"):
        found.setdefault(row.division_code, {})[row.figure] = row.value // 100
    return found


def _values(parts: Mapping[str, int], stated: Mapping[str, int]) -> dict[str, Value]:
    row = {**parts, **{name: stated.get(name.partition(".")[2]) for name in FIGURES}}
    return {key: value_from(one, row) for key, one in indicators().items()}


def value_from(one: Indicator, row: Mapping[str, int | None]) -> Value:
    """The indicator of one row of parts; a part that is None (a figure nobody has stated) leaves no denominator."""
    among = [row[name] for name in one.among]
    return Value(
        one,
        sum(row[name] or 0 for name in one.of),
        None if not among or None in among else sum(number or 0 for number in among),
        sum(row[name] or 0 for name in one.unknown),
        value_of(one, row),
    )
