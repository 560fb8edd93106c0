"""Plain Polars, pandera and pointblank over the raw registry: ``run_polars.py polars|pandera|pointblank FOLDER``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import polars as pl
from checks import HOUSEHOLD, PERSON
from frame import households, persons


def plain(frame: pl.LazyFrame, key: str, checks: dict[str, pl.Expr]) -> dict[str, int]:
    """Flags in one frame, then counts and the failing keys of each check."""
    flags = frame.select(key, *(check.alias(name) for name, check in checks.items())).collect()
    return {name: len(flags.filter(pl.col(name))[key]) for name in checks}


def with_pandera(frame: pl.LazyFrame, key: str, checks: dict[str, pl.Expr]) -> dict[str, int]:
    """Lazy validation of a schema whose checks are the expressions; failure cases are collected."""
    import pandera.polars as pa

    wide = frame.collect()
    schema = pa.DataFrameSchema(
        checks=[
            pa.Check(lambda data, check=check: data.lazyframe.select(~check.fill_null(False)), name=name)
            for name, check in checks.items()
        ]
    )
    try:
        schema.validate(wide, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return {name: cases.filter(pl.col("check") == name).height for name in checks}
    return dict.fromkeys(checks, 0)


def with_pointblank(frame: pl.LazyFrame, key: str, checks: dict[str, pl.Expr]) -> dict[str, int]:
    """One step a check; failing rows are extracted."""
    import pointblank as pb

    plan = pb.Validate(frame.collect())
    for check in checks.values():
        plan = plan.col_vals_expr(expr=~check.fill_null(False))
    done = plan.interrogate(collect_extracts=True)
    return {name: int(done.n_failed(i=place, scalar=True)) for place, name in enumerate(checks, start=1)}


WAYS = {"polars": plain, "pandera": with_pandera, "pointblank": with_pointblank}

if __name__ == "__main__":
    way, folder = WAYS[sys.argv[1]], Path(sys.argv[2])
    start, worked = time.perf_counter(), time.process_time()
    counts = way(persons(folder), "person_no", PERSON) | way(households(folder), "household_no", HOUSEHOLD)
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    print(json.dumps({"seconds": seconds, "cpu": cpu, "counts": counts}))
