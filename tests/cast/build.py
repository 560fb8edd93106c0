"""Building the cast: tree, accounts, registry, lists and a run, by the actions that the screens use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bangfu.divisions.actions import add_group, set_attribute
from bangfu.divisions.models import DivisionAttribute
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files import store
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.platform.jobs import worker
from bangfu.policy import vocabulary
from bangfu.quality.actions.requests import request_run
from bangfu.quality.models import Run
from bangfu.registry.actions.batches import accept_batch, upload_batch
from bangfu.registry.batches import REGISTRY
from bangfu.registry.models import ImportBatch
from tests.cast import office, stories
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW, plant_tree

Rows = Sequence[Mapping[str, Any]]


def build(folder: Path) -> None:
    """Everything in README.md. Workbooks are written into ``folder``; the files that come of them into the store."""
    plant_tree()
    office.open_office()
    _label()
    take(registry_workbook(folder / "登记.xlsx", stories.STORIES), REGISTRY, COUNTY, by="county")
    take(registry_workbook(folder / "外县.xlsx", (stories.FOREIGN,)), REGISTRY, OTHER_COUNTY, by="elsewhere")
    for name, rows in stories.lists().items():
        take(list_workbook(folder / f"{name}.xlsx", name, rows), name, COUNTY, by="county")
    check(COUNTY, by="county")


def _label() -> None:
    by = Actor.system("cast")
    set_attribute(
        by=by,
        division_code=WILLOW,
        kind=DivisionAttribute.Kind.POOR_VILLAGE,
        since=date(2014, 1, 1),
        document="清溪市扶贫办〔2014〕1号",
    )
    add_group(by=by, village_code=WILLOW, number=1, name="一组")


def registry_workbook(path: Path, told: tuple[stories.Story, ...]) -> Path:
    """A workbook with the sheets 户 and 人, under the vocabulary's titles."""
    households, people = stories.sheets(told)
    with WorkbookWriter(path) as book:
        _sheet(book, "户", households)
        _sheet(book, "人", people)
    return path


def list_workbook(path: Path, name: str, rows: Rows) -> Path:
    """A department's list."""
    with WorkbookWriter(path) as book:
        _sheet(book, vocabulary.table(name).title.zh, rows)
    return path


def _sheet(book: WorkbookWriter, title: str, rows: Rows) -> None:
    titles = list(dict.fromkeys(name for row in rows for name in row))
    columns = [Column(one, "code") for one in titles]
    book.sheet(title, columns, [[row.get(one) or None for one in titles] for row in rows])


def take(path: Path, format_key: str, division: str, *, by: str) -> ImportBatch:
    """Upload, check and accept a workbook; doubtful rows are admitted."""
    acts: dict[str, Any] = {"by": office.who(by).actor(), "scope": office.scope(by)}
    with path.open("rb") as content:
        stored = store.keep(content, name=path.name)
    batch = upload_batch(
        stored=stored, format_key=format_key, division_code=division, day=stories.DAY, **acts
    )
    worker.run(batch=True, interval=0)
    batch.refresh_from_db()
    assert batch.state == "checked", batch.report
    accept_batch(batch=batch, admit_doubtful=True, hold_households=False, **acts)
    worker.run(batch=True, interval=0)
    batch.refresh_from_db()
    assert batch.state == "done", batch.report
    return batch


def check(division: str, *, by: str, day: date = stories.DAY) -> Run:
    """A run of all rules."""
    request_run(area=division, day=day, by=office.who(by).actor(), scope=office.scope(by))
    worker.run(batch=True, interval=0)
    return Run.objects.filter(division_code=division).latest("started_at")
