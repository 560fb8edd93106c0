"""Entitlements over the first parts of the nation: ``entitled WAY FOLDER PARTS [MORE]``.

``rules``: who is due what and how much, summed; ``totals``: the same with what came, by all levels of divisions, as
``bangfu evaluate`` gives it (MORE: the memory limit); ``check``: every answer against those of OpenFisca;
``hash``: a hash of every row on the engine MORE.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from ibis.expr.operations import Literal

from bangfu.analytics.engine_choice import open_engine
from bangfu.analytics.engines import DuckDBEngine, Engine, duckdb_engine
from bangfu.analytics.entitlements import answer_of, entitle
from bangfu.analytics.evaluation import key_column
from bangfu.analytics.fields import columns_read
from bangfu.analytics.needs import needs_behind, probe_of
from bangfu.analytics.recording import PREFIX, Recorder, replay, sql_of
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.wide_tables import WideTables, wide_tables
from bangfu.policy import catalogue
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.parameters import parameters
from bench.own import nation
from bench.own.clocked import clocked, say

KEYS = (Path(__file__).parent.parent / "entitlement_keys.txt").read_text(encoding="utf-8").split()
FLOAT32 = 2.0**-24
#: Multiplications and additions of a float32 amount: each may be off by half a unit in the last place.
STEPS = 4


@dataclass(frozen=True)
class Ready:
    """What the rules compile to: statements, then subject → name of its view of answers and its entitlements.

    The view has ``key``, and for the n-th entitlement ``eligible_n`` and ``due_n`` (fen)."""

    statements: tuple[str, ...]
    answers: dict[str, tuple[str, list[Entitlement]]]
    sums: dict[str, str]


def ready(snapshot: Snapshot) -> Ready:
    """Compiles the rules from the shapes of the tables alone; what came is not asked for, as the peers do not."""
    values, recorder = parameters(), Recorder()
    chosen = [catalogue.entitlement(key, snapshot.day) for key in KEYS]
    subjects = dict.fromkeys(one.subject for one in chosen)
    read: dict[str, set[str]] = {subject: set() for subject in subjects}
    for one in chosen:
        answer = answer_of(one, *probe_of(one.subject, snapshot.day, values))
        read[one.subject].update(columns_read(answer["eligible"], answer["due"]))
    needs = needs_behind(read, snapshot.day, values)
    wide = wide_tables(snapshot, recorder, values, set(subjects), needs)
    answers, sums = {}, {}
    for subject in subjects:
        own = [one for one in chosen if one.subject == subject]
        view, summed = recorder.once(subject, lambda on, own=own: _asked(wide, own, on))
        answers[subject], sums[subject] = (view.get_name(), own), sql_of(summed)
    return Ready(tuple(recorder.statements), answers, sums)


def _asked(wide: WideTables, own: Sequence[Entitlement], engine: Engine) -> tuple[Any, Any]:
    """A view of the answers to entitlements of one subject, and their sums."""
    subject = own[0].subject
    table, p = wide.tables[subject], wide.p(subject)
    made = {
        f"{name}_{place}": answer[name]
        for place, one in enumerate(own)
        for answer in [answer_of(one, table, p)]
        for name in ("eligible", "due")
    }
    view = engine.view(wide.over(subject, key=table[key_column(subject)], **made))
    paid = [place for place in range(len(own)) if not isinstance(made[f"due_{place}"].op(), Literal)]
    return view, view.aggregate(**_sums(view, len(own), paid))


def _sums(view: Any, count: int, paid: Sequence[int]) -> dict[str, Any]:
    """How many are eligible to each, and what is due in all of those ``paid`` in money."""
    found = {f"eligible_{place}": view.count(where=view[f"eligible_{place}"]) for place in range(count)}
    return found | {f"due_{place}": view[f"due_{place}"].sum() for place in paid}


def answered(engine: DuckDBEngine, snapshot: Snapshot, made: Ready) -> None:
    """Makes tables and views of answers known to ``engine``; what is folded is computed."""
    for name, source in snapshot.tables.items():
        engine.table(PREFIX + name, source)
    replay(engine, made.statements, {})


def rules(folder: Path, parts: int) -> None:
    """One aggregation for each subject: compiled, run, and run again with what was compiled."""
    DuckDBEngine().close()
    with clocked() as whole:
        snapshot = nation.snapshot(folder, parts)
        with clocked() as compiling:
            made = ready(snapshot)
        found = _run(snapshot, made)
    with clocked() as again:
        assert _run(snapshot, made) == found
    say(
        seconds=whole.seconds, cpu=whole.cpu, compiling=compiling.seconds, compiling_cpu=compiling.cpu,
        again=again.seconds, again_cpu=again.cpu, **found,
    )  # fmt: skip


def _run(snapshot: Snapshot, made: Ready) -> dict[str, Any]:
    eligible: dict[str, int] = {}
    due: dict[str, int] = {}
    with duckdb_engine() as engine:
        answered(engine, snapshot, made)
        for subject, (_, own) in made.answers.items():
            row = engine.raw.sql(made.sums[subject]).to_arrow_table().to_pylist()[0]
            for place, one in enumerate(own):
                eligible[one.key] = row[f"eligible_{place}"]
                if row.get(f"due_{place}") is not None:
                    due[one.key] = int(row[f"due_{place}"])
    return {"eligible": eligible, "due": due}


def totals(folder: Path, parts: int, memory: str | None = None) -> None:
    with clocked() as took:
        engine = DuckDBEngine(memory=memory)
        if memory:
            engine.raw.execute("SET temp_directory = ?", [str(folder / "spilt")])
            engine.raw.execute("SET max_temp_directory_size = '7GiB'")
        chosen = [catalogue.entitlement(key, nation.DAY) for key in KEYS]
        found = entitle(nation.snapshot(folder, parts), chosen, engine=engine, with_rows=False)
    due = sum(row["due"] for row in found.totals.to_pylist() if row["level"] == "nation")
    say(seconds=took.seconds, cpu=took.cpu, due=due, rows=found.totals.num_rows)


def check(folder: Path, parts: int) -> None:
    """Counts the answers that differ from OpenFisca's, cannot tell being one such, and gives the largest
    difference of an amount, in fen."""
    engine, snapshot = DuckDBEngine(), nation.snapshot(folder, parts)
    con = engine.raw
    made = ready(snapshot)
    answered(engine, snapshot, made)
    wrong: dict[str, int] = {}
    off: dict[str, int] = {}
    rows, most = 0, 0.0
    for subject, (named, own) in made.answers.items():
        theirs = con.read_parquet(str(folder / f"openfisca-{subject}.parquet"))
        con.register("theirs", theirs)
        columns = []
        for place, one in enumerate(own):
            columns.append(f"count(*) FILTER (a.eligible_{place} IS DISTINCT FROM b.{one.key}_eligible)")
            fen = f"(b.{one.key}_due::DOUBLE * 100)"
            apart = f"abs(a.due_{place} - {fen})" if f"{one.key}_due" in theirs.columns else "0"
            error = f"1 + {STEPS * FLOAT32} * {fen}" if apart != "0" else "1"
            columns += [f"count(*) FILTER ({apart} > {error})", f"max({apart})"]
        found = con.execute(
            f"SELECT count(*), count(b.key), {', '.join(columns)} FROM {named} a FULL JOIN theirs b USING (key)"
        ).fetchall()[0]
        assert found[0] == found[1] > 0
        rows += found[0] * len(own)
        for place, one in enumerate(own):
            differs, apart_by, largest = found[2 + 3 * place : 5 + 3 * place]
            wrong[one.key], off[one.key] = differs, apart_by
            most = max(most, largest)
    say(answers=rows, wrong=wrong, off=off, most=most)


def hash_of(folder: Path, parts: int, engine: str) -> None:
    """Every row of every entitlement, in order, as bytes."""
    chosen = [catalogue.entitlement(key, nation.DAY) for key in KEYS]
    with open_engine(engine) as opened, clocked() as took:
        found = entitle(nation.snapshot(folder, parts), chosen, engine=opened)
    made = hashlib.sha256()
    for table in (found.rows, found.totals):
        ordered = table.sort_by([(name, "ascending") for name in table.column_names]).combine_chunks()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, ordered.schema) as stream:
            for batch in ordered.to_batches(max_chunksize=100_000):
                stream.write_batch(batch)
        made.update(sink.getvalue())
    say(seconds=took.seconds, cpu=took.cpu, hash=made.hexdigest(), rows=found.rows.num_rows)


WAYS = {"rules": rules, "totals": totals, "check": check, "hash": hash_of}

if __name__ == "__main__":
    WAYS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
