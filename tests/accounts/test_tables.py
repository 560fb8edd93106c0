"""The tables of divisions and accounts are as the migrations say, guards included."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from bangfu.platform.database.guards import missing
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "divisions", "accounts", check=True, dry_run=True, verbosity=0)


def test_every_guard_stands() -> None:
    assert missing() == []
