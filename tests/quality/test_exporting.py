"""Doubts as a workbook: a sheet for each concern, codes as text, dates as dates, a frozen header."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import BangfuError, NotAllowed, NotFound
from bangfu.platform.files import store
from bangfu.platform.jobs.models import Job
from bangfu.quality.actions.exporting import request_doubts_export
from bangfu.quality.models import Doubt
from bangfu.quality.workbooks import CONCERNS
from tests.cast.crowd import CROWD
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW
from tests.quality.offices import CLERK, OFFICE, work

pytestmark = pytest.mark.usefixtures("cast")


def exported(path: Path, keys: list[Any], area: str = COUNTY, scope: Scope = OFFICE) -> tuple[Any, Job]:
    job = request_doubts_export(area=area, doubts=keys, by=CLERK, scope=scope)
    work()
    job.refresh_from_db()
    assert job.state == "done", job.refusal
    with store.fetch((job.result or {})["sha256"]) as content:
        path.write_bytes(content.read())
    return openpyxl.load_workbook(path), job


def test_every_doubt_once_under_its_concern(tmp_path: Path) -> None:
    doubts = list(Doubt.objects.filter(area=COUNTY))
    book, job = exported(tmp_path / "x.xlsx", [one.pk for one in doubts])
    assert (job.result or {})["doubts"] == len(doubts) == 13
    titles = {CONCERNS[one.concern].zh for one in doubts}
    assert set(book.sheetnames) == titles
    found = set()
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        header, *rows = [list(row) for row in sheet.iter_rows()]
        names = [cell.value for cell in header]
        for row in rows:
            cells = dict(zip(names, row, strict=True))
            found.add((cells["rule"].value, cells["subject"].value))
            assert cells["subject"].data_type == cells["村代码"].data_type == "s"
            assert cells["期限"].is_date
            assert isinstance(cells["发现时间"].value, datetime)
            assert cells["问题和处理办法"].value
            assert cells["状态"].value == "待核实"
        assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert found == {(one.rule, one.subject_id) for one in doubts}
    row = AuditRecord.objects.get(action="quality.export")
    assert (row.actor_id, row.detail["doubts"]) == (CLERK.id, 13)


def test_doubts_out_of_reach_are_left_out(tmp_path: Path) -> None:
    """Whoever sends keys of another county gets nothing of them."""
    foreign = list(Doubt.objects.filter(area=CROWD).values_list("pk", flat=True)[:20])
    mine = list(Doubt.objects.filter(area=COUNTY).values_list("pk", flat=True))
    _, job = exported(tmp_path / "x.xlsx", [*foreign, *mine])
    assert (job.result or {})["doubts"] == len(mine)


def test_none_is_an_empty_sheet_with_its_header(tmp_path: Path) -> None:
    book, _ = exported(tmp_path / "x.xlsx", [])
    assert book["疑点"].max_row <= 2
    assert book["疑点"]["A1"].value == "rule"


@pytest.mark.parametrize(
    ("role", "place", "refusal"),
    [(Role.VILLAGE, WILLOW, NotAllowed), (Role.COUNTY_OFFICE, OTHER_COUNTY, NotFound)],
)
def test_who_may_not_export(role: Role, place: str, refusal: type[BangfuError]) -> None:
    with pytest.raises(refusal):
        request_doubts_export(area=COUNTY, doubts=[], by=CLERK, scope=Scope.of([(role, place)]))
