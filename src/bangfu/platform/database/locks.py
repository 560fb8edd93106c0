"""Named locks that last until the transaction ends."""

from __future__ import annotations

from hashlib import blake2b

from django.db import connection


def hold_until_commit(name: str) -> None:
    """Wait for the lock ``name`` and hold it until the transaction ends; call it inside an atomic block.

    PostgreSQL: a transaction-level advisory lock. SQLite: nothing to do, since a transaction here is
    IMMEDIATE and so already the only writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(name)])


def lock_number(name: str) -> int:
    """The signed 64-bit number under which PostgreSQL knows the lock ``name``."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
