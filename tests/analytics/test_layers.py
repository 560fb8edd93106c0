"""A reader of a few columns gets the layers behind them, and no others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pytest

from bangfu.analytics.engines import DuckDBEngine, duckdb_engine
from bangfu.analytics.evaluation import key_column
from bangfu.analytics.recording import Recorder, sql_of
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.wide_tables import wide_tables
from bangfu.policy import vocabulary
from bangfu.policy.parameters import parameters
from tests.analytics.conftest import Build
from tests.analytics.county import DAY, Small

SUBJECTS = ("person", "household", "village")


@pytest.fixture
def county(build: Build) -> Snapshot:
    small = Small()
    for place, kind in enumerate(("一般贫困户", "低保贫困户", "特困供养贫困户", "一般贫困户")):
        head, *_ = small.household({"户类型": kind}, [{}, {"年龄": 10}, {"年龄": 65 + place}])
        small.listed("vehicles", head, 车辆类型="小型轿车", 登记日期=DAY)
    small.supplied("medical_settlements")
    return build(small).snapshot


def every_column() -> dict[str, frozenset[str]]:
    """All columns matter, which a reader need not read."""
    return {
        name: frozenset(one.name for one in vocabulary.table(name).columns.values() if one.in_snapshot)
        for name in SUBJECTS
    }


def test_what_is_not_read_is_not_joined(county: Snapshot) -> None:
    wide = wide_tables(county, Recorder(), parameters(), SUBJECTS, every_column())
    assert "JOIN" not in sql_of(wide.behind("household", ["household_key", "in_reach"]))
    assert "JOIN" not in sql_of(wide.behind("person", ["household_key", "age"]))
    assert sql_of(wide.behind("household", ["household_key", "able_members"])).count("JOIN") == 1


def test_members_are_counted_without_the_lists(county: Snapshot) -> None:
    recorder = Recorder()
    wide_tables(county, recorder, parameters(), ["household"], {"household": frozenset({"able_members"})})
    (counted,) = (one for one in recorder.statements if '"able_members"' in one and "TABLE" in one)
    assert "JOIN" not in counted


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_few_columns_say_what_all_say(county: Snapshot, subject: str) -> None:
    with duckdb_engine() as engine:
        whole = wide_tables(county, engine, parameters(), SUBJECTS).tables[subject]
        wide = wide_tables(county, engine, parameters(), SUBJECTS, every_column())
        shape = wide.tables[subject]
        assert set(shape.columns) == set(whole.columns)
        for name in whole.columns:
            if not whole[name].type().is_array():
                few = wide.over(subject, key=shape[key_column(subject)], **{name: shape[name]})
                assert counted(engine, few, name) == counted(engine, whole, name), name


def counted(engine: DuckDBEngine, table: Any, name: str) -> Collection[Any]:
    """How often each value of the column stands in the table."""
    found: pa.Table = engine.arrow(table.group_by(name).agg(n=table.count()))
    return {row[name]: row["n"] for row in found.to_pylist()}
