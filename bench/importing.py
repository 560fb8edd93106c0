"""Taking a registry in, with audit, events, standings and sealed numbers: growing sizes, and django-import-export."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.figures import at_least, at_most
from bench.frame import Bench, Ran, median, peak

SIZES = (10_000, 30_000, 100_000)
#: As many as the peer can take in while one waits.
SHARED = 2_000
PEOPLE_A_HOUSEHOLD = 2.4


def measure(bench: Bench) -> None:
    sizes = [bench.size(size, 100) for size in SIZES]
    shared = bench.size(SHARED, 100)
    folder = bench.folder / f"named-{int(sizes[-1] * PEOPLE_A_HOUSEHOLD * 1.05)}"
    bench.own("named", folder, folder.name.removeprefix("named-"))
    runs = {size: [_own(bench, folder, size) for _ in range(bench.rounds)] for size in sizes}
    for size, every in runs.items():
        said = every[0].said
        assert said["households"] == said["events"] == said["audit"] == size
        note = f"{said['people']:,} people; {median(every):.1f} s, processor time {every[0].worked:.1f} s"
        bench.add(f"{size:,} households", size / median(every), "households/s", at_least(1000), note)
    least, most = sizes[0], sizes[-1]
    growth = median(runs[most]) / median(runs[least]) / (most / least)
    worked = runs[most][0].worked / runs[least][0].worked / (most / least)
    note = f"1 is linear; {worked:.2f} by processor time"
    bench.add(f"time a household, {most:,} against {least:,}", growth, "×", at_most(1.25), note)
    bench.add(f"memory at {most:,} households", peak(runs[most]), "GiB")
    turns = bench.turns(
        {
            "Bangfu": lambda: _own(bench, folder, shared),
            "import-export, row by row": lambda: _peer(bench, "rows", folder, shared),
            "import-export, in bulk": lambda: _peer(bench, "bulk", folder, shared),
        }
    )
    for name, every in turns.items():
        bench.add(f"{name}, {shared:,} households", shared / median(every), "households/s")
    for name, what in (("row by row", ", with a row of history"), ("in bulk", ", without history")):
        bench.ratio(
            f"times faster than import-export {name}{what}", turns[f"import-export, {name}"], turns["Bangfu"]
        )


def _own(bench: Bench, folder: Path, size: int) -> Ran:
    database = bench.folder / "import"
    shutil.rmtree(database, ignore_errors=True)
    ran = bench.own("take_in", folder, size, database)
    shutil.rmtree(database)
    return ran


def _peer(bench: Bench, way: str, folder: Path, size: int) -> Ran:
    database = bench.folder / "import-export.sqlite3"
    database.unlink(missing_ok=True)
    ran = bench.peer("run_import_export.py", way, folder, size, database)
    database.unlink()
    return ran
