"""Standards by which a village is recognised, and checklists of what it must then have (S1-12, S1-15, S1-53, S2-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile
from bangfu.policy.words import Words

_FILE = yaml_files.HERE / "who" / "villages.yaml"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that a standard asks for; ``least`` and ``most`` are its limits where the standard has any."""

    key: str
    title: Words
    clause: str
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class VillageStandard:
    """One version of the standard, of the nation or a province."""

    version: str
    title: Words
    since: date
    until: date | None
    areas: tuple[str, ...]
    reference: str
    indicators: tuple[Indicator, ...]

    def holds(self, day: date, area: str) -> bool:
        """Whether it is in force on ``day`` at the division ``area`` (12 digits)."""
        return self.since <= day and (self.until is None or day < self.until) and area.startswith(self.areas)


@dataclass(frozen=True, slots=True)
class Item:
    """Something a village must have. ``households``: the column that says it of every household; ``certificate``: it
    counts with the number of a certificate only."""

    key: str
    title: Words
    households: str
    certificate: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list of items with the day by which all must be there, if one is given."""

    key: str
    title: Words
    clause: str
    deadline: date | None
    items: tuple[Item, ...]

    def item(self, key: str) -> Item | None:
        return next((one for one in self.items if one.key == key), None)

    def gaps(self, has: Mapping[str, bool | None]) -> tuple[Item, ...]:
        """The items that a village lacks, or of which nobody knows.

        Raises:
            BadPolicyFile: ``has`` names an item that the list does not have.
        """
        unknown = sorted(set(has) - {one.key for one in self.items})
        if unknown:
            raise BadPolicyFile(
                where=yaml_files.place(_FILE), reason=f"checklists/{self.key}: no items {unknown}"
            )
        return tuple(one for one in self.items if has.get(one.key) is not True)

    def overdue(self, day: date) -> bool:
        """Whether the last day to have everything has passed."""
        return self.deadline is not None and day > self.deadline


@cache
def standards() -> tuple[VillageStandard, ...]:
    """Every version. Raises BadPolicyFile: among others for areas below a province (S2-02)."""
    return tuple(
        VillageStandard(
            version=node["version"],
            title=Words.read(node["title"]),
            since=date.fromisoformat(node["since"]),
            until=_day(node.get("until")),
            areas=tuple(node["areas"]),
            reference=node["reference"],
            indicators=tuple(
                Indicator(key, Words.read(one["title"]), one["clause"], one.get("least"), one.get("most"))
                for key, one in node["indicators"].items()
            ),
        )
        for node in _content()["standards"]
    )


def standards_in_force(day: date, area: str) -> tuple[VillageStandard, ...]:
    """The versions that hold on ``day`` at ``area``: a province's own before the nation's."""
    found = [one for one in standards() if one.holds(day, area)]
    return tuple(sorted(found, key=lambda one: (-max(map(len, one.areas)), one.since)))


@cache
def checklists() -> Mapping[str, Checklist]:
    """The checklists by key."""
    return {
        key: Checklist(
            key=key,
            title=Words.read(node["title"]),
            clause=node["clause"],
            deadline=_day(node.get("deadline")),
            items=tuple(
                Item(name, Words.read(one["title"]), one.get("households", ""), one.get("certificate", False))
                for name, one in node["items"].items()
            ),
        )
        for key, node in _content()["checklists"].items()
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _content() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml_files.read_checked(_FILE, "villages")
    return content
