"""A database with the cast in it, built once a session; tests get it empty of their own traces.

``cast_file`` builds it beside the test database, ``in_the_cast`` turns the connection to it for a package's tests,
``cast`` gives one test a copy of its own.
SQLite only: the screens ask nothing of a database that the floors below do not test on PostgreSQL.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.cast import build, crowd


@pytest.fixture(scope="session")
def cast_file(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A migrated SQLite database with the cast and the crowd; one for all packages that ask."""
    folder = tmp_path_factory.getbasetemp() / "cast"
    path = folder / "cast.sqlite3"
    if path.exists():
        return path
    folder.mkdir()
    with django_db_blocker.unblock():
        connection.close()
        copy(Path(connection.settings_dict["NAME"]), path)
        with turned_to(path), quiet():
            build.build(folder)
            crowd.gather(folder / "crowd")
    return path


@pytest.fixture(scope="package")
def in_the_cast(cast_file: Path, django_db_blocker: Any) -> Iterator[Path]:
    """The connection leads to the cast; every test's own writes are rolled back as usual."""
    with turned_to(cast_file):
        yield cast_file


@pytest.fixture
def cast(transactional_db: None, cast_file: Path, tmp_path: Path) -> Iterator[None]:
    """A copy of the cast's database, the test's own: what it commits is gone with it."""
    if connection.vendor != "sqlite":
        pytest.skip("the cast is a SQLite file; the floors below are tested on PostgreSQL")
    own = tmp_path / "own.sqlite3"
    copy(cast_file, own)
    with turned_to(own):
        yield


@contextmanager
def turned_to(path: Path) -> Iterator[None]:
    """Lead the default connection to another file."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def quiet() -> Iterator[None]:
    """Without the worker's notes."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def copy(source: Path, target: Path) -> None:
    """Copy a SQLite database that may be open elsewhere."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
