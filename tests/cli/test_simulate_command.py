"""``bangfu simulate``: what a value would change, from workbooks, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from tests.cli.conftest import invoke

GRANT = "how.student_aid.senior_grant.first"


def test_two_variants_side_by_side_and_in_a_workbook(written: Path, tmp_path: Path) -> None:
    out = tmp_path / "what_if.xlsx"
    options = ["--from", written / "registry.xlsx", "--lists", written / "lists", "--as-of", "2015-12-31"]
    done = invoke(
        "--json",
        "simulate",
        *options,
        "--set",
        f"{GRANT}=5000@2015-01-01",
        "--or",
        f"{GRANT}=0@2015-01-01",
        "--out",
        out,
    )
    assert done.exit_code == 0, done.output
    dearer, none = json.loads(done.stdout)["variants"]
    pupils = next(row for row in dearer["by_question"] if row["question"] == "student_aid_senior")
    assert pupils["more"] > 0
    assert dearer["cost"] > 0
    assert dearer["losers"] == []
    assert dearer["by_fund"][0]["fund"] == "education"
    changed = next(row for row in none["by_question"] if row["question"] == "student_aid_senior")
    assert changed["subjects_before"] == pupils["subjects_before"]
    assert none["cost"] < 0
    assert len(none["losers"]) > 0
    book = openpyxl.load_workbook(out)
    assert {"假设", "按资金来源", "按区划", "按户类型", "按致贫原因", "受损户 方案1", "受损户 方案2"} <= set(
        book.sheetnames
    )
    header = [cell.value for cell in book["按资金来源"][1]]
    assert "增减(元) 方案1" in header
    assert "增减(元) 方案2" in header


def test_a_value_that_nothing_reads_is_refused(written: Path) -> None:
    done = invoke(
        "simulate",
        "--from",
        written / "registry.xlsx",
        "--as-of",
        "2015-12-31",
        "--set",
        "no.such=1@2015-01-01",
    )
    assert done.exit_code == 3
    assert "no.such" in done.stderr


def test_one_of_database_and_workbook_is_named() -> None:
    done = invoke("simulate", "--as-of", "2015-12-31", "--set", f"{GRANT}=1@2015-01-01")
    assert done.exit_code == 2
    assert "--county" in done.stderr
