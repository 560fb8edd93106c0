"""``make run`` in a fresh clone: from nothing to the demo county checked and the page answering, and once more.

Downloads come from the caches of the machine where they are there: the goal is for what comes after them.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bench.figures import at_most
from bench.frame import PROJECT, Bench, Failed, run

LONGEST = 600


def measure(bench: Bench) -> None:
    """The demo county has one size: ``scale`` changes nothing here."""
    clone = bench.folder / "clone"
    shutil.rmtree(clone, ignore_errors=True)
    run(["git", "clone", "--quiet", "--local", "--no-hardlinks", PROJECT, clone])
    start = time.perf_counter()
    prepared = run(["make", ".venv/stamps/run"], cwd=clone, env=_environment())
    setup = time.perf_counter() - start
    try:
        cold, worked = _until_it_answers(clone)
        again, _ = _until_it_answers(clone)
    finally:
        shutil.rmtree(clone, ignore_errors=True)
    note = f"environment and assets {setup:.1f} s with warm caches, then {cold:.1f} s; "
    note += f"processor time {prepared.cpu + worked:.0f} s"
    bench.add("make run, fresh clone, until the page answers", setup + cold, "s", at_most(90), note)
    bench.add("make run again", again, "s", at_most(10))


def _until_it_answers(clone: Path) -> tuple[float, float]:
    """Seconds until the sign-in page comes, and the processor time of everything started; all of it is stopped."""
    port = _free_port()
    log = clone / "make-run.log"
    with log.open("wb") as out:
        start = time.perf_counter()
        made = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            env=_environment(),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        while not _answers(port):
            if made.poll() is not None or time.perf_counter() - start > LONGEST:
                raise Failed(f"make run did not answer:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        seconds = time.perf_counter() - start
    finally:
        with suppress(ProcessLookupError):
            os.killpg(made.pid, signal.SIGINT)
    _, _, used = os.wait4(made.pid, 0)
    made.returncode = 0
    return seconds, used.ru_utime + used.ru_stime


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
            return page.status == 200
    except OSError:
        return False


def _environment() -> Mapping[str, str]:
    """Ours without what belongs to this project's environment, so that the clone makes its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL")
    }
    path = os.pathsep.join(one for one in kept["PATH"].split(os.pathsep) if str(PROJECT / ".venv") not in one)
    return {**kept, "PATH": path}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
