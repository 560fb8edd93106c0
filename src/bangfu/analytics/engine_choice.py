"""Which engine: ``duckdb``, ``spark`` (this machine), ``local[2]`` or ``spark://host:port``; ENGINE_URL by default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bangfu.analytics.engines import DuckDBEngine, Engine
from bangfu.analytics.errors import UnknownEngine
from bangfu.analytics.spark import SparkEngine

_SPARK: Final = re.compile(r"spark|local(\[(\d+|\*)\])?|spark://[\w.\-]+:\d+(,[\w.\-]+:\d+)*")


def engine_url(asked: str | None = None) -> str:
    """The engine asked for, or that of the environment (``ENGINE_URL``), or DuckDB.

    Raises:
        UnknownEngine: no such engine.
    """
    url = asked or os.environ.get("ENGINE_URL") or "duckdb"
    if url != "duckdb" and not _SPARK.fullmatch(url):
        raise UnknownEngine(url=url)
    return url


@contextmanager
def open_engine(asked: str | None = None) -> Iterator[Engine]:
    """The engine for the length of a ``with``.

    Raises:
        UnknownEngine, NoSpark, NoJava: it cannot be had; the sentence says what to install.
    """
    url = engine_url(asked)
    engine: Engine = DuckDBEngine() if url == "duckdb" else SparkEngine("local[*]" if url == "spark" else url)
    try:
        yield engine
    finally:
        engine.close()
