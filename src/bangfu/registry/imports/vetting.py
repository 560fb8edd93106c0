"""What stands in the way of rows although every cell is readable, and which rows may go in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from bangfu.analytics import identity_numbers
from bangfu.analytics.places import Places
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Reading, Rows

_id, _place = codes("id_state"), codes("place_state")
_NUMBERS = {
    _id.length: Words(
        "身份证号应为18位。请对照证件重填。",
        "The identity number must have 18 characters. Copy it from the card.",
    ),
    _id.characters: Words(
        "身份证号含有不该有的字符。请对照证件重填。",
        "The identity number has characters it cannot have. Copy it from the card.",
    ),
    _id.birth: Words(
        "身份证号中的出生日期不存在。请对照证件重填。",
        "The birth in the identity number does not exist. Copy it from the card.",
    ),
    _id.checksum: Words(
        "身份证号最后一位校验不符,至少有一位填错。请对照证件逐位核对。",
        "The check digit does not fit: at least one digit is wrong. Compare it with the card.",
    ),
}
_PLACES = {
    _place.missing: Words(
        "没有行政村代码,乡镇和村名也对不上唯一的村。请填写12位代码,或改正村名。",
        "No village code, and the names fit no single village. Enter the 12-digit code or correct the names.",
    ),
    _place.unknown: Words(
        "行政村代码查无此村。请填写现行的12位代码。", "The village code never existed. Enter the code in use."
    ),
    _place.dead: Words(
        "行政村已撤并。请改填撤并后的代码。", "The village was merged or abolished. Enter its successor."
    ),
    _place.level: Words(
        "这是乡镇或县的代码,不是行政村。请填写村代码。",
        "This is the code of a township or county. Enter the village's.",
    ),
}
_OUTSIDE = Words(
    "这个村不在本次导入的范围内。请核对代码;属于外地的请交由所在地导入。",
    "The village lies outside the area of this import. Check the code, or have it imported there.",
)
_TWICE = Words(
    "编号在本文件中出现不止一次(前一次在第 {row} 行)。请保留一行。",
    "The number stands more than once in this file (first in row {row}). Keep one.",
)
_WITH_HOUSEHOLD = Words(
    "同户第 {row} 行有误,随户退回。改正那一行后一并上传。",
    "Row {row} of the household is wrong; the household is returned whole. Correct it and upload all.",
)


def find_places(households: Rows, places: Places) -> None:
    """Fills in the village code where only the names are written and mean one village."""
    count = len(households)
    code = households.columns.get("division_code") or [None] * count
    town = households.columns.get("township_name") or [None] * count
    village = households.columns.get("village_name") or [None] * count
    households.columns["division_code"] = [
        one or places.find(f"{where or ''}{name or ''}")
        for one, where, name in zip(code, town, village, strict=True)
    ]


def vet(reading: Reading, places: Places) -> list[Problem]:
    """Problems of rows: doubtful numbers and places (not final: the clerk may admit them), doubles, foreign places."""
    found = list(_twice(reading.rows("household"), "household_no")) + list(
        _twice(reading.rows("person"), "person_no")
    )
    return (
        found
        + list(_odd_places(reading.rows("household"), places))
        + list(_odd_numbers(reading.rows("person")))
    )


def _twice(rows: Rows, key: str) -> Iterable[Problem]:
    first: dict[Any, int] = {}
    for place, number in enumerate(rows.columns.get(key, [])):
        if number is None:
            continue
        if number in first:
            other = {"row": rows.place[first[number]][1]}
            yield _problem(rows, place, key, number, _TWICE.filled(other))
        first.setdefault(number, place)


def _odd_places(rows: Rows, places: Places) -> Iterable[Problem]:
    written = rows.columns.get("division_code", [])
    numbers = pa.chunked_array([pa.array([int(one) if one else None for one in written], pa.int64())])
    states, foreign = places.states(numbers).to_pylist(), places.foreign(numbers).to_pylist()
    for place, (state, outside) in enumerate(zip(states, foreign, strict=True)):
        if outside:
            yield _problem(rows, place, "division_code", written[place], _OUTSIDE)
        elif state != _place.ok:
            final = state == _place.missing
            yield _problem(rows, place, "division_code", written[place], _PLACES[state], final=final)


def _odd_numbers(rows: Rows) -> Iterable[Problem]:
    numbers = rows.columns.get("id_number", [])
    states = identity_numbers.parse(pa.array(numbers, pa.string()))["id_state"].to_pylist()
    for place, state in enumerate(states):
        if state in _NUMBERS:
            yield _problem(rows, place, "id_number", numbers[place], _NUMBERS[state], final=False)


def _problem(
    rows: Rows, place: int, column: str, value: Any, reason: Words, *, final: bool = True
) -> Problem:
    sheet, row = rows.place[place]
    return Problem(sheet, row, None, rows.table.columns[column].title.zh, value, reason, final)


@dataclass(frozen=True)
class Sorted:
    """Rows that go in, and the problems of those that come back."""

    households: Rows
    persons: Rows
    refused: list[Problem]


def sort_out(
    reading: Reading, problems: Sequence[Problem], *, admit_doubtful: bool, hold_households: bool
) -> Sorted:
    """Parts the good rows from those that come back.

    Args:
        admit_doubtful: rows whose only problem is not final go in, and the rules raise doubts about them.
        hold_households: a household with a bad row comes back whole, instead of its bad rows alone.
    """
    standing = [one for one in problems if one.final or not admit_doubtful]
    bad = {(one.sheet, one.row): one.row for one in standing}
    households, persons = reading.rows("household"), reading.rows("person")
    returned = list(standing)
    if hold_households:
        returned += _whole_households(households, persons, bad)
        bad |= {(one.sheet, one.row): one.row for one in returned}
    good_households = [place for place, where in enumerate(households.place) if where not in bad]
    good_persons = [place for place, where in enumerate(persons.place) if where not in bad]
    return Sorted(households.kept(good_households), persons.kept(good_persons), returned)


def _whole_households(households: Rows, persons: Rows, bad: dict[tuple[str, int], int]) -> list[Problem]:
    cause: dict[Any, int] = {}
    members: dict[Any, list[tuple[Rows, int]]] = defaultdict(list)
    for rows in (households, persons):
        for place, number in enumerate(rows.columns.get("household_no", [])):
            members[number].append((rows, place))
            if rows.place[place] in bad:
                cause.setdefault(number, rows.place[place][1])
    return [
        _problem(rows, place, "household_no", number, _WITH_HOUSEHOLD.filled({"row": row}))
        for number, row in cause.items()
        for rows, place in members[number]
        if rows.place[place] not in bad
    ]
