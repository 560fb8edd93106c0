"""The documents under test: their tables, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import PROJECT

DOCS = PROJECT / "docs"
#: What stands between backticks.
QUOTED = re.compile(r"`([^`\n]+)`")


def rows(path: Path, columns: int) -> Iterator[tuple[str, ...]]:
    """The rows of every table of ``path`` that has so many columns, heads and rules left out."""
    below_a_rule = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            below_a_rule = False
        elif not set(line) - set("|-: "):
            below_a_rule = True
        elif below_a_rule:
            cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
            if len(cells) == columns:
                yield cells
