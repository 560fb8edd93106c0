"""The forty checks by Bangfu's own way: ``checks raw|snapshot|save FOLDER``.

``raw`` reads the files of another system, parses every identity number and judges; ``snapshot`` judges what ``save``
wrote before, once.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.evaluation import evaluate
from bangfu.analytics.external import External
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy import catalogue
from bench.own.clocked import clocked, say

DAY = date(2015, 12, 31)
KEYS = tuple((Path(__file__).parent.parent / "checks.txt").read_text(encoding="utf-8").split())


def main(way: str, folder: Path) -> None:
    rules = [catalogue.rule(key, DAY) for key in KEYS]
    engine = DuckDBEngine()
    with clocked() as took:
        if way == "snapshot":
            snapshot = Snapshot.open(folder / "snapshot")
        else:
            snapshot = External(folder / "person.parquet", folder / "household.parquet").snapshot(DAY, engine)
        if way == "save":
            snapshot.save(folder / "snapshot")
            outcome = None
        else:
            outcome = evaluate(snapshot, rules, engine=engine, with_values=False)
    counts = {tally.rule.key: tally.yes for tally in outcome.tallies} if outcome else {}
    say(seconds=took.seconds, cpu=took.cpu, counts=counts)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
