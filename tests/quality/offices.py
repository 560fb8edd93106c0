"""Uploading, accepting and checking as the screens do, with the work done at once."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files import store
from bangfu.platform.jobs import worker
from bangfu.registry.actions.batches import accept_batch, upload_batch
from bangfu.registry.models import ImportBatch
from tests.cast.places import COUNTY
from tests.cast.stories import DAY

CLERK = Actor("11", "周明")
OFFICE = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])


def work() -> None:
    """Empty the queue in this process."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        worker.run(batch=True, interval=0)
    finally:
        logging.disable(before)


def upload(
    path: Path,
    format_key: str = "registry",
    *,
    division: str = COUNTY,
    day: date = DAY,
    scope: Scope = OFFICE,
) -> ImportBatch:
    """Kept and queued."""
    with path.open("rb") as content:
        stored = store.keep(content, name=path.name)
    return upload_batch(
        stored=stored, format_key=format_key, division_code=division, day=day, by=CLERK, scope=scope
    )


def checked(path: Path, format_key: str = "registry", **given: Any) -> ImportBatch:
    """Uploaded, and the dry run done."""
    batch = upload(path, format_key, **given)
    work()
    batch.refresh_from_db()
    return batch


def accept(
    batch: ImportBatch, *, doubtful: bool = False, hold: bool = False, scope: Scope = OFFICE
) -> ImportBatch:
    """Accepted and taken in."""
    accept_batch(batch=batch, admit_doubtful=doubtful, hold_households=hold, by=CLERK, scope=scope)
    work()
    batch.refresh_from_db()
    return batch


def taken(path: Path, format_key: str = "registry", *, doubtful: bool = False, **given: Any) -> ImportBatch:
    """Uploaded, checked, accepted, done."""
    batch = checked(path, format_key, **given)
    batch = accept(batch, doubtful=doubtful, scope=given.get("scope", OFFICE))
    assert batch.state == "done", batch.report
    return batch


def returned(batch: ImportBatch, path: Path) -> Any:
    """The workbook of bad rows, opened."""
    with store.fetch(batch.returned_sha256) as content:
        path.write_bytes(content.read())
    return openpyxl.load_workbook(path)
