"""The snapshot that ``bangfu audit`` makes of a county's workbooks, kept beside them: ``county_snapshot FOLDER``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from bangfu.analytics import evaluation
from bangfu.analytics.snapshots import Snapshot
from bangfu.divisions import source
from bangfu.platform.files import workbooks
from bangfu.quality import audit
from bench.own.clocked import say

DAY = date(2015, 12, 31)


def main(folder: Path) -> None:
    """Runs the audit once and saves what it evaluates."""
    seen: list[Snapshot] = []

    def noted(snapshot: Snapshot, *given: object, **named: object) -> evaluation.Outcome:
        seen.append(snapshot)
        return evaluation.evaluate(snapshot, *given, **named)  # type: ignore[arg-type]

    place = folder / "snapshot"
    if not (place / "snapshot.json").exists():
        audit.evaluate = noted
        paths = [folder / "registry.xlsx", *sorted((folder / "lists").glob("*.xlsx"))]
        read = [audit.Source(path.name, workbooks.read(path, name=path.name).sheets) for path in paths]
        audit.audit(read[0], read[1:], DAY, source.places)
        seen[0].save(place)
    say(rows={name: table.num_rows for name, table in Snapshot.load(place).tables.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
