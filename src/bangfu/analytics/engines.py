"""Where an evaluation runs: DuckDB in this process by default, Spark beyond one machine (``analytics.spark``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import ibis
import pyarrow as pa

from bangfu.analytics.engine_gaps import for_duckdb

Expression = Any
#: An Arrow table, a Parquet file or several, or a table that the engine has already.
Source: TypeAlias = pa.Table | Path | Sequence[Path] | ibis.Table


class Engine(Protocol):
    """What an evaluation asks of an engine; DuckDB and Spark answer alike, NULL included (DESIGN §4)."""

    name: str

    def table(self, name: str, source: Source) -> Expression:
        """Makes ``source`` known as ``name`` and returns it as an Ibis table; a table of this engine is given back."""
        ...

    def keep(self, expression: Expression) -> Expression:
        """Computes ``expression`` once; what is built on the answer reads the result."""
        ...

    def view(self, expression: Expression) -> Expression:
        """Names ``expression``: what is built on it compiles from the name, and the engine still sees through it."""
        ...

    def arrow(self, expression: Expression) -> pa.Table:
        """The result of ``expression``."""
        ...

    def write(self, expression: Expression, folder: Path, *, by: Sequence[str]) -> None:
        """Writes the result as Parquet into the new ``folder``, in folders ``column=value`` for the columns ``by``."""
        ...

    def close(self) -> None:
        """Gives back what the engine holds."""
        ...


class DuckDBEngine:
    """DuckDB in memory. Tables are Arrow tables (read in place) or Parquet files."""

    name = "duckdb"

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
        if not isinstance(source, pa.Table):
            files = [str(one) for one in ([source] if isinstance(source, Path) else source)]
            read = self.connection.con.read_parquet(files, hive_partitioning=False)
            self.connection.con.register(name, read)
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
        self.connection.con.execute(f"CREATE {what} {name} AS {self._sql(expression)}")
        return self.connection.table(name)

    def _sql(self, expression: Expression) -> str:
        return str(self.connection.compile(for_duckdb(expression)))

    def arrow(self, expression: Expression) -> pa.Table:
        """The result of ``expression``."""
        return self.connection.to_pyarrow(for_duckdb(expression))

    def write(self, expression: Expression, folder: Path, *, by: Sequence[str]) -> None:
        """Writes the result as Parquet into the new ``folder``, in folders ``column=value`` for the columns ``by``."""
        folder.mkdir(parents=True)
        rows = self.connection.con.sql(self._sql(expression))
        rows.write_parquet(str(folder), compression="zstd", partition_by=list(by))

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
