"""The check of a county from workbook to workbook (``bangfu audit``), and its rules alone."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.figures import at_most
from bench.frame import Bench, Ran, median, peak, run, spread

COUNTY, HOUSEHOLDS, PERSONS = "610926", 23_035, 57_568


def made(bench: Bench) -> Path:
    """The folder of the synthetic county, written once."""
    households, persons = bench.size(HOUSEHOLDS, 300), bench.size(PERSONS, 750)
    folder = bench.folder / f"county-{persons}"
    if not (folder / "truth.csv").exists():
        asked = ["--county", COUNTY, "--households", households, "--persons", persons, "--random-seed", 1]
        run([sys.executable, "-m", "bangfu.cli", "synth", *map(str, asked), "--out", folder])
    return folder


def measure(bench: Bench) -> None:
    folder = made(bench)
    out = bench.folder / "doubts.xlsx"
    asked = [folder / "registry.xlsx", "--lists", folder / "lists", "--as-of", "2015-12-31", "--out", out]

    def audit() -> Ran:
        out.unlink(missing_ok=True)
        ran = run([sys.executable, "-m", "bangfu.cli", "audit", *asked])
        assert out.stat().st_size > 0
        return ran

    runs = bench.turns({"audit": audit, "rules": lambda: bench.own("county_rules", folder)})
    bench.add("bangfu audit, xlsx to xlsx", median(runs["audit"]), "s", at_most(20), spread(runs["audit"]))
    bench.add("its memory", peak(runs["audit"]), "GiB", at_most(1.5))
    said = runs["rules"][0].said
    note = f"{said['rules']} rules, {said['doubts']} doubts; {spread(runs['rules'])}"
    bench.add("the rules alone", median(runs["rules"]), "s", at_most(2), note)
