"""The tables of indicators as a workbook: by place, by type of county and village, poor villages against the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bangfu.analytics.indicators.definitions import ROUNDING, Indicator, indicators
from bangfu.divisions.queries import paths
from bangfu.platform import clock
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.policy.words import Words
from bangfu.quality.gaps import gap_picture
from bangfu.quality.indicators import Value, picture
from bangfu.registry.village_types import PAIRS, counts_by_type

INDICATORS: Final = indicators()
COUNTY_TYPES: Final = {
    "poor": Words("贫困县", "poor county"),
    "other": Words("非贫困县", "other county"),
    "unknown": Words("县类型未登记", "type of county not on record"),
}
VILLAGE_TYPES: Final = {
    "poor": Words("贫困村", "poor village"),
    "other": Words("非贫困村", "other village"),
    "unknown": Words("村类型未登记", "type of village not on record"),
}
_UNITS: Final = {"percent": "%", "yuan": "元", "household": "户", "person": "人", "measure": "项"}
#: Values are whole hundredths, written as amounts in fen are.
_VALUE: Final = (
    Column("值", "money"),
    Column("单位"),
    Column("分子", "number"),
    Column("分母", "number"),
    Column("未覆盖", "number"),
    Column("数据缺失", "number"),
)
_SOURCE: Final = (
    Column("分母是什么", width=36),
    Column("依据"),
    Column("来源", width=20),
    Column("取整", width=28),
)


def write_indicators(area: str, path: Path) -> None:
    """Writes the indicators of ``area`` and of the places one level down, its four combinations, and its gaps."""
    with WorkbookWriter(path) as book:
        place = (Column("区划代码", "code"), Column("区划"))
        book.sheet("指标", [*place, Column("指标", width=28), *_VALUE, *_SOURCE], _by_place(area))
        book.sheet("县村类型", [*place, *_TYPES], _by_type(area))
        book.sheet("贫困村与非贫困村", [Column("指标", width=28), *_GAPS, *_SOURCE], _gaps(area))


_TYPES: Final = (
    Column("县类型"),
    Column("村类型"),
    Column("村数", "number"),
    Column("贫困户", "number"),
    Column("贫困人口", "number"),
    Column("已脱贫户", "number"),
    Column("已脱贫人口", "number"),
    Column("截至", "date"),
)
_GAPS: Final = (
    Column("单位"),
    Column("贫困村", "money"),
    Column("非贫困村", "money"),
    Column("差距(贫困村−非贫困村)", "money"),
    Column("差距指数(非贫困村=100)", "money"),
    Column("贫困村分子", "number"),
    Column("贫困村分母", "number"),
    Column("非贫困村分子", "number"),
    Column("非贫困村分母", "number"),
)


def _by_place(area: str) -> Iterator[list[object]]:
    found = picture(area)
    names = paths({area, *found.places})
    for code, values in ((area, found.own), *found.places.items()):
        place = names.get(code, ())
        for one in values.values():
            yield [
                code,
                place[-1] if place else code,
                one.indicator.title.zh,
                *_cells(one),
                *_sources(one.indicator, found.day),
            ]


def _cells(one: Value) -> list[object]:
    return [one.value, _UNITS[one.indicator.unit], one.of, one.among, one.lacking, one.unknown]


def _sources(one: Indicator, day: object) -> list[object]:
    own = " · 本地配置" if one.from_configuration else ""
    return [one.denominator.zh, f"{one.law}{own}", f"核查 {day}", ROUNDING.zh]


def _by_type(area: str) -> Iterator[list[object]]:
    today = clock.today()
    own, places = counts_by_type(area, today)
    names = paths({area, *places})
    for code, counts in ((area, own), *places.items()):
        place = names.get(code, ())
        for county, village in PAIRS:
            one = counts[county, village]
            if one or "unknown" not in (county, village):
                yield [
                    code,
                    place[-1] if place else code,
                    COUNTY_TYPES[county].zh,
                    VILLAGE_TYPES[village].zh,
                    one.villages,
                    one.poor.households,
                    one.poor.people,
                    one.exited.households,
                    one.exited.people,
                    today,
                ]


def _gaps(area: str) -> Iterator[list[object]]:
    found = gap_picture(area)
    for one in found.lines:
        yield [
            one.indicator.title.zh,
            _UNITS[one.indicator.unit],
            one.poor.value,
            one.other.value,
            one.gap,
            one.index,
            one.poor.of,
            one.poor.among,
            one.other.of,
            one.other.among,
            *_sources(one.indicator, found.day),
        ]
