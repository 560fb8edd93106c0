"""Definitions: which version holds where, what the documents demand, and files that do not fit."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bangfu.accounts.roles import Role
from bangfu.policy import procedures
from bangfu.policy.errors import BadPolicyFile, NoProcedure, UnknownProcedure
from bangfu.policy.parameters import parameters
from bangfu.policy.procedures.definitions import LEVELS, ROLES, Definition, is_higher
from bangfu.policy.procedures.reading import read_file, read_folder

DAY = date(2026, 3, 2)
PINGLI, HUALONG, HUZHU = "610926100201", "630224100201", "630223100201"
DEFINITIONS = procedures.all_definitions()


def named(one: Definition) -> str:
    return f"{one.procedure}/{one.version}"


@pytest.mark.parametrize(
    ("procedure", "version", "steps"),
    [
        (  # S4-61
            "household_identification",
            "six_steps",
            ["application", "nomination", "review", "village_check", "township_audit", "county_approval"],
        ),
        (  # S4-56
            "household_identification",
            "four_steps",
            ["application", "review", "village_check", "township_audit"],
        ),
        (  # S4-55
            "village_recognition",
            "three_steps",
            ["village_application", "township_meeting", "county_decision"],
        ),
    ],
)
def test_the_steps_that_the_documents_name(procedure: str, version: str, steps: list[str]) -> None:
    assert [step.key for step in procedures.definition(procedure, version).steps] == steps


def test_every_procedure_of_the_issue_is_there() -> None:
    assert set(procedures.procedures()) == {
        "household_identification",
        "village_recognition",
        "household_exit",
        "village_exit",
        "county_exit",
        "risk_clearance",
        "return_to_poverty",
        "marginal_emergency",
        "self_report",
        "monitoring_start",
        "registry_removal",
        "registry_correction",
        "appeal",
    }


@pytest.mark.parametrize(
    ("area", "version"), [(PINGLI, "six_steps"), (HUALONG, "six_steps"), (HUZHU, "four_steps")]
)
def test_the_nearest_area_wins(area: str, version: str) -> None:
    """The six steps unless the province has its own (X-01)."""
    assert procedures.in_force("household_identification", DAY, area).version == version


def test_a_procedure_that_is_not_there() -> None:
    with pytest.raises(UnknownProcedure):
        procedures.in_force("nothing", DAY, PINGLI)
    with pytest.raises(UnknownProcedure):
        procedures.definition("appeal", "older")
    with pytest.raises(NoProcedure) as refusal:
        procedures.in_force("appeal", date(2012, 12, 31), PINGLI)
    assert "2012-12-31" in refusal.value.sentence("en")


def test_roles_are_those_of_the_posts() -> None:
    assert set(ROLES) <= set(Role.values)
    assert is_higher("county", "village")
    assert not is_higher("village", "village")
    assert not is_higher("group", "village")


@pytest.mark.parametrize("one", DEFINITIONS, ids=named)
def test_what_goes_up_is_looked_at_by_somebody_else(one: Definition) -> None:
    """Two people for status (DESIGN §5): a step of a higher level is never done by who did one below."""
    for at, step in enumerate(one.steps):
        below = {earlier.key for earlier in one.steps[:at] if is_higher(step.level, earlier.level)}
        if step.level not in ("group", "village"):
            assert below <= set(step.another_person_than), step.key


@pytest.mark.parametrize("one", DEFINITIONS, ids=named)
def test_every_step_names_its_clause_or_says_that_it_is_configuration(one: Definition) -> None:
    assert one.from_configuration or all(step.clause for step in one.steps)
    assert {step.level for step in one.steps} <= set(LEVELS)


@pytest.mark.parametrize("one", DEFINITIONS, ids=named)
def test_every_length_has_a_value_from_the_first_day_on(one: Definition) -> None:
    for step in one.steps:
        lengths = [step.due, step.shortest, step.notice.days if step.notice else None, one.appeal, one.due]
        for length in filter(None, lengths):
            assert length.length(one.since, PINGLI) > 0
    for _kind, name in one.calls():
        assert name.isidentifier()


def test_removal_is_opened_by_a_verified_doubt_only() -> None:
    """S1-24: never automatic exit."""
    for version in procedures.procedures()["registry_removal"]:
        assert "doubt_is_verified" in [call.name for call in version.to_open]


def test_exit_asks_for_two_signatures_and_the_verdict() -> None:
    """S4-76, S0-46."""
    first = procedures.in_force("household_exit", DAY, PINGLI).steps[0]
    assert [(record.key, record.signers) for record in first.records] == [("exit_verification", 2)]
    assert "exit_verdict_allows" in [call.name for call in first.guards]


@pytest.mark.parametrize(("area", "check", "whole"), [("340826100201", 2, 20), ("620123100201", 5, 15)])
def test_the_days_of_a_self_report(area: str, check: int, whole: int) -> None:
    one = procedures.in_force("self_report", DAY, area)
    assert one.due is not None
    assert one.steps[0].due is not None
    assert (one.steps[0].due.length(DAY, area), one.due.length(DAY, area)) == (check, whole)
    assert one.steps[0].due.count == one.due.count == "working"


def test_the_panel_is_the_documents_own() -> None:
    """S4-62 gives 30 and 5; S4-63 gives no threshold, which is said."""
    known = parameters()
    assert (
        known["who.procedures.panel_least"].on(DAY),
        known["who.procedures.panel_least_per_group"].on(DAY),
    ) == (30, 5)
    assert not known["who.procedures.panel_least"].from_configuration
    assert known["who.procedures.review_quorum"].from_configuration
    assert known["who.procedures.review_pass_ratio"].from_configuration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the definitions, to be added to."""
    return Path(
        shutil.copytree(procedures.FOLDER, tmp_path / "procedures", ignore=shutil.ignore_patterns("*.py*"))
    )


def variant(folder: Path, name: str, **changes: str) -> Path:
    """The four steps again under another name, some lines of the top changed."""
    lines = (folder / "household_identification.four_steps.yaml").read_text(encoding="utf-8").splitlines()
    for key, value in changes.items():
        lines = [f"{key}: {value}" if line.startswith(f"{key}:") else line for line in lines]
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_province_s_variant_is_one_more_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variant(
        folder, "household_identification.gansu.yaml", version="gansu", areas="['62']", since="'2020-01-01'"
    )
    known = read_folder(folder)
    monkeypatch.setattr(procedures, "all_definitions", lambda: known)
    assert procedures.in_force("household_identification", DAY, "620123100201").version == "gansu"
    before = procedures.in_force("household_identification", date(2019, 12, 31), "620123100201")
    assert before.version == "six_steps"
    assert procedures.in_force("household_identification", DAY, PINGLI).version == "six_steps"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": "six_steps", "areas": "['62']"}, "is the version six_steps already"),
        ({"version": "other", "areas": "['63']"}, "two versions hold on 2013-01-01 (63)"),
        ({"version": "other", "areas": "['62']", "title": "{zh: 别的, en: other}"}, "title differs from"),
    ],
)
def test_versions_must_be_told_apart(folder: Path, changes: dict[str, str], said: str) -> None:
    variant(folder, "household_identification.x.yaml", **changes)
    with pytest.raises(BadPolicyFile) as refusal:
        read_folder(folder)
    assert said in refusal.value.sentence("en")
    assert ".yaml" in refusal.value.sentence("zh")


GOOD = """\
procedure: sample
version: one
title: {zh: 样例, en: sample}
version_title: {zh: 一, en: one}
domain: samples
subject: plot
since: '2020-01-01'
reference: T-00
steps:
  - key: first
    title: {zh: 一, en: first}
    role: village
    level: village
    records:
      - {key: paper, title: {zh: 纸, en: paper}}
  - key: second
    title: {zh: 二, en: second}
    role: township
    level: township
    records:
      - {key: poster, title: {zh: 告示, en: poster}}
    notice: {days: 7, record: poster}
    decisions: [pass, return]
    returns_to: [first]
    another_person_than: [first]
on_pass: [done]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("procedure: sample", "procedure: other", 1, "the file's name begins with sample"),
        ("since: '2020-01-01'", "since: '2020-01-01'\nuntil: '2019-01-01'", 8, "not after 2020-01-01"),
        ("key: second", "key: first", 16, "the step first stands twice"),
        ("returns_to: [first]", "returns_to: [second]", 24, "second is no earlier step"),
        ("returns_to: [first]", "returns_to: [third]", 24, "third is no earlier step"),
        ("another_person_than: [first]", "another_person_than: [second]", 25, "second is no earlier step"),
        ("[pass, return]", "[refuse, return]", 23, "nothing after second can be reached"),
        ("    returns_to: [first]\n", "", 16, "returns_to belong together"),
        ("    decisions: [pass, return]\n    returns_to: [first]\n", "", 16, "an objection to the notice"),
        ("{days: 7,", "{days: who.procedures.nothing,", 22, "there is no parameter who.procedures.nothing"),
        ("{days: 7,", "{days: who.income.poverty_line,", 22, "is money, not a number of days"),
        ("record: poster}", "record: paper}", 22, "paper is no needed record"),
        ("{key: poster,", "{key: paper,", 9, "the record paper stands in two places"),
        ("role: township", "role: mayor", 18, "'mayor' is not one of"),
        ("on_pass: [done]", "on_pass: [done]\nspeed: 1", 1, "'speed' was unexpected"),
        ("another_person_than: [first]", "overridable: [poster]", 25, "nobody lifts a notice"),
        ("another_person_than: [first]", "overridable: [paper]", 25, "neither a record nor a guard"),
        ("key: first\n", "key: [first\n", 11, "line 11"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_file(path).version == "one"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPolicyFile) as refusal:
        read_file(path)
    sentence = refusal.value.sentence("en")
    assert said in sentence
    assert f"sample.yaml:{line}" in sentence or f"line {line}" in sentence
