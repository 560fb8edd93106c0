"""Workers as processes of their own on the test database, to be waited for, stopped and killed.

They are forked from one process that has everything loaded: to load it anew for each takes seconds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection

from bangfu.platform.jobs import execution, worker

_FORKED: Final = multiprocessing.get_context("forkserver")
#: Seconds that loading may take on a busy machine.
LOADING: Final = 180
_started_for: list[str] = []


@dataclass(frozen=True)
class WorkerProcess:
    """A running worker, and the file into which it logs."""

    process: ForkServerProcess
    log: Path

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float) -> int:
        """The exit code, negative for a signal; an error when it still runs after so long."""
        self.process.join(seconds)
        code = self.process.exitcode
        assert code is not None, f"the worker still runs after {seconds} s"
        return code

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.wait(20)


def start(*, batch: bool, timeout: float | None = None, dies_at: int = 0) -> WorkerProcess:
    """A worker.

    Args:
        batch: it ends when the queue is empty.
        timeout: seconds after which SQLite gives up waiting for a lock.
        dies_at: it is killed before the n-th statement of its job; 0: it lives.
    """
    _serve()
    handle, log = tempfile.mkstemp(prefix="worker-", suffix=".log", dir=os.environ["BANGFU_TEST_FOLDER"])
    os.close(handle)
    process = _FORKED.Process(target=_work, args=(log, batch, timeout, dies_at))
    process.start()
    return WorkerProcess(process, Path(log))


def database_url() -> str:
    """The test database, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgresql://postgres@/{settings['NAME']}?host={settings['HOST']}"


def _serve() -> None:
    """Start the process from which workers are forked, on the test database, when the first is asked for."""
    url = database_url()
    if not _started_for:
        with pytest.MonkeyPatch.context() as around:
            around.setenv("DATABASE_URL", url)
            around.setenv("PYTHONPATH", os.pathsep.join(sys.path))
            _FORKED.set_forkserver_preload(["tests.loaded"])
            forkserver.ensure_running()
        loaded = _FORKED.Process(target=os.getpid)
        loaded.start()
        loaded.join(LOADING)
        assert loaded.exitcode == 0, "the process from which workers are forked did not start"
        _started_for.append(url)
    assert _started_for == [url], "workers are on the test database, and not on a copy of it"


def _work(log: str, batch: bool, timeout: float | None, dies_at: int) -> None:
    """In the new process."""
    os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND), sys.stderr.fileno())
    if timeout is not None:
        connection.settings_dict["OPTIONS"]["timeout"] = timeout
    if dies_at:
        _die_at(dies_at)
    worker.run(batch=batch)


def _die_at(number: int) -> None:
    """Have the process killed before the n-th statement of its job."""
    left = number
    run: Callable[..., None] = execution.run

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    def counted(**given: Any) -> None:
        with connection.execute_wrapper(count):
            run(**given)

    execution.run = counted
