"""What leaves the registry: rows of a day without what came later, and workbooks that open right in WPS and Excel."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.analytics.snapshots import Snapshot
from bangfu.platform.audit.errors import ReasonRequired
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import BangfuError, NotAllowed, NotFound
from bangfu.platform.files import store, workbooks
from bangfu.platform.jobs import worker
from bangfu.platform.jobs.models import Job
from bangfu.policy import vocabulary
from bangfu.quality.runs import build
from bangfu.registry import exports
from bangfu.registry.actions import corrections, members
from bangfu.registry.actions.exporting import Layout, Only, request_export
from bangfu.registry.actions.families import enter_household
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.enums import EventKind
from bangfu.registry.imports.reading import plan, read
from bangfu.registry.models import Household
from bangfu.registry.workbooks import NATIONAL
from tests.cast.places import COUNTY, OTHER_COUNTY, OTHER_VILLAGE, WILLOW, plant_tree
from tests.cast.stories import identity
from tests.postgresql import both_databases
from tests.registry.world import ME, RELATION, STANDING, WHY, day, form, member, registered, somebody

NUMBER, PHONE = identity("1972-03-07", 11), "13909150001"
OFFICE = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])
BOTH = [vocabulary.table("person"), vocabulary.table("household")]
COMMON: dict[str, Any] = {"reason": WHY, "by": ME}


@both_databases
class TestRowsOfADay:
    def test_later_corrections_are_taken_back(self, tree: None) -> None:
        household = registered()
        for number, cause, income in ((3, 1, 500), (6, 2, 700)):
            household.refresh_from_db()
            corrections.correct_household(
                household=household,
                entered={"main_cause": cause},
                seen_revision=household.revision,
                day=day(number),
                **COMMON,
            )
            corrections.update_year(
                household=household, year=2015, entered={"income_net": income}, day=day(number), **COMMON
            )
        said = [exports.households(COUNTY, day(number)) for number in (0, 2, 3, 5, 6, 9)]
        assert [rows["main_cause"].to_pylist() for rows in said] == [[7], [7], [1], [1], [2], [2]]
        nets = [rows["income_net"].to_pylist()[0] for rows in said]
        assert nets == [320_000, 320_000, 500, 500, 700, 700]

    def test_people_are_the_members_of_the_day(self, tree: None) -> None:
        household = registered()
        members.remove_member(person=member(household, 1), day=day(4), kind=EventKind.DEATH, **COMMON)
        assert [exports.persons(COUNTY, day(n)).num_rows for n in (-1, 0, 3, 4)] == [0, 2, 2, 1]
        assert [exports.households(COUNTY, day(n)).num_rows for n in (-1, 0, 4)] == [0, 1, 1]

    def test_the_standing_is_that_of_the_day(self, tree: None) -> None:
        household = registered()
        for number, kind in ((3, STANDING.exited), (6, STANDING.returned)):
            change = StandingChange(household.pk, WILLOW, kind, day(number))
            change_standings([change], basis="case:2", by=ME, policy_version="story/1")
        said = [exports.households(COUNTY, day(number))["standing"].to_pylist() for number in (0, 2, 3, 5, 6)]
        assert said == [[STANDING.registered]] * 2 + [[STANDING.exited]] * 2 + [[STANDING.returned]]

    def test_what_is_checked_are_those_that_count(self, tree: None) -> None:
        """Removed households and those that wait for identification are in no snapshot, nor are their people."""
        stays, leaves = registered(), registered(somebody("陈五", "1980-02-02", 31))
        enter_household(
            household=form(), people=[somebody("黄六", "1981-03-03", 33)], day=day(0), reason=WHY, by=ME
        )
        change = StandingChange(leaves.pk, WILLOW, STANDING.removed, day(4))
        change_standings([change], basis="case:3", by=ME, policy_version="story/1")
        assert exports.households(COUNTY, day(4)).num_rows == 2, "a list may ask for the removed ones"
        built = build(COUNTY, day(4))
        assert built.named.households["household_no"].to_pylist() == [stays.household_no]
        assert set(built.named.persons["household_no"].to_pylist()) == {stays.household_no}
        assert built.snapshot.tables["household"]["standing"].to_pylist() == [STANDING.registered]

    def test_only_of_the_area(self, tree: None) -> None:
        registered(), registered(village=OTHER_VILLAGE)
        assert exports.households(COUNTY, day(0))["division_code"].to_pylist() == [WILLOW]
        assert exports.persons(OTHER_COUNTY, day(0)).num_rows == 2

    def test_keys_stay_the_same_and_say_nothing(self, tree: None) -> None:
        registered()
        first, second = (exports.persons(COUNTY, day(n)) for n in (0, 5))
        assert first["person_key"].to_pylist() == second["person_key"].to_pylist()
        assert len(set(first["person_key"].to_pylist())) == 2


def run_job(job: Job) -> Job:
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        worker.run(batch=True, interval=0)
    finally:
        logging.disable(before)
    job.refresh_from_db()
    return job


def exported(
    tmp_path: Path, layout: Layout, *, plain: bool = False, only: Only | None = None
) -> tuple[Path, Job]:
    job = request_export(
        area=COUNTY,
        day=day(20),
        layout=layout,
        plain=plain,
        reason="年度核对",
        by=ME,
        scope=OFFICE,
        only=only,
    )
    run_job(job)
    assert job.state == "done", job.refusal
    path = tmp_path / f"{layout}-{plain}.xlsx"
    with store.fetch((job.result or {})["sha256"]) as content:
        path.write_bytes(content.read())
    return path, job


@pytest.fixture
def county(transactional_db: None) -> Household:

    plant_tree()
    household = registered(
        somebody(identified_on=20140510, ethnicity=1),
        somebody('=HYPERLINK("http://x")', "1974-08-19", 22, relation=RELATION.spouse),
        address="=1+1",
        identified_on=20140510,
        dwelling_area=8650,
    )
    registered(somebody("何桂英", "1946-01-25", 44))
    return household


class TestWorkbooks:
    def test_numbers_are_text_dates_are_dates_headers_are_frozen(
        self, county: Household, tmp_path: Path
    ) -> None:
        path, job = exported(tmp_path, "own", plain=True)
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["户", "人"]
        for sheet in book.worksheets:
            assert sheet.freeze_panes == "A2"
            assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        people, households = _by_title(book["人"]), _by_title(book["户"])
        number = people["证件号码"][0]
        assert (number.value, number.data_type, number.number_format) == (NUMBER, "s", "@")
        assert (people["人编号"][0].data_type, people["户编号"][0].data_type) == ("s", "s")
        born = people["出生日期"][0]
        assert (born.value.date(), born.is_date) == (date(1972, 3, 7), True)
        assert people["姓名"][1].value.startswith("=HYPERLINK")
        code = households["行政村代码"][0]
        assert (code.value, code.data_type) == (WILLOW, "s")
        assert households["家庭年纯收入"][0].value == 3200
        assert households["住房面积"][0].value == 86.5
        assert (job.result or {})["people"] == 3

    def test_masked_unless_asked_for_in_plain_which_is_logged(
        self, county: Household, tmp_path: Path
    ) -> None:
        path, _ = exported(tmp_path, "own")
        people = _by_title(openpyxl.load_workbook(path)["人"])
        shown = [cell.value for cell in people["证件号码"]]
        assert shown[0] == NUMBER[:3] + "●" * 11 + NUMBER[-4:]
        households = _by_title(openpyxl.load_workbook(path)["户"])
        assert PHONE not in [cell.value for cell in households["联系电话"]]
        assert not AuditRecord.objects.filter(action="read.export").exists()
        exported(tmp_path, "own", plain=True)
        assert AuditRecord.objects.get(action="read.export").detail["reason"] == "年度核对"
        logged = AuditRecord.objects.filter(action="registry.export").order_by("seq")
        assert [row.detail["plain"] for row in logged] == [False, True]

    def test_the_import_reads_back_what_was_exported(self, county: Household, tmp_path: Path) -> None:
        path, _ = exported(tmp_path, "own", plain=True)
        sheets = workbooks.read(path, name="back.xlsx").sheets
        found = read(sheets, plan(sheets, BOTH))
        assert found.problems == []
        kept = exports.households(COUNTY, day(20)).sort_by("household_no")
        back = found.rows("household").arrow().sort_by("household_no")
        for column in vocabulary.table("household").entered:
            if not column.import_only:
                assert back[column.name].to_pylist() == kept[column.name].to_pylist(), column.name
        people = exports.persons(COUNTY, day(20)).sort_by("person_no")
        again = found.rows("person").arrow().sort_by("person_no")
        for column in vocabulary.table("person").entered:
            assert again[column.name].to_pylist() == people[column.name].to_pylist(), column.name

    def test_the_national_layout_has_its_header_and_place_names(
        self, county: Household, tmp_path: Path
    ) -> None:
        path, _ = exported(tmp_path, "national", plain=True)
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert [cell.value for cell in sheet[1]] == [title for title, _, _ in NATIONAL]
        rows = _by_title(sheet)
        assert [rows[title][0].value for title in ("县", "乡", "行政村")] == ["青禾县", "柳林镇", "柳林村"]
        assert len(rows["姓名"]) == 3

    @pytest.mark.parametrize("kind", ["household", "person"])
    def test_a_filtered_list_is_exported_as_it_is(self, county: Household, tmp_path: Path, kind: str) -> None:
        row = county if kind == "household" else member(county)
        only: Only = (kind, [str(row.pk)])  # type: ignore[assignment]
        _, job = exported(tmp_path, "own", only=only)
        assert (job.result or {})["households"] == 1
        assert (job.result or {})["people"] == (2 if kind == "household" else 1)

    @pytest.mark.parametrize(
        ("role", "place", "plain", "reason", "refusal"),
        [
            (Role.VILLAGE, WILLOW, False, "", NotAllowed),
            (Role.COUNTY_OFFICE, OTHER_COUNTY, False, "", NotFound),
            (Role.COUNTY_OFFICE, COUNTY, True, "x", ReasonRequired),
        ],
    )
    def test_not_without_right_reach_and_reason(
        self, county: Household, role: Role, place: str, plain: bool, reason: str, refusal: type[BangfuError]
    ) -> None:
        with pytest.raises(refusal):
            request_export(
                area=COUNTY,
                day=day(20),
                layout="own",
                plain=plain,
                reason=reason,
                by=ME,
                scope=Scope.of([(role, place)]),
            )
        assert not Job.objects.exists()


def _by_title(sheet: Any) -> dict[str, list[Any]]:
    """Title → the cells below it, rows in the order of person or household numbers."""
    header, *rows = sheet.iter_rows()
    place = next(n for n, cell in enumerate(header) if cell.value in ("人编号", "户编号"))
    ordered = sorted(rows, key=lambda row: str(row[place].value))
    return {cell.value: [row[n] for row in ordered] for n, cell in enumerate(header)}


def test_a_snapshot_has_no_names_and_no_numbers(county: Household, tmp_path: Path) -> None:
    """Personal data of the classes identity and contact never reach it (DESIGN §2, Snapshot)."""

    built = build(COUNTY, date(2015, 12, 31))
    built.snapshot.save(tmp_path / "shot")
    raw = b"".join(path.read_bytes() for path in (tmp_path / "shot").rglob("*") if path.is_file())
    for secret in (NUMBER, "李大山", "何桂英", PHONE, county.household_no):
        assert secret.encode() not in raw
    assert Snapshot.load(tmp_path / "shot").tables["person"].num_rows == 3
