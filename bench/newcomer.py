"""One new person against the whole registry: who may it be, and is it seen at once after it is saved."""

from __future__ import annotations

import shutil

from bench.figures import at_least, at_most
from bench.frame import Bench

PEOPLE = 377_000
ASKED = 400


def measure(bench: Bench) -> None:
    people = bench.size(PEOPLE, 5_000)
    named, database = bench.folder / f"named-{people}", bench.folder / "newcomer"
    bench.own("named", named, people)
    shutil.rmtree(database, ignore_errors=True)
    bench.own("take_in", named, people, database)
    said = bench.own("newcomer", named, database, ASKED).said
    shutil.rmtree(database)
    note = f"{said['asked']} people against {said['people']:,}, SQLite; processor time {said['cpu'] * 1000:.1f} ms"
    bench.add("asked, median", said["median"] * 1000, "ms", at_most(20), note)
    bench.add(
        "asked, 95 of 100", said["p95"] * 1000, "ms", note=f"{said['known']} of {said['asked']} recognised"
    )
    bench.add(
        "seen at once after saving",
        said["seen"] / said["written"],
        "",
        at_least(1),
        f"{said['written']} saved",
    )
    bench.add("asked again after saving, median", said["again"] * 1000, "ms", at_most(20))
    bench.add("saved with event and audit row, median", said["writing"] * 1000, "ms")
