"""The site as ``bangfu serve`` starts it, for a measured block; the day it takes for today is given."""

from __future__ import annotations

import os
import signal
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


@contextmanager
def serving(port: int, today: date, log: Path) -> Iterator[tuple[str, int]]:
    """Its address and its process; web server and worker end with the block.

    ``BANGFU_TODAY`` is the product's own pretended day, of demo mode only.
    """
    call = [sys.executable, "-m", "bangfu.cli", "serve", "--port", str(port)]
    with log.open("ab") as output:
        site = subprocess.Popen(
            call, env={**os.environ, "BANGFU_TODAY": today.isoformat()}, stdout=output, stderr=output
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/sign-in/", site, log)
            yield address, site.pid
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait(timeout=40)


def _wait_for(address: str, site: subprocess.Popen[bytes], log: Path) -> None:
    start = time.monotonic()
    while time.monotonic() - start < START and site.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise SystemExit(f"the site did not start:\n{log.read_text(errors='replace')[-3000:]}")
