"""Migration operations that install a guard: triggers or constraints by which the database refuses
nonsense."""

from __future__ import annotations

from abc import ABC, abstractmethod
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

LONGEST_STEM = 48


class Guard(Operation, ABC):
    """Base: a guard on the table of ``model``, ``"Model"`` of the migration's app or ``"app_label.Model"``.

    On SQLite a later migration that rebuilds the table drops its triggers: repeat the operation after it.
    ``missing`` finds what was forgotten.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    @abstractmethod
    def install(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        """The statements that install the guard."""

    @abstractmethod
    def remove(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        """The statements that take it away."""

    @abstractmethod
    def names(self, model: type[Model], connection: BaseDatabaseWrapper) -> set[str]:
        """The triggers and constraints that must exist while the guard stands."""

    def label(self, app_label: str) -> tuple[str, str]:
        """App label and model name."""
        head, _, tail = self.model.rpartition(".")
        return (head or app_label, tail)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """A guard changes no model."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run(self.install, app_label, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run(self.remove, app_label, schema_editor, from_state)

    def _run(
        self, which: Any, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> None:
        model = state.apps.get_model(*self.label(app_label))
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            for statement in which(model, schema_editor.connection):
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"{type(self).__name__} on {self.model}"


def stem(*parts: str) -> str:
    """A name for a database object made of ``parts``, shortened to fit every database."""
    name = "_".join(parts)
    if len(name) <= LONGEST_STEM:
        return name
    return f"{name[: LONGEST_STEM - 9]}_{blake2b(name.encode(), digest_size=4).hexdigest()}"


def missing(using: str = "default") -> list[str]:
    """Guards that applied migrations declare and the database does not have, as ``app.Model: object``;
    normally none."""
    connection = connections[using]
    loader = MigrationLoader(connection)
    present = _present(connection)
    found = []
    for key in sorted(loader.applied_migrations):
        migration = loader.disk_migrations.get(key)
        for operation in migration.operations if migration else ():
            if isinstance(operation, Guard):
                model = apps.get_model(*operation.label(key[0]))
                absent = sorted(operation.names(model, connection) - present)
                found += [f"{model._meta.label}: {name}" for name in absent]
    return found


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    statement = (
        "SELECT relname || '.' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE tgenabled <> 'D' "
        "UNION SELECT conname FROM pg_constraint"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'index')"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {name for (name,) in cursor.fetchall()}
