"""Tables whose rows are never changed and never removed: the database itself refuses."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from bangfu.platform.database.guards import Guard, stem

_FUNCTION = """
CREATE OR REPLACE FUNCTION bangfu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Write a new row that corrects the old one.';
END $$
"""
_EVENTS = ("update", "delete")


class AppendOnly(Guard):
    """Migration operation: UPDATE and DELETE on the table are refused, and on PostgreSQL TRUNCATE.

    They raise IntegrityError. On SQLite ``INSERT OR REPLACE`` is refused too, by ``recursive_triggers`` of
    the settings.
    """

    def install(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        table = model._meta.db_table
        quoted = connection.ops.quote_name(table)
        if connection.vendor == "postgresql":
            trigger = f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {quoted}"
            return [_FUNCTION, f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION bangfu_append_only()"]
        return [
            f"""
            CREATE TRIGGER "{_trigger(table, event)}" BEFORE {event.upper()} ON {quoted} BEGIN
                SELECT RAISE(ABORT, '{table} is append-only: {event.upper()} is refused');
            END"""
            for event in _EVENTS
        ]

    def remove(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        table = model._meta.db_table
        if connection.vendor == "postgresql":
            return [f"DROP TRIGGER append_only ON {connection.ops.quote_name(table)}"]
        return [f'DROP TRIGGER "{_trigger(table, event)}"' for event in _EVENTS]

    def names(self, model: type[Model], connection: BaseDatabaseWrapper) -> set[str]:
        table = model._meta.db_table
        if connection.vendor == "postgresql":
            return {f"{table}.append_only"}
        return {_trigger(table, event) for event in _EVENTS}


def _trigger(table: str, event: str) -> str:
    return stem(table, "no", event)
