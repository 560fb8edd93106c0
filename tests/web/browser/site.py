"""A server and a worker as processes of their own, on a copy of the cast."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

START: Final = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(database: Path, today: date | None = None, *, worker: bool = True) -> Iterator[str]:
    """The address of a running site, on a day that it takes for ``today``; web server and worker end with the block.

    ``worker``: without one where nothing long is asked for: it takes as long to start as the server.
    """
    port = free_port()
    around = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.web.browser.settings",
        "BANGFU_BROWSER_DATABASE": str(database),
        "BANGFU_BROWSER_TODAY": today.isoformat() if today else "",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-log"]
    calls = [[*web, "bangfu.config.wsgi:application"]]
    calls += [[sys.executable, "-m", "bangfu.cli.run_worker"]] if worker else []
    log = database.with_suffix(".log")
    with log.open("wb") as output:
        processes = [subprocess.Popen(call, env=around, stdout=output, stderr=output) for call in calls]
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/sign-in/", processes, log)
            yield address
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _wait_for(address: str, processes: list[subprocess.Popen[bytes]], log: Path) -> None:
    start = time.monotonic()
    while time.monotonic() - start < START:
        if any(process.poll() is not None for process in processes):
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(
        f"the site did not start within {START:.0f} s:\n{log.read_text(errors='replace')[-3000:]}"
    )
