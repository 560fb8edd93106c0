"""Dated values with their sources, in the layout OpenFisca made usual (DESIGN §3).

A key is the path of the node: ``who.education.compulsory_first_age`` lies in ``who/parameters/education.yaml``.
Money is read in yuan and kept in fen, ratios in 1/10 000, dates as yyyymmdd: whole numbers are alike on every engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile, UndatedParameter, UnknownParameter
from bangfu.policy.words import Words

Scalar = int | str | bool
QUESTIONS = ("who", "by_whom", "how", "exit", "oversight")


@dataclass(frozen=True, slots=True)
class DatedValue:
    """``value`` holds from ``since`` on; None ends the parameter."""

    since: date
    value: Scalar | None
    reference: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its history, and the overrides of areas (division-code prefix, nearest wins).

    Where an area's own value has ended, that of the wider area holds again.
    """

    key: str
    title: Words
    kind: str
    unit: str
    from_configuration: bool
    where: str
    values: tuple[DatedValue, ...]
    areas: Mapping[str, tuple[DatedValue, ...]] = field(default_factory=dict)

    def dated(self, day: date, area: str = "") -> DatedValue:
        """The value in force on ``day`` at the division ``area`` (12-digit code or prefix).

        Raises:
            UndatedParameter: nothing is in force on that day.
        """
        for prefix in sorted((p for p in self.areas if area.startswith(p)), key=len, reverse=True):
            found = _in_force(self.areas[prefix], day)
            if found is not None and found.value is not None:
                return found
        found = _in_force(self.values, day)
        if found is None or found.value is None:
            raise UndatedParameter(key=self.key, day=day.isoformat(), where=self.where)
        return found

    def on(self, day: date, area: str = "") -> Scalar:
        """``dated(…).value``."""
        value = self.dated(day, area).value
        if value is None:
            raise UndatedParameter(key=self.key, day=day.isoformat(), where=self.where)
        return value


class Parameters(Mapping[str, Parameter]):
    """All parameters by key."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._by_key = dict(parameters)

    def __getitem__(self, key: str) -> Parameter:
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownParameter(key=key) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)


@cache
def parameters() -> Parameters:
    """Everything under ``policy/*/parameters``."""
    found: dict[str, Parameter] = {}
    for question in QUESTIONS:
        for path in sorted((yaml_files.HERE / question / "parameters").glob("*.yaml")):
            found.update(read_file(path, f"{question}.{path.stem}"))
    return Parameters(found)


def read_file(path: Path, key: str) -> dict[str, Parameter]:
    """The parameters of one file, the file's node being ``key``.

    Raises:
        BadPolicyFile: the file does not fit ``schemas/parameters.yaml``.
    """
    return dict(_leaves(yaml_files.read_checked(path, "parameters"), key, yaml_files.place(path)))


def _leaves(node: Mapping[str, Any], key: str, where: str) -> Iterator[tuple[str, Parameter]]:
    if "values" not in node:
        for name, child in node.items():
            if isinstance(child, Mapping):
                yield from _leaves(child, f"{key}.{name}", where)
        return
    about = node["metadata"]
    yield (
        key,
        Parameter(
            key=key,
            title=Words.read(about["title"]),
            kind=about["type"],
            unit=node.get("unit", ""),
            from_configuration=about.get("source") == "configuration",
            where=where,
            values=_dated(node["values"], about["type"], f"{where}: {key}"),
            areas={
                str(prefix): _dated(values, about["type"], f"{where}: {key}/{prefix}")
                for prefix, values in about.get("areas", {}).items()
            },
        ),
    )


def _dated(node: Mapping[Any, Mapping[str, Any]], kind: str, where: str) -> tuple[DatedValue, ...]:
    rows = []
    for since, entry in node.items():
        try:
            day, value = date.fromisoformat(str(since)), _scalar(entry["value"], kind)
        except (ValueError, InvalidOperation) as error:
            reason = f"values/{since}: {entry['value']!r} is no {kind}"
            raise BadPolicyFile(where=where, reason=reason) from error
        rows.append(DatedValue(day, value, entry["reference"]))
    return tuple(sorted(rows, key=lambda row: row.since))


def _scalar(value: Any, kind: str) -> Scalar | None:
    if value is None or kind == "text":
        return value  # type: ignore[no-any-return]
    if kind == "date":  # yyyymmdd
        return int(date.fromisoformat(str(value)).strftime("%Y%m%d"))
    scale = {"money": 100, "ratio": 10_000, "count": 1}[kind]
    return int(Decimal(str(value)) * scale)


def _in_force(values: tuple[DatedValue, ...], day: date) -> DatedValue | None:
    """The youngest value that has begun; values are sorted by date."""
    begun = [value for value in values if value.since <= day]
    return begun[-1] if begun else None
