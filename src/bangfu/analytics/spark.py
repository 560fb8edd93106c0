"""Spark 4 as an engine: the same Ibis expressions, beyond one machine (DESIGN §4).

``local[2]`` and ``local[*]`` run in this process' own Java; ``spark://host:port`` is a standalone cluster. Java 17 is
needed on the machine, and ``pip install bangfu[spark]``.

Spark answers as DuckDB does because rules compute with whole numbers and guard every division (STACK, traps); ANSI mode
stays on, so that an overflow or an unguarded division is refused and never a silent NULL.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import ibis
import pyarrow as pa

from bangfu.analytics.engine_gaps import bracketed, for_spark
from bangfu.analytics.engines import Engine, Source
from bangfu.analytics.errors import NoJava, NoSpark

Expression = Any
Session = Any
_T = TypeVar("_T")

SETTINGS: Final[Mapping[str, str]] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # Java never compiles a method beyond 8 000 bytecodes; without a generated one Spark is then faster.
    "spark.sql.codegen.hugeMethodLimit": "8000",
}
#: Nothing outside this machine need reach the driver of a local session.
_LOCAL: Final[Mapping[str, str]] = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}


class SparkEngine:
    """A Spark session. Tables are Parquet files that every worker can read, or Arrow tables sent by the driver."""

    name = "spark"

    def __init__(self, master: str = "local[*]", **settings: str) -> None:
        self._scratch = Path(tempfile.mkdtemp(prefix="bangfu-spark-"))
        self._session = _session(master, self._scratch, settings)
        self.connection = ibis.pyspark.connect(self._session)
        self._made = 0
        self._kept: list[Any] = []

    def table(self, name: str, source: Source) -> Expression:
        """Makes ``source`` known as ``name`` and returns it as an Ibis table."""
        self._made += 1
        named = f"{name}_{self._made}"
        if isinstance(source, pa.Table):
            frame = self._session.createDataFrame(source, schema=_schema(source.schema))
        else:
            paths = [source] if isinstance(source, Path) else source
            frame = self._session.read.option("recursiveFileLookup", "true").parquet(*map(str, paths))
        frame.createOrReplaceTempView(named)
        return self.connection.table(named)

    def keep(self, expression: Expression) -> Expression:
        """Computes ``expression`` once; what is built on the answer reads the result."""
        frame = self._frame(expression).persist()
        self._kept.append(frame)
        return self._named("kept", frame)

    def view(self, expression: Expression) -> Expression:
        """Names ``expression``: what is built on it compiles from the name, and the engine still sees through it."""
        return self._named("view", self._frame(expression))

    def _frame(self, expression: Expression) -> Any:
        tree = bracketed(self.connection.compiler.to_sqlglot(for_spark(expression)))
        return self._session.sql(tree.sql(dialect=self.connection.dialect))

    def _named(self, prefix: str, frame: Any) -> Expression:
        self._made += 1
        name = f"{prefix}_{self._made}"
        frame.createOrReplaceTempView(name)
        return self.connection.table(name)

    def arrow(self, expression: Expression) -> pa.Table:
        """The result of ``expression``."""
        frame = self._frame(expression)
        with warnings.catch_warnings():
            # PySpark leaves the socket by which results come to the collector of garbage.
            warnings.simplefilter("ignore", ResourceWarning)
            found = frame.toArrow()
        return found.cast(expression.schema().to_pyarrow())

    def ask(self, expression: Expression) -> Future[pa.Table]:
        """The result of ``expression``, which Spark gives at once."""
        found: Future[pa.Table] = Future()
        found.set_result(self.arrow(expression))
        return found

    def write(self, expression: Expression, folder: Path, *, by: Sequence[str]) -> None:
        """Writes the result as Parquet into the new ``folder``, in folders ``column=value`` for the columns ``by``."""
        frame = self._frame(expression)
        frame.repartition(*by).write.partitionBy(*by).parquet(str(folder))

    def once(self, key: Hashable, make: Callable[[Engine], _T]) -> _T:
        """What ``make`` builds; Spark makes it anew."""
        return make(self)

    def forget(self) -> None:
        """Frees what was kept."""
        for frame in self._kept:
            frame.unpersist()
        self._kept.clear()

    def close(self) -> None:
        self._session.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)


@contextmanager
def spark_engine(master: str = "local[*]", **settings: str) -> Iterator[SparkEngine]:
    """An engine for the length of a ``with``."""
    engine = SparkEngine(master, **settings)
    try:
        yield engine
    finally:
        engine.close()


def _session(master: str, scratch: Path, settings: Mapping[str, str]) -> Session:
    """A new session on ``master``.

    Raises:
        NoSpark: pyspark is not installed.
        NoJava: there is no Java to run it.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise NoSpark from None
    if not shutil.which("java"):
        raise NoJava
    places = {"spark.local.dir": str(scratch), "spark.sql.warehouse.dir": str(scratch / "warehouse")}
    builder = SparkSession.builder.master(master).appName("bangfu")
    own = _LOCAL if master.startswith("local") else {}
    for key, value in {**SETTINGS, **own, **places, **settings}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _schema(schema: pa.Schema) -> Any:
    from ibis.backends.pyspark.datatypes import PySparkSchema

    return PySparkSchema.from_ibis(ibis.Schema.from_pyarrow(schema))
