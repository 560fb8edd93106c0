from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

import bangfu
from bangfu.platform import clock

SOURCE = Path(bangfu.__file__).parent
OTHER_CLOCKS = re.compile(
    r"\bdate\.today\(|\bdatetime\.(?:now|today|utcnow)\(|\btimezone\.(?:now|localdate|localtime)\b|\btime\.time\(|"
    r"\bauto_now(?:_add)?=|\bimport (?:now|localdate)\b|\bfunctions import .*\bNow\b"
)


def test_nobody_else_reads_a_clock() -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {match.group()}"
        for path in SOURCE.rglob("*.py")
        if path != SOURCE / "platform" / "clock.py" and "migrations" not in path.parts
        for match in OTHER_CLOCKS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_search_finds_other_clocks() -> None:
    for line in (
        "date.today()",
        "datetime.now(UTC)",
        "timezone.now()",
        "default=timezone.now",
        "auto_now_add=True",
    ):
        assert OTHER_CLOCKS.search(line), line


def test_now_is_aware_and_true() -> None:
    assert clock.now().utcoffset() is not None
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5


def test_the_pretended_day_holds_only_in_demo_mode(settings: LazySettings) -> None:
    settings.BANGFU_TODAY = date(2019, 6, 30)
    settings.BANGFU_DEMO = False
    assert clock.today() == clock.day_of(clock.now())
    settings.BANGFU_DEMO = True
    assert clock.today() == date(2019, 6, 30)
    assert clock.now().year > 2019


def test_the_day_is_that_of_shanghai() -> None:
    assert clock.day_of(datetime(2026, 1, 1, 15, 59, tzinfo=UTC)) == date(2026, 1, 1)
    assert clock.day_of(datetime(2026, 1, 1, 16, 0, tzinfo=UTC)) == date(2026, 1, 2)
    assert clock.start_of(date(2026, 1, 2)) == datetime(2026, 1, 1, 16, tzinfo=UTC)


@given(st.dates())
def test_days_as_numbers(day: date) -> None:
    assert clock.from_yyyymmdd(clock.as_yyyymmdd(day)) == day
    assert str(clock.as_yyyymmdd(day)).zfill(8) == day.strftime("%Y%m%d").zfill(8)


@pytest.mark.parametrize("number", [0, 20190229, 20191301, 2019])
def test_no_such_day(number: int) -> None:
    with pytest.raises(ValueError, match=r"month|day|year"):
        clock.from_yyyymmdd(number)
