"""A what-if as a workbook: both variants side by side, and the households that lose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from bangfu.analytics.simulation import Effects, Simulation
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.policy import catalogue
from bangfu.policy.vocabulary import codes

#: Title → how the effects are looked at, and the column by which both variants are put side by side.
SHEETS: Final[Mapping[str, tuple[Callable[[Effects], pa.Table], tuple[str, ...]]]] = {
    "按规则和政策": (lambda one: one.by("question"), ("question",)),
    "按资金来源": (lambda one: one.by("fund"), ("fund",)),
    "按区划": (lambda one: one.by_division(), ("level", "division")),
    "按户类型": (lambda one: one.by("household_kind"), ("household_kind",)),
    "按致贫原因": (lambda one: one.by("main_cause"), ("main_cause",)),
}
COUNTS: Final = {"newly": "新增", "drops_out": "退出", "more": "增加", "less": "减少"}
LEVELS: Final = {
    "nation": "全国",
    "province": "省",
    "city": "市",
    "county": "县",
    "township": "乡镇",
    "village": "村",
}


def write_simulation(made: Simulation, path: Path, numbers: Mapping[int, str] | None = None) -> None:
    """Writes the workbook.

    Args:
        numbers: key of a household in the snapshot → its number, where the registry is at hand.
    """
    with WorkbookWriter(path) as book:
        book.sheet(
            "假设",
            [Column("方案"), Column("参数", width=44), Column("值"), Column("起始"), Column("地区")],
            _asked(made),
        )
        for title, (look, keys) in SHEETS.items():
            book.sheet(title, _columns(made, keys), _side_by_side(made, look, keys))
        for one in made.effects:
            book.sheet(f"受损户 方案{one.variant.name}", _losing(numbers), _losers(one, numbers or {}))


def _asked(made: Simulation) -> list[list[Any]]:
    return [
        [one.variant.name, change.key, str(change.value), change.since.isoformat(), change.area]
        for one in made.effects
        for change in one.variant.changes
    ]


def _columns(made: Simulation, keys: Sequence[str]) -> list[Column]:
    columns = [Column(name, "code" if name == "division" else "text", width=28) for name in keys]
    for one in made.effects:
        name = one.variant.name
        columns += [Column(f"{said} 方案{name}", "number") for said in COUNTS.values()]
        columns += [Column(f"{said}(元) 方案{name}", "money") for said in ("应享之前", "应享之后", "增减")]
    return columns


def _side_by_side(
    made: Simulation, look: Callable[[Effects], pa.Table], keys: Sequence[str]
) -> list[list[Any]]:
    """One row for each value of ``keys`` that occurs in any variant."""
    found = [
        {tuple(row[name] for name in keys): row for row in look(one).to_pylist()} for one in made.effects
    ]
    rows = []
    for key in dict.fromkeys(key for variant in found for key in variant):
        cells: list[Any] = [_shown(name, value) for name, value in zip(keys, key, strict=True)]
        for variant in found:
            row = variant.get(key, {})
            before, after = row.get("due_before", 0), row.get("due_after", 0)
            cells += [*(row.get(name, 0) for name in COUNTS), before, after, after - before]
        rows.append(cells)
    return rows


def _shown(name: str, value: Any) -> str:
    """A key as people read it."""
    if name == "division":
        return f"{value:012d}"
    if name == "level":
        return LEVELS[value]
    if name == "fund":
        return next((code.title.zh for code in codes("benefit_fund") if code.key == value), "")
    if name in ("household_kind", "main_cause"):
        labels = codes("cause" if name == "main_cause" else name)
        return "未填" if value is None else labels.label(value)
    return str(value)


_LOSERS: Final = [
    Column("行政村代码", "code", width=16),
    Column("户类型", width=18),
    Column("主要致贫原因", width=18),
    Column("之前(元)", "money", total=True),
    Column("之后(元)", "money", total=True),
    Column("政策", width=44),
]


def _losing(numbers: Mapping[int, str] | None) -> list[Column]:
    """Households by their number; by their mark in the snapshot where only that is known."""
    return [Column("户的记号" if numbers is None else "户编号", "code", width=22), *_LOSERS]


def _losers(one: Effects, numbers: Mapping[int, str]) -> list[list[Any]]:
    titles = {due.key: due.title.zh for due in catalogue.all_entitlements()}
    return [
        [
            numbers.get(row["household_key"], str(row["household_key"])),
            "" if row["village_code"] is None else f"{row['village_code']:012d}",
            _shown("household_kind", row["household_kind"]),
            _shown("main_cause", row["main_cause"]),
            row["due_before"],
            row["due_after"],
            "、".join(titles.get(key, key) for key in row["questions"] or ()),
        ]
        for row in one.losers.to_pylist()
    ]
