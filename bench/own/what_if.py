"""A what-if on a county, first and again in one process: ``what_if SNAPSHOT``."""

from __future__ import annotations

import sys
from pathlib import Path

from bangfu.analytics.engines import DuckDBEngine, duckdb_engine
from bangfu.analytics.simulation import Simulation, Variant, simulate
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy.parameters import Change, parameters
from bench.own.clocked import Took, clocked, say

TRIED = {
    "allowance standard 2 300": ("how.assistance.allowance_standard=2300@2015-01-01",),
    "poverty line 3 500": ("who.income.poverty_line=3500@2015-01-01",),
    "five values at once": (
        "how.assistance.allowance_standard=2300@2015-01-01",
        "how.disability.care_monthly=100@2015-01-01",
        "how.student_aid.senior_grant.first=1500@2015-01-01",
        "how.medical.chronic_share=0.9@2015-01-01",
        "how.rain_and_dew.term=1800@2015-01-01",
    ),
}


def main(place: Path) -> None:
    snapshot = Snapshot.load(place)
    DuckDBEngine().close()
    said = {}
    for name, changes in TRIED.items():
        variant = Variant(name, tuple(Change.read(one, parameters()) for one in changes))
        first, found = _timed(snapshot, variant)
        again, same = _timed(snapshot, variant)
        effects = found.effects[0]
        assert effects.cube == same.effects[0].cube
        said[name] = {
            "first": first.seconds, "first_cpu": first.cpu, "again": again.seconds, "again_cpu": again.cpu,
            "changed": effects.changes.num_rows, "questions": len(effects.questions), "losers": effects.losers.num_rows,
        }  # fmt: skip
    say(variants=said)


def _timed(snapshot: Snapshot, variant: Variant) -> tuple[Took, Simulation]:
    with duckdb_engine() as engine, clocked() as took:
        found = simulate(snapshot, [variant], engine=engine)
        found.effects[0].by_division()
    return took, found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
