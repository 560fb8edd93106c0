"""A throw-away PostgreSQL cluster: unix socket only, gone when the process ends.

``both_databases`` marks tests that run in the SQLite pass and in the PostgreSQL pass; ``postgresql_only``
marks those that only PostgreSQL can answer.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import psycopg
import pytest

both_databases = pytest.mark.postgresql(also="sqlite")
postgresql_only = pytest.mark.postgresql

SECONDS_TO_START = 30


def binaries() -> Path | None:
    """The folder of the newest ``initdb`` and ``postgres``; None when the server is not installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    on_path = shutil.which("initdb")
    candidates = [*found, *([Path(on_path).resolve()] if on_path else [])]
    return next((path.parent for path in candidates if (path.parent / "postgres").exists()), None)


@cache
def cluster_url(*, durable: bool = False) -> str | None:
    """Start the cluster at the first call and return the URL of its database; None when it is not
    installed. ``durable``: it writes as a server in use does, for what is measured."""
    programs = binaries()
    if programs is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="bangfu-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    as_user = _as_postgres(folder)
    subprocess.run(
        [
            programs / "initdb",
            *("-D", folder / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"),
            # A collation as in production, not byte order: range filters must not depend on it.
            *("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh-Hans-CN"),
        ],
        check=True,
        capture_output=True,
        **as_user,
    )
    hasty = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                programs / "postgres",
                *("-D", folder / "data", "-k", folder, "-c", "listen_addresses="),
                *(() if durable else hasty),
            ],
            stdout=log,
            stderr=log,
            **as_user,
        )
    atexit.register(_stop, server, os.getpid())
    _wait(server, folder)
    return f"postgresql://postgres@/bangfu?host={folder}"


def _as_postgres(folder: Path) -> dict:
    """PostgreSQL refuses root: run it as the user ``postgres`` then."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder}


def _wait(server: subprocess.Popen, folder: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return


def _stop(server: subprocess.Popen, owner: int) -> None:
    if os.getpid() == owner:
        server.send_signal(signal.SIGINT)
        server.wait(10)
