"""Every verdict of every rule as Parquet, by province and county: what ``bangfu evaluate`` writes (DESIGN §8).

DuckDB and Spark write the same columns and values. One row a subject: its key, its village, and one column a rule (yes,
no, NULL for cannot tell). A rule that is not believed in a county has NULL there, and ``rules.parquet`` says why.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from bangfu.analytics.engines import Engine
from bangfu.analytics.errors import FolderInUse
from bangfu.analytics.evaluation import Tally, believed, key_column, needs_of, verdict_of
from bangfu.analytics.needs import Needs
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.wide_tables import wide_tables
from bangfu.policy import catalogue
from bangfu.policy.parameters import Parameters, parameters
from bangfu.policy.rules import Rule

Expression = Any
BY: Final = ("province", "county")
#: Where rows without a known place lie.
UNPLACED: Final = ("00", "000000")


@dataclass(frozen=True)
class CountyTally:
    """What one rule said in one county (6 digits)."""

    county: str
    tally: Tally


@dataclass(frozen=True)
class Written:
    """``tallies`` by county. ``disbelieved``: those of them that gave nothing."""

    folder: Path
    tallies: tuple[CountyTally, ...]

    @property
    def disbelieved(self) -> tuple[CountyTally, ...]:
        return tuple(one for one in self.tallies if one.tally.status != "ok")


def write_verdicts(
    snapshots: Sequence[Snapshot],
    folder: Path,
    *,
    engine: Engine,
    rules: Sequence[Rule] | None = None,
    values: Parameters | None = None,
) -> Written:
    """All verdicts into the new ``folder``; nothing is there when it fails.

    Args:
        snapshots: of one day, each with the lists that its counties supplied.
        rules: all that are in force by default; of a choice only what it reads is computed.

    Raises:
        FolderInUse: there is something in ``folder`` already: each run writes into a new one.
        UnknownColumn, UnguardedDivision, UndatedParameter: with file and line of the rule.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderInUse(folder=folder)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    tallies: list[CountyTally] = []
    try:
        for number, snapshot in enumerate(snapshots):
            chosen = catalogue.rules_on(snapshot.day) if rules is None else tuple(rules)
            known = values or parameters()
            needs = None if rules is None else needs_of(chosen, snapshot.day, known, with_values=False)
            tallies += _write(snapshot, chosen, known, needs, partial=partial, engine=engine, number=number)
        _write_rules(partial, tallies)
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return Written(folder, tuple(tallies))


def _write(
    snapshot: Snapshot,
    rules: Sequence[Rule],
    known: Parameters,
    needs: Needs | None,
    *,
    partial: Path,
    engine: Engine,
    number: int,
) -> Iterator[CountyTally]:
    """The subject tables of one snapshot; yields what each rule said in each county."""
    area = str(snapshot.about.get("area", ""))[:6]
    subjects = list(dict.fromkeys(one.subject for one in rules if one.subject in snapshot.tables))
    wide = wide_tables(snapshot, engine, known, set(subjects), needs)
    for subject in subjects:
        table, own = wide.tables[subject], [one for one in rules if one.subject == subject]
        verdicts = {one.key: verdict_of(one, table, wide.p(subject)) for one in own}
        placed = "village_code" in table.columns
        village = table["village_code"] if placed else ibis.null("int64")
        county = (table["village_code"] // 1_000_000).cast("int64") if placed else ibis.null("int64")
        said = engine.keep(
            wide.over(
                subject, key=table[key_column(subject)], village_code=village, _county=county, **verdicts
            )
        )
        tallies = list(_tallies(engine, said, own, day=snapshot.day, known=known, area=area))
        yield from tallies
        engine.write(_masked(said, own, tallies, area), partial / subject / f"run={number}", by=BY)


def _tallies(
    engine: Engine, said: Expression, rules: Sequence[Rule], *, day: date, known: Parameters, area: str
) -> Iterator[CountyTally]:
    """What each rule said in each county, from one aggregation."""
    columns: dict[str, Expression] = {"subjects": said.count()}
    for place, one in enumerate(rules):
        columns[f"yes_{place}"] = said.count(where=said[one.key])
        columns[f"unknown_{place}"] = said.count(where=said[one.key].isnull())
    rows = engine.arrow(said.group_by("_county").agg(**columns)).sort_by("_county").to_pylist()
    for row in rows:
        county = _county_text(row["_county"], area)
        for place, one in enumerate(rules):
            yes, unknown = row[f"yes_{place}"], row[f"unknown_{place}"]
            tally = Tally(one, yes, row["subjects"] - yes - unknown, unknown)
            yield CountyTally(county, believed(tally, day, known))


def _masked(said: Expression, rules: Sequence[Rule], tallies: Sequence[CountyTally], area: str) -> Expression:
    """The verdicts with NULL where a rule is not believed, and the columns by which they are laid out."""
    county = said["_county"].fill_null(int(area or 0))
    columns: dict[str, Expression] = {}
    for one in rules:
        doubted = [int(t.county) for t in tallies if t.tally.rule.key == one.key and t.tally.status != "ok"]
        verdict = said[one.key]
        nothing = ibis.null("boolean")
        columns[one.key] = ibis.ifelse(county.isin(doubted), nothing, verdict) if doubted else verdict
    text = county.cast("string").lpad(6, "0")
    return said.select("key", "village_code", **columns, province=text.substr(0, 2), county=text)


def _county_text(county: int | None, area: str) -> str:
    return f"{county:06d}" if county is not None else (area or UNPLACED[1])


def _write_rules(partial: Path, tallies: Sequence[CountyTally]) -> None:
    """``rules.parquet``: county, rule, yes, no, cannot_tell, status."""
    partial.mkdir(parents=True, exist_ok=True)
    columns = {
        "county": [one.county for one in tallies],
        "rule": [one.tally.rule.key for one in tallies],
        "yes": [one.tally.yes for one in tallies],
        "no": [one.tally.no for one in tallies],
        "cannot_tell": [one.tally.cannot_tell for one in tallies],
        "status": [one.tally.status for one in tallies],
    }
    table = pa.table(columns).sort_by([("rule", "ascending"), ("county", "ascending")])
    pq.write_table(table, partial / "rules.parquet", compression="zstd")


def read_verdicts(folder: Path, subject: str) -> pa.Table:
    """The verdicts of one subject table in the order of county and key, however they lie in files."""
    layout = ds.partitioning(
        pa.schema([("run", pa.string()), ("province", pa.string()), ("county", pa.string())]), flavor="hive"
    )
    table = ds.dataset(folder / subject, format="parquet", partitioning=layout).to_table()
    names = ["province", "county", "key", "village_code"]
    rules = sorted(name for name in table.column_names if name not in (*names, "run"))
    order = [(name, "ascending") for name in ("county", "key")]
    chosen = table.select([*names, *rules])
    plain = pa.schema([(field.name, field.type) for field in chosen.schema])
    return chosen.cast(plain).sort_by(order).combine_chunks()


def fingerprint(table: pa.Table) -> str:
    """Equal for equal columns, types, values and NULLs, in any engine's files."""
    digest = hashlib.sha256()
    for name in table.column_names:
        column = table[name].combine_chunks()
        digest.update(f"{name}:{column.type}:{len(column)}".encode())
        digest.update(np.packbits(pc.is_valid(column).to_numpy(zero_copy_only=False)).tobytes())
        if pa.types.is_string(column.type):
            digest.update("\0".join(pc.fill_null(column, "").to_pylist()).encode())
        else:
            empty: Mapping[bool, Any] = {True: False, False: 0}
            filled = pc.fill_null(column, empty[pa.types.is_boolean(column.type)])
            digest.update(filled.to_numpy(zero_copy_only=False).tobytes())
    return digest.hexdigest()
