"""The rules of a county alone, on the rows that ``bangfu audit`` reads: ``county_rules FOLDER``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from bangfu.analytics import evaluation
from bangfu.divisions import source
from bangfu.platform.files import workbooks
from bangfu.quality import audit
from bench.own.clocked import Took, clocked, say


def main(folder: Path) -> None:
    """Runs the audit with a clock around its evaluation."""
    took: list[Took] = []

    def timed(*given: object, **named: object) -> evaluation.Outcome:
        with clocked() as one:
            outcome = evaluation.evaluate(*given, **named)  # type: ignore[arg-type]
        took.append(one)
        return outcome

    audit.evaluate = timed
    paths = [folder / "registry.xlsx", *sorted((folder / "lists").glob("*.xlsx"))]
    with clocked() as whole:
        read = [audit.Source(path.name, workbooks.read(path, name=path.name).sheets) for path in paths]
    result = audit.audit(read[0], read[1:], date(2015, 12, 31), source.places)
    say(
        seconds=took[0].seconds,
        cpu=took[0].cpu,
        reading=whole.seconds,
        rules=len(result.tallies),
        doubts=len(result.findings),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
