"""Reading the county's registry workbook: Bangfu (in a bounded child process) against openpyxl."""

from __future__ import annotations

from bench import county
from bench.frame import Bench, Failed, median, peak, spread


def measure(bench: Bench) -> None:
    file = county.made(bench) / "registry.xlsx"
    runs = bench.turns(
        {
            "Bangfu": lambda: bench.own("read_workbook", file),
            "openpyxl": lambda: bench.peer("read_openpyxl.py", file),
        }
    )
    found = {name: (every[0].said["rows"], every[0].said["cells"]) for name, every in runs.items()}
    if found["Bangfu"] != found["openpyxl"]:
        raise Failed(f"rows and cells differ: {found}")
    rows, cells = found["Bangfu"]
    for name, every in runs.items():
        bench.add(f"{name}: {rows:,} rows, {cells:,} cells", median(every), note=spread(every))
    bench.ratio("times faster than openpyxl", runs["openpyxl"], runs["Bangfu"])
    bench.add("memory of Bangfu", peak(runs["Bangfu"]), "GiB")
    bench.add("memory of openpyxl", peak(runs["openpyxl"]), "GiB")
