"""Departments' lists: the newer upload replaces the older one of the county, as a whole (S2-29, S2-44)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.audit.models import AuditRecord
from bangfu.policy import vocabulary
from bangfu.quality import exports
from bangfu.quality.exports import lists_of
from bangfu.quality.models import ListEntry
from tests.cast import stories
from tests.cast.build import list_workbook
from tests.cast.places import COUNTY, OTHER_COUNTY, plant_tree
from tests.postgresql import both_databases
from tests.quality.offices import accept, checked, returned, taken

pytestmark = both_databases
ROWS = stories.lists()


@pytest.fixture(autouse=True)
def _tree(transactional_db: None) -> None:
    plant_tree()


def vehicles(path: Path, *names: str) -> Path:
    rows: list[dict[str, Any]] = [
        {
            "姓名": name,
            "身份证号": stories.identity("1970-11-11", 57 + place),
            "车牌号": f"云A{place:05d}",
            "车辆类型": "小型轿车",
        }
        for place, name in enumerate(names)
    ]
    return list_workbook(path, "vehicles", rows)


def test_a_newer_upload_replaces_the_older_one(tmp_path: Path) -> None:
    taken(vehicles(tmp_path / "一季度.xlsx", "张建国", "王五", "赵六"), "vehicles")
    batch = taken(vehicles(tmp_path / "二季度.xlsx", "王五"), "vehicles")
    assert [one.name for one in ListEntry.objects.all()] == ["王五"]
    assert {one.batch_id for one in ListEntry.objects.all()} == {batch.pk}
    row = AuditRecord.objects.filter(action="quality.take_list").latest("seq")
    assert row.detail == {"rows": 1, "replaced": 3, "batch": str(batch.pk)}
    assert batch.report["taken"] == {"rows": 1}


def test_other_lists_and_other_counties_stay(tmp_path: Path) -> None:
    elsewhere = Scope.of([(Role.COUNTY_OFFICE, OTHER_COUNTY)])
    taken(vehicles(tmp_path / "外县.xlsx", "马远"), "vehicles", division=OTHER_COUNTY, scope=elsewhere)
    taken(list_workbook(tmp_path / "死亡.xlsx", "deaths", ROWS["deaths"]), "deaths")
    taken(vehicles(tmp_path / "本县.xlsx", "张建国"), "vehicles")
    taken(vehicles(tmp_path / "本县2.xlsx", "王五"), "vehicles")
    kept = {(one.list_name, one.division_code, one.name) for one in ListEntry.objects.all()}
    assert kept == {
        ("vehicles", OTHER_COUNTY, "马远"),
        ("deaths", COUNTY, "王秀英"),
        ("vehicles", COUNTY, "王五"),
    }
    assert set(lists_of(COUNTY)) == {"vehicles", "deaths"}


def test_a_list_that_cannot_be_read_leaves_the_old_one(tmp_path: Path) -> None:
    taken(vehicles(tmp_path / "一季度.xlsx", "张建国"), "vehicles")
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"no workbook")
    assert checked(path, "vehicles").state == "refused"
    assert ListEntry.objects.count() == 1


def test_bad_rows_come_back_and_the_others_are_the_list(tmp_path: Path) -> None:
    rows = [
        *ROWS["deaths"],
        {"姓名": "王五", "身份证号": stories.identity("1960-01-01", 1), "死亡日期": "昨天"},
    ]
    batch = accept(checked(list_workbook(tmp_path / "死亡.xlsx", "deaths", rows), "deaths"))
    assert [one.name for one in ListEntry.objects.all()] == ["王秀英"]
    sheet = returned(batch, tmp_path / "back.xlsx").worksheets[0]
    assert sheet["A2"].value == "王五"
    assert sheet.max_row == 2


def test_numbers_lie_sealed_and_come_back_typed(tmp_path: Path) -> None:
    taken(vehicles(tmp_path / "车辆.xlsx", "张建国"), "vehicles")
    one = ListEntry.objects.get()
    number = stories.identity("1970-11-11", 57)
    assert number.encode() not in bytes(one.id_number or b"")
    assert number not in str(one.values)
    rows = exports.entries(COUNTY, "vehicles")
    assert rows["id_number"].to_pylist() == [number]
    assert rows["id_birth"].to_pylist() == [19701111]
    assert set(rows.column_names) >= {column.name for column in vocabulary.table("vehicles").entered}
    assert exports.entries(COUNTY, "deaths").num_rows == 0


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_list_is_recognised_by_its_header(name: str, tmp_path: Path) -> None:  # S2-29
    batch = checked(list_workbook(tmp_path / "名单.xlsx", name, ROWS[name]), "auto")
    assert (batch.format, batch.state) == (name, "checked")
    assert batch.report["rows"] == {name: len(ROWS[name])}
