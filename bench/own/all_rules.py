"""All rules and entitlements over a county, compiling apart from running: ``all_rules SNAPSHOT``.

``evaluate`` is the run of ``bangfu audit`` and of the nightly check, which compiles anew; ``compiled`` is what pages,
explanations and what-ifs keep: statements compiled once and run over any snapshot of the same shape.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bangfu.analytics.area_values import area_table, areas_of
from bangfu.analytics.compiled import Compiled, compiled
from bangfu.analytics.engines import DuckDBEngine, duckdb_engine
from bangfu.analytics.entitlements import entitle
from bangfu.analytics.evaluation import evaluate
from bangfu.analytics.recording import replay
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy import catalogue
from bangfu.policy.parameters import parameters
from bench.own.clocked import Took, clocked, say


def main(place: Path) -> None:
    snapshot, known = Snapshot.load(place), parameters()
    questions = (*catalogue.rules_on(snapshot.day), *catalogue.entitlements_on(snapshot.day))
    DuckDBEngine().close()
    times: dict[str, Took] = {}
    fired: dict[str, int] = {}
    for name in ("compiling", "compiling again"):
        with clocked() as times[name]:
            made = compiled(snapshot, questions, known)
    for name in ("running", "running again"):
        with clocked() as times[name]:
            fired = _run(snapshot, made)
    for name in ("evaluate", "evaluate again"):
        with duckdb_engine() as engine, clocked() as times[name]:
            outcome = evaluate(snapshot, engine=engine)
    for name in ("entitle", "entitle again"):
        with duckdb_engine() as engine, clocked() as times[name]:
            entitle(snapshot, engine=engine)
    _agree(fired, {one.rule.key: one.yes for one in outcome.tallies})
    say(
        times={name: [one.seconds, one.cpu] for name, one in times.items()},
        rules=len(catalogue.rules_on(snapshot.day)), questions=len(questions), findings=outcome.findings.num_rows,
    )  # fmt: skip


def _run(snapshot: Snapshot, made: Compiled) -> dict[str, int]:
    """Rule → for how many it fires."""
    found: dict[str, int] = {}
    with duckdb_engine() as engine:
        tables = dict(snapshot.tables)
        given = area_table(areas_of(snapshot, parameters()), parameters(), snapshot.day)
        if given is not None:
            tables["area_values"] = given
        replay(engine, made.statements, tables)
        for subject, asked in made.asked.items():
            rules = [(place, one) for place, one in enumerate(asked) if "verdict" in one.answers]
            counts = ", ".join(f"count_if(_verdict_{place})" for place, _ in rules)
            row = engine.raw.execute(f"SELECT {counts} FROM {made.answers[subject]}").fetchall()[0]
            found |= {one.question.key: count for (_, one), count in zip(rules, row, strict=True)}
    return found


def _agree(compiled_once: dict[str, int], evaluated: dict[str, int]) -> None:
    """Both ways find the same; a list that was not supplied has no subjects in either."""
    wrong = {
        key: (count, compiled_once.get(key, 0))
        for key, count in evaluated.items()
        if count != compiled_once.get(key, 0)
    }
    if wrong:
        raise SystemExit(f"compiled rules and the mass run differ (mass run, compiled): {wrong}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
