"""Where an evaluation runs: DuckDB in this process by default, Spark beyond one machine (``analytics.spark``)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast

import duckdb
import ibis
import pyarrow as pa

from bangfu.analytics.engine_gaps import for_duckdb
from bangfu.analytics.kept import Kept, without_collecting

Expression = Any
#: An Arrow table, a Parquet file or several.
Source: TypeAlias = pa.Table | Path | Sequence[Path]


_T = TypeVar("_T")


class Engine(Protocol):
    """What an evaluation asks of an engine; DuckDB and Spark answer alike, NULL included (DESIGN §4)."""

    name: str

    def table(self, name: str, source: Source) -> Expression:
        """Makes ``source`` known as ``name`` and returns it as an Ibis table."""
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

    def ask(self, expression: Expression) -> Future[pa.Table]:
        """The result of ``expression`` in the future: what else there is to ask is compiled meanwhile."""
        ...

    def write(self, expression: Expression, folder: Path, *, by: Sequence[str]) -> None:
        """Writes the result as Parquet into the new ``folder``, in folders ``column=value`` for the columns ``by``."""
        ...

    def once(self, key: Hashable, make: Callable[[Engine], _T]) -> _T:
        """What ``make`` builds on the engine: views, kept results, expressions over them.

        For the same ``key`` it is the same, so it is made and compiled once in a process; its statements run again.
        Rows are made known before, not by ``make``.
        """
        ...

    def close(self) -> None:
        """Gives back what the engine holds."""
        ...


@dataclass(frozen=True)
class _Once:
    """What was made, and the statements behind it."""

    made: Any
    statements: tuple[str, ...]


#: Names of views and kept results differ in a whole process, so that what one engine made stands on every other.
_numbers: Final = itertools.count(1)
_once: Final[Kept[_Once]] = Kept(128)
#: Expression, and whether it has many groups → the same as DuckDB reads it.
_texts: Final[Kept[str]] = Kept(512)


class DuckDBEngine:
    """DuckDB in memory. Tables are Arrow tables (read in place) or Parquet files.

    Statements run in their order on a thread of their own, so that the next is compiled meanwhile: Ibis takes as long
    to compile a county's rules as DuckDB to answer them (STACK, traps). What fails is raised by every answer after it,
    until somebody has heard of it through ``raw``.
    """

    name = "duckdb"

    def __init__(self, *, threads: int | None = None, memory: str | None = None) -> None:
        self.connection = ibis.duckdb.connect()
        raw = self.connection.con
        raw.execute("SET preserve_insertion_order = false")
        # A code in a list of five is compared five times faster than it is joined to the list.
        raw.execute("SET disabled_optimizers = 'in_clause'")
        if threads:
            raw.execute(f"SET threads = {int(threads)}")
        if memory:
            raw.execute("SET memory_limit = ?", [memory])
        self._recorded: list[str] | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="duckdb")
        self._running: list[Future[Any]] = []
        self._failed: Exception | None = None

    @property
    def raw(self) -> duckdb.DuckDBPyConnection:
        """DuckDB's own connection, once everything asked for before is done."""
        wait(self._running)
        self._running.clear()
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise failed
        return self.connection.con

    def table(self, name: str, source: Source) -> Expression:
        """Makes ``source`` known as ``name`` and returns it as an Ibis table."""
        if isinstance(source, pa.Table):
            self._later(self.connection.con.register, name, source)
            return self._known(name, ibis.Schema.from_pyarrow(source.schema))
        files = [str(one) for one in ([source] if isinstance(source, Path) else source)]
        self.raw.register(name, self.raw.read_parquet(files, hive_partitioning=False))
        return self._known(name, self.connection.table(name).schema())

    def keep(self, expression: Expression) -> Expression:
        """Computes ``expression`` once; what is built on the answer reads the result."""
        return self._named("TEMP TABLE", "kept", expression)

    def view(self, expression: Expression) -> Expression:
        """Names ``expression``: what is built on it compiles from the name, and the engine still sees through it."""
        return self._named("TEMP VIEW", "view", expression)

    def _named(self, what: str, prefix: str, expression: Expression) -> Expression:
        name = f"{prefix}_{next(_numbers)}"
        text = self._sql(expression, many_groups=what == "TEMP TABLE")
        self._run(f"CREATE OR REPLACE {what} {name} AS {text}")
        return self._known(name, expression.schema())

    def _run(self, statement: str) -> None:
        if self._recorded is not None:
            self._recorded.append(statement)
        self._later(self.connection.con.execute, statement)

    def once(self, key: Hashable, make: Callable[[Engine], _T]) -> _T:
        """What ``make`` builds, made and compiled once in a process for the same ``key``: see ``Engine``."""
        found = _once.find(key)
        if found is None:
            return cast("_T", _once.keep(key, self._recording(make)).made)
        for statement in found.statements:
            self._run(statement)
        return cast("_T", found.made)

    def _recording(self, make: Callable[[Engine], Any]) -> _Once:
        """What ``make`` builds, with the statements that ran for it; one may be made within another."""
        around, self._recorded = self._recorded, []
        try:
            with without_collecting():
                made = make(self)
        finally:
            statements, self._recorded = self._recorded, around
        if around is not None:
            around += statements
        return _Once(made, tuple(statements))

    def _known(self, name: str, schema: ibis.Schema) -> Expression:
        """The table of that name, on whichever engine has it; DuckDB need not be asked for its columns."""
        return ibis.table(schema, name=name)

    def _later(self, what: Callable[..., _T], *given: object) -> Future[_T]:
        def run() -> _T:
            if self._failed is not None:
                raise self._failed  # what is built on it would fail for want of a table, which is not the reason
            try:
                return what(*given)
            except Exception as error:
                self._failed = error
                raise

        running = self._worker.submit(run)
        self._running.append(running)
        return running

    def _sql(self, expression: Expression, *, many_groups: bool = False) -> str:
        def text() -> str:
            return str(self.connection.compile(for_duckdb(expression, many_groups=many_groups)))

        return _texts.get((expression.op(), many_groups), text)

    def arrow(self, expression: Expression) -> pa.Table:
        """The result of ``expression``."""
        found = self.ask(expression)
        _ = self.raw  # what failed before it is the reason why it fails
        return found.result()

    def ask(self, expression: Expression) -> Future[pa.Table]:
        """The result of ``expression`` in the future: what else there is to ask is compiled meanwhile."""
        text, schema = self._sql(expression), expression.schema().to_pyarrow()
        return self._later(lambda: self.connection.con.sql(text).to_arrow_table().cast(schema))

    def write(self, expression: Expression, folder: Path, *, by: Sequence[str]) -> None:
        """Writes the result as Parquet into the new ``folder``, in folders ``column=value`` for the columns ``by``."""
        folder.mkdir(parents=True)
        rows = self.raw.sql(self._sql(expression))
        rows.write_parquet(str(folder), compression="zstd", partition_by=list(by))

    def sql(self, text: str, **tables: pa.Table) -> pa.Table:
        """The result of DuckDB SQL over ``tables``; for what is DuckDB's own (edit distances)."""
        for name, one in tables.items():
            self.raw.register(name, one)
        return self.raw.sql(text).to_arrow_table()

    def close(self) -> None:
        self._worker.shutdown(cancel_futures=True)
        self.connection.disconnect()


@contextmanager
def duckdb_engine(**settings: Any) -> Iterator[DuckDBEngine]:
    """An engine for the length of a ``with``."""
    engine = DuckDBEngine(**settings)
    try:
        yield engine
    finally:
        engine.close()
