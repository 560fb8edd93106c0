"""How everything is measured: each run is a process of its own, its time by its own clock, its memory by the kernel.

This process stays small on purpose: a child's peak begins with the memory of whoever started it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.figures import Figure, Goal

HERE = Path(__file__).parent
PROJECT = HERE.parent
PEERS = PROJECT / ".venv-peers"
LOCKED = HERE / "peers" / "requirements.txt"
OPENFISCA = PROJECT / ".venv-openfisca"
OPENFISCA_LOCKED = HERE / "peers" / "openfisca" / "requirements.txt"


class Failed(Exception):
    """A measured process ended badly."""


@dataclass(frozen=True)
class Ran:
    """One run. ``wall``, ``cpu`` and ``peak`` (MiB) are those of the whole process and its children; ``said`` is the
    line of JSON that it printed last, ``seconds`` what its own clock says of the work without its start."""

    wall: float
    cpu: float
    peak: float
    said: Mapping[str, Any]

    @property
    def seconds(self) -> float:
        return float(self.said.get("seconds", self.wall))

    @property
    def worked(self) -> float:
        """Processor time of that work: on a busy machine it says more than the seconds."""
        return float(self.said.get("cpu", self.cpu))


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = PROJECT) -> Ran:
    """Runs a command to its end.

    Raises:
        Failed: it ended with anything but 0, or 1 (done with refusals); its last lines are the message.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(
            [str(one) for one in command], stdout=out, stderr=err, cwd=cwd, env={**os.environ, **(env or {})}
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        lines = out.read().decode(errors="replace").strip().splitlines()
        if child.returncode not in (0, 1) or (child.returncode == 1 and not lines):
            raise Failed(f"{' '.join(map(str, command))}\n{err.read().decode(errors='replace')[-2000:]}")
    said = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Ran(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


@dataclass
class Bench:
    """What a bench function is given. ``scale`` shrinks its sizes for a quick try."""

    name: str
    scale: float
    rounds: int
    folder: Path
    figures: list[Figure] = field(default_factory=list)

    def size(self, full: int, least: int = 1) -> int:
        return max(int(full * self.scale), least)

    def own(self, module: str, *arguments: object, env: Mapping[str, str] | None = None) -> Ran:
        """Runs ``bench/own/<module>.py`` with Bangfu's own environment."""
        return run([sys.executable, "-m", f"bench.own.{module}", *map(str, arguments)], env=env)

    def peer(self, script: str, *arguments: object) -> Ran:
        """Runs ``bench/peers/<script>`` in the environment of the peers."""
        return run([self._peers, HERE / "peers" / script, *map(str, arguments)])

    def openfisca(self, script: str, *arguments: object) -> Ran:
        """Runs ``bench/peers/openfisca/<script>`` in OpenFisca's own environment: it is AGPL, never in ours."""
        return run([self._openfisca, HERE / "peers" / "openfisca" / script, *map(str, arguments)])

    @cached_property
    def _peers(self) -> Path:
        return environment(PEERS, LOCKED)

    @cached_property
    def _openfisca(self) -> Path:
        return environment(OPENFISCA, OPENFISCA_LOCKED)

    def say(self, text: str) -> None:
        """Where a long bench is."""
        print(f"   {datetime.now(UTC):%H:%M:%S} {text}", flush=True)

    def add(self, what: str, value: float, unit: str = "s", goal: Goal | None = None, note: str = "") -> None:
        self.figures.append(Figure(what, value, unit, goal, note))
        print("   " + "  ".join(part for part in self.figures[-1].row(self.name)[1:] if part), flush=True)

    def turns(self, ways: Mapping[str, Callable[[], Ran]]) -> dict[str, list[Ran]]:
        """Every way once a round, in turn, so that a busy minute of the machine meets all of them.

        Every second round goes backwards: nobody always runs after the one that leaves most memory to clear away.
        """
        found: dict[str, list[Ran]] = {name: [] for name in ways}
        for number in range(self.rounds):
            for name in list(ways)[:: -1 if number % 2 else 1]:
                found[name].append(ways[name]())
        return found

    def ratio(self, what: str, peer: list[Ran], own: list[Ran], goal: Goal | None = None) -> None:
        """How many times faster ``own`` is: the median over rounds, each round's two runs against one another."""
        pairs = list(zip(peer, own, strict=True))
        wall = statistics.median(theirs.seconds / ours.seconds for theirs, ours in pairs)
        cpu = statistics.median(theirs.worked / ours.worked for theirs, ours in pairs)
        self.add(what, wall, "×", goal, f"{cpu:.2f} × by processor time")


def median(runs: Sequence[Ran]) -> float:
    """The median of the seconds."""
    return statistics.median(one.seconds for one in runs)


def peak(runs: Sequence[Ran]) -> float:
    """The highest memory, in GiB."""
    return max(one.peak for one in runs) / 1024


def spread(runs: Sequence[Ran]) -> str:
    """All measurements, for the note."""
    seconds = ", ".join(f"{one.seconds:.2f}" for one in runs)
    return f"runs {seconds}; processor time {statistics.median(one.worked for one in runs):.2f} s"


def environment(folder: Path, locked: Path) -> Path:
    """The Python of an environment of peers; made from its locked requirements where it is not there or is older."""
    python, stamp = folder / "bin" / "python", folder / "made-from.txt"
    if not stamp.exists() or stamp.read_bytes() != locked.read_bytes():
        uv = Path(sys.executable).parent / "uv"
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder])
        run([uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", locked])
        stamp.write_bytes(locked.read_bytes())
    return python
