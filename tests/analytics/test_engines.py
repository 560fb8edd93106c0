"""DuckDB's statements run on a thread of their own: what fails is told by its reason, and once."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from bangfu.analytics.engines import duckdb_engine


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
