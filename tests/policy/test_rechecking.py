"""Values that nobody has compared with their source for a year, and noting that somebody has."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bangfu.policy.errors import BadCheck, UnknownParameter
from bangfu.policy.parameters import Parameter, Parameters, parameters, read_file
from bangfu.policy.rechecking import not_rechecked, note_checked
from bangfu.policy.yaml_files import HERE

TODAY = date(2026, 11, 25)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of every file of parameters."""
    for path in HERE.glob("*/parameters"):
        shutil.copytree(path, tmp_path / path.relative_to(HERE))
    return tmp_path


def read(folder: Path, key: str) -> dict[str, Parameter]:
    question, stem = key.split(".")[:2]
    return read_file(folder / question / "parameters" / f"{stem}.yaml", f"{question}.{stem}")


@pytest.mark.parametrize("key", sorted(parameters()))
def test_a_check_of_any_value_is_two_entries_more_and_nothing_else(key: str, folder: Path) -> None:
    before = {one.relative_to(folder): one.read_text(encoding="utf-8") for one in folder.rglob("*.yaml")}
    old = read(folder, key)
    note_checked([key], on=date(2026, 11, 24), by="王核对 “甲”: {县}", today=TODAY, folder=folder)
    new = read(folder, key)
    assert (new[key].checked_on, new[key].checked_by) == (date(2026, 11, 24), "王核对 “甲”: {县}")
    assert [name for name, one in new.items() if replace(one, where="") != replace(old[name], where="")] == [
        key
    ]
    after = {
        one.relative_to(folder): one.read_text(encoding="utf-8") for one in folder.rglob("*") if one.is_file()
    }
    changed = [path for path in after if after[path] != before.get(path)]
    assert len(changed) == 1, "one file, and none left beside it"
    note_checked([key], on=TODAY, by="李", today=TODAY, folder=folder)
    assert read(folder, key)[key].checked_by == "李"
    text = (folder / changed[0]).read_text(encoding="utf-8")
    assert text.count("checked_by") == 1
    assert text.count("checked_on") - before[changed[0]].count("checked_on") in (0, 1)
    kept = [line for line in text.splitlines() if "checked_" not in line]
    assert set(kept) <= set(before[changed[0]].splitlines())


@pytest.mark.parametrize(
    ("on", "by", "says"), [(date(2026, 11, 26), "王", "今天以后"), (TODAY, "  ", "复核人")]
)
def test_a_check_that_cannot_be(on: date, by: str, says: str, folder: Path) -> None:
    path = folder / "who" / "parameters" / "work.yaml"
    before = path.read_text(encoding="utf-8")
    with pytest.raises(BadCheck, match=says) as refusal:
        note_checked(["who.work.first_age"], on=on, by=by, today=TODAY, folder=folder)
    assert "policy/who/parameters/work.yaml:" in refusal.value.sentence("en")
    assert path.read_text(encoding="utf-8") == before


def test_an_unknown_key_is_named_with_the_nearest(folder: Path) -> None:
    with pytest.raises(
        UnknownParameter, match=r"who\.work\.first_age”\(policy/who/parameters/work\.yaml:\d+\)"
    ):
        note_checked(
            ["how.employment.last_age", "who.work.frist_age"], on=TODAY, by="王", today=TODAY, folder=folder
        )
    assert read(folder, "how.employment.last_age")["how.employment.last_age"].checked_on is None


def test_a_value_is_stale_after_a_year() -> None:
    one = parameters()["who.work.first_age"]
    for day, stale in ((date(2025, 11, 24), True), (date(2025, 11, 25), False)):
        known = Parameters({one.key: replace(one, checked_on=day)})
        assert bool(not_rechecked(TODAY, known)) is stale


def test_nothing_is_marked_that_nobody_checked() -> None:
    """A check names who has made it."""
    for one in parameters().values():
        assert (one.checked_on is None) == (not one.checked_by), one.key
