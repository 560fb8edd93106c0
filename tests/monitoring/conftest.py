from __future__ import annotations

import pytest

from bangfu.platform import clock
from tests.cast.places import plant_tree
from tests.monitoring.world import MONDAY, Day


@pytest.fixture
def day(db: None, monkeypatch: pytest.MonkeyPatch) -> Day:
    """The tree of 青禾县, and a clock that the test turns on; it begins on a Monday."""
    plant_tree()
    turned = Day(MONDAY)
    monkeypatch.setattr(clock, "today", lambda: turned.now)
    return turned
