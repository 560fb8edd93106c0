"""How workers know that another one is dead: the living hold a lock that dies with them, however they die.

PostgreSQL: a session-level advisory lock on a connection of its own, so it works across hosts. SQLite lives
on one machine: a lock on a file beside the data, which also works between containers and cannot be confused
by reused process numbers.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from bangfu.platform.database.locks import lock_number


def new_worker_id() -> str:
    """A name that no other worker has ever had: host, process and randomness; at most 64 characters."""
    host = re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname())[:24]
    return f"{host}-{os.getpid()}-{uuid.uuid4().hex[:20]}"


@contextmanager
def announced(worker: str) -> Iterator[None]:
    """Hold the lock of ``worker`` while the block runs."""
    with _in_database(worker) if connection.vendor == "postgresql" else _in_file(worker):
        yield


def is_alive(worker: str) -> bool:
    """True while some process holds the lock of ``worker``; on PostgreSQL call it inside a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(worker)])
            (free,) = cursor.fetchone()
        return not free
    return _file_is_held(_path(worker))


@contextmanager
def _in_database(worker: str) -> Iterator[None]:
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            # A host that vanishes without a word is noticed within a minute.
            cursor.execute(
                "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
            )
            cursor.execute("SELECT pg_advisory_lock(%s)", [_number(worker)])
        yield
    finally:
        # The server notices a closed connection only a moment later; whoever ends in order is gone at once.
        with suppress(Error), own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(worker)])
        own.close()


@contextmanager
def _in_file(worker: str) -> Iterator[None]:
    path = _path(worker)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _file_is_held(path: Path) -> bool:
    try:
        with path.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _number(worker: str) -> int:
    return lock_number(f"jobs.worker:{worker}")


def _path(worker: str) -> Path:
    folder: Path = settings.BANGFU_VAR / "workers"
    return folder / f"{worker}.lock"
