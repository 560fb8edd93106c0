"""The lists' matching of the product over prepared sides: ``match FOLDER``; pairs are written beside them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from bangfu.analytics import matching
from bangfu.analytics.engines import DuckDBEngine
from bangfu.policy.parameters import parameters
from bench.own.clocked import clocked, say

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    score = int(parameters()["oversight.matching.likely_score"].on(date(2015, 12, 31)))
    with clocked() as took:
        persons, entries = (pq.read_table(folder / f"{name}.parquet") for name in ("persons", "entries"))
        links = matching.match(persons, entries, likely_score=score, engine=DuckDBEngine()).table
    pairs = links.select(["entry_key", "person_key"]).rename_columns(["entry", "person"])
    pq.write_table(pairs, folder / "pairs-bangfu.parquet")
    say(seconds=took.seconds, cpu=took.cpu, entries=len(entries), pairs=len(pairs))
