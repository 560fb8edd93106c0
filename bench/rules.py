"""All rules and entitlements of a county: compiling apart from running, and again with what was compiled."""

from __future__ import annotations

from pathlib import Path

from bench import county
from bench.figures import at_most
from bench.frame import Bench


def snapshot(bench: Bench) -> Path:
    """The county's snapshot, made once from its workbooks."""
    folder = county.made(bench)
    bench.own("county_snapshot", folder)
    return folder / "snapshot"


def measure(bench: Bench) -> None:
    said = bench.own("all_rules", snapshot(bench)).said
    times = said["times"]

    def add(what: str, name: str, goal: float | None = None) -> None:
        seconds, cpu = times[name]
        bench.add(what, seconds, goal=at_most(goal) if goal else None, note=f"processor time {cpu:.2f} s")

    bench.say(
        f"{said['rules']} rules and {said['questions'] - said['rules']} entitlements, {said['findings']} findings"
    )
    add("compiling all questions", "compiling")
    add("the same questions again", "compiling again")
    add("running what was compiled", "running", 2)
    add("running it again", "running again", 2)
    add("the mass run of the rules: compiled, run, values for sentences", "evaluate", 2)
    add("the mass run again", "evaluate again", 2)
    add("the mass run of the entitlements, with rows and totals", "entitle")
    add("the entitlements again", "entitle again")
