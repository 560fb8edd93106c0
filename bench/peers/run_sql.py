"""The checks in hand-written DuckDB SQL: ``run_sql.py raw|snapshot FOLDER``. Counts, and the keys behind them."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

HERE = Path(__file__).parent


def main(way: str, folder: Path) -> None:
    keys = (HERE.parent / "checks.txt").read_text(encoding="utf-8").split()
    base = duckdb.connect()
    base.execute("SET preserve_insertion_order = false")
    start, worked = time.perf_counter(), time.process_time()
    base.execute((HERE / f"{way}.sql").read_text(encoding="utf-8").replace("{folder}", str(folder)))
    base.execute((HERE / "checks.sql").read_text(encoding="utf-8"))
    counted = ", ".join(f"sum(mask >> {place} & 1)::BIGINT" for place in range(len(keys)))
    counts = base.execute(f"SELECT {counted} FROM flagged").fetchone()
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    print(json.dumps({"seconds": seconds, "cpu": cpu, "counts": dict(zip(keys, counts, strict=True))}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
