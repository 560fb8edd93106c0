"""What stands behind numbers leaves as a workbook: lists of indicators and entitlements, tables of indicators."""

from __future__ import annotations

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
from bangfu.quality.actions.listing import request_indicators_export, request_lines_export
from bangfu.quality.gaps import gap_picture
from bangfu.quality.indicators import picture
from bangfu.quality.result_models import EntitlementLine, IndicatorLine
from tests.cast.crowd import CROWD
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW
from tests.quality.offices import CLERK, OFFICE, work

pytestmark = pytest.mark.usefixtures("cast")


def done(job: Job, path: Path) -> Any:
    work()
    job.refresh_from_db()
    assert job.state == "done", job.refusal
    with store.fetch((job.result or {})["sha256"]) as content:
        path.write_bytes(content.read())
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize(("kind", "model"), [("indicator", IndicatorLine), ("entitlement", EntitlementLine)])
def test_a_list_by_name_with_masked_numbers(kind: Any, model: Any, tmp_path: Path) -> None:
    """S4-89: one row for each line; lines of another county are left out; the log says who took it."""
    mine = list(model.objects.in_division(COUNTY).values_list("pk", flat=True))
    foreign = list(model.objects.in_division(CROWD).values_list("pk", flat=True)[:20])
    job = request_lines_export(kind=kind, area=COUNTY, lines=[*mine, *foreign], by=CLERK, scope=OFFICE)
    (sheet,) = done(job, tmp_path / "x.xlsx").worksheets
    header, *rows = sheet.iter_rows(values_only=True)
    assert len(rows) == len(mine) > 5
    number = header.index("证件号码")
    assert all(not row[number] or row[number].startswith("●") for row in rows)
    assert any(row[number] for row in rows)
    assert {str(row[header.index("村代码")])[:6] for row in rows} == {COUNTY[:6]}
    record = AuditRecord.objects.get(action="quality.lines.export")
    assert (record.actor_id, record.detail["rows"]) == (CLERK.id, len(mine))


def test_the_tables_of_indicators(tmp_path: Path) -> None:
    """S1-02, S2-36: by place, by the four combinations, and poor villages against the others, with their sources."""
    job = request_indicators_export(area=COUNTY, by=CLERK, scope=OFFICE)
    book = done(job, tmp_path / "x.xlsx")
    assert book.sheetnames == ["指标", "县村类型", "贫困村与非贫困村"]
    found = picture(COUNTY)
    header, *rows = book["指标"].iter_rows(values_only=True)
    assert len(rows) == len(found.own) * (1 + len(found.places))
    told = {row[2]: dict(zip(header, row, strict=True)) for row in rows if row[0] == COUNTY}
    water = told["饮水安全率"]
    assert water["分子"] == found.own["safe_water"].of
    assert (water["依据"], water["单位"]) == ("S0-46", "%")
    assert "四舍五入" in water["取整"]
    kinds = {row[2:4] for row in book["县村类型"].iter_rows(values_only=True)}
    assert {
        (county, village) for county in ("贫困县", "非贫困县") for village in ("贫困村", "非贫困村")
    } <= kinds
    titles = [row[0] for row in book["贫困村与非贫困村"].iter_rows(values_only=True, min_row=2)]
    assert titles == [line.indicator.title.zh for line in gap_picture(COUNTY).lines]


@pytest.mark.parametrize(
    ("role", "place", "refusal"),
    [(Role.VILLAGE, WILLOW, NotAllowed), (Role.COUNTY_OFFICE, OTHER_COUNTY, NotFound)],
)
def test_who_may_not_export(role: Role, place: str, refusal: type[BangfuError]) -> None:
    scope = Scope.of([(role, place)])
    with pytest.raises(refusal):
        request_lines_export(kind="indicator", area=COUNTY, lines=[], by=CLERK, scope=scope)
    with pytest.raises(refusal):
        request_indicators_export(area=COUNTY, by=CLERK, scope=scope)
