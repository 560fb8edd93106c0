"""Deadlines in calendar and working days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile
from bangfu.policy.working_days import FILE, calendar, read_calendar


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 3, 2), 2, date(2026, 3, 4)),  # Monday → Wednesday
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # over a weekend
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the October holiday
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # a Saturday on which work is done
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2013, 10, 1), 1, date(2013, 10, 2)),  # a year without a list has weekends only
    ],
)
def test_working_days(start: date, days: int, end: date) -> None:
    assert calendar().after(start, days, "working") == end


def test_calendar_days() -> None:
    assert calendar().after(date(2026, 9, 30), 7, "calendar") == date(2026, 10, 7)


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.integers(1, 40))
def test_so_many_working_days_lie_between(start: date, days: int) -> None:
    known = calendar()
    end = known.after(start, days, "working")
    between = [start + timedelta(days=step) for step in range(1, (end - start).days + 1)]
    assert sum(map(known.is_working, between)) == days
    assert known.is_working(end)


@pytest.mark.parametrize(
    "year",
    [
        "holidays: [[2026-10-07, 2026-10-01]]",
        "holidays: [[2025-10-01, 2025-10-07]]",
        "holidays: []\n    worked: [2025-01-01]",
    ],
)
def test_a_list_that_cannot_be(tmp_path: Path, year: str) -> None:
    path = tmp_path / "working_days.yaml"
    path.write_text(f"years:\n  2026:\n    {year}\n", encoding="utf-8")
    with pytest.raises(BadPolicyFile, match="2026"):
        read_calendar(path)


def test_every_year_names_the_notice_it_was_compared_with() -> None:
    """A list from memory is no list: each year cites the notice of the State Council and its number."""
    years = yaml_files.read(FILE)["years"]
    assert {2024, 2025, 2026} <= set(years)
    for year, node in years.items():
        assert re.search(rf"{year}年.*国办发明电〔{year - 1}〕\d+号", node["reference"]), year


@pytest.mark.parametrize(("year", "days"), [(2024, 28), (2025, 28), (2026, 33)])
def test_as_many_days_off_as_the_notice_counts(year: int, days: int) -> None:
    """2024: 1+8+3+5+1+3+7; 2025: 1+8+3+5+3+8; 2026: 3+9+3+5+3+3+7."""
    assert sum(day.year == year for day in calendar().holidays) == days
