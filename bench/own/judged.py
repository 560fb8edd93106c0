"""Recall by class of error, and precision, of pairs that a matcher wrote: ``judged FOLDER NAME``."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from bench.own.clocked import say

if __name__ == "__main__":
    folder, name = Path(sys.argv[1]), sys.argv[2]
    base = duckdb.connect()
    base.execute(f"""
        CREATE VIEW truth AS FROM read_parquet('{folder}/truth.parquet');
        CREATE VIEW pairs AS FROM read_parquet('{folder}/pairs-{name}.parquet')
    """)
    classes = base.execute("""
        SELECT kind, count(*), count(*) FILTER (right_one), count(*) FILTER (wrong_one) FROM (
            SELECT kind, coalesce(bool_or(pairs.person = truth.person), FALSE) AS right_one,
                coalesce(bool_or(pairs.person IS DISTINCT FROM truth.person AND pairs.person IS NOT NULL), FALSE)
                AS wrong_one
            FROM truth LEFT JOIN pairs USING (entry) GROUP BY kind, entry
        ) GROUP BY kind ORDER BY kind
    """).fetchall()
    right, every = base.execute("""
        SELECT count(*) FILTER (pairs.person = truth.person), count(*)
        FROM pairs JOIN truth USING (entry) WHERE kind <> 'as registered'
    """).fetchone()
    say(classes=classes, right=right, pairs=every)
