"""A workbook on its way in: dry run, good rows taken, bad ones back in the clerk's workbook, nothing twice (S2-42)."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import BangfuError, NotAllowed, NotFound
from bangfu.platform.jobs.models import Job
from bangfu.registry.actions.batches import (
    accept_batch,
    choose_format,
    forget_mapping,
    map_columns,
    retry_batch,
)
from bangfu.registry.errors import BatchNotReady
from bangfu.registry.models import (
    Event,
    Household,
    HouseholdYear,
    ImportBatch,
    Membership,
    Person,
    SavedMapping,
    Standing,
)
from tests.cast import stories
from tests.cast.build import registry_workbook
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW, plant_tree
from tests.platform.files import hostile
from tests.postgresql import both_databases
from tests.quality.offices import CLERK, OFFICE, accept, checked, returned, taken, upload, work

TABLES = (Household, HouseholdYear, Person, Membership, Standing, Event)
SOFFICE = shutil.which("soffice")
RED = "FFFFC7CE"
ACTS: dict[str, Any] = {"by": CLERK, "scope": OFFICE}


@pytest.fixture(autouse=True)
def _tree(transactional_db: None) -> None:
    plant_tree()


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The cast's registry."""
    return registry_workbook(tmp_path / "登记.xlsx", stories.STORIES)


def spoilt(path: Path, **cells: str) -> Path:
    """The cast's registry with other cells in the person 赵小满 (alone) and 张小梅 (one of three)."""
    told = []
    for household, people in stories.STORIES:
        told.append(
            (
                household,
                tuple({**one, **cells} if one["姓名"] in ("赵小满", "张小梅") else one for one in people),
            )
        )
    return registry_workbook(path, tuple(told))


def state() -> list[Any]:
    """Every row of the registry."""
    return [sorted(map(str, model.objects.order_by().values_list())) for model in TABLES]


@both_databases
def test_the_dry_run_writes_nothing_but_its_report(workbook: Path) -> None:
    batch = checked(workbook)
    assert batch.state == "checked"
    assert batch.report["rows"] == {"household": 12, "person": 29}
    assert batch.report["known"] == {"household": 0, "person": 0}
    assert state() == [[] for _ in TABLES]


@both_databases
def test_taken_in_once_and_never_twice(workbook: Path) -> None:  # S2-42, S2-45
    batch = taken(workbook, doubtful=True)
    assert batch.report["taken"] == {
        "new_households": 12,
        "new_people": 29,
        "corrected_households": 0,
        "corrected_people": 0,
        "unchanged": 0,
    }
    before, logged = state(), AuditRecord.objects.filter(action="registry.take_in").count()
    assert logged == 12
    again = taken(workbook, doubtful=True)
    assert again.report["known"] == {"household": 12, "person": 29}
    assert again.report["taken"]["unchanged"] == 41
    assert sum(again.report["taken"].values()) == 41
    assert state() == before
    assert AuditRecord.objects.filter(action="registry.take_in").count() == logged


@both_databases
def test_every_event_says_who_and_from_which_workbook(workbook: Path) -> None:
    batch = taken(workbook, doubtful=True)
    events = Event.objects.all()
    assert {(one.by_id, one.by_name, one.reason, one.batch_id) for one in events} == {
        (CLERK.id, CLERK.name, "登记.xlsx", batch.pk)
    }
    assert sum(one.households for one in events) == 12
    assert sum(one.people for one in events) == 29
    assert {one.basis for one in Standing.objects.all()} == {f"import:{batch.pk}"}


class TestBadRows:
    def test_they_come_back_in_the_clerks_workbook_and_good_ones_go_in(self, tmp_path: Path) -> None:
        batch = accept(
            checked(spoilt(tmp_path / "登记.xlsx", 性别="甲", 出生日期="2003年13月")), doubtful=True
        )
        assert batch.state == "done"
        assert Person.objects.count() == 27
        assert Household.objects.count() == 12
        book = returned(batch, tmp_path / "back.xlsx")
        assert book.sheetnames == ["人"]
        header, *rows = [list(row) for row in book["人"].iter_rows()]
        titles = [cell.value for cell in header]
        assert titles[-2:] == ["退回原因", "原行号"]
        assert [row[titles.index("姓名")].value for row in rows] == ["张小梅", "赵小满"]
        for row in rows:
            marked = [titles[cell.column - 1] for cell in row if cell.fill.fgColor.rgb == RED]
            assert sorted(marked) == ["出生日期", "性别"]
            assert "性别:" in row[-2].value
            assert "出生日期:" in row[-2].value
        assert [row[-1].value for row in rows] == [10, 11]

    def test_corrected_rows_alone_are_sent_in_again(self, tmp_path: Path) -> None:
        first = accept(checked(spoilt(tmp_path / "登记.xlsx", 性别="甲")), doubtful=True)
        path = tmp_path / "改正.xlsx"
        book = returned(first, path)
        titles = [cell.value for cell in book["人"][1]]
        for row in (2, 3):
            book["人"].cell(row, titles.index("性别") + 1).value = "女"
        book.save(path)
        before = {model: model.objects.count() for model in TABLES}
        batch = accept(checked(path), doubtful=True)
        assert batch.report["taken"]["new_people"] == 2
        assert batch.report["problems"]["rows"] == 0
        assert batch.returned_sha256 == ""
        assert Person.objects.count() == before[Person] + 2 == 29
        assert Household.objects.count() == before[Household]
        assert set(Person.objects.filter(name__in=["张小梅", "赵小满"]).values_list("sex", flat=True)) == {2}

    def test_a_household_may_be_held_back_whole(self, tmp_path: Path) -> None:
        batch = accept(checked(spoilt(tmp_path / "登记.xlsx", 性别="甲")), doubtful=True, hold=True)
        held = set(Household.objects.values_list("household_no", flat=True))
        assert f"{WILLOW}0003" not in held
        assert f"{WILLOW}0004" not in held
        assert len(held) == 10
        book = returned(batch, tmp_path / "back.xlsx")
        assert book["人"].max_row == 1 + 4
        assert book["户"].max_row == 1 + 2

    def test_doubtful_rows_wait_for_the_clerks_word(self, workbook: Path) -> None:
        """陈石头's number has a wrong check digit: readable, but doubtful."""
        batch = checked(workbook)
        assert batch.report["problems"]["doubtful_rows"] == 1
        accept(batch)
        assert not Person.objects.filter(name="陈石头").exists()
        assert Person.objects.count() == 28
        accept(checked(workbook), doubtful=True)
        assert Person.objects.filter(name="陈石头").exists()

    def test_the_report_names_place_and_reason_without_numbers_of_people(self, tmp_path: Path) -> None:
        batch = checked(spoilt(tmp_path / "登记.xlsx", 性别="甲"))
        shown = [one for one in batch.report["problems"]["shown"] if one["title"] == "性别"]
        assert [(one["sheet"], one["row"]) for one in shown] == [("人", 10), ("人", 11)]
        assert all("甲" in str(one["value"]) and one["zh"] and one["en"] for one in shown)
        for story in stories.STORIES:
            for one in story[1]:
                assert one["证件号码"] not in str(batch.report)


class TestCorrections:
    def test_what_differs_is_corrected_with_before_and_after(
        self, workbook: Path, tmp_path: Path
    ) -> None:  # S2-45
        taken(workbook, doubtful=True)
        number = f"{WILLOW}0001"
        told = tuple(
            (
                {**household, "主要致贫原因": "因病", "医疗支出": ""}
                if household["户编号"] == number
                else household,
                people,
            )
            for household, people in stories.STORIES
        )
        batch = taken(registry_workbook(tmp_path / "更正.xlsx", told), doubtful=True)
        assert batch.report["taken"]["corrected_households"] == 1
        event = Event.objects.get(batch=batch)
        assert (event.household.household_no, event.before, event.after) == (
            number,
            {"main_cause": 7},
            {"main_cause": 1},
        )
        year = HouseholdYear.objects.get(household__household_no=number)
        assert year.spending_medical == 90_000, "an empty cell erases nothing"
        assert Household.objects.get(household_no=number).revision == 2

    def test_people_of_another_household_and_moved_households_are_told(
        self, workbook: Path, tmp_path: Path
    ) -> None:
        taken(workbook, doubtful=True)
        path = tmp_path / "换户.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            page = book.add_worksheet("人")
            page.write_row(0, 0, ["人编号", "户编号", "姓名"])
            page.write_row(1, 0, [f"{WILLOW}000101", f"{WILLOW}0002", "李大山"])
            page.write_row(2, 0, ["9999", f"{WILLOW}9999", "王五"])
        before = state()
        batch = taken(path)
        assert state() == before
        book_back = returned(batch, tmp_path / "back.xlsx")
        reasons = [row[3].value for row in book_back["人"].iter_rows(min_row=2)]
        assert f"另一户({WILLOW}0001)" in reasons[0]
        assert "没有登记" in reasons[1]


class TestFormats:
    @pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig"])
    def test_text_tables_in_the_encodings_of_offices(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "人员.csv"
        households, people = stories.sheets(stories.STORIES[:2])
        by_number = {one["户编号"]: one for one in households}
        rows = [{**by_number[one["户编号"]], **one} for one in people]
        if encoding == "gb18030":
            rows[0]["自然村"] = "㙍上"
        with path.open("w", encoding=encoding, newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        batch = taken(path)
        assert batch.report["taken"]["new_people"] == 6
        assert Person.objects.filter(name="何桂英").exists()
        if encoding == "gb18030":
            assert Household.objects.filter(natural_village="㙍上").exists()

    @pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed: nothing writes .xls and .ods")
    @pytest.mark.parametrize("suffix", ["xls", "ods"])
    def test_older_and_open_workbooks(self, workbook: Path, tmp_path: Path, suffix: str) -> None:
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = [str(SOFFICE), profile, "--headless", "--convert-to", suffix, "--outdir", str(tmp_path)]
        subprocess.run([*command, str(workbook)], check=True, capture_output=True, timeout=120)
        batch = taken(tmp_path / f"登记.{suffix}", doubtful=True)
        assert batch.report["taken"]["new_people"] == 29
        assert batch.report["problems"]["rows"] == 0

    def test_formulas_of_the_clerk_stay_text_on_every_way(self, tmp_path: Path) -> None:
        evil = '=cmd|"/c calc"!A1'
        batch = taken(spoilt(tmp_path / "登记.xlsx", 姓名=evil, 性别="甲"))
        book = returned(batch, tmp_path / "back.xlsx")
        cells = [cell for row in book["人"].iter_rows() for cell in row]
        assert [cell for cell in cells if cell.data_type == "f"] == []
        assert evil in [cell.value for cell in cells]


def refused(batch: ImportBatch) -> str:
    """What the clerk reads of a file that cannot be used."""
    assert batch.state == "refused"
    job = Job.objects.get(pk=batch.job_id)
    assert job.state == "refused"
    said = batch.report["refusal"]
    assert said["zh"]["sentence"] == (job.refusal_in("zh") or {})["sentence"]
    assert batch.file_name in said["zh"]["sentence"]
    assert said["en"]["sentence"] != said["zh"]["sentence"]
    return str(said["zh"]["code"])


class TestHostileFiles:
    def test_bombs(self, workbook: Path, tmp_path: Path) -> None:
        batch = checked(hostile.zip_bomb(tmp_path / "bomb.xlsx", workbook))
        assert refused(batch)

    def test_macros(self, workbook: Path, tmp_path: Path) -> None:
        path = hostile.with_entry(tmp_path / "macro.xlsx", workbook, "xl/vbaProject.bin", b"x")
        assert "macro" in refused(checked(path))

    def test_passwords(self, tmp_path: Path) -> None:
        path = hostile.compound(tmp_path / "secret.xlsx", ["EncryptedPackage", "EncryptionInfo"])
        assert "password" in refused(checked(path))

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x00\x01\x02\x03" * 500])
    def test_broken_files(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "坏.xlsx"
        path.write_bytes(content)
        batch = checked(path)
        assert refused(batch)
        assert state() == [[] for _ in TABLES]
        with pytest.raises(BatchNotReady):
            accept_batch(batch=batch, admit_doubtful=False, hold_households=False, **ACTS)


class TestMapping:
    @pytest.fixture
    def own_titles(self, tmp_path: Path) -> Path:
        """A clerk's own names of columns that nothing suggests."""
        path = tmp_path / "台账.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            page = book.add_worksheet("台账")
            page.write_row(0, 0, ["甲列", "乙列", "丙列", "丁列"])
            page.write_row(1, 0, [f"{WILLOW}000101", f"{WILLOW}0001", "李大山", WILLOW])
        return path

    def mapped(self, batch: ImportBatch) -> None:
        (sheet,) = batch.report["sheets"]
        assert sheet["titles"] == ["甲列", "乙列", "丙列", "丁列"]
        meaning = {
            "0": ["person", "person_no"],
            "1": ["person", "household_no"],
            "2": ["person", "name"],
            "3": ["household", "division_code"],
        }
        map_columns(batch=batch, columns={sheet["signature"]: meaning}, **ACTS)
        work()
        batch.refresh_from_db()

    def test_a_header_is_mapped_once_and_remembered_for_the_county(self, own_titles: Path) -> None:
        batch = checked(own_titles)
        assert batch.state == "unmapped"
        assert "甲列" in str(batch.report["sheets"])
        self.mapped(batch)
        assert batch.state == "checked", batch.report
        assert batch.report["rows"] == {"person": 1, "household": 1}
        again = checked(own_titles)
        assert again.state == "checked"
        other = upload(
            own_titles, division=OTHER_COUNTY, scope=Scope.of([(Role.COUNTY_OFFICE, OTHER_COUNTY)])
        )
        work()
        other.refresh_from_db()
        assert other.state == "unmapped"

    def test_it_is_forgotten_on_demand_by_whoever_may(self, own_titles: Path) -> None:
        self.mapped(checked(own_titles))
        saved = SavedMapping.objects.get()
        with pytest.raises(NotFound):
            forget_mapping(mapping_id=saved.pk, by=CLERK, scope=Scope.of([(Role.DATA_ADMIN, OTHER_COUNTY)]))
        forget_mapping(mapping_id=saved.pk, by=CLERK, scope=Scope.of([(Role.DATA_ADMIN, COUNTY)]))
        assert checked(own_titles).state == "unmapped"
        assert AuditRecord.objects.filter(action="import.forget_mapping").exists()

    def test_the_kind_of_a_workbook_is_recognised_or_said(self, workbook: Path, tmp_path: Path) -> None:
        batch = checked(workbook, "auto")
        assert (batch.format, batch.state) == ("registry", "checked")
        batch = checked(workbook, "vehicles")
        assert batch.state in ("unmapped", "checked")
        choose_format(batch=batch, format_key="registry", **ACTS)
        work()
        batch.refresh_from_db()
        assert (batch.format, batch.state) == ("registry", "checked")


class TestSteps:
    @pytest.mark.parametrize(
        ("role", "place", "refusal"),
        [
            (Role.VILLAGE, WILLOW, NotAllowed),
            (Role.INSPECTOR, COUNTY, NotAllowed),
            (Role.COUNTY_OFFICE, OTHER_COUNTY, NotFound),
            (Role.TOWNSHIP, f"{WILLOW[:9]}000", NotFound),
        ],
    )
    def test_who_may_not_import_here(
        self, workbook: Path, role: Role, place: str, refusal: type[BangfuError]
    ) -> None:
        with pytest.raises(refusal):
            upload(workbook, scope=Scope.of([(role, place)]))
        assert not ImportBatch.objects.exists()

    def test_a_batch_is_accepted_once(self, workbook: Path) -> None:
        batch = taken(workbook, doubtful=True)
        for again in (
            lambda: accept_batch(batch=batch, admit_doubtful=True, hold_households=False, **ACTS),
            lambda: retry_batch(batch=batch, **ACTS),
            lambda: choose_format(batch=batch, format_key="vehicles", **ACTS),
        ):
            with pytest.raises(BatchNotReady, match="done"):
                again()

    def test_what_ended_without_being_done_is_checked_again(self, tmp_path: Path, workbook: Path) -> None:
        waiting = upload(workbook)
        with pytest.raises(BatchNotReady):
            retry_batch(batch=waiting, **ACTS)
        work()
        path = tmp_path / "坏.xlsx"
        path.write_bytes(b"nothing")
        batch = checked(path)
        retry_batch(batch=batch, **ACTS)
        assert ImportBatch.objects.get(pk=batch.pk).state == "checking"
        work()
        assert ImportBatch.objects.get(pk=batch.pk).state == "refused"
