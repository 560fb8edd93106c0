"""``bangfu audit``: exit codes, both languages, lists that cannot be used (S2-29), a workbook that can be trusted."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from bangfu.policy import catalogue
from tests.cli.conftest import Audit, Audited, invoke
from tests.cli.test_planted_truth import in_workbook

SOFFICE = shutil.which("soffice")


def rows_of(path: Path, sheet: int = 0) -> list[list[Any]]:
    found: list[list[Any]] = CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python()
    return found


def write(path: Path, *sheets: tuple[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def truth_of(folder: Path) -> set[tuple[str, str]]:
    with (folder / "truth.csv").open(encoding="utf-8") as stream:
        return {(row["rule"], row["subject"]) for row in csv.DictReader(stream)}


def test_a_clean_run_ends_with_0_and_says_what_it_did(usual: Audited) -> None:
    assert usual.code == 0
    said = usual.said
    assert (said["households"], said["people"], said["day"]) == (300, 750, "2015-12-31")
    assert len(said["lists"]) >= 10
    assert said["lists"]["deaths"] > 0
    assert sum(said["doubts"].values()) == len(in_workbook(usual.out))
    assert usual.stderr == ""


def test_the_columns_that_other_tools_read(written: Path, usual: Audited) -> None:
    """DESIGN §8: every sheet of doubts has columns ``rule`` and ``subject``, the same keys as truth.csv."""
    book = CalamineWorkbook.from_path(usual.out)
    assert book.sheet_names[0] == "汇总"
    for name in book.sheet_names[1:]:
        header = book.get_sheet_by_name(name).to_python()[0]
        assert header[:2] == ["rule", "subject"], name
    truth = truth_of(written)
    assert len(truth & in_workbook(usual.out)) >= 0.98 * len(truth)


def test_each_doubt_names_the_row_where_its_subject_stands(written: Path, usual: Audited) -> None:
    registry = CalamineWorkbook.from_path(written / "registry.xlsx")
    people = registry.get_sheet_by_name("人").to_python()
    number = people[0].index("人编号")
    book = CalamineWorkbook.from_path(usual.out)
    checked = 0
    for name in book.sheet_names[1:]:
        header, *rows = book.get_sheet_by_name(name).to_python()
        for row in rows:
            found = dict(zip(header, row, strict=True))
            if found.get("工作表") == "人":
                assert people[int(found["行号"]) - 1][number] == found["subject"]
                checked += 1
    assert checked > 50


def test_missing_arguments_are_wrong_usage(own: Path) -> None:
    """2: the command was written wrongly."""
    assert invoke("audit", own / "registry.xlsx").exit_code == 2
    assert (
        invoke("audit", own / "nothing.xlsx", "--as-of", "2015-12-31", "--out", own / "x.xlsx").exit_code == 2
    )
    assert (
        invoke("audit", own / "registry.xlsx", "--as-of", "gestern", "--out", own / "x.xlsx").exit_code == 2
    )


@pytest.mark.parametrize("content", [b"not a workbook", b"", b"PK\x03\x04 broken"])
def test_a_broken_registry_is_unusable_input(own: Path, audit: Audit, content: bytes) -> None:
    """3, and one sentence in both languages that says what to do now."""
    (own / "registry.xlsx").write_bytes(content)
    done = audit(own, json=False)
    assert done.code == 3
    assert "registry.xlsx" in done.stderr
    assert "请" in done.stderr
    assert "again" in done.stderr or "Check" in done.stderr or "Save" in done.stderr
    assert not done.out.exists()


def test_a_refusal_for_machines(own: Path, audit: Audit) -> None:
    (own / "registry.xlsx").write_bytes(b"not a workbook")
    done = audit(own)
    assert done.code == 3
    assert done.said["code"] == "files.not_a_workbook"
    assert "registry.xlsx" in done.said["sentence"]


def test_a_registry_without_households(own: Path, audit: Audit) -> None:
    path = write(own / "odd.xlsx", ("人", [["人编号", "户编号", "姓名"], ["1", "2", "王小明"]]))
    done = audit(own, registry=path, json=False)
    assert done.code == 3
    assert "户信息" in done.stderr


def test_a_registry_whose_columns_nobody_understands(own: Path, audit: Audit) -> None:
    path = write(own / "odd.xlsx", ("某表", [["甲", "乙"], ["1", "2"]]))
    done = audit(own, registry=path, json=False)
    assert done.code == 3
    assert "人编号" in done.stderr
    assert "某表" in done.stderr


def test_an_unreadable_cell_ends_with_1_and_stands_in_the_workbook(own: Path, audit: Audit) -> None:
    book = openpyxl.load_workbook(own / "registry.xlsx")
    sheet = book["户"]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(5, titles.index("家庭年纯收入") + 1).value = "很多"
    book.save(own / "registry.xlsx")
    done = audit(own)
    assert done.code == 1
    assert done.said["unreadable"] == 1
    last = CalamineWorkbook.from_path(done.out).get_sheet_by_name("看不懂的单元格").to_python()
    assert last[1][:4] == ["户", 5.0, "家庭年纯收入", "很多"]
    assert "请" in last[1][4]


def test_a_list_that_nobody_knows_is_left_out_with_a_sentence(
    own: Path, audit: Audit, usual_of_few: Audited
) -> None:
    write(own / "lists" / "某名单.xlsx", ("某", [["姓名", "爱好"], ["王小明", "下棋"]]))
    done = audit(own, json=False)
    assert done.code == 1
    assert "“某名单.xlsx”" in done.stderr
    assert "dead_but_registered" in done.stdout
    assert "共 300 户、750 人" in done.stdout
    assert in_workbook(done.out) == in_workbook(usual_of_few.out), "the others still count"


def test_a_list_behind_a_password_is_left_out_with_a_sentence(own: Path, audit: Audit) -> None:
    """One list that cannot be opened does not hold up the whole county."""
    deaths = own / "lists" / "公安死亡人员.xlsx"
    encrypted = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    )
    deaths.write_bytes(encrypted)
    done = audit(own)
    assert done.code == 1
    assert done.said["unread"] == ["公安死亡人员.xlsx"]
    assert "dead_but_registered" in done.said["not_believed"]
    last = CalamineWorkbook.from_path(done.out).get_sheet_by_name("看不懂的单元格").to_python()
    assert "密码" in last[1][4]


def test_lists_with_macros_are_named_and_lock_files_passed_over(own: Path, audit: Audit) -> None:
    shutil.move(own / "lists" / "公安死亡人员.xlsx", own / "lists" / "公安死亡人员.xlsm")
    (own / "lists" / "~$公安死亡人员.xlsx").write_bytes(b"\x05admin")
    (own / "lists" / ".~lock.registry.xlsx").write_bytes(b"x")
    (own / "lists" / "Thumbs.db").write_bytes(b"x")
    (own / "lists" / "older").mkdir()
    done = audit(own)
    assert done.code == 1
    assert done.said["unread"] == ["公安死亡人员.xlsm"]


def test_two_files_of_one_list_are_read_as_one(own: Path, audit: Audit, usual_of_few: Audited) -> None:
    """Civil affairs often sends 低保 and 特困 apart: neither file may displace the other."""
    path = own / "lists" / "民政低保特困.xlsx"
    header, *rows = rows_of(path)
    kind = header.index("救助类别")
    path.unlink()
    write(own / "lists" / "民政低保.xlsx", ("名单", [header, *(row for row in rows if "低保" in row[kind])]))
    write(
        own / "lists" / "民政特困.xlsx", ("名单", [header, *(row for row in rows if "低保" not in row[kind])])
    )
    done = audit(own)
    assert done.code == 0
    assert in_workbook(done.out) == in_workbook(usual_of_few.out)


def test_a_list_as_gbk_text(own: Path, audit: Audit, usual_of_few: Audited) -> None:
    """As a department's own system exports it."""
    path = own / "lists" / "公安死亡人员.xlsx"
    rows = rows_of(path)
    path.unlink()
    with (own / "lists" / "公安死亡人员.csv").open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([[str(cell).removesuffix(" 00:00:00") for cell in row] for row in rows])
    done = audit(own)
    assert done.code == 0
    assert in_workbook(done.out) == in_workbook(usual_of_few.out)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed, so no .ods or .xls can be made")
def test_lists_of_another_office(own: Path, audit: Audit, usual_of_few: Audited, tmp_path: Path) -> None:
    """One list as .ods, another as the old .xls."""
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for name, suffix in (("公安死亡人员", "ods"), ("车管车辆", "xls")):
        path = own / "lists" / f"{name}.xlsx"
        command = [
            str(SOFFICE),
            profile,
            "--headless",
            "--convert-to",
            suffix,
            "--outdir",
            str(own / "lists"),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        path.unlink()
        assert (own / "lists" / f"{name}.{suffix}").exists()
    done = audit(own)
    assert done.code == 0
    assert in_workbook(done.out) == in_workbook(usual_of_few.out)


def test_recodings_after_the_day_kill_no_village_yet(own: Path, audit: Audit, usual_of_few: Audited) -> None:
    path = own / "lists" / "区划变更.xlsx"
    header, *rows = rows_of(path)
    assert rows
    changed = header.index("变更日期")
    later = [[("2016-03-01" if place == changed else cell) for place, cell in enumerate(row)] for row in rows]
    dead = usual_of_few.said["doubts"]["division_dead"]
    write(path, ("区划变更", [header, *later]))
    said = audit(own).said["doubts"]
    assert dead == len(rows)
    assert said.get("division_dead", 0) == 0
    assert said["division_unknown"] > 0


def test_recodings_without_a_row_change_nothing(own: Path, audit: Audit) -> None:
    """The office announced none: a header and nothing below it."""
    path = own / "lists" / "区划变更.xlsx"
    for other in (own / "lists").iterdir():
        if other != path:
            other.unlink()
    write(path, ("区划变更", rows_of(path)[:1]))
    done = audit(own)
    assert done.code == 0
    assert done.said["doubts"].get("division_dead", 0) == 0


def test_the_national_export_with_names_of_places_only(own: Path, audit: Audit) -> None:
    """requirements/national_export.md: one sheet, a row a person, county, township and village by name."""
    book = CalamineWorkbook.from_path(own / "registry.xlsx")
    people, households = (book.get_sheet_by_name(name).to_python() for name in ("人", "户"))
    person, house = people[0].index, households[0].index
    of = {row[house("户编号")]: row for row in households[1:]}
    header = [
        "县",
        "乡",
        "行政村",
        "户编号",
        "人编号",
        "姓名",
        "证件号码",
        "人数",
        "与户主关系",
        "户类型",
        "人均纯收入",
    ]
    rows = []
    for one in people[1:]:
        home = of.get(one[person("户编号")])
        if home is not None:
            place = [home[house(title)] for title in ("县", "乡", "行政村")]
            own_cells = [one[person(t)] for t in ("户编号", "人编号", "姓名", "证件号码")]
            rest = [
                home[house("人数")],
                one[person("与户主关系")],
                home[house("户类型")],
                home[house("人均纯收入")],
            ]
            rows.append([*place, *own_cells, *rest])
    path = write(own / "national.xlsx", ("人员信息", [header, *rows]))
    done = audit(own, registry=path)
    assert done.code in (0, 1)
    said = done.said
    assert said["people"] == len(rows)
    assert said["doubts"].get("division_unknown", 0) <= 0.05 * said["households"]
    assert said["doubts"]["id_checksum"] > 0


def test_a_county_that_cannot_be_told(own: Path, audit: Audit) -> None:
    sheets = [("户", [["户编号", "乡", "行政村"], ["1", "城关镇", "药妇沟村"]])]
    sheets.append(("人", [["人编号", "户编号", "姓名"], ["11", "1", "王小明"]]))
    done = audit(own, registry=write(own / "odd.xlsx", *sheets), json=False)
    assert done.code == 3
    assert "行政村代码" in done.stderr


def test_rows_without_a_number_are_told_by_their_row(own: Path, audit: Audit) -> None:
    sheets = [("户", [["户编号", "行政村代码", "人数"], ["1", "610926100201", 2]])]
    sheets.append(("人", [["人编号", "户编号", "姓名"], ["", "1", "王1"], ["", "1", "李2"]]))
    done = audit(own, registry=write(own / "odd.xlsx", *sheets))
    assert done.code == 1
    assert done.said["unreadable"] == 2
    names = {subject for rule, subject in in_workbook(done.out) if rule == "name_malformed"}
    assert names == {"row 1", "row 2"}
    assert not {subject for rule, subject in in_workbook(done.out) if rule == "person_no_duplicate"}


EVIL = ["=1+1", '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "=cmd|' /C calc'!A0"]


def test_a_formula_in_a_name_does_not_become_one(own: Path, audit: Audit) -> None:
    book = CalamineWorkbook.from_path(own / "registry.xlsx")
    people, households = (book.get_sheet_by_name(name).to_python() for name in ("人", "户"))
    for row, evil in zip(people[1:], EVIL, strict=False):
        row[people[0].index("姓名")] = evil
    path = write(
        own / "evil.xlsx",
        ("户", [_plain(row) for row in households]),
        ("人", [_plain(row) for row in people]),
    )
    done = audit(own, registry=path)
    cells = [
        cell
        for sheet in openpyxl.load_workbook(done.out).worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    texts = {str(cell.value).strip() for cell in cells}
    assert {evil.strip() for evil in EVIL} <= texts, "the names themselves stand there as text"


def _plain(row: list[Any]) -> list[Any]:
    return [str(cell) if not isinstance(cell, str | int | float | bool) else cell for cell in row]


def test_without_lists_the_rules_that_need_them_are_named_and_the_folder_is_made(
    written: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "folder" / "doubts.xlsx"
    done = invoke("--json", "audit", written / "registry.xlsx", "--as-of", "2015-12-31", "--out", out)
    assert done.exit_code == 0, done.output
    assert out.exists()
    said = json.loads(done.stdout)
    assert said["lists"] == {}
    assert "dead_but_registered" in said["not_believed"]


def test_a_rule_that_fires_for_everybody_is_disabled_and_named(
    own: Path, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives no doubts; the sentence names its file and line, and the exit code says that something was refused."""
    day = date(2015, 12, 31)
    wild = replace(catalogue.rule("division_dead", day), function=lambda household, p: household.members >= 0)
    rules = tuple(wild if one.key == wild.key else one for one in catalogue.rules_on(day))
    monkeypatch.setattr(catalogue, "rules_on", lambda _day: rules)
    done = audit(own)
    assert done.code == 1
    assert "division_dead" in done.said["not_believed"]
    assert "division_dead" not in done.said["doubts"]
    assert re.search(r"division_dead”\(policy/who/place\.py:\d+\)", done.stderr)
