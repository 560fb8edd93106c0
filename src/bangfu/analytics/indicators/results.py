"""Indicators over a snapshot: all of them, for all divisions from the nation to the village, from one pass a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.area_values import Values
from bangfu.analytics.division_guard import refuse_unguarded
from bangfu.analytics.engines import Engine
from bangfu.analytics.evaluation import key_column
from bangfu.analytics.fields import columns_read
from bangfu.analytics.indicators import lists
from bangfu.analytics.indicators.definitions import Indicator, indicators, rounded
from bangfu.analytics.indicators.deprivation import DEPRIVATIONS, FROM_PEOPLE, TOTAL_WEIGHT, of_people
from bangfu.analytics.indicators.parts import TABLES
from bangfu.analytics.levels import NOWHERE, sum_up
from bangfu.analytics.needs import needs_behind, probe_of
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.wide_tables import WideTables, wide_tables
from bangfu.policy.parameters import Parameters, parameters

Expression = Any
#: What a caller may know of a village: dated attributes of the divisions (S1-02), NULL where nobody said.
VILLAGE_TYPES: Final = ("poor_county", "poor_village")
FIGURES: Final = ("figure.rural_population",)


@dataclass(frozen=True)
class Results:
    """``villages``: parts by village. ``parts``: by level and division. ``values``: level, division, indicator, ``of``,
    ``among``, ``unknown`` (whole numbers) and ``value`` (hundredths of the unit; NULL without a denominator).
    ``lines``: who is behind the coverage (columns ``lists.LINES``); None where nobody asked."""

    day: date
    villages: pa.Table
    parts: pa.Table
    values: pa.Table
    lines: pa.Table | None = None

    def row(self, level: str, division: int = NOWHERE) -> Mapping[str, Any]:
        """The parts of one division; KeyError when it has none."""
        both = pc.and_(pc.equal(self.parts["level"], level), pc.equal(self.parts["division"], division))
        found = self.parts.filter(both).to_pylist()
        if not found:
            raise KeyError((level, division))
        return dict(found[0])

    def value(self, indicator: str, level: str = "nation", division: int = NOWHERE) -> int | None:
        """Hundredths of the unit."""
        return value_of(indicators()[indicator], self.row(level, division))


def compute(
    snapshot: Snapshot,
    *,
    engine: Engine,
    values: Parameters | None = None,
    figures: Mapping[int, Mapping[str, int]] | None = None,
    wide: WideTables | None = None,
    with_lines: bool = False,
) -> Results:
    """All indicators of the snapshot's day.

    Args:
        wide: the subject tables of this snapshot, where another question has them already.
        figures: division code (0: nation) → master figure → value, such as ``rural_population``.
        with_lines: also the people and households behind the coverage; only the numbers leave the engine without.
    """
    known = values or parameters()
    wide = wide or wide_tables(snapshot, engine, known, set(TABLES), _needs(snapshot.day, known))
    asked = engine.once(("indicators", wide.key), lambda on: _questions(wide, on))
    villages = _outer(engine.arrow(asked["household"].parts), engine.arrow(asked["person"].parts))
    parts = _with_figures(sum_up(villages), figures or {})
    found = None
    if with_lines:
        found = lists.lines({subject: engine.arrow(one.lines) for subject, one in asked.items()})
    return Results(snapshot.day, villages, parts, _values(parts), found)


@dataclass(frozen=True)
class _Questions:
    """``parts``: sums by village. ``lines``: who is behind the coverage."""

    parts: Expression
    lines: Expression


def _questions(wide: WideTables, engine: Engine) -> Mapping[str, _Questions]:
    """By subject."""
    household, person = _joined(wide, engine)
    return {
        subject: _Questions(_by_village(subject, table, p), lists.listed(subject, table, p))
        for subject, (table, p) in _with_values(wide, household, person).items()
    }


def _with_values(
    wide: WideTables, household: Expression, person: Expression
) -> dict[str, tuple[Expression, Values]]:
    return {
        name: (table, Values(wide.day, wide.values, table, wide.areas))
        for name, table in (("household", household), ("person", person))
    }


def value_of(indicator: Indicator, row: Mapping[str, Any]) -> int | None:
    """The indicator of one row of parts, in hundredths of its unit."""
    below = [row[name] for name in indicator.among]
    if any(one is None for one in below):
        return None
    return indicator.value(sum(row[name] for name in indicator.of), sum(below))


def by_type(results: Results, types: pa.Table) -> pa.Table:
    """Parts of the four combinations of county type and village type (S1-02), and of those nobody has typed.

    Args:
        types: ``village_code`` and ``VILLAGE_TYPES`` (yes, no, NULL).
    """
    joined = results.villages.join(types, "village_code", join_type="left outer")
    measures = [name for name in results.villages.column_names if name != "village_code"]
    summed = joined.group_by(list(VILLAGE_TYPES)).aggregate([(name, "sum") for name in measures])
    return summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names])


@dataclass(frozen=True)
class Gap:
    """Poor villages against the others (S2-36), in hundredths: ``gap`` in units (percentage points for percent),
    ``index`` is poor villages per hundred of the others."""

    indicator: Indicator
    poor_villages: int | None
    other_villages: int | None
    gap: int | None
    index: int | None


def gaps(results: Results, types: pa.Table, keys: Sequence[str]) -> list[Gap]:
    """The indicators ``keys`` in poor and in other villages; villages that nobody has typed are left out."""
    rows = by_type(results, types).to_pylist()
    poor_row, other_row = (_added(rows, poor_village) for poor_village in (True, False))
    return [gap_between(indicators()[key], poor_row, other_row) for key in keys]


def gap_between(one: Indicator, poor_row: Mapping[str, Any], other_row: Mapping[str, Any]) -> Gap:
    """One indicator of the parts of poor villages and of those of the others."""
    above, below = value_of(one, poor_row), value_of(one, other_row)
    apart = None if above is None or below is None else above - below
    index = None if above is None or not below else rounded(above * 10_000, below)
    return Gap(one, above, below, apart, index)


def decomposition(row: Mapping[str, Any]) -> dict[str, Fraction]:
    """Share of each item in the multidimensional index, exact: they add up to 1; empty where nobody is poor."""
    whole = row["mpi_weighted"]
    if not whole:
        return {}
    return {one.key: Fraction(one.weight * row[f"mpi_censored_{one.key}"], whole) for one in DEPRIVATIONS}


def index_of(row: Mapping[str, Any]) -> tuple[Fraction, Fraction, Fraction] | None:
    """H, A and M0 = H × A, exact; None where nobody can be judged."""
    people, count, weighted = (row[name] for name in ("mpi_people", "mpi_poor", "mpi_weighted"))
    if not people:
        return None
    intensity = Fraction(weighted, count * TOTAL_WEIGHT) if count else Fraction(0)
    return Fraction(count, people), intensity, Fraction(weighted, people * TOTAL_WEIGHT)


def subgroup_shares(groups: Sequence[Mapping[str, Any]]) -> list[Fraction]:
    """What each group contributes to the index of all of them together, exact: they add up to 1."""
    whole = sum(row["mpi_weighted"] for row in groups)
    return [Fraction(row["mpi_weighted"], whole) for row in groups] if whole else []


def _needs(day: date, values: Parameters) -> Mapping[str, frozenset[str]]:
    """The columns that the parts read."""
    direct: dict[str, set[str]] = {"person": {"household_key"}, "household": {"household_key", "is_poor"}}
    for subject, extra in (("household", FROM_PEOPLE), ("person", ("in_poor_household",))):
        probe, p = probe_of(subject, day, values)
        types = dict.fromkeys(extra, "int64" if subject == "household" else "boolean")
        shaped = ibis.table({**dict(probe.schema().items()), **types}, name=subject)
        for made in TABLES[subject](shaped, p).values():
            direct[subject] |= {name for name in columns_read(made) if name not in types}
    probe, p = probe_of("person", day, values)
    for made in of_people(probe, p).values():
        direct["person"] |= set(columns_read(made))
    return needs_behind(direct, day, values)


def _joined(wide: WideTables, engine: Engine) -> tuple[Expression, Expression]:
    """Households with what their people add up to, and people with the standing of their household."""
    person, household = (
        engine.view(wide.behind(name, {"village_code", key_column(name), *wide.needed(name)}))
        for name in ("person", "household")
    )
    housed = person.filter(person.household_key.notnull())
    p = Values(wide.day, wide.values, housed, wide.areas)
    people = engine.keep(
        housed.group_by("household_key").agg(**of_people(housed, p)).rename(_of="household_key")
    )
    joined = household.left_join(people, household.household_key == people["_of"])
    filled = {name: joined[name].fill_null(0) for name in FROM_PEOPLE}
    homes = joined.mutate(**filled).drop("_of")
    standing = household.select(_of="household_key", in_poor_household=household.is_poor)
    return homes, person.left_join(standing, person.household_key == standing["_of"]).drop("_of")


def _by_village(subject: str, table: Expression, p: Values) -> Expression:
    parts = {name: made.cast("int64") for name, made in TABLES[subject](table, p).items()}
    for name, made in parts.items():
        refuse_unguarded(made, f"indicators/{name}", "analytics/indicators/parts.py")
    return table.group_by("village_code").agg(**parts)


def _outer(left: pa.Table, right: pa.Table) -> pa.Table:
    """Both by village; a part that a village has nothing of is 0."""
    filled = [
        one.set_column(0, "village_code", pc.fill_null(one["village_code"], NOWHERE)) for one in (left, right)
    ]
    joined = filled[0].join(filled[1], "village_code", join_type="full outer")
    columns = {name: pc.fill_null(joined[name], 0) for name in joined.column_names}
    return pa.table(columns).sort_by("village_code")


def _with_figures(parts: pa.Table, figures: Mapping[int, Mapping[str, int]]) -> pa.Table:
    for name in FIGURES:
        key = name.partition(".")[2]
        found = [figures.get(division, {}).get(key) for division in parts["division"].to_pylist()]
        parts = parts.append_column(name, pa.array(found, pa.int64()))
    return parts


def _values(parts: pa.Table) -> pa.Table:
    rows = parts.to_pylist()
    columns: dict[str, list[Any]] = {
        name: [] for name in ("level", "division", "indicator", "of", "among", "unknown", "value")
    }
    for one in indicators().values():
        for row in rows:
            below = [row[name] for name in one.among]
            columns["level"].append(row["level"])
            columns["division"].append(row["division"])
            columns["indicator"].append(one.key)
            columns["of"].append(sum(row[name] for name in one.of))
            columns["among"].append(None if not below or None in below else sum(below))
            columns["unknown"].append(sum(row[name] for name in one.unknown))
            columns["value"].append(value_of(one, row))
    types = {"level": pa.string(), "indicator": pa.string()}
    return pa.table({name: pa.array(found, types.get(name, pa.int64())) for name, found in columns.items()})


def _added(rows: Sequence[Mapping[str, Any]], poor_village: bool) -> dict[str, Any]:
    """The parts of poor (or other) villages of all counties together; figures of divisions are not theirs."""
    own = [row for row in rows if row["poor_village"] is poor_village]
    names = [name for name in rows[0] if name not in VILLAGE_TYPES] if rows else []
    return {name: sum(row[name] for row in own) for name in names} | dict.fromkeys(FIGURES)
