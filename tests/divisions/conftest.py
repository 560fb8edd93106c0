"""A real county (平利县, 610926) in the database, and small sources that a test writes itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bangfu.divisions.actions import load_tree
from bangfu.platform.audit.actor import Actor

TABLES = {2: "province", 4: "city", 6: "area", 9: "street", 12: "village"}

Rewrite = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def clerk() -> Actor:
    return Actor(id="7", name="周会计", address="10.1.2.3")


@pytest.fixture
def county(db: None, clerk: Actor) -> str:
    """平利县 with everything above and below it; gives its prefix."""
    load_tree(by=clerk, prefix="610926")
    return "610926"


@pytest.fixture
def write_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rewrite:
    """Writes a source with these divisions (unpadded code → name) and lets Bangfu read it from now on."""

    def write(divisions: Mapping[str, str]) -> Path:
        path = tmp_path / "data.sqlite"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            for digits, table in TABLES.items():
                connection.execute(f"CREATE TABLE {table} (code VARCHAR(255) PRIMARY KEY, name VARCHAR(255))")
                rows = [one for one in divisions.items() if len(one[0]) == digits]
                connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
            connection.commit()
        monkeypatch.setenv("BANGFU_DIVISIONS", str(path))
        return path

    return write


#: A tiny county: two townships, four villages.
TINY = {
    "61": "陕西省",
    "6109": "安康市",
    "610926": "平利县",
    "610926100": "城关镇",
    "610926100201": "药妇沟村委会",
    "610926100202": "三里垭村委会",
    "610926101": "兴隆镇",
    "610926101201": "新场街村委会",
    "610926101202": "两河口村委会",
}
