"""The entitlement rules in hand-written DuckDB SQL: ``run_entitlements_sql.py FOLDER PARTS``. Subjects and fen due."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
TABLES = ("person", "household", "medical_settlements")


def main(folder: Path, parts: int) -> None:
    known = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    known |= {name: str([f"{folder}/{name}-{part:03d}.parquet" for part in range(parts)]) for name in TABLES}
    text = (HERE / "entitlements.sql").read_text(encoding="utf-8")
    statements = re.sub(r"\{([a-z_]+(?:\.[a-z_.]+)?)\}", lambda found: str(known[found[1]]), text)
    base = duckdb.connect()
    base.execute("SET preserve_insertion_order = false")
    start, worked = time.perf_counter(), time.process_time()
    base.execute(statements)
    eligible: dict[str, int] = {}
    due: dict[str, int] = {}
    for view in ("person_answers", "household_answers"):
        names = base.table(view).columns
        asked = [f"sum({name})::BIGINT" if name.endswith("_due") else f"count_if({name})" for name in names]
        row = base.execute(f"SELECT {', '.join(asked)} FROM {view}").fetchall()[0]
        for name, value in zip(names, row, strict=True):
            (due if name.endswith("_due") else eligible)[name.removesuffix("_due")] = value
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    print(json.dumps({"seconds": seconds, "cpu": cpu, "eligible": eligible, "due": due}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
