"""Where an evaluation runs: DuckDB in this process by default."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import ibis
import pyarrow as pa

Expression = Any
#: An Arrow table, a Parquet file, or a table that the engine has already.
Source: TypeAlias = pa.Table | Path | ibis.Table


class DuckDBEngine:
    """DuckDB in memory. Tables are Arrow tables (read in place) or Parquet files."""

    def __init__(self, *, threads: int | None = None, memory: str | None = None) -> None:
        self.connection = ibis.duckdb.connect()
        raw = self.connection.con
        raw.execute("SET preserve_insertion_order = false")
        if threads:
            raw.execute(f"SET threads = {int(threads)}")
        if memory:
            raw.execute("SET memory_limit = ?", [memory])
        self._made = 0

    def table(self, name: str, source: Source) -> Expression:
        """Makes ``source`` known as ``name`` and returns it as an Ibis table; a table of this engine is given back."""
        if isinstance(source, ibis.Table):
            return source
        if isinstance(source, Path):
            self.connection.con.register(name, self.connection.con.read_parquet(str(source)))
            return self.connection.table(name)
        self.connection.con.register(name, source)
        return self.connection.table(name)

    def keep(self, expression: Expression) -> Expression:
        """Computes ``expression`` once; what is built on the answer reads the result."""
        return self._named("TEMP TABLE", "kept", expression)

    def view(self, expression: Expression) -> Expression:
        """Names ``expression``: what is built on it compiles from the name, and the engine still sees through it."""
        return self._named("TEMP VIEW", "view", expression)

    def _named(self, what: str, prefix: str, expression: Expression) -> Expression:
        self._made += 1
        name = f"{prefix}_{self._made}"
        self.connection.con.execute(f"CREATE {what} {name} AS {self.connection.compile(expression)}")
        return self.connection.table(name)

    def arrow(self, expression: Expression) -> pa.Table:
        """The result of ``expression``."""
        return self.connection.to_pyarrow(expression)

    def sql(self, text: str, **tables: pa.Table) -> pa.Table:
        """The result of DuckDB SQL over ``tables``; for what is DuckDB's own (edit distances)."""
        for name, one in tables.items():
            self.connection.con.register(name, one)
        return self.connection.con.sql(text).to_arrow_table()

    def close(self) -> None:
        self.connection.disconnect()


@contextmanager
def duckdb_engine(**settings: Any) -> Iterator[DuckDBEngine]:
    """An engine for the length of a ``with``."""
    engine = DuckDBEngine(**settings)
    try:
        yield engine
    finally:
        engine.close()
