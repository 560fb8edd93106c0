"""Dated values with their sources, in the layout OpenFisca made usual (DESIGN §3).

A key is the path of the node: ``who.education.compulsory_first_age`` lies in ``who/parameters/education.yaml``.
Money is read in yuan and kept in fen, ratios in 1/10 000, dates as yyyymmdd: whole numbers are alike on every engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from bangfu.policy import documents, yaml_files
from bangfu.policy.area_rights import refuse_lowered
from bangfu.policy.errors import BadChange, BadPolicyFile, UndatedParameter, UnknownParameter, Unsourced
from bangfu.policy.words import Words

Scalar = int | str | bool
#: What stands as the source of a value that is only tried.
WHAT_IF = "what-if"
_CHANGE = re.compile(r"([a-z_][\w.]*)=(.+)@(\d{4}-\d{2}-\d{2})(?::(\d{2,12}))?")
_FORM = Words("应写成 参数=值@起始日期[:地区]", "write key=value@from[:area]")
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

    Where an area's own value has ended, that of the wider area holds again. ``right`` says what an area may change:
    nothing below a ``floor``, nothing above a ``ceiling``, a ``standard`` only by the level ``set_by``.
    """

    key: str
    title: Words
    kind: str
    unit: str
    from_configuration: bool
    where: str
    values: tuple[DatedValue, ...]
    areas: Mapping[str, tuple[DatedValue, ...]] = field(default_factory=dict)
    right: str | None = None
    set_by: str | None = None
    checked_on: date | None = None
    checked_by: str = ""

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


@dataclass(frozen=True, slots=True)
class Change:
    """A what-if: ``value`` (fen, 1/10 000 …) holds from ``since`` on, in the divisions that begin with ``area``."""

    key: str
    value: Scalar
    since: date
    area: str = ""

    @classmethod
    def read(cls, text: str, known: Parameters) -> Change:
        """``key=value@from[:area]``, the value as a policy file has it (yuan, ratio).

        Raises:
            BadChange: not of that form, or the value does not fit the parameter.
            UnknownParameter: no such key.
        """
        found = _CHANGE.fullmatch(text.strip())
        if found is None:
            raise BadChange(text=text, reason=_FORM.zh, reason_en=_FORM.en)
        key, written, since, area = found.groups()
        kind = known[key].kind
        try:
            value, day = _scalar(written, kind), date.fromisoformat(since)
        except (ValueError, InvalidOperation):
            no = Words(
                f"“{written}”不是 {kind} 类型的值,或日期不存在", f"“{written}” is no {kind}, or no such day"
            )
            raise BadChange(text=text, reason=no.zh, reason_en=no.en) from None
        assert value is not None
        return cls(key, value, day, area or "")


class Parameters(Mapping[str, Parameter]):
    """All parameters by key."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._by_key = dict(parameters)

    def __getitem__(self, key: str) -> Parameter:
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownParameter(key=key, **self._near(key)) from None

    def _near(self, key: str) -> dict[str, str]:
        """The parameter whose key is most like ``key``, with file and line; nothing where none is."""
        found = get_close_matches(str(key), self._by_key, n=1)
        if not found:
            return {"near": "", "near_en": ""}
        place = f"“{found[0]}”({self._by_key[found[0]].where})"
        return {"near": f"最接近的是{place}。", "near_en": f"Nearest is {place}. "}

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    @cached_property
    def fingerprint(self) -> str:
        """Equal for equal values: what was compiled or computed with them can be used again."""
        said = repr(
            [(key, one.values, sorted(one.areas.items())) for key, one in sorted(self._by_key.items())]
        )
        return sha256(said.encode()).hexdigest()

    def with_changes(self, changes: Iterable[Change]) -> Parameters:
        """These values with what-if entries; those of documents that begin later still follow.

        Raises:
            UnknownParameter: no such key.
        """
        changed = dict(self._by_key)
        for one in changes:
            before = Parameters(changed)[one.key]
            entry = DatedValue(one.since, one.value, WHAT_IF)
            areas = dict(before.areas)
            if one.area:
                areas[one.area] = _entered(areas.get(one.area, ()), entry)
                changed[one.key] = replace(before, areas=areas)
            else:
                changed[one.key] = replace(before, values=_entered(before.values, entry))
        return Parameters(changed)


@cache
def parameters() -> Parameters:
    """Everything under ``policy/*/parameters``."""
    found: dict[str, Parameter] = {}
    for question in QUESTIONS:
        for path in sorted((yaml_files.HERE / question / "parameters").glob("*.yaml")):
            found.update(read_file(path, f"{question}.{path.stem}"))
    refuse_unsourced(found.values())
    return Parameters(found)


def refuse_unsourced(known: Iterable[Parameter]) -> None:
    """Unsourced when a value cites nothing of the register and is no configuration (S0-02)."""
    for one in known:
        for entry in (*one.values, *(entry for values in one.areas.values() for entry in values)):
            if not one.from_configuration and not documents.cited(entry.reference).leads_somewhere:
                raise Unsourced(key=one.key, where=one.where, reference=entry.reference)


def read_file(path: Path, key: str) -> dict[str, Parameter]:
    """The parameters of one file, the file's node being ``key``.

    Raises:
        BadPolicyFile: the file does not fit ``schemas/parameters.yaml``.
        LoweredRight, StandardNotTheirs: an area changes what it may not.
    """
    content = yaml_files.read_checked(path, "parameters")
    return dict(_leaves(content, key, _Lines(yaml_files.place(path), yaml_files.lines(path)), ()))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where the nodes of one file stand."""

    file: str
    by_steps: Mapping[tuple[str, ...], int]

    def at(self, steps: tuple[str, ...]) -> str:
        return f"{self.file}:{self.by_steps[steps]}"


def _leaves(
    node: Mapping[str, Any], key: str, lines: _Lines, steps: tuple[str, ...]
) -> Iterator[tuple[str, Parameter]]:
    if "values" not in node:
        for name, child in node.items():
            if isinstance(child, Mapping):
                yield from _leaves(child, f"{key}.{name}", lines, (*steps, name))
        return
    about = node["metadata"]
    overrides = about.get("areas", {})
    at_areas = (*steps, "metadata", "areas")
    checked = about.get("checked_on")
    made = Parameter(
        key=key,
        title=Words.read(about["title"]),
        kind=about["type"],
        unit=node.get("unit", ""),
        from_configuration=about.get("source") == "configuration",
        where=lines.at(steps),
        values=_dated(node["values"], about["type"], lines, (*steps, "values")),
        areas={
            str(prefix): _dated(values, about["type"], lines, (*at_areas, str(prefix)))
            for prefix, values in overrides.items()
        },
        right=about.get("right"),
        set_by=about.get("set_by"),
        checked_on=date.fromisoformat(str(checked)) if checked else None,
        checked_by=about.get("checked_by", ""),
    )
    spots = {
        (area, entry.since): lines.at((*at_areas, area, entry.since.isoformat()))
        for area, entries in made.areas.items()
        for entry in entries
    }
    refuse_lowered(made, spots)
    yield key, made


def _dated(
    node: Mapping[Any, Mapping[str, Any]], kind: str, lines: _Lines, steps: tuple[str, ...]
) -> tuple[DatedValue, ...]:
    rows = []
    for since, entry in node.items():
        try:
            day, value = date.fromisoformat(str(since)), _scalar(entry["value"], kind)
        except (ValueError, InvalidOperation) as error:
            reason = f"{'/'.join(steps)}/{since}: {entry['value']!r} is no {kind}"
            raise BadPolicyFile(where=lines.at((*steps, str(since))), reason=reason) from error
        rows.append(DatedValue(day, value, entry["reference"]))
    return tuple(sorted(rows, key=lambda row: row.since))


def _scalar(value: Any, kind: str) -> Scalar | None:
    if value is None or kind == "text":
        return value  # type: ignore[no-any-return]
    if kind == "date":  # yyyymmdd
        return int(date.fromisoformat(str(value)).strftime("%Y%m%d"))
    scale = {"money": 100, "ratio": 10_000, "count": 1}[kind]
    return int(Decimal(str(value)) * scale)


def _entered(values: tuple[DatedValue, ...], entry: DatedValue) -> tuple[DatedValue, ...]:
    """``values`` with ``entry``, which takes the place of one of the same day."""
    others = [one for one in values if one.since != entry.since]
    return tuple(sorted([*others, entry], key=lambda row: row.since))


def _in_force(values: tuple[DatedValue, ...], day: date) -> DatedValue | None:
    """The youngest value that has begun; values are sorted by date."""
    begun = [value for value in values if value.since <= day]
    return begun[-1] if begun else None
