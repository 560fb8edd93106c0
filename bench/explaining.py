"""One household of a county explained by a running explainer. The page around it is measured with the pages."""

from __future__ import annotations

from bench import rules
from bench.figures import at_most
from bench.frame import Bench

ASKED = 500


def measure(bench: Bench) -> None:
    said = bench.own("explain", rules.snapshot(bench), bench.size(ASKED, 50)).said
    note = (
        f"{said['asked']} households, {said['said']:.0f} explanations each, {said['settled']} of what would settle; "
        f"processor time {said['cpu'] * 1000:.1f} ms"
    )
    bench.add("explained, median", said["p50"] * 1000, "ms", note=note)
    bench.add("explained, 95 of 100", said["p95"] * 1000, "ms", at_most(150), "without the page")
    bench.add("explained, slowest", said["most"] * 1000, "ms")
    bench.add("starting the explainer", said["starting"], note=f"processor time {said['starting_cpu']:.2f} s")
