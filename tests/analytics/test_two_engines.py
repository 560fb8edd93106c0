"""DuckDB and Spark answer alike: every rule, fact, entitlement and policy case, NULL included (DESIGN §4)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from bangfu.analytics import extracts
from bangfu.analytics.engines import DuckDBEngine, Engine, duckdb_engine
from bangfu.analytics.entitlements import entitle
from bangfu.analytics.evaluation import evaluate, key_column, verdict_of
from bangfu.analytics.extracts import Built
from bangfu.analytics.indicators.results import compute
from bangfu.analytics.partitions import add_county, open_counties
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.spark import SparkEngine
from bangfu.analytics.verdicts import fingerprint, read_verdicts, write_verdicts
from bangfu.analytics.wide_tables import wide_tables
from bangfu.cli.synthetic import workbooks
from bangfu.cli.workbook_county import county_of
from bangfu.policy import catalogue
from bangfu.policy.parameters import parameters
from bangfu.policy.rules import Rule
from bangfu.policy.verdict import Verdict
from tests.analytics.county import DAY, Small, places
from tests.analytics.spark_session import SHORT_LIVED, cluster
from tests.cli.conftest import invoke
from tests.cli.worlds import county
from tests.policy import policy_cases
from tests.policy.policy_cases import Case

GROUPS = sorted({case.group for file in policy_cases.files() for case in file.cases}, key=str)
SUBJECTS = {"person", "household", "village", "civil_affairs"}


@cache
def cases_of(group: tuple[date, tuple[str, ...]]) -> tuple[Built, list[Case], dict[str, Any]]:
    """All cases of one day and the same lists in one frame a table."""
    day, names = group
    small = Small(day)
    small.supplied(*names)
    cases = [case for file in policy_cases.files() for case in file.cases if case.group == group]
    subjects = {case.name: policy_cases._add(case, small) for case in cases}
    with duckdb_engine() as engine:
        return extracts.build(small.extract(), places(), parameters(), engine), cases, subjects


def _asked(day: date) -> tuple[Rule, ...]:
    """What a run asks: checks and alerts."""
    return (*catalogue.rules_on(day), *catalogue.alerts_on(day))


def frames(snapshot: Snapshot, engine: Engine) -> Mapping[str, pa.Table]:
    """Every subject table with every derived column and every verdict, in the order of the key."""
    wide = wide_tables(snapshot, engine, parameters(), SUBJECTS)
    found = {}
    for subject in sorted(SUBJECTS & set(wide.tables)):
        table, p = wide.tables[subject], wide.p(subject)
        rules = [one for one in _asked(snapshot.day) if one.subject == subject]
        verdicts = {f"rule_{one.key}": verdict_of(one, table, p) for one in rules}
        plain = [name for name, kind in table.schema().items() if not kind.is_array()]
        key = key_column(subject)
        found[subject] = engine.arrow(table.select(*plain, **verdicts)).sort_by(key)
    return found


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group[0]}-{len(group[1])}-lists")
def test_every_case_fact_and_verdict_is_the_same(spark: SparkEngine, group: Any) -> None:
    built, cases, subjects = cases_of(group)
    with duckdb_engine() as duck:
        here = frames(built.snapshot, duck)
    there = frames(built.snapshot, spark)
    assert set(here) == set(there)
    for subject, table in here.items():
        different = [name for name in table.column_names if table[name] != there[subject][name]]
        assert different == []
    keys = {subject: there[subject][key_column(subject)].to_pylist() for subject in there}
    for case in cases:
        subject = catalogue.rule(case.rule, case.day).subject
        key = policy_cases._key(subjects[case.name], built)
        said = there[subject][f"rule_{case.rule}"][keys[subject].index(key)].as_py()
        assert Verdict.of(said) is case.expected, case.says
    spark.forget()


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic county of 2 500 people as workbooks."""
    folder = tmp_path_factory.mktemp("county")
    workbooks.write(county(7, 1_000, 2_500), folder)
    return folder


@pytest.fixture(scope="module")
def snapshot(workbook: Path) -> Snapshot:
    return county_of(workbook / "registry.xlsx", workbook / "lists", DAY).built.snapshot


def test_a_county_runs_alike_on_both(spark: SparkEngine, snapshot: Snapshot) -> None:
    """Findings and tallies of the run, entitlements and indicators, over one set of wide tables as in every run."""
    with duckdb_engine() as duck:
        wide = {one.name: wide_tables(snapshot, one, parameters(), snapshot.tables) for one in (duck, spark)}
        here, there = (
            evaluate(snapshot, engine=one, with_values=False, wide=wide[one.name]) for one in (duck, spark)
        )
        order = [("rule", "ascending"), ("key", "ascending")]
        assert fingerprint(here.findings.sort_by(order)) == fingerprint(there.findings.sort_by(order))
        assert here.tallies == there.tallies
        due_here, due_there = (entitle(snapshot, engine=one, wide=wide[one.name]) for one in (duck, spark))
        order = [("entitlement", "ascending"), ("subject_kind", "ascending"), ("key", "ascending")]
        assert due_here.rows.num_rows > 100
        assert fingerprint(due_here.rows.sort_by(order)) == fingerprint(due_there.rows.sort_by(order))
        order = [("level", "ascending"), ("division", "ascending"), ("entitlement", "ascending")]
        assert fingerprint(due_here.totals.sort_by(order)) == fingerprint(due_there.totals.sort_by(order))
        here_, there_ = (compute(snapshot, engine=one, wide=wide[one.name]) for one in (duck, spark))
        order = [("level", "ascending"), ("division", "ascending"), ("indicator", "ascending")]
        assert fingerprint(here_.values.sort_by(order)) == fingerprint(there_.values.sort_by(order))
    spark.forget()


def test_spark_reads_the_counties_side_by_side(spark: SparkEngine, tmp_path: Path) -> None:
    """Two counties with different lists: where a county did not supply one, its rules cannot tell."""
    with_list, without = Small(), Small()
    with_list.supplied("vehicles")
    with_list.household({}, [{}, {}])
    without.household({"行政村代码": "610924100201", "户编号": "x"}, [{}])
    with duckdb_engine() as duck:
        for small, code in ((with_list, "610926"), (without, "610924")):
            add_county(
                extracts.build(small.extract(), places(), parameters(), duck).snapshot, tmp_path / "all", code
            )
        rules = [catalogue.rule("owns_car", DAY), catalogue.rule("id_checksum", DAY)]
        for engine in (duck, spark):
            write_verdicts(
                open_counties(tmp_path / "all"), tmp_path / engine.name, engine=engine, rules=rules
            )
    here, there = (read_verdicts(tmp_path / name, "person") for name in ("duckdb", "spark"))
    assert fingerprint(here) == fingerprint(there)
    cars = {
        county: here.filter(pc.equal(here["county"], county))["owns_car"].to_pylist()
        for county in ("610926", "610924")
    }
    assert cars == {"610926": [False, False], "610924": [None]}
    assert (tmp_path / "all" / "person" / "province=61" / "county=610924" / "part.parquet").exists()
    spark.forget()


#: For the cluster: folds of exact and likely matches, a family, a sum, an entitlement, a village, a row of a list.
FEW = (
    "id_checksum",
    "owns_car",
    "dead_but_registered_likely",
    "head_underage",
    "income_parts_total",
    "allowance_off_list",
    "subsistence_allowance_missing",
    "income_copied",
    "allowance_unregistered",
)


@pytest.fixture(scope="module")
def small_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of 750 people with the lists that the few rules read."""
    folder = tmp_path_factory.mktemp("small")
    workbooks.write(county(4, 300, 750), folder)
    for path in (folder / "lists").iterdir():
        if path.stem not in ("公安死亡人员", "车管车辆", "民政低保特困"):
            path.unlink()
    return folder


def test_three_workers_write_the_same_parquet(small_workbook: Path, tmp_path: Path) -> None:
    """``bangfu evaluate`` on a standalone cluster, in a process of its own, against DuckDB.

    With a few rules: that Spark answers every one of them alike is seen above, on one machine.
    """

    def asked(engine: str, name: str) -> list[str]:
        words = ["--json", "evaluate", str(small_workbook / "registry.xlsx")]
        words += ["--lists", str(small_workbook / "lists"), "--as-of", "2015-12-31", "--engine", engine]
        words += [word for key in FEW for word in ("--rule", key)]
        return [*words, "--out", str(tmp_path / name)]

    settings = tmp_path / "conf"
    settings.mkdir()
    (settings / "spark-defaults.conf").write_text(
        "spark.executor.memory 512m\nspark.executor.cores 1\nspark.sql.shuffle.partitions 3\n"
        "spark.driver.host 127.0.0.1\nspark.sql.codegen.wholeStage false\n"
        f"spark.sql.codegen.factoryMode NO_CODEGEN\nspark.driver.extraJavaOptions {SHORT_LIVED}\n"
        f"spark.executor.extraJavaOptions {SHORT_LIVED}\n",
        encoding="utf-8",
    )
    assert invoke(*asked("duckdb", "duckdb")).exit_code == 0
    with cluster(tmp_path) as url:
        done = subprocess.run(
            [sys.executable, "-m", "bangfu.cli", *asked(url, "spark")],
            env={**os.environ, "SPARK_CONF_DIR": str(settings), "SPARK_LOCAL_IP": "127.0.0.1"},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        log = (tmp_path / "master.log").read_text(errors="replace")
    assert done.returncode == 0, done.stderr[-3000:]
    assert log.count("Launching executor") >= 3
    written: list[str] = []
    for subject in ("person", "household", "village", "civil_affairs"):
        mine, theirs = (read_verdicts(tmp_path / name, subject) for name in ("duckdb", "spark"))
        assert mine.num_rows > 10
        written += [name for name in mine.column_names if name in FEW]
        assert mine.schema == theirs.schema
        assert fingerprint(mine) == fingerprint(theirs)
    assert sorted(written) == sorted(FEW)


def test_fingerprints_tell_values_and_nulls_apart() -> None:
    tables = [
        pa.table({"a": pa.array(values, kind)})
        for values, kind in (
            ([1, None], pa.int64()),
            ([1, 0], pa.int64()),
            ([1, None], pa.int32()),
            ([True, None], pa.bool_()),
        )
    ]
    assert len({fingerprint(one) for one in tables}) == 4
    assert fingerprint(tables[0]) == fingerprint(pa.table({"a": pa.chunked_array([[1], [None]], pa.int64())}))


def test_the_engine_of_the_house_is_an_engine() -> None:
    engine: Engine = DuckDBEngine()
    assert engine.name == "duckdb"
    engine.close()
