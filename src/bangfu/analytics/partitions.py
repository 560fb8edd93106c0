"""Snapshots of many counties side by side: ``table/province=61/county=610926/part.parquet`` (DESIGN §4).

A county adds its part; a city, a province or the nation reads the parts of all. Counties that supplied the same lists
are read together: where a county did not supply a list, its rules still cannot tell, however many others did.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.analytics.errors import NotASnapshot
from bangfu.analytics.snapshots import Snapshot, arrow_schema, refuse_missing
from bangfu.policy import vocabulary

SHEET: Final = "county.json"


def add_county(snapshot: Snapshot, folder: Path, county: str) -> None:
    """Writes the snapshot of one county (6 digits) into the folder of all; what it had there is replaced."""
    for name, table in snapshot.tables.items():
        place = _place(folder, name, county)
        place.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, place / "part.parquet", compression="zstd")
    about = {"day": snapshot.day.isoformat(), "tables": list(snapshot.tables), "county": county}
    place = _place(folder, "about", county)
    place.mkdir(parents=True, exist_ok=True)
    (place / SHEET).write_text(json.dumps(about), encoding="utf-8")


def open_counties(folder: Path, *, prefix: str = "") -> list[Snapshot]:
    """The counties whose code begins with ``prefix``: one snapshot for each set of supplied lists, its tables as files.

    Raises:
        NotASnapshot: no county is there, a file is damaged, or the days differ.
        MissingColumn: a file lacks a column of the vocabulary; the sentence names the file.
    """
    groups: dict[tuple[date, tuple[str, ...]], list[str]] = defaultdict(list)
    for sheet in sorted((folder / "about").glob(f"province=*/county={prefix}*/{SHEET}")):
        about = _read(sheet, folder)
        groups[date.fromisoformat(about["day"]), tuple(sorted(about["tables"]))].append(about["county"])
    if not groups or len({day for day, _ in groups}) > 1:
        raise NotASnapshot(folder=folder, file=f"about/…/{SHEET}")
    return [
        Snapshot(
            day,
            {name: _source(folder, name, counties) for name in names},
            {"counties": counties, "area": counties[0] if len(counties) == 1 else ""},
        )
        for (day, names), counties in groups.items()
    ]


def _source(folder: Path, name: str, counties: list[str]) -> Any:
    """The files of one table, checked by their footers; villages are read, they are few and say where values differ."""
    files = [_place(folder, name, county) / "part.parquet" for county in counties]
    schema = arrow_schema(name)
    for file in files:
        try:
            present = pq.read_schema(file)
        except (OSError, pa.ArrowInvalid):
            raise NotASnapshot(folder=folder, file=str(file.relative_to(folder))) from None
        refuse_missing(name, present.names, file)
    if name == vocabulary.table("village").name:
        return pa.concat_tables([pq.ParquetFile(file).read(columns=schema.names) for file in files])
    return files


def _read(sheet: Path, folder: Path) -> Mapping[str, Any]:
    try:
        about: Mapping[str, Any] = json.loads(sheet.read_text(encoding="utf-8"))
        date.fromisoformat(about["day"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NotASnapshot(folder=folder, file=str(sheet.relative_to(folder))) from None
    return about


def _place(folder: Path, name: str, county: str) -> Path:
    return folder / name / f"province={county[:2]}" / f"county={county}"
