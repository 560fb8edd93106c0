"""The database refuses, and keeps refusing after migrations."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from bangfu.platform.audit.guard import ContinuesChain
from bangfu.platform.database.append_only import AppendOnly
from bangfu.platform.database.guards import Guard, missing, stem
from bangfu.platform.database.spells import NoOverlap
from tests.platform.samples.models import Posting, Spell
from tests.postgresql import both_databases, postgresql_only


def refused(statement: str) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value)


@both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE samples_posting SET text = 'b'",
        "UPDATE samples_posting SET id = id + 1",
        "DELETE FROM samples_posting",
        "INSERT INTO samples_posting (text) VALUES ('a') ON CONFLICT (text) DO UPDATE SET text = 'b'",
    ],
)
def test_append_only_rows_are_neither_changed_nor_removed(statement: str) -> None:
    Posting.objects.create(text="a")
    assert "append-only" in refused(statement)
    assert Posting.objects.get().text == "a"


@postgresql_only
@pytest.mark.django_db
def test_append_only_tables_are_not_truncated() -> None:
    Posting.objects.create(text="a")
    assert "append-only: TRUNCATE is refused" in refused("TRUNCATE samples_posting")


@pytest.mark.django_db
def test_append_only_rows_are_not_replaced_on_sqlite() -> None:
    if connection.vendor == "sqlite":
        Posting.objects.create(text="a")
        assert "append-only" in refused("INSERT OR REPLACE INTO samples_posting (text) VALUES ('a')")


@both_databases
@pytest.mark.django_db
def test_every_guard_that_migrations_declare_is_in_the_database() -> None:
    assert missing() == []


@both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "guard",
    [
        AppendOnly("samples.Posting"),
        NoOverlap("samples.Spell", key=("owner", "kind")),
        ContinuesChain("audit.AuditRecord"),
    ],
    ids=lambda guard: type(guard).__name__,
)
def test_a_guard_can_be_taken_away_and_put_back(guard: Guard) -> None:
    state = ProjectState.from_apps(apps)
    with connection.schema_editor() as editor:
        guard.database_backwards("samples", editor, state, state)
    try:
        label = f"{guard.model}: "
        assert missing()
        assert all(one.startswith(label) for one in missing())
    finally:
        with connection.schema_editor() as editor:
            guard.database_forwards("samples", editor, state, state)
    assert missing() == []


@both_databases
@pytest.mark.django_db(transaction=True)
def test_spells_that_overlap_already_stop_the_guard() -> None:
    guard = NoOverlap("samples.Spell", key=("owner", "kind"))
    state = ProjectState.from_apps(apps)
    with connection.schema_editor() as editor:
        guard.database_backwards("samples", editor, state, state)
    Spell.objects.create(owner="a", since="2020-01-01")
    Spell.objects.create(owner="a", since="2021-01-01")
    try:
        with pytest.raises(IntegrityError), connection.schema_editor() as editor:
            guard.database_forwards("samples", editor, state, state)
    finally:
        Spell.objects.all().delete()
        with connection.schema_editor() as editor:
            guard.database_forwards("samples", editor, state, state)
    assert missing() == []


def test_a_guard_survives_being_written_into_a_migration() -> None:
    guard = NoOverlap("samples.Spell", key=("owner", "kind"), since="since", until="until")
    name, args, kwargs = guard.deconstruct()
    assert name == "NoOverlap"
    assert NoOverlap(*args, **kwargs).deconstruct() == guard.deconstruct()


def test_long_names_are_shortened_and_stay_apart() -> None:
    long, other = stem("t" * 60, "insert"), stem("t" * 60, "update")
    assert len(long) <= 48
    assert long != other
