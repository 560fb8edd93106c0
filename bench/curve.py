"""From one to a hundred million people, from files on disk within a memory limit: what a million costs."""

from __future__ import annotations

from bench.figures import at_most
from bench.frame import Bench
from bench.nations import PART, nation

MILLIONS = (1, 3, 10, 30, 100)
MEMORY = "8GiB"


def measure(bench: Bench) -> None:
    size = bench.size(PART, 1_000)
    costs: dict[int, float] = {}
    peaks = []
    with nation(bench, max(MILLIONS), size) as folder:
        for parts in MILLIONS:
            ran = bench.own("entitled", "totals", folder, parts, MEMORY)
            costs[parts] = ran.seconds / millions(parts, size)
            peaks.append(ran.peak / 1024)
            worked = ran.worked / millions(parts, size)
            note = f"{costs[parts]:.2f} s a million, {worked:.2f} s of processor time; memory {peaks[-1]:.2f} GiB"
            bench.add(f"{parts * size:,} people", ran.seconds, note=note)
    least, most = MILLIONS[2], MILLIONS[-1]
    bench.add(
        f"a million of {most * size:,} against one of {least * size:,}",
        costs[most] / costs[least],
        "×",
        at_most(1.25),
    )
    bench.add("memory", max(peaks), "GiB", at_most(24), f"DuckDB's limit is {MEMORY}")


def millions(parts: int, size: int) -> float:
    return parts * size / 1_000_000
