"""Writing what a run found people are due (应享尽享), and the parts of indicators. Only an area's latest run stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from bangfu.analytics.entitlements import TOTALS
from bangfu.platform.database import bulk
from bangfu.quality.models import Run
from bangfu.quality.result_models import EntitlementLine, EntitlementTotal, IndicatorParts
from bangfu.quality.runs import Evaluated
from bangfu.registry.models import new_id

#: Levels whose parts are kept; what lies above a county is the sum of its counties.
KEPT_LEVELS: Final = ("county", "township", "village")
_LINE: Final = (
    "id", "run_id", "household_id", "person_id", "division_code", "entitlement", "status", "due", "received",
)  # fmt: skip


def keep_entitlements(*, run: Run, evaluated: Evaluated) -> None:
    """Totals by village and a line for each subject that is due, received or cannot be told; in the caller's
    transaction. What earlier runs over the area left is gone afterwards.
    """
    _clear(run, EntitlementLine, EntitlementTotal)
    entitled = evaluated.entitled
    villages = [row for row in entitled.totals.to_pylist() if row["level"] == "village"]
    totals = (
        (new_id(), run.pk, _place(row["division"], run), row["entitlement"], *(row[name] for name in TOTALS))
        for row in villages
    )
    bulk.insert(EntitlementTotal, ("id", "run_id", "village_code", "entitlement", *TOTALS), totals)
    bulk.insert(EntitlementLine, _LINE, _lines(run, evaluated))


def keep_indicators(*, run: Run, evaluated: Evaluated) -> None:
    """The parts of all indicators by county, township and village; in the caller's transaction."""
    _clear(run, IndicatorParts)
    rows = (
        (new_id(), run.pk, row["level"], f"{row['division']:012d}", _parts(row))
        for row in evaluated.indicators.parts.to_pylist()
        if row["level"] in KEPT_LEVELS and row["division"]
    )
    bulk.insert(IndicatorParts, ("id", "run_id", "level", "division_code", "parts"), rows)


def _clear(run: Run, *models: Any) -> None:
    for model in models:
        model.objects.filter(run__division_code=run.division_code).delete()


def _lines(run: Run, evaluated: Evaluated) -> Iterator[tuple[Any, ...]]:
    """Hundreds of thousands for a county: everything that repeats is made once."""
    named = evaluated.built.named
    households = _ids(named.households, "household_key")
    people = _ids(named.persons, "person_key")
    numbers = dict(zip(named.households["household_no"].to_pylist(), households.values(), strict=True))
    homes = {
        key: numbers.get(number)
        for key, number in zip(
            named.persons["person_key"].to_pylist(), named.persons["household_no"].to_pylist(), strict=True
        )
    }
    found = evaluated.entitled.rows
    places = {village: _place(village, run) for village in found["village_code"].unique().to_pylist()}
    columns = ("subject_kind", "key", "village_code", "entitlement", "status", "due", "received")
    for kind, key, village, *said in zip(*(found[name].to_pylist() for name in columns), strict=True):
        home = homes.get(key) if kind == "person" else households.get(key) if kind == "household" else None
        person = people.get(key) if kind == "person" else None
        yield (new_id(), run.pk, home, person, places[village], *said)


def _ids(table: Any, key: str) -> dict[int, UUID]:
    """Key in the snapshot → id in the registry."""
    return dict(zip(table[key].to_pylist(), map(UUID, table["id"].to_pylist()), strict=True))


def _place(village: int | None, run: Run) -> str:
    """The village; the area of the run where it is not known."""
    return f"{village:012d}" if village else run.division_code


def _parts(row: Mapping[str, Any]) -> dict[str, int]:
    """Additive parts only: figures of divisions are stated, not counted."""
    return {
        name: value
        for name, value in row.items()
        if name not in ("level", "division") and not name.startswith("figure.")
    }
