"""The database's own check that a new row continues the chain."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from bangfu.platform.audit.chain import GENESIS
from bangfu.platform.database.guards import Guard

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION bangfu_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_seq bigint := 0;
    last_hash text := '{GENESIS}';
BEGIN
    EXECUTE format('SELECT seq, hash FROM %I.%I ORDER BY seq DESC LIMIT 1', TG_TABLE_SCHEMA, TG_TABLE_NAME)
        INTO last_seq, last_hash;
    IF NEW.seq <> COALESCE(last_seq, 0) + 1 OR NEW.previous_hash <> COALESCE(last_hash, '{GENESIS}') THEN
        RAISE EXCEPTION 'the audit chain ends at row %, row % does not continue it',
            COALESCE(last_seq, 0), NEW.seq USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""  # noqa: S608 - a constant of this package
_NAME = "continues_chain"


class ContinuesChain(Guard):
    """Migration operation: a new row's ``seq`` is one more than the last, its ``previous_hash`` the last
    row's hash.

    A violation raises IntegrityError.
    """

    def install(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        table = connection.ops.quote_name(model._meta.db_table)
        if connection.vendor == "postgresql":
            trigger = f"CREATE TRIGGER {_NAME} BEFORE INSERT ON {table} FOR EACH ROW"
            return [_FUNCTION, f"{trigger} EXECUTE FUNCTION bangfu_audit_chain()"]
        last_seq = f"(SELECT COALESCE(MAX(seq), 0) FROM {table})"  # noqa: S608 - a quoted table
        last_hash = f"(SELECT hash FROM {table} ORDER BY seq DESC LIMIT 1)"  # noqa: S608 - a quoted table
        return [
            f"""
            CREATE TRIGGER "{self._name(model)}" BEFORE INSERT ON {table} BEGIN
                SELECT RAISE(ABORT, 'this row does not continue the audit chain')
                WHERE NEW.seq IS NOT {last_seq} + 1
                OR NEW.previous_hash IS NOT COALESCE({last_hash}, '{GENESIS}');
            END"""
        ]

    def remove(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[str]:
        if connection.vendor == "postgresql":
            return [f"DROP TRIGGER {_NAME} ON {connection.ops.quote_name(model._meta.db_table)}"]
        return [f'DROP TRIGGER "{self._name(model)}"']

    def names(self, model: type[Model], connection: BaseDatabaseWrapper) -> set[str]:
        if connection.vendor == "postgresql":
            return {f"{model._meta.db_table}.{_NAME}"}
        return {self._name(model)}

    @staticmethod
    def _name(model: type[Model]) -> str:
        return f"{model._meta.db_table}_{_NAME}"
