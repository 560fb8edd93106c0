"""An engine that runs nothing: it writes down the statements, so that they are compiled once and run many times.

Ibis takes far longer to compile sixty rules than DuckDB to answer for one household (STACK, traps).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, TypeVar

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.analytics.engine_gaps import for_duckdb
from bangfu.analytics.engines import DuckDBEngine, Engine, Source
from bangfu.analytics.kept import without_collecting

Expression = Any
_T = TypeVar("_T")
#: Names of a recording's tables begin so: they never meet those of a run in the same engine.
PREFIX: Final = "recorded_"


class Recorder:
    """Compiles for DuckDB, from the shapes of the tables alone."""

    name = "duckdb"

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.sources: list[str] = []

    def table(self, name: str, source: Source) -> Expression:
        """An Ibis table of the same shape, under the name by which ``replay`` makes the real one known."""
        self.sources.append(name)
        return ibis.table(_shape(source), name=PREFIX + name)

    def keep(self, expression: Expression) -> Expression:
        """Notes that the result is computed once."""
        return self._named("TEMP TABLE", expression)

    def view(self, expression: Expression) -> Expression:
        """Notes a name for the expression."""
        return self._named("TEMP VIEW", expression)

    def _named(self, what: str, expression: Expression) -> Expression:
        name = f"{PREFIX}{what.rpartition(' ')[2].lower()}_{len(self.statements)}"
        text = sql_of(expression, many_groups=what == "TEMP TABLE")
        self.statements.append(f"CREATE OR REPLACE {what} {name} AS {text}")
        return ibis.table(expression.schema(), name=name)

    def arrow(self, expression: Expression) -> pa.Table:
        raise NotImplementedError("a recording has no rows")

    def ask(self, expression: Expression) -> Future[pa.Table]:
        raise NotImplementedError("a recording has no rows")

    def write(self, expression: Expression, folder: Path, *, by: Sequence[str]) -> None:
        raise NotImplementedError("a recording has no rows")

    def once(self, key: Hashable, make: Callable[[Engine], _T]) -> _T:
        """What ``make`` builds: a recording is itself what is made once."""
        with without_collecting():
            return make(self)

    def close(self) -> None:
        self.statements.clear()


def sql_of(expression: Expression, *, many_groups: bool = False) -> str:
    """``expression`` as DuckDB reads it; ``many_groups``: see ``for_duckdb``."""
    return str(ibis.to_sql(for_duckdb(expression, many_groups=many_groups), dialect="duckdb", pretty=False))


def replay(engine: DuckDBEngine, statements: Sequence[str], tables: dict[str, pa.Table]) -> None:
    """Makes the tables known to ``engine`` and runs the statements of a recording."""
    raw = engine.raw
    for name, table in tables.items():
        raw.register(PREFIX + name, table)
    for statement in statements:
        raw.execute(statement)


def _shape(source: Source) -> ibis.Schema:
    """Columns and types; of Parquet only the footer is read."""
    if isinstance(source, pa.Table):
        return ibis.Schema.from_pyarrow(source.schema)
    return ibis.Schema.from_pyarrow(pq.read_schema(source if isinstance(source, Path) else source[0]))
