"""Exporting the registry of an area: a job, a workbook, and a line in the log that says who took what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.queries import paths
from bangfu.platform.audit.actions import SHORTEST_REASON, hold_chain, record, sensitive_read
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.errors import ReasonRequired
from bangfu.platform.files import store
from bangfu.platform.jobs.actions import enqueue
from bangfu.platform.jobs.models import Job
from bangfu.platform.jobs.registry import job
from bangfu.platform.jobs.running.progress import Progress
from bangfu.policy.words import Words
from bangfu.registry import exports, workbooks

Layout = Literal["own", "national"]
#: Which rows of an area are wanted: ``household`` or ``person``, and their ids (text).
Only = tuple[Literal["household", "person"], Sequence[str]]


@transaction.atomic
def request_export(
    *,
    area: str,
    day: date,
    layout: Layout,
    plain: bool,
    reason: str,
    by: Actor,
    scope: Scope,
    only: Only | None = None,
) -> Job:
    """Queues an export. Identity numbers and phones are masked unless ``plain``, which needs the right to unmask.

    ``only`` narrows it to the rows of a filtered list; people come with their households, households with their people.

    Raises:
        NotAllowed, NotFound: the scope may not export or unmask there. ReasonRequired: plain numbers, no reason.
    """
    hold_chain()
    scope.require(Capability.EXPORT, area)
    if plain:
        scope.require(Capability.UNMASK, area)
        if len(reason.strip()) < SHORTEST_REASON:
            raise ReasonRequired(least=SHORTEST_REASON)
        sensitive_read(
            by=by, what="export", reason=reason, subject_kind="area", subject_id=area, division_code=area
        )
    title = Words(f"导出登记({day:%Y-%m-%d})", f"Export of the registry ({day:%Y-%m-%d})")
    wanted: dict[str, Any] = {"only": [only[0], list(only[1])]} if only else {}
    return enqueue(
        "registry.export",
        by=by,
        title=title,
        division_code=area,
        area=area,
        day=day.isoformat(),
        layout=layout,
        plain=plain,
        **wanted,
    )


@job("registry.export")
def export_registry(
    progress: Progress, *, area: str, day: str, layout: Layout, plain: bool, only: Only | None = None
) -> None:
    """Writes the workbook and keeps it; the result names it for the download."""
    on = date.fromisoformat(day)
    progress.step(Words("取数", "Reading"))
    households, persons = exports.households(area, on), exports.persons(area, on)
    if only:
        households, persons = _narrowed(households, persons, only)
    households = exports.with_place_names(households, paths)
    progress.step(Words("写工作簿", "Writing the workbook"), persons.num_rows)
    write = workbooks.write_national if layout == "national" else workbooks.write_own
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        write(path, households, persons, plain=plain)
        with path.open("rb") as stream:
            kept = store.keep(stream, name=f"登记_{area}_{day}.xlsx")
    with transaction.atomic():
        record(
            by=progress.by,
            action="registry.export",
            subject_kind="area",
            subject_id=area,
            division_code=area,
            detail={
                "day": day,
                "layout": layout,
                "plain": plain,
                "people": persons.num_rows,
                "sha256": kept.sha256,
            },
        )
        found = {
            "sha256": kept.sha256,
            "name": kept.name,
            "households": households.num_rows,
            "people": persons.num_rows,
        }
        progress.finish({**found, "plain": plain})


def _narrowed(households: pa.Table, persons: pa.Table, only: Only) -> tuple[pa.Table, pa.Table]:
    """The rows of ``only``, and what belongs to them on the other side."""
    subject, ids = only
    wanted = pa.array(ids, pa.string())
    if subject == "household":
        households = households.filter(pc.is_in(households["id"], value_set=wanted))
        numbers = households["household_no"].combine_chunks()
        return households, persons.filter(pc.is_in(persons["household_no"], value_set=numbers))
    persons = persons.filter(pc.is_in(persons["id"], value_set=wanted))
    numbers = persons["household_no"].combine_chunks()
    return households.filter(pc.is_in(households["household_no"], value_set=numbers)), persons
