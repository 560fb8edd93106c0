"""Processor time of the site and of PostgreSQL together: on a busy machine it says more than the milliseconds."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
#: utime, stime, and those of children that have ended, in ``/proc/PID/stat`` after the name.
_TIMES = slice(11, 15)


def worked(*roots: int) -> float:
    """Seconds of these processes, all that they started, and all that those started and saw end."""
    return sum(_stat(pid)[1] for root in roots for pid in _tree(root)) / TICK


def postmaster(url: str) -> int:
    """The process of a cluster whose socket lies in its folder, as the bench starts it."""
    folder = Path(url.rpartition("host=")[2])
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def _tree(root: int) -> list[int]:
    parents = {
        int(one.name): _stat(int(one.name))[0] for one in Path("/proc").iterdir() if one.name.isdigit()
    }
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _stat(pid: int) -> tuple[int, int]:
    """Parent and ticks; nothing for one that has gone."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    return int(parts[1]), sum(map(int, parts[_TIMES]))
