"""Long work: checking an upload, taking it in, evaluating an area. Each may be killed and run again."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.errors import as_json
from bangfu.platform.files.workbooks import Sheet
from bangfu.platform.jobs.registry import job
from bangfu.platform.jobs.running.progress import Progress
from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words
from bangfu.quality.actions.exporting import export_doubts
from bangfu.quality.actions.listing import export_indicators, export_lines
from bangfu.quality.actions.lists import take_list
from bangfu.quality.actions.runs import record_run
from bangfu.quality.actions.what_if import try_values
from bangfu.quality.imports.lists import UnknownList, read_list, recognise_any
from bangfu.quality.runs import evaluate_area
from bangfu.registry import batches
from bangfu.registry.actions.batches import (
    CHECKED,
    REFUSED,
    UNMAPPED,
    county_of,
    note_check,
    note_format,
    note_taken,
)
from bangfu.registry.actions.changes import known_households, known_people
from bangfu.registry.actions.intake import Intake, take_in
from bangfu.registry.imports.headers import find_header, fullest_row, suggest
from bangfu.registry.imports.problems import NoHeader, Problem, TwoColumns
from bangfu.registry.imports.reading import Reading
from bangfu.registry.imports.vetting import sort_out
from bangfu.registry.models import ImportBatch
from bangfu.registry.standings_asked import problems_of
from bangfu.registry.standings_asked import report as report_of

Read: TypeAlias = tuple[list[Sheet], Reading, list[Problem]]
#: What the last check of this process read: where the clerk accepts it next, nothing is read twice.
_checked: dict[UUID, Read] = {}

__all__ = [
    "check_import",
    "export_doubts",
    "export_indicators",
    "export_lines",
    "run_checks",
    "take_import",
    "try_values",
]


@job("import.check")
def check_import(progress: Progress, *, batch_id: str) -> dict[str, Any]:
    """The dry run: what the workbook says, what is new, what cannot go in; nothing is written but the report."""
    batch = ImportBatch.objects.get(pk=batch_id)
    progress.step(Words("读取工作簿", "Reading the workbook"))
    try:
        sheets = batches.sheets_of(batch)
    except BangfuError as error:
        note_check(batch_id=batch_id, state=REFUSED, report={"refusal": _both(error)}, by=progress.by)
        raise
    try:
        _recognise(batch, sheets)
        reading, problems = _read(batch, sheets)
    except (NoHeader, TwoColumns, UnknownList) as error:
        note_check(
            batch_id=batch_id,
            state=UNMAPPED,
            report={"refusal": _both(error), "sheets": _headers(batch, sheets)},
            by=progress.by,
        )
        return {"state": UNMAPPED}
    progress.step(Words("比对已有登记", "Comparing with the registry"))
    report: dict[str, Any] = {
        "columns": batches.columns_report(reading.plans, sheets),
        "rows": {name: len(rows) for name, rows in reading.tables.items()},
    }
    told, back = problems, problems
    if batch.format == batches.REGISTRY:
        known = known_households(reading.rows("household").columns.get("household_no", []))
        people = known_people(reading.rows("person").columns.get("person_no", []))
        report["known"] = {"household": len(known), "person": len(people)}
        asked, parted = batches.standings_asked(batch, reading, problems, known)
        hindered = [one for one in asked if one.hindrance is not None]
        report["standings"] = report_of(asked)
        told = [*problems, *problems_of(hindered, parted.households, parted.persons)]
        back = [*problems, *problems_of(asked, parted.households, parted.persons)]
    report["problems"] = batches.problems_report(told)
    returned = batches.keep_returned(batch, sheets, reading.plans, back)
    note_check(batch_id=batch_id, state=CHECKED, report=report, by=progress.by, returned_sha256=returned)
    _checked.clear()
    _checked[batch.pk] = sheets, reading, problems
    return {"state": CHECKED, "rows": report["rows"], "bad_rows": report["problems"]["rows"]}


@job("import.take")
def take_import(progress: Progress, *, batch_id: str) -> None:
    """Takes the good rows in: one transaction, in which the job is marked done as well."""
    batch = ImportBatch.objects.get(pk=batch_id)
    progress.step(Words("读取工作簿", "Reading the workbook"))
    sheets, reading, problems = _checked.pop(batch.pk) if batch.pk in _checked else _read_again(batch)
    progress.step(
        Words("写入登记(要么全部写入,要么一行也不写)", "Writing (all of it, or nothing)"),
        sum(map(len, reading.tables.values())),
    )
    with transaction.atomic():
        if batch.format == batches.REGISTRY:
            report = _take_registry(batch, sheets, reading, problems, progress)
        else:
            report = _take_list(batch, sheets, reading, problems, progress)
        progress.finish(report)


@job("quality.run")
def run_checks(progress: Progress, *, area: str, day: str) -> None:
    """All rules over an area as of a day; the doubts are written in one transaction."""
    started = clock.now()
    progress.step(
        Words("取数、比对名单、逐条核查、计算应享政策", "Reading, matching, checking, entitlements")
    )
    evaluated = evaluate_area(area, date.fromisoformat(day))
    progress.step(
        Words("登记疑点、下发核实", "Recording doubts and giving out the work"),
        evaluated.outcome.findings.num_rows,
    )
    with transaction.atomic():
        run = record_run(evaluated, started_at=started, by=progress.by)
        progress.finish(
            {
                "run": str(run.pk),
                "opened": run.opened,
                "reopened": run.reopened,
                "closed": run.closed,
                "open": run.standing_doubts,
            }
        )


def _recognise(batch: ImportBatch, sheets: Any) -> None:
    """Finds out what the workbook is, where the clerk left that to the check. Raises UnknownList."""
    if batch.format == batches.AUTO:
        batch.format = recognise_any(batch.file_name, sheets)
        note_format(batch_id=str(batch.pk), format_key=batch.format)


def _read_again(batch: ImportBatch) -> Read:
    sheets = batches.sheets_of(batch)
    return sheets, *_read(batch, sheets)


def _read(batch: ImportBatch, sheets: Any) -> tuple[Reading, list[Problem]]:
    if batch.format == batches.REGISTRY:
        return batches.read_registry(batch, sheets)
    reading = read_list(batch.file_name, sheets, batch.format, batches.remembered(batch)).reading
    return reading, reading.problems


def _take_registry(
    batch: ImportBatch, sheets: Any, reading: Reading, problems: list[Problem], progress: Progress
) -> dict[str, Any]:
    options = {"admit_doubtful": False, "hold_households": False} | batch.options
    parted = sort_out(reading, problems, **options)
    confirmed = batches.is_confirmed(batch, reading, problems)
    rows = parted.households, parted.persons
    taken = take_in(
        Intake(*rows, batch.day, batch.pk, batch.file_name[:200], confirmed=confirmed), by=progress.by
    )
    refused = [*parted.refused, *taken.problems]
    returned = batches.keep_returned(batch, sheets, reading.plans, refused)
    report = {
        **batch.report,
        "taken": {
            "new_households": taken.new_households,
            "new_people": taken.new_people,
            "corrected_households": taken.corrected_households,
            "corrected_people": taken.corrected_people,
            "unchanged": taken.unchanged,
        },
        "problems": batches.problems_report(refused),
        "confirmation_lapsed": bool(batch.confirmed_digest) and not confirmed,
    }
    note_taken(batch_id=str(batch.pk), report=report, returned_sha256=returned)
    return {**report["taken"], "returned_rows": report["problems"]["rows"]}


def _take_list(
    batch: ImportBatch, sheets: Any, reading: Reading, problems: list[Problem], progress: Progress
) -> dict[str, Any]:
    rows = reading.rows(batch.format)
    bad = {(one.sheet, one.row) for one in problems}
    good = rows.kept([place for place, where in enumerate(rows.place) if where not in bad])
    count = take_list(
        list_name=batch.format, rows=good, area=county_of(batch.division_code), batch=batch.pk, by=progress.by
    )
    returned = batches.keep_returned(batch, sheets, reading.plans, problems)
    report = {**batch.report, "taken": {"rows": count}, "problems": batches.problems_report(problems)}
    note_taken(batch_id=str(batch.pk), report=report, returned_sha256=returned)
    return {"rows": count, "returned_rows": len(bad)}


def _headers(batch: ImportBatch, sheets: Any) -> list[dict[str, Any]]:
    """What stands where a header may be, so that a clerk can say what the columns mean."""
    tables = [] if batch.format == batches.AUTO else batches.candidate_tables(batch)
    found = []
    for sheet in sheets:
        header = find_header(sheet.rows, sheet.merged, tables) or fullest_row(sheet.rows)
        if header is not None:
            named = {"sheet": sheet.name, "header_row": header.last + 1, "signature": header.signature}
            suggested = {
                str(place): list(meaning) for place, meaning in suggest(header.titles, tables).items()
            }
            shown = {
                "titles": list(header.titles),
                "samples": batches.samples(sheet.rows, header),
                "mapping": suggested,
            }
            found.append(named | shown)
    return found


def _both(error: BangfuError) -> dict[str, Any]:
    return {"zh": as_json(error, "zh"), "en": as_json(error, "en")}
