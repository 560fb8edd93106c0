"""The tree of 青禾县."""

from __future__ import annotations

import pytest

from tests.cast.places import plant_tree


@pytest.fixture
def tree(db: None) -> None:
    """Two counties, three townships, five villages."""
    plant_tree()
