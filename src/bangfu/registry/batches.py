"""Reading an uploaded batch, for the jobs of the floors above: every format is checked and taken in the same way."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bangfu.divisions.queries import places_of
from bangfu.platform.files import store, workbooks
from bangfu.platform.files.workbooks import Sheet
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Table
from bangfu.registry.actions.batches import county_of
from bangfu.registry.actions.changes import known_households
from bangfu.registry.imports.headers import Header, Mapping_
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Reading, SheetPlan, plan, read
from bangfu.registry.imports.returning import write_returned
from bangfu.registry.imports.vetting import Sorted, find_places, sort_out, vet
from bangfu.registry.masking import without_long_numbers
from bangfu.registry.models import ImportBatch, SavedMapping
from bangfu.registry.standings_asked import Asked, asked, digest

REGISTRY = "registry"
#: The format of an upload until its check has recognised what it is.
AUTO = "auto"
SHOWN_PROBLEMS = 200
_IN_BRACKETS = re.compile(r"\s*[(（][^)）]*[)）]")


def sheets_of(batch: ImportBatch) -> list[Sheet]:
    """The sheets of the uploaded workbook; raises a ``FileRefused`` when it cannot be read."""
    with TemporaryDirectory() as folder, store.fetch(batch.sha256) as content:
        path = Path(folder) / "upload"
        with path.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        return workbooks.read(path, name=batch.file_name).sheets


def remembered(batch: ImportBatch) -> dict[str, Mapping_]:
    """Header signature → the mapping a clerk of the county made."""
    saved = SavedMapping.objects.filter(format=batch.format, division_code=county_of(batch.division_code))
    return {
        one.signature: {int(column): (meaning[0], meaning[1]) for column, meaning in one.columns.items()}
        for one in saved
    }


def read_registry(batch: ImportBatch, sheets: Sequence[Sheet]) -> tuple[Reading, list[Problem]]:
    """The rows of a registry workbook, and every problem of cells and rows.

    Raises:
        NoHeader, TwoColumns: the columns must be mapped by a clerk.
    """
    tables = [vocabulary.table("person"), vocabulary.table("household")]
    reading = read(sheets, plan(sheets, tables, remembered(batch)))
    places = places_of(batch.division_code, on=batch.day)
    find_places(reading.rows("household"), places)
    return reading, [*reading.problems, *vet(reading, places)]


def standings_asked(
    batch: ImportBatch, reading: Reading, problems: Sequence[Problem], known: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Asked], Sorted]:
    """What the rows that could go in change of standings, and those rows."""
    parted = sort_out(reading, problems, admit_doubtful=True, hold_households=False)
    return asked(parted.households, known, batch.day), parted


def is_confirmed(batch: ImportBatch, reading: Reading, problems: Sequence[Problem]) -> bool:
    """Whether a second person has confirmed exactly what the rows change of standings now."""
    if not batch.confirmed_digest:
        return False
    known = known_households(reading.rows("household").columns.get("household_no", []))
    return digest(standings_asked(batch, reading, problems, known)[0]) == batch.confirmed_digest


def keep_returned(
    batch: ImportBatch, sheets: Sequence[Sheet], plans: Sequence[SheetPlan], problems: Sequence[Problem]
) -> str:
    """Writes and keeps the workbook of bad rows; its SHA-256, empty when there is none."""
    if not problems:
        return ""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "returned.xlsx"
        write_returned(path, sheets, plans, problems)
        with path.open("rb") as stream:
            return store.keep(stream, name=f"退回_{Path(batch.file_name).stem}.xlsx").sha256


def columns_report(plans: Sequence[SheetPlan], sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """How each sheet was understood, with its first rows, for the wizard."""
    rows = {sheet.name: sheet.rows for sheet in sheets}
    return [
        {
            "sheet": one.sheet,
            "header_row": one.header.last + 1,
            "signature": one.header.signature,
            "titles": list(one.header.titles),
            "samples": samples(rows[one.sheet], one.header),
            "mapping": {str(column): list(meaning) for column, meaning in one.mapping.items()},
        }
        for one in plans
    ]


def samples(rows: Sequence[Sequence[Any]], header: Header) -> list[list[str]]:
    """The first rows below the header, long numbers masked."""
    below, width = rows[header.last + 1 : header.last + 4], len(header.titles)
    return [[without_long_numbers(str(cell)) for cell in row[:width]] for row in below]


def problems_report(problems: Sequence[Problem]) -> dict[str, Any]:
    """Counts by reason, and the first of them in both languages."""
    by_reason = Counter((one.title, _kind(one.reason.zh), _kind(one.reason.en)) for one in problems)
    shown = [
        {
            "sheet": one.sheet,
            "row": one.row,
            "title": one.title,
            "value": without_long_numbers(str(one.value)),
            "final": one.final,
            "zh": without_long_numbers(one.sentence("zh")),
            "en": without_long_numbers(one.sentence("en")),
        }
        for one in problems[:SHOWN_PROBLEMS]
    ]
    return {
        "rows": len({(one.sheet, one.row) for one in problems}),
        "doubtful_rows": len({(one.sheet, one.row) for one in problems if not one.final}),
        "by_reason": [
            {"title": title, "zh": zh, "en": en, "count": count}
            for (title, zh, en), count in by_reason.most_common(30)
        ],
        "shown": shown,
    }


def _kind(reason: str) -> str:
    """The first sentence of a reason without what is said in brackets of the single row."""
    return _IN_BRACKETS.sub("", reason.split("。", maxsplit=1)[0].split(". ", maxsplit=1)[0])


def candidate_tables(batch: ImportBatch) -> list[Table]:
    """The tables whose columns a clerk may choose from."""
    if batch.format == REGISTRY:
        return [vocabulary.table("person"), vocabulary.table("household")]
    return [vocabulary.table(batch.format)]
