"""Synthetic counties that the tests share, each made once a session."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from bangfu.cli import synthetic
from bangfu.cli.synthetic.model import County
from bangfu.divisions import source

CODE = "610926"


@cache
def county(seed: int, households: int = 6_000, persons: int = 15_000) -> County:
    """平利县 with so many households and people; one seed, one county."""
    neighbours = [row for row in source.rows(CODE[:4]) if row.level == 5 and not row.code.startswith(CODE)]
    return synthetic.county(
        CODE, list(source.rows(CODE)), neighbours[:50], households=households, persons=persons, seed=seed
    )


def share(part: Iterable[object], whole: Iterable[object]) -> float:
    return sum(1 for _ in part) / sum(1 for _ in whole)
