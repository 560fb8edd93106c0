"""Evaluating an area from the database: read only. ``actions.runs`` writes what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from bangfu.analytics import extracts
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.entitlements import Entitled, entitle
from bangfu.analytics.evaluation import Outcome, evaluate
from bangfu.analytics.extracts import Built, Extract
from bangfu.analytics.indicators.results import Results, compute
from bangfu.analytics.wide_tables import wide_tables
from bangfu.divisions.codes import scope_prefix
from bangfu.divisions.queries import places_of
from bangfu.policy import catalogue
from bangfu.policy.parameters import parameters
from bangfu.quality.exports import lists_of
from bangfu.registry import exports


@dataclass(frozen=True)
class Evaluated:
    """An area as of a day: its snapshot, what the rules said, what people are due, and the parts of indicators."""

    area: str
    built: Built
    outcome: Outcome
    entitled: Entitled
    indicators: Results


def build(area: str, day: date, lists: Mapping[str, pa.Table] | None = None) -> Built:
    """The snapshot of an area (12-digit code) as of a day, with the lists supplied for its county.

    Whoever does not count on the day is not in it: removed households, and those that wait for identification.

    Args:
        lists: the lists as ``Built.named`` of an earlier snapshot has them, where they have not changed since: reading
            them takes longer than all the rest.
    """
    county = f"{scope_prefix(area)[:6]:0<12}"
    extract = Extract(
        day=day,
        persons=exports.persons(area, day, contact=False, counted=True),
        households=exports.households(area, day, contact=False, counted=True),
        lists=lists_of(county) if lists is None else lists,
    )
    with duckdb_engine() as engine:
        return extracts.build(extract, places_of(area, on=day), parameters(), engine)


def evaluate_area(area: str, day: date) -> Evaluated:
    """All checks, alerts and entitlements in force on the day, and all indicators, over the area."""
    built = build(area, day)
    snapshot, rules = built.snapshot, (*catalogue.rules_on(day), *catalogue.alerts_on(day))
    with duckdb_engine() as engine:
        wide = wide_tables(snapshot, engine, parameters(), snapshot.tables)
        return Evaluated(
            area,
            built,
            evaluate(snapshot, rules, engine=engine, wide=wide),
            entitle(snapshot, engine=engine, wide=wide),
            compute(snapshot, engine=engine, wide=wide, with_lines=True),
        )
