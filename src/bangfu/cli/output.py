"""What a command says: sentences in both languages, or JSON for machines; a table; a progress bar on a terminal."""

from __future__ import annotations

import gc
import json
import unicodedata
from collections.abc import Sequence
from typing import Any

import click


def say(ctx: click.Context, zh: str, en: str, **values: Any) -> None:
    """One result: two sentences, or ``values`` as JSON with ``--json``."""
    if wants_json(ctx):
        click.echo(json.dumps(values, ensure_ascii=False, default=str))
    else:
        click.echo(zh)
        click.echo(en)


def wants_json(ctx: click.Context) -> bool:
    return bool((ctx.find_root().obj or {}).get("json"))


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table whose columns line up, Chinese characters counted double; numbers to the right."""
    cells = [[str(one) for one in row] for row in (header, *rows)]
    widths = [max(width(row[place]) for row in cells) for place in range(len(header))]
    lines = []
    for row in cells:
        parts = [
            " " * (widths[n] - width(cell)) + cell
            if cell.replace(",", "").isdigit()
            else cell + " " * (widths[n] - width(cell))
            for n, cell in enumerate(row)
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """Places on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def expect_very_many_rows() -> None:
    """Looks for cycles seldom from now on: a county's rows hold none, and the search takes a tenth of the time."""
    gc.set_threshold(100_000, 50, 100)
