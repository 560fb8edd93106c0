"""The commands that need the database, run as a clerk or another tool runs them: exit codes, sentences, JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from django.apps import apps
from django.conf import LazySettings
from django.db import connection

from bangfu.accounts.access import scope_of
from bangfu.accounts.models import User
from bangfu.accounts.roles import Capability
from bangfu.analytics.snapshots import Snapshot
from bangfu.cli.commands.rotate import sealed_columns
from bangfu.divisions.models import Division
from bangfu.platform import clock
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.crypto import cipher, keys
from bangfu.platform.crypto.field import SealedField
from bangfu.platform.jobs.enums import JobState
from bangfu.platform.jobs.models import Job
from bangfu.quality.models import Doubt, ListEntry
from bangfu.registry.models import Household, ImportBatch, Person
from tests.cast import stories
from tests.cast.build import list_workbook, registry_workbook
from tests.cast.fixtures import quiet
from tests.cast.places import COUNTY, WILLOW, plant_tree
from tests.cli.conftest import invoke
from tests.platform.files import hostile
from tests.quality.offices import CLERK, OFFICE, upload

DAY = ("--as-of", "2015-12-31")
AT = ("--county", COUNTY[:6], *DAY)


@pytest.fixture
def tree(transactional_db: None) -> None:
    plant_tree()


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return registry_workbook(tmp_path / "登记.xlsx", stories.STORIES)


def run(*arguments: object) -> Result:
    with quiet():
        done = invoke(*arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def said(*arguments: object) -> dict[str, Any]:
    """The JSON of a command that ended well."""
    done = run("--json", *arguments)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.usefixtures("tree")
class TestImport:
    def test_good_rows_go_in_and_bad_ones_into_a_workbook(self, workbook: Path, tmp_path: Path) -> None:
        back = tmp_path / "退回.xlsx"
        done = run("import", workbook, *AT, "--returned", back)
        assert done.exit_code == 1
        assert str(back) in done.stdout.splitlines()[0]
        assert "1 rows returned" in done.stdout.splitlines()[1]
        assert [row[0].value for row in openpyxl.load_workbook(back)["人"].iter_rows(min_row=2)] == ["陈石头"]
        assert (Household.objects.count(), Person.objects.count()) == (12, 28)

    def test_doubtful_rows_admitted_and_the_second_time_nothing(self, workbook: Path) -> None:
        first = said("import", workbook, *AT, "--admit-doubtful")
        assert (first["taken"]["new_people"], first["returned_rows"]) == (29, 0)
        second = said("import", workbook, *AT, "--admit-doubtful")
        assert second["taken"] == {
            "new_households": 0,
            "new_people": 0,
            "corrected_households": 0,
            "corrected_people": 0,
            "unchanged": 41,
        }

    def test_standings_change_only_where_the_operator_says_so(self, workbook: Path, tmp_path: Path) -> None:
        said("import", workbook, *AT, "--admit-doubtful")  # a county begins  # S0-48
        home, people = stories.STORIES[0]
        left = {**home, "户类型": "脱贫户", "脱贫标志": "已脱贫", "脱贫时间": "2015-11-30"}
        later = registry_workbook(tmp_path / "年底.xlsx", ((left, people),))
        done, back = run("import", later, *AT), Household.objects.get(household_no=home["户编号"])
        assert done.exit_code == 1
        assert "--confirm-standings" in done.stdout
        assert back.standings.count() == 1
        assert said("import", later, *AT, "--confirm-standings")["returned_rows"] == 0
        assert back.standings.count() == 2
        assert AuditRecord.objects.get(action="import.confirm_standings").detail["operator"]

    def test_a_departments_list_by_name_or_recognised(self, tmp_path: Path) -> None:
        rows = stories.lists()
        for option, name in ((("--list=vehicles",), "vehicles"), (("--list",), "deaths")):
            path = list_workbook(tmp_path / f"{name}.xlsx", name, rows[name])
            assert said("import", path, *AT, *option)["taken"] == {"rows": 1}
            assert ListEntry.objects.get(list_name=name).division_code == COUNTY

    def test_columns_that_nobody_understands_end_with_the_sentence(self, tmp_path: Path) -> None:
        path = hostile.workbook(tmp_path / "台账.xlsx", [["甲列", "乙列"], ["1", "2"]])
        done = run("import", path, *AT)
        assert done.exit_code == 3
        assert "表头" in done.stderr.splitlines()[0]
        assert "header" in done.stderr.splitlines()[1]
        told = run("--json", "import", path, *AT)
        assert told.exit_code == 3
        assert json.loads(told.stdout)["code"] == "import.no_header"
        assert not Household.objects.exists()

    def test_a_broken_file_ends_with_the_sentence(self, tmp_path: Path) -> None:
        path = tmp_path / "坏.xlsx"
        path.write_bytes(b"PK\x03\x04 broken")
        done = run("import", path, *AT)
        assert done.exit_code == 3
        assert "坏.xlsx" in done.stderr
        assert ImportBatch.objects.get().state == "refused"

    def test_wrong_usage(self, workbook: Path) -> None:
        for wrong in ([*AT, "--list=nonsense"], [*AT[:3], "31.12.2015"], DAY):
            done = run("import", workbook, *wrong)
            assert done.exit_code == 2, wrong
        assert "vehicles" in run("import", workbook, *AT, "--list=nonsense").stderr
        assert run("import", "nowhere.xlsx", *AT).exit_code == 2

    @pytest.mark.parametrize("code", ["六一〇九二六", "61092612345678"])
    def test_a_county_that_is_no_code(self, workbook: Path, code: str) -> None:
        done = run("import", workbook, "--county", code, *DAY)
        assert done.exit_code == 3
        assert code in done.stderr
        assert not ImportBatch.objects.exists()

    def test_a_county_that_does_not_exist(self, workbook: Path) -> None:
        done = run("import", workbook, "--county", "999999", *DAY)
        assert done.exit_code == 3
        assert "999999" in done.stderr
        assert not Household.objects.exists()


@pytest.mark.usefixtures("tree")
def test_run_gives_out_the_doubts_once(workbook: Path, tmp_path: Path) -> None:
    run("import", workbook, *AT, "--admit-doubtful")
    for name, rows in stories.lists().items():
        run("import", list_workbook(tmp_path / f"{name}.xlsx", name, rows), *AT, f"--list={name}")
    assert said("run", *AT)["opened"] == 13
    done = run("run", *AT)
    assert "新增 0,重新打开 0,自动销号 0,未销号 13" in done.stdout.splitlines()[0]
    assert "13 open" in done.stdout.splitlines()[1]
    assert Doubt.objects.filter(area=COUNTY).count() == 13
    assert run("run", "--county", WILLOW[:9], *DAY).exit_code == 1


@pytest.mark.usefixtures("cast")
class TestCounty:
    """With the registry and its lists in the database."""

    def test_explain_says_verdict_inputs_values_and_law(self) -> None:
        number = f"{WILLOW}0003"
        told = said("explain", number, *DAY)
        assert (told["household"], told["day"]) == (number, "2015-12-31")
        household, *people, village = told["subjects"]
        assert [one["kind"] for one in (household, village)] == ["household", "village"]
        assert [one["kind"] for one in people] == ["person"] * 3
        car = next(one for one in people[0]["rules"] if one["rule"] == "owns_car")
        assert car["verdict"] == "yes"
        assert car["law"]
        assert car["inputs"]
        values = [
            value for subject in told["subjects"] for one in subject["rules"] for value in one["values"]
        ]
        assert all(value["reference"] for value in values)
        assert values
        done = run("explain", number, *DAY)
        assert "张建国" in done.stdout
        brief, whole = done.stdout, run("explain", number, *DAY, "--all").stdout
        assert len(whole) > len(brief)

    def test_explain_a_household_that_is_not_there(self) -> None:
        done = run("explain", "no such", *DAY)
        assert done.exit_code == 1
        assert len(done.stderr.splitlines()) == 2
        before = run("explain", f"{WILLOW}0003", "--as-of", "2014-02-01")
        assert before.exit_code == 1

    def test_snapshot_is_the_registry_without_names(self, tmp_path: Path) -> None:
        out = tmp_path / "shot"
        told = said("snapshot", *AT, "--out", out)
        assert (told["rows"]["household"], told["rows"]["person"]) == (12, 29)
        shot = Snapshot.load(out)
        assert shot.day == date(2015, 12, 31)
        raw = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
        for one in Person.objects.in_division_on(COUNTY, date(2015, 12, 31)):
            assert one.name.encode() not in raw
        row = AuditRecord.objects.get(action="registry.snapshot")
        assert (row.division_code, row.detail["folder"]) == (COUNTY, str(out))

    def test_rotate_brings_every_sealed_value_under_the_new_key(self, settings: LazySettings) -> None:
        numbered = Person.objects.exclude(id_number=None)
        before = {one.pk: one.id_number for one in numbered}
        settings.BANGFU_FIELD_KEYS = keys.with_new_key(str(settings.BANGFU_FIELD_KEYS))
        told = said("rotate")
        assert told["broken"] == []
        assert told["rewritten"] == told["seen"] > 29
        assert said("rotate")["rewritten"] == 0
        assert all(one.id_number != before[one.pk] for one in numbered.all())
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, SealedField) and not model.__module__.startswith("tests."):
                    values = model._default_manager.exclude(**{field.name: None})
                    kept = [bytes(value) for value in values.values_list(field.name, flat=True)]
                    assert all(cipher.is_current(value) for value in kept), (model, field)

    def test_chain_is_whole_until_somebody_changes_a_row(self) -> None:
        whole = said("chain")
        assert whole == {"whole": True, "rows": AuditRecord.objects.count()}
        with connection.cursor() as cursor:
            guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_auditrecord'"
            if connection.vendor == "sqlite":
                cursor.execute(guards)
                triggers = cursor.fetchall()
                for name, _ in triggers:
                    cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("UPDATE audit_auditrecord SET actor_name = 'x' WHERE seq = 3")
            for _, statement in triggers:
                cursor.execute(statement)
        done = run("chain")
        assert done.exit_code == 1
        assert "第 3 条" in done.stdout
        assert "Row 3" in done.stdout


@pytest.mark.usefixtures("tree")
class TestOthers:
    def test_divisions_load_may_be_repeated(self) -> None:
        Division.objects.all().delete()
        told = said("divisions", "load", "--prefix", "610926")
        assert told["added"] == Division.objects.count() > 100
        again = said("divisions", "load", "--prefix", "610926")
        assert (again["added"], again["ended"]) == (0, 0)
        assert again["unchanged"] == told["added"]
        assert run("divisions", "load", "--prefix", "999999").exit_code == 3

    def test_the_first_administrator(self) -> None:
        given = (
            "--username",
            "anquan",
            "--name",
            "吴芳",
            "--division",
            COUNTY[:6],
            "--password",
            "Qinghe-2015-x",
        )
        assert said("users", "first", *given)["username"] == "anquan"
        user = User.objects.get()
        assert user.must_change_password
        scope = scope_of(user, clock.today())
        assert scope.allows(Capability.MANAGE_USERS, COUNTY)
        assert not scope.can(Capability.READ_REGISTRY)
        again = run("users", "first", *given)
        assert again.exit_code == 1
        assert len(again.stderr.splitlines()) == 2

    def test_a_short_password_is_refused(self) -> None:
        given = ("--username", "anquan", "--name", "吴芳", "--password", "short")
        assert run("users", "first", *given).exit_code in (1, 3)
        assert not User.objects.exists()

    def test_keys_new_and_add(self) -> None:
        lines = dict(line.split("=", 1) for line in run("keys", "new").stdout.splitlines())
        assert len(lines["BANGFU_SECRET_KEY"]) >= 50
        first = keys.read(lines["BANGFU_FIELD_KEYS"])
        assert first.current == 1
        more = run("keys", "add", lines["BANGFU_FIELD_KEYS"]).stdout.partition("=")[2]
        second = keys.read(more)
        assert (second.current, second.keys[1], second.index) == (2, first.keys[1], first.index)
        done = run("keys", "add", "not json")
        assert done.exit_code in (2, 3)
        assert "JSON" in done.stderr

    def test_worker_until_empty(self, workbook: Path) -> None:
        batch = upload(workbook)
        assert run("worker", "--until-empty").exit_code == 0
        job = Job.objects.get(pk=batch.job_id)
        assert (job.state, job.by_name) == (JobState.DONE, CLERK.name)
        batch.refresh_from_db()
        assert batch.state == "checked"
        assert OFFICE.allows(Capability.IMPORT, batch.division_code)

    def test_demo_only_in_demo_mode(self) -> None:
        done = run("demo")
        assert done.exit_code == 2
        assert "--help" in done.stderr
        assert not User.objects.exists()


def test_every_sealed_column_is_brought_under_a_new_key() -> None:
    """A column that is left out is lost with the old key."""
    sealed = {
        (model._meta.label, one.name)
        for model in apps.get_models()
        for one in model._meta.get_fields()
        if isinstance(one, SealedField) and model.__module__.startswith("bangfu.")
    }
    assert sealed == {(one.model, one.column) for one in sealed_columns()}
    assert len(sealed) >= 7
