"""Forty checks over millions of people: Bangfu, pandera and pointblank on Polars, hand-written DuckDB SQL.

All start from the same Parquet files of another system and must find the same; plain Polars stands for what the two
validators add to it.
"""

from __future__ import annotations

from bench.figures import at_least, at_most
from bench.frame import Bench, Failed, median, peak, spread

PEOPLE = 5_000_000


def measure(bench: Bench) -> None:
    persons = bench.size(PEOPLE, 10_000)
    folder = bench.folder / f"people-{persons}"
    bench.own("people", folder, persons)
    bench.own("checks", "save", folder)
    runs = bench.turns(
        {
            "Bangfu, raw data": lambda: bench.own("checks", "raw", folder),
            "Bangfu, snapshot": lambda: bench.own("checks", "snapshot", folder),
            "pandera": lambda: bench.peer("run_polars.py", "pandera", folder),
            "pointblank": lambda: bench.peer("run_polars.py", "pointblank", folder),
            "plain Polars": lambda: bench.peer("run_polars.py", "polars", folder),
            "SQL, raw data": lambda: bench.peer("run_sql.py", "raw", folder),
            "SQL, snapshot": lambda: bench.peer("run_sql.py", "snapshot", folder),
        }
    )
    _same({name: dict(every[0].said["counts"]) for name, every in runs.items()})
    for name, every in runs.items():
        bench.add(f"{name}, {persons:,} people", median(every), note=spread(every))
    raw, snapshot = runs["Bangfu, raw data"], runs["Bangfu, snapshot"]
    for way, own, goal in (("raw data", raw, 2), ("snapshot", snapshot, 4)):
        fastest = min(("pandera", "pointblank"), key=lambda one: median(runs[one]))
        for peer in ("pandera", "pointblank", "plain Polars"):
            bench.ratio(
                f"{way}: times faster than {peer}",
                runs[peer],
                own,
                at_least(goal) if peer == fastest else None,
            )
        bench.ratio(f"{way}: time against hand-written SQL", own, runs[f"SQL, {way}"], at_most(1.3))
    bench.add("memory of Bangfu", max(peak(raw), peak(snapshot)), "GiB", at_most(2))
    for peer in ("pandera", "pointblank", "SQL, raw data"):
        bench.add(f"memory of {peer}", peak(runs[peer]), "GiB")


def _same(counts: dict[str, dict[str, int]]) -> None:
    """Everybody found the same, or the comparison is worth nothing."""
    own = counts["Bangfu, raw data"]
    for name, found in counts.items():
        wrong = {key: (found.get(key), count) for key, count in own.items() if found.get(key) != count}
        if wrong:
            raise Failed(f"{name} found other numbers than Bangfu (theirs, ours): {wrong}")
