"""The table of marks: each gap is real, so that its mark goes when Ibis mends it, and each is closed."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
import pytest

from bangfu.analytics.division_guard import refuse_unguarded
from bangfu.analytics.engine_choice import engine_url, open_engine
from bangfu.analytics.engine_gaps import GAPS, bracketed
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.errors import NoJava, UnknownEngine
from bangfu.analytics.spark import SparkEngine
from bangfu.policy.errors import UnguardedDivision

ROWS = pa.table(
    {
        "k": pa.array([1, 1, 2, 2], pa.int64()),
        "x": pa.array([1, None, 3, 4], pa.int32()),
        "c": pa.array([None, None, True, False]),
    }
)


def both(spark: SparkEngine, make: Any) -> list[list[Any]]:
    """The answers of DuckDB and of Spark."""
    with duckdb_engine() as duck:
        return [
            one.arrow(make(one.table("gap", ROWS)).order_by("k")).drop_columns(["k"]).to_pylist()
            for one in (duck, spark)
        ]


def test_counting_where_nothing_is_known_is_nought(spark: SparkEngine) -> None:
    """count_where."""
    here, there = both(spark, lambda t: t.group_by("k").agg(n=t.count(where=t.c)))
    assert here == there == [{"n": 0}, {"n": 1}]
    table = ibis.table(dict.fromkeys("kx", "int64") | {"c": "boolean"}, name="t")
    assert "SUM" in ibis.to_sql(table.agg(n=table.count(where=table.c)), dialect="pyspark")


def test_a_predicate_inside_a_comparison_has_its_brackets(spark: SparkEngine) -> None:
    """predicate_in_comparison."""

    def made(t: Any) -> Any:
        return t.select("k", "x", same=t.c == t.x.isin([3, 7]), known=t.x.isin([3]).isnull()).order_by("x")

    here, there = both(spark, made)
    assert sorted(here, key=str) == sorted(there, key=str)
    table = ibis.table({"c": "boolean", "x": "int64"}, name="t")
    expression = table.select(same=table.c == table.x.isin([3]))
    plain = spark.connection.compiler.to_sqlglot(expression)
    assert "(`t0`.`x` IN (3))" not in plain.sql(dialect="spark")
    assert "(`t0`.`x` IN (3))" in bracketed(plain).sql(dialect="spark")


def test_null_of_not_is_null_of_what_it_negates(spark: SparkEngine) -> None:
    """null_of_not."""
    here, there = both(
        spark,
        lambda t: t.group_by("k").agg(n=t.count(where=(~t.c).isnull()), m=t.count(where=(~t.c).notnull())),
    )
    assert here == there == [{"n": 2, "m": 0}, {"n": 0, "m": 2}]
    table = ibis.table({"c": "boolean"}, name="t")
    assert "NOT (" in ibis.to_sql(table.select(n=(~table.c).isnull()), dialect="duckdb")


def test_floats_and_guarded_divisions_agree(spark: SparkEngine) -> None:
    """division_by_zero, float: a guarded division by nought is NULL on both, and so is what compares with it."""

    def made(t: Any) -> Any:
        share = t.x / (t.x - 3).nullif(0)
        return t.select(
            "k", "x", share=share, more=share > 0.5, whole=t.x // (t.x - 3).nullif(0), rest=t.x % 3
        )

    here, there = both(spark, made)
    assert sorted(here, key=str) == sorted(there, key=str)
    assert {row["x"]: row["share"] for row in here} == {1: -0.5, None: None, 3: None, 4: 4.0}


@pytest.mark.parametrize(
    "make",
    [
        lambda t: t.x / t.k,
        lambda t: t.x // (t.k - 1),
        lambda t: t.x % t.k,
        lambda t: t.x / 0,
        lambda t: (t.x / t.k.nullif(1)) > 2,
    ],
)
def test_a_division_by_what_can_be_nought_is_refused_with_file_and_line(make: Any) -> None:
    table = ibis.table({"x": "int64", "k": "int64"}, name="t")
    with pytest.raises(UnguardedDivision) as refused:
        refuse_unguarded(make(table), "share_of_k", "policy/who/income.py:7")
    assert "policy/who/income.py:7" in str(refused.value)


@pytest.mark.parametrize(
    "make", [lambda t: t.x / t.k.nullif(0), lambda t: t.x // 100, lambda t: t.x / t.k.nullif(0).cast("int64")]
)
def test_a_guarded_division_is_let_pass(make: Any) -> None:
    refuse_unguarded(make(ibis.table({"x": "int64", "k": "int64"}, name="t")), "fine", "file:1")


def test_every_mark_has_its_test() -> None:
    assert set(GAPS) == {
        "null_of_not",
        "count_where",
        "sum_of_whole_numbers",
        "predicate_in_comparison",
        "division_by_zero",
        "collect_nothing",
        "float",
    }
    for gap in GAPS.values():
        assert gap.engine in {"duckdb", "spark", "both"}
        assert gap.difference
        assert gap.closed


def test_a_list_of_nobody_is_never_read(spark: SparkEngine) -> None:
    """collect_nothing: the two differ, which evaluation does not see."""
    here, there = both(spark, lambda t: t.group_by("k").agg(n=t.x.collect(where=t.c)))
    assert [here[0]["n"], there[0]["n"]] == [None, []]
    assert here[1] == there[1] == {"n": [3]}


def test_an_engine_is_chosen_by_option_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGINE_URL", raising=False)
    assert engine_url() == "duckdb"
    monkeypatch.setenv("ENGINE_URL", "spark://10.0.0.1:7077")
    assert engine_url() == "spark://10.0.0.1:7077"
    assert engine_url("local[2]") == "local[2]"
    with pytest.raises(UnknownEngine):
        engine_url("postgresql://x")


def test_without_java_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(NoJava) as refused, open_engine("spark"):
        pass
    assert "openjdk-17-jre-headless" in str(refused.value)
