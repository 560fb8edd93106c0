"""Every bench: one line each. A new one is a module with a function that takes a ``Bench``, and its line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bench import (
    checks,
    county,
    curve,
    entitlements,
    explaining,
    identifying,
    importing,
    make_run,
    matching,
    newcomer,
    papers,
    reading,
    rules,
    what_if,
)
from bench.frame import Bench

BENCHES: Final[Mapping[str, Callable[[Bench], None]]] = {
    "checks": checks.measure,
    "matching": matching.measure,
    "newcomer": newcomer.measure,
    "reading": reading.measure,
    "importing": importing.measure,
    "county": county.measure,
    "rules": rules.measure,
    "explain": explaining.measure,
    "what_if": what_if.measure,
    "entitlements": entitlements.measure,
    "curve": curve.measure,
    "papers": papers.measure,
    "identifying": identifying.measure,
    "make-run": make_run.measure,
}
