from __future__ import annotations

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.test import Client


def test_django_finds_nothing_to_complain_about() -> None:
    assert [message for message in run_checks() if message.id not in ("urls.W001",)] == []


def test_the_content_policy_allows_nothing_inline_and_nobody_else() -> None:
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {source for sources in policy.values() for source in sources}
    assert allowed <= {"'self'", "'none'", "data:"}
    assert policy["default-src"] == ["'none'"]
    assert "data:" not in policy["script-src"]


@pytest.mark.django_db
def test_every_answer_carries_the_policy(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_sqlite_is_set_up_for_several_processes() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            found = {}
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout"):
                cursor.execute(f"PRAGMA {name}")
                (found[name],) = cursor.fetchone()
        assert found == {
            "journal_mode": "wal",
            "synchronous": 1,
            "foreign_keys": 1,
            "recursive_triggers": 1,
            "busy_timeout": 30_000,
        }
