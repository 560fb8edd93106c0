"""Days of a deadline: calendar days, or working days by the weekends and the dated list of holidays.

The list (``working_days.yaml``) is data. A year that is not in it has weekends only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile

FILE = yaml_files.HERE / "working_days.yaml"
Count = Literal["calendar", "working"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Holidays, and the weekend days on which work is done instead; ``listed`` are the years known."""

    holidays: frozenset[date]
    worked: frozenset[date]
    listed: frozenset[int]

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.holidays)

    def after(self, day: date, days: int, count: Count) -> date:
        """The ``days``-th day after ``day``; ``day`` itself is not counted."""
        if count == "calendar":
            return day + timedelta(days=days)
        left = days
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_working(day)
        return day


@cache
def calendar() -> Calendar:
    """The calendar of ``working_days.yaml``."""
    return read_calendar(FILE)


def read_calendar(path: Path) -> Calendar:
    """The calendar of a file: ``years: {2026: {reference, holidays: [[first, last], …], worked: [day, …]}}``.

    Raises:
        BadPolicyFile: a spell ends before it begins, or a day belongs to another year.
    """
    holidays: set[date] = set()
    worked: set[date] = set()
    years: Mapping[int, Mapping[str, list[list[date]] | list[date]]] = yaml_files.read(path)["years"]
    for year, node in years.items():
        spells: list[tuple[date, date]] = [(first, last) for first, last in node["holidays"]]  # type: ignore[misc]
        extra: list[date] = list(node.get("worked", []))  # type: ignore[arg-type]
        for first, last in [*spells, *((day, day) for day in extra)]:
            if last < first or {first.year, last.year} != {year}:
                reason = f"years/{year}: {first} – {last} is no spell of {year}"
                raise BadPolicyFile(where=yaml_files.place(path), reason=reason)
        for first, last in spells:
            holidays.update(first + timedelta(days=step) for step in range((last - first).days + 1))
        worked.update(extra)
    return Calendar(frozenset(holidays), frozenset(worked), frozenset(years))
