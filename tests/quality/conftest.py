"""Doubts are tested in the cast, where the rules have already been run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.cast.fixtures import cast_file, copy, turned_to

__all__ = ["cast_file"]


@pytest.fixture
def cast(transactional_db: None, cast_file: Path, tmp_path: Path) -> Iterator[None]:
    """A copy of the cast's database, the test's own: what it commits is gone with it. SQLite only."""
    if connection.vendor != "sqlite":
        pytest.skip("the cast is a SQLite file")
    own = tmp_path / "own.sqlite3"
    copy(cast_file, own)
    with turned_to(own):
        yield
