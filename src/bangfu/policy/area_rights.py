"""What an area may change of a wider area's value: no right lowered, no standard moved unseen (S2-02, S2-32, S2-87)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bangfu.policy.errors import LoweredRight, StandardNotTheirs, UndatedParameter

if TYPE_CHECKING:
    from bangfu.policy.parameters import DatedValue, Parameter, Parameters, Scalar

#: Level → length of its division prefix; a longer prefix lies below the county.
LEVELS: Mapping[str, int] = {"nation": 0, "province": 2, "city": 4, "county": 6}
#: The lowest level that may set a standard, or a right, where the file does not say.
LOWEST = {"standard": "province", "floor": "county", "ceiling": "county"}


@dataclass(frozen=True, slots=True)
class AboveStandard:
    """An area gives more than the wider area: allowed, and seen (S2-87)."""

    parameter: Parameter
    area: str
    value: DatedValue
    standard: DatedValue


def refuse_lowered(one: Parameter, lines: Mapping[tuple[str, date], str]) -> None:
    """Refuses overrides that an area may not make.

    Args:
        one: the parameter; without ``right`` anything goes.
        lines: (area, first day) of an override → file and line, for the refusal.

    Raises:
        LoweredRight: on some day the area's value is less favourable than the wider area's.
        StandardNotTheirs: a level sets what a higher level must set.
    """
    if one.right is None:
        return
    lowest = one.set_by or LOWEST[one.right]
    for area, values in one.areas.items():
        for entry in values:
            where = lines.get((area, entry.since), one.where)
            if entry.value is not None and len(area) > LEVELS[lowest]:
                raise StandardNotTheirs(key=one.key, area=area, level=lowest, where=where)
        for day in _days(one, area):
            own, wider = _own(values, day), wider_value(one, area, day)
            if own is not None and wider is not None and _less(one.right, own.value, wider.value):
                raise LoweredRight(
                    key=one.key,
                    area=area,
                    day=day.isoformat(),
                    value=shown(one, own.value),
                    standard=shown(one, wider.value),
                    reference=wider.reference,
                    where=lines.get((area, own.since), one.where),
                )


def above_standard(day: date, values: Parameters) -> tuple[AboveStandard, ...]:
    """Overrides in force on ``day`` that give more than the wider area: one alarm each."""
    return tuple(_above(day, values))


def _above(day: date, values: Parameters) -> Iterator[AboveStandard]:
    for one in values.values():
        for area, dated in one.areas.items():
            own, wider = _own(dated, day), wider_value(one, area, day)
            if one.right and own and wider and _less(one.right, wider.value, own.value):
                yield AboveStandard(one, area, own, wider)


def wider_value(one: Parameter, area: str, day: date) -> DatedValue | None:
    """What would hold in ``area`` without its own value."""
    try:
        return one.dated(day, area[: max(len(area) - 2, 0)])
    except UndatedParameter:
        return None


def shown(one: Parameter, value: Scalar | None) -> str:
    """A kept value as a policy file writes it: yuan, ratio."""
    scale = {"money": 100, "ratio": 10_000}.get(one.kind)
    return f"{int(value) / scale:g}" if scale and value is not None else str(value)


def _days(one: Parameter, area: str) -> list[date]:
    """Every day on which the area's value or a wider one changes."""
    wider = [rows for prefix, rows in one.areas.items() if area.startswith(prefix)]
    return sorted({entry.since for rows in (one.values, *wider) for entry in rows})


def _own(values: tuple[DatedValue, ...], day: date) -> DatedValue | None:
    begun = [entry for entry in values if entry.since <= day]
    return begun[-1] if begun and begun[-1].value is not None else None


def _less(right: str, value: Scalar | None, other: Scalar | None) -> bool:
    """Whether ``value`` is less favourable for people than ``other``."""
    if not isinstance(value, int) or not isinstance(other, int):
        return False
    return value > other if right == "ceiling" else value < other
