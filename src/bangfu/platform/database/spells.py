"""Dated spells that may not overlap: the database itself refuses."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState
from django.db.models import DateField, Model

from bangfu.platform.database.guards import Guard, stem


class NoOverlap(Guard):
    """Migration operation: rows with the same ``key`` hold dated spells that never overlap and are never
    empty.

    A spell runs from ``since`` (inclusive) to ``until`` (exclusive); ``until`` NULL means still open. ``key``
    is one field or several; rows with NULL in the key are not compared. A violation raises IntegrityError.
    PostgreSQL: an exclusion constraint (gist, needs the btree_gist extension, created when missing), which
    also holds between concurrent transactions. SQLite: triggers and an index; the table is checked when they
    are installed.
    """

    def __init__(
        self, model: str, key: str | Sequence[str], since: str = "since", until: str = "until"
    ) -> None:
        super().__init__(model)
        self.key = key
        self.since = since
        self.until = until

    def install(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        if connection.vendor == "postgresql":
            return self._constraints(model, connection)
        return self._triggers(model, connection)

    def _constraints(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        keys, since, until = self._columns(model, connection)
        table, name = connection.ops.quote_name(model._meta.db_table), self._stem(model)
        same = ", ".join(f"{key} WITH =" for key in keys)
        return [
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            f"""
            ALTER TABLE {table}
            ADD CONSTRAINT "{name}_order" CHECK ({until} IS NULL OR {until} > {since}),
            ADD CONSTRAINT "{name}_apart"
            EXCLUDE USING gist ({same}, daterange({since}, {until}, '[)') WITH &&)""",
        ]

    def _triggers(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        keys, since, until = self._columns(model, connection)
        table, name = connection.ops.quote_name(model._meta.db_table), self._stem(model)

        def body(others: str) -> str:
            same = " AND ".join(f"other.{key} = NEW.{key}" for key in keys)
            return f"""
            BEGIN
                SELECT RAISE(ABORT, '{model._meta.db_table}: a spell ends after it begins')
                WHERE NEW.{until} <= NEW.{since};
                SELECT RAISE(ABORT, '{model._meta.db_table}: this spell overlaps another one')
                WHERE EXISTS (
                    SELECT 1 FROM {table} AS other WHERE {same} AND {others}
                    AND (NEW.{until} IS NULL OR other.{since} < NEW.{until})
                    AND (other.{until} IS NULL OR other.{until} > NEW.{since})
                );
            END"""  # noqa: S608 - quoted names of the model

        update = body("other.rowid <> OLD.rowid")
        watched, lookup = ", ".join([*keys, since, until]), ", ".join([*keys, since])
        return [
            f'CREATE INDEX "{name}_order" ON {table} ({lookup})',
            f'CREATE TRIGGER "{name}_insert" BEFORE INSERT ON {table} {body("TRUE")}',
            f'CREATE TRIGGER "{name}_update" BEFORE UPDATE OF {watched} ON {table} {update}',
        ]

    def remove(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        table, name = connection.ops.quote_name(model._meta.db_table), self._stem(model)
        if connection.vendor == "postgresql":
            return [f'ALTER TABLE {table} DROP CONSTRAINT "{name}_apart", DROP CONSTRAINT "{name}_order"']
        return [
            f'DROP TRIGGER "{name}_insert"',
            f'DROP TRIGGER "{name}_update"',
            f'DROP INDEX "{name}_order"',
        ]

    def names(self, model: type[Model], connection: BaseDatabaseWrapper) -> set[str]:
        parts = ("order", "apart") if connection.vendor == "postgresql" else ("order", "insert", "update")
        return {f"{self._stem(model)}_{part}" for part in parts}

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        connection = schema_editor.connection
        model = to_state.apps.get_model(*self.label(app_label))
        if connection.vendor == "sqlite" and self.allow_migrate_model(connection.alias, model):
            self._check_rows(model, connection)

    def _check_rows(self, model: type[Model], connection: BaseDatabaseWrapper) -> None:
        keys, since, until = self._columns(model, connection)
        table = connection.ops.quote_name(model._meta.db_table)
        same = " AND ".join(f"later.{key} = earlier.{key}" for key in keys)
        statement = f"""
            SELECT 1 FROM {table} WHERE {until} <= {since}
            UNION ALL
            SELECT 1 FROM {table} AS earlier JOIN {table} AS later
            ON {same} AND later.rowid <> earlier.rowid AND earlier.{since} <= later.{since}
            AND (earlier.{until} IS NULL OR earlier.{until} > later.{since})
            LIMIT 1"""  # noqa: S608 - quoted names of the model
        with connection.cursor() as cursor:
            cursor.execute(statement)
            if cursor.fetchone():
                raise IntegrityError(
                    f"{model._meta.db_table} holds spells that are empty or overlap; mend them first"
                )

    def _columns(self, model: type[Model], connection: BaseDatabaseWrapper) -> tuple[list[str], str, str]:
        for name in (self.since, self.until):
            if not isinstance(model._meta.get_field(name), DateField):
                raise TypeError(f"{model._meta.label}.{name} must be a date field")
        columns = {field.attname: str(field.column) for field in model._meta.concrete_fields}
        columns.update({field.name: columns[field.attname] for field in model._meta.concrete_fields})
        quote = connection.ops.quote_name
        keys = [quote(columns[name]) for name in self._keys()]
        return keys, quote(columns[self.since]), quote(columns[self.until])

    def _keys(self) -> list[str]:
        return [self.key] if isinstance(self.key, str) else list(self.key)

    def _stem(self, model: type[Model]) -> str:
        return stem(model._meta.db_table, *self._keys(), "spells")
