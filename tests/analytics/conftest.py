"""One engine a module, and ways to evaluate a small county."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from bangfu.analytics import extracts
from bangfu.analytics.engines import DuckDBEngine, duckdb_engine
from bangfu.analytics.evaluation import Outcome, evaluate
from bangfu.analytics.extracts import Built
from bangfu.policy.parameters import Parameters, parameters
from bangfu.policy.rules import Rule
from tests.analytics.county import Small, places
from tests.analytics.spark_session import spark

__all__ = ["spark"]

Build = Callable[[Small], Built]
Evaluate = Callable[..., Outcome]


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with duckdb_engine() as made:
        yield made


@pytest.fixture
def build(engine: DuckDBEngine) -> Build:
    return lambda small: extracts.build(small.extract(), places(300), parameters(), engine)


@pytest.fixture
def evaluated(engine: DuckDBEngine, build: Build) -> Evaluate:
    def evaluated_(
        small: Small, rules: Sequence[Rule] | None = None, values: Parameters | None = None
    ) -> Outcome:
        return evaluate(build(small).snapshot, rules, engine=engine, values=values)

    return evaluated_
