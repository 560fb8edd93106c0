"""DuckDB's statements run on a thread of their own: what fails is told by its reason, and once."""

from __future__ import annotations

import gc
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest

from bangfu.analytics.engines import Engine, duckdb_engine
from bangfu.analytics.kept import Kept


def test_what_is_built_on_a_failure_fails_for_its_reason() -> None:
    with duckdb_engine() as engine:
        written = engine.table("written", pa.table({"text": ["12", "twelve"]}))
        kept = engine.keep(written.select(number=written.text.cast("int64")))
        asked = engine.ask(kept.aggregate(total=kept.number.sum()))
        with pytest.raises(duckdb.ConversionException, match="twelve"):
            asked.result()
        with pytest.raises(duckdb.ConversionException, match="twelve"):
            engine.arrow(kept)


def test_an_engine_goes_on_after_its_failure_was_heard() -> None:
    with duckdb_engine() as engine:
        written = engine.table("written", pa.table({"text": ["12", "twelve"]}))
        engine.keep(written.select(number=written.text.cast("int64")))
        with pytest.raises(duckdb.ConversionException):
            _ = engine.raw
        assert engine.arrow(written.count().as_table()).to_pylist() == [{"CountStar(written)": 2}]


def test_what_was_made_once_stands_on_every_engine() -> None:
    """Expressions are made and compiled once; the rows are those of the engine (issue B: compiled once and reused)."""
    made: list[str] = []

    def doubled(engine: Engine) -> Any:
        made.append(engine.name)
        rows = ibis.table({"n": "int64"}, name="rows")
        kept = engine.keep(rows.select(twice=rows.n * 2))
        return engine.view(kept.aggregate(total=kept.twice.sum()))

    answers = []
    for numbers in ([1, 2], [5], [1, 2]):
        with duckdb_engine() as engine:
            engine.table("rows", pa.table({"n": pa.array(numbers, pa.int64())}))
            for _ in range(2):
                answers += engine.arrow(engine.once(("doubled", "tests"), doubled)).to_pylist()
    assert [one["total"] for one in answers] == [6, 6, 10, 10, 6, 6]
    assert made == ["duckdb"]


def test_what_was_made_within_another_stands_with_it() -> None:
    def inner(engine: Engine) -> Any:
        rows = ibis.table({"n": "int64"}, name="rows")
        return engine.keep(rows.select(twice=rows.n * 2))

    def outer(engine: Engine) -> Any:
        kept = engine.once(("inner", "tests"), inner)
        return engine.view(kept.aggregate(total=kept.twice.sum()))

    for numbers in ([1, 2], [5]):
        with duckdb_engine() as engine:
            engine.table("rows", pa.table({"n": pa.array(numbers, pa.int64())}))
            total = engine.arrow(engine.once(("outer", "tests"), outer))["total"].to_pylist()
            assert total == [2 * sum(numbers)]


def test_what_could_not_be_made_is_tried_again() -> None:
    def refused(engine: Engine) -> Any:
        engine.keep(ibis.table({"n": "int64"}, name="rows"))
        raise LookupError("no such column")

    for _ in range(2):
        with duckdb_engine() as engine:
            engine.table("rows", pa.table({"n": pa.array([1], pa.int64())}))
            with pytest.raises(LookupError):
                engine.once(("refused", "tests"), refused)
            assert gc.isenabled()


def test_the_newest_are_kept() -> None:
    kept: Kept[int] = Kept(2)
    assert [kept.get(key, lambda key=key: ord(key)) for key in "abca"] == [97, 98, 99, 97]  # type: ignore[misc]
    assert [kept.find(key) for key in "abc"] == [97, None, 99]
