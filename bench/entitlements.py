"""Twenty-one entitlement rules over a nation: Bangfu, hand-written DuckDB SQL, OpenFisca; and DuckDB against Spark.

All start from the same Parquet files. Hand-written SQL must give the same numbers to the fen; every single answer is
compared with OpenFisca's: eligibility exactly, amounts within a fen and what float32 may be off.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.figures import at_least, at_most
from bench.frame import Bench, Failed, Ran, median, peak, spread
from bench.nations import PART, nation

PARTS = 20
SPARK_PEOPLE = 200_000


def measure(bench: Bench) -> None:
    size = bench.size(PART, 1_000)
    with nation(bench, PARTS, size) as folder:
        _compared(bench, folder, PARTS * size)
        _oracle(bench, folder)
    _hashes(bench)


def _compared(bench: Bench, folder: Path, people: int) -> None:
    def told(name: str, ran: Ran) -> Ran:
        bench.say(f"{name}: {ran.seconds:.1f} s")
        return ran

    runs = bench.turns(
        {
            "Bangfu": lambda: told("Bangfu", bench.own("entitled", "rules", folder, PARTS)),
            "SQL": lambda: told("SQL", bench.peer("run_entitlements_sql.py", folder, PARTS)),
            "OpenFisca": lambda: told("OpenFisca", bench.openfisca("run.py", folder, PARTS)),
        }
    )
    own, sql, fisca = runs["Bangfu"], runs["SQL"], runs["OpenFisca"]
    said = own[0].said
    _same(said, sql[0], fisca[0])
    for name, every in runs.items():
        bench.add(f"{name}, {people:,} people", median(every), note=spread(every))
    compiling = sum(one.said["compiling"] for one in own) / len(own)
    bench.add(
        "Bangfu: compiling the rules alone",
        compiling,
        note=f"{said['compiling_cpu']:.2f} s processor time",
    )
    again = [Ran(one.wall, one.cpu, one.peak, _again(one)) for one in own]
    bench.add("Bangfu, again with what was compiled", median(again), note=spread(again))
    bench.ratio("times faster than OpenFisca", fisca, own, at_least(3))
    bench.ratio("times faster than OpenFisca without its reading", _without_reading(fisca), own)
    bench.ratio("time against hand-written SQL", own, sql, at_most(1.2))
    bench.ratio("time against hand-written SQL, compiled before", again, sql)
    for name, every in runs.items():
        bench.add(f"memory of {name}", peak(every), "GiB")
    bench.add("memory against OpenFisca", peak(own) / peak(fisca), "×", at_most(0.5))
    bench.add("memory against hand-written SQL", peak(own) / peak(sql), "×")
    whole = bench.own("entitled", "totals", folder, PARTS)
    note = f"all levels of divisions, with what came; {spread([whole])}; memory {whole.peak / 1024:.2f} GiB"
    bench.add("Bangfu: due, received, missing and over-paid", whole.seconds, note=note)


def _again(ran: Ran) -> dict[str, object]:
    return {"seconds": ran.said["again"], "cpu": ran.said["again_cpu"]}


def _without_reading(runs: list[Ran]) -> list[Ran]:
    return [Ran(one.wall, one.cpu, one.peak, _calculating(one.said)) for one in runs]


def _calculating(said: Mapping[str, Any]) -> dict[str, float]:
    """OpenFisca's time without loading parameters and reading Parquet into NumPy."""
    return {"seconds": said["seconds"] - said["reading"], "cpu": said["cpu"] - said["reading_cpu"]}


def _same(own: object, sql: Ran, fisca: Ran) -> None:
    """SQL counts and pays the same; OpenFisca counts the same."""
    assert isinstance(own, dict)
    for name, theirs in (("eligible", sql), ("due", sql), ("eligible", fisca)):
        wrong = {
            key: (theirs.said[name].get(key), one)
            for key, one in own[name].items()
            if theirs.said[name].get(key) != one
        }
        if wrong:
            raise Failed(f"others have other numbers of {name} than Bangfu (theirs, ours): {wrong}")


def _oracle(bench: Bench, folder: Path) -> None:
    """Every answer of every person and household, one by one."""
    bench.say("every answer is compared with OpenFisca's")
    bench.openfisca("run.py", folder, PARTS, folder)
    said = bench.own("entitled", "check", folder, PARTS).said
    bad = {key: count for kind in ("wrong", "off") for key, count in said[kind].items() if count}
    bench.add(
        "answers that differ from OpenFisca's", sum(bad.values()), "", at_most(0), f"of {said['answers']:,}"
    )
    bench.add(
        "largest difference of an amount", said["most"], "fen", note="OpenFisca does not cut to the fen"
    )
    if bad:
        raise Failed(f"answers differ from OpenFisca's: {bad}")


def _hashes(bench: Bench) -> None:
    """Every row of every entitlement on both engines, as bytes."""
    size = bench.size(SPARK_PEOPLE, 1_000)
    with nation(bench, 1, size) as folder:
        ran = {engine: bench.own("entitled", "hash", folder, 1, engine) for engine in ("duckdb", "local[2]")}
    hashes = {str(one.said["hash"]) for one in ran.values()}
    note = f"{ran['duckdb'].said['rows']:,} rows of {size:,} people: {' and '.join(sorted(hashes))}"
    bench.add("different hashes on DuckDB and Spark", len(hashes) - 1, "", at_most(0), note)
    for engine, one in ran.items():
        bench.add(f"Bangfu with rows, {engine}", one.seconds, note=spread([one]))
    if len(hashes) != 1:
        raise Failed("DuckDB and Spark do not give the same rows")
