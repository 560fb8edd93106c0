"""Writing what a run found people are due (应享尽享), and the parts of indicators. Only an area's latest run stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.entitlements import TOTALS
from bangfu.platform.database import bulk
from bangfu.quality.models import Run
from bangfu.quality.result_models import EntitlementLine, EntitlementTotal, IndicatorLine, IndicatorParts
from bangfu.quality.runs import Evaluated
from bangfu.registry.models import new_id

#: Levels whose parts are kept; what lies above a county is the sum of its counties.
KEPT_LEVELS: Final = ("county", "township", "village")
_LINE: Final = (
    "id", "run_id", "household_id", "person_id", "division_code", "entitlement", "status", "due", "received",
)  # fmt: skip
_INDICATOR_LINE: Final = (
    "id", "run_id", "household_id", "person_id", "division_code", "indicator", "state", "people",
)  # fmt: skip


def keep_entitlements(*, run: Run, evaluated: Evaluated) -> None:
    """Totals by village and a line for each subject that is due, received or cannot be told; in the caller's
    transaction. What earlier runs over the area left is gone afterwards.

    Of what nobody can be told about, for want of a list, only the totals are kept: a line for everybody says nothing.
    """
    _clear(run, EntitlementLine, EntitlementTotal)
    entitled = evaluated.entitled
    villages = [row for row in entitled.totals.to_pylist() if row["level"] == "village"]
    for row in villages:
        row["untold"] = 0
        if row["entitlement"] in entitled.untold:
            row["untold"], row["cannot_tell"] = row["cannot_tell"], 0
    kept = ("entitlement", *TOTALS, "untold")
    totals = (
        (new_id(), run.pk, _place(row["division"], run), *(row[name] for name in kept)) for row in villages
    )
    bulk.insert(EntitlementTotal, ("id", "run_id", "village_code", *kept), totals)
    silent = pc.is_in(entitled.rows["entitlement"], value_set=pa.array(entitled.untold, pa.string()))
    told = entitled.rows.filter(pc.invert(silent))
    bulk.insert(EntitlementLine, _LINE, _lines(run, _Subjects.of(evaluated), told, *_LINE[5:]))


def keep_indicators(*, run: Run, evaluated: Evaluated) -> None:
    """The parts of all indicators by county, township and village, and who is behind the coverage; in the caller's
    transaction."""
    _clear(run, IndicatorParts, IndicatorLine)
    rows = (
        (new_id(), run.pk, row["level"], f"{row['division']:012d}", _parts(row))
        for row in evaluated.indicators.parts.to_pylist()
        if row["level"] in KEPT_LEVELS and row["division"]
    )
    bulk.insert(IndicatorParts, ("id", "run_id", "level", "division_code", "parts"), rows)
    found = evaluated.indicators.lines
    if found is not None:
        lines = _lines(run, _Subjects.of(evaluated), found, *_INDICATOR_LINE[5:])
        bulk.insert(IndicatorLine, _INDICATOR_LINE, lines)


def _clear(run: Run, *models: Any) -> None:
    for model in models:
        model.objects.filter(run__division_code=run.division_code).delete()


@dataclass(frozen=True)
class _Subjects:
    """Keys of a snapshot → ids of the registry. Hundreds of thousands of lines ask for them: each is made once."""

    households: Mapping[int, UUID]
    people: Mapping[int, UUID]
    homes: Mapping[int, UUID | None]

    @classmethod
    def of(cls, evaluated: Evaluated) -> _Subjects:
        named = evaluated.built.named
        households, people = _ids(named.households, "household_key"), _ids(named.persons, "person_key")
        numbers = dict(zip(named.households["household_no"].to_pylist(), households.values(), strict=True))
        own = zip(
            named.persons["person_key"].to_pylist(), named.persons["household_no"].to_pylist(), strict=True
        )
        return cls(households, people, {key: numbers.get(number) for key, number in own})

    def ids(self, kind: str, key: int) -> tuple[UUID | None, UUID | None]:
        """Household and person; both None where the subject is a village."""
        if kind == "person":
            return self.homes.get(key), self.people.get(key)
        return (self.households.get(key) if kind == "household" else None), None


def _lines(run: Run, subjects: _Subjects, found: Any, *columns: str) -> Iterator[tuple[Any, ...]]:
    """A line for each row of ``found``: household, person, place, and the ``columns``."""
    places = {village: _place(village, run) for village in found["village_code"].unique().to_pylist()}
    names = ("subject_kind", "key", "village_code", *columns)
    for kind, key, village, *said in zip(*(found[name].to_pylist() for name in names), strict=True):
        yield (new_id(), run.pk, *subjects.ids(kind, key), places[village], *said)


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
