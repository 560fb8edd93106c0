from __future__ import annotations

from datetime import date

import pytest

from tests.platform.procedures import office
from tests.platform.procedures.office import Day


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    """The sample procedures, and a clock that the test turns on; it begins on a Monday."""
    office.use_sample_procedures(monkeypatch)
    return Day(monkeypatch, date(2026, 3, 2))
