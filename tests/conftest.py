"""Which tests run on which database, and how guarded tables are emptied between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("bangfu", deadline=None)
settings.load_profile("bangfu")


#: Files that take longest, which ``make test`` begins with, so that no process is left alone with one at the end.
#: Those of the browser stand together: a process that goes on to another of them keeps its server.
LONG = (
    "web/browser/test_pages.py",
    "web/browser/test_whole_way.py",
    "web/browser/test_keyboard.py",
    "web/browser/test_import_to_verdict.py",
    "web/browser/test_meeting.py",
    "analytics/test_two_engines.py",
    "cli/test_audit_command.py",
    "quality/test_runs.py",
    "web/test_numbers.py",
    "cli/test_planted_truth.py",
    "cli/test_bad_policy.py",
    "monitoring/test_watch.py",
    "web/test_routes.py",
    "web/test_languages.py",
    "policy/test_policy_cases.py",
    "platform/jobs/test_jobs.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; skip, with the reason, what the database of this pass cannot answer."""
    here = Path(__file__).parent
    turn = {here / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: turn.get(item.path, len(LONG)))
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
