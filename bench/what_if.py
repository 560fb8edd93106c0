"""A what-if on a county: who qualifies or drops out and what it costs, by all divisions."""

from __future__ import annotations

from bench import rules
from bench.figures import at_most
from bench.frame import Bench


def measure(bench: Bench) -> None:
    said = bench.own("what_if", rules.snapshot(bench)).said
    for name, one in said["variants"].items():
        note = (
            f"{one['questions']} questions asked, {one['changed']} answers change, {one['losers']} households lose; "
            f"processor time {one['first_cpu']:.2f} s"
        )
        bench.add(f"{name}: first", one["first"], goal=at_most(2), note=note)
        bench.add(
            f"{name}: again", one["again"], goal=at_most(2), note=f"processor time {one['again_cpu']:.2f} s"
        )
