"""Which tests run on which database, and how guarded tables are emptied between them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("bangfu", deadline=None)
settings.load_profile("bangfu")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what the database of this pass cannot answer."""
    if connection.vendor == "postgresql":
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: BANGFU_TEST_DATABASE=postgresql pytest -m postgresql")
    for item in items:
        marker = item.get_closest_marker("postgresql")
        if marker is not None and marker.kwargs.get("also") != "sqlite":
            item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def _flush_past_guards() -> Iterator[None]:
    """Let Django empty the tables after a transactional test although their triggers refuse it (tests
    only)."""
    operations = type(connection.ops)
    original = operations.sql_flush

    def sql_flush(
        self: BaseDatabaseOperations, style: object, tables: list[str], **options: bool
    ) -> list[str]:
        statements = original(self, style, tables, **options)
        if self.connection.vendor == "postgresql":
            return [
                "SET session_replication_role = replica",
                *statements,
                "SET session_replication_role = DEFAULT",
            ]
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        return [
            *(f'DROP TRIGGER "{name}"' for name, _ in triggers),
            *statements,
            *(sql for _, sql in triggers),
        ]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = original
