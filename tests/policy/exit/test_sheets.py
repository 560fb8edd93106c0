"""The rules about leaving on sheets of verification, and that every alert has its cases (S0-46, S4-76, DESIGN §3)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from bangfu.analytics.area_values import Values
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.evaluation import verdict_of
from bangfu.analytics.snapshots import conform
from bangfu.policy import catalogue
from bangfu.policy.exit.leaving import LINE, SUBJECT
from bangfu.policy.parameters import parameters
from bangfu.policy.rules import Rule
from bangfu.policy.verdict import Verdict
from tests.policy.policy_cases import SHEETS, VERDICTS, files

ORDINARY: dict[str, Any] = {
    "members": 4,
    "income_year": 2018,
    "income_wage": 16_000,
    "income_business": 0,
    "income_property": 0,
    "income_transfer": 0,
    "production_cost": 0,
    **dict.fromkeys(("food", "clothing", "schooling", "medical", "housing", "water"), True),
}
MONEY = [name for name in ORDINARY if name.startswith("income_") and name != "income_year"]
MONEY.append("production_cost")


def read(path: Path) -> list[tuple[str, date, dict[str, Any]]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    day = date.fromisoformat(path.parent.name)
    return [(content["rule"], day, node) for node in content["cases"]]


CASES = [one for path in sorted(SHEETS.rglob("*.yaml")) for one in read(path)]


def verdict(key: str, day: date, given: dict[str, Any]) -> Verdict:
    """One sheet, amounts in yuan as a case writes them."""
    assert set(given) <= set(ORDINARY)
    row = ORDINARY | given
    row |= {name: None if row[name] is None else row[name] * 100 for name in MONEY}
    table = conform(pa.table({name: [value] for name, value in row.items()}), SUBJECT)
    with duckdb_engine() as engine:
        sheet = engine.table(SUBJECT, table)
        rule = catalogue.rule(key, day)
        asked = sheet.select(said=verdict_of(rule, sheet, Values(day, parameters(), sheet, {"": ["61"]})))
        return Verdict.of(engine.arrow(asked)["said"][0].as_py())


@pytest.mark.parametrize(("key", "day", "case"), CASES, ids=lambda one: str(one)[:40])
def test_case(key: str, day: date, case: dict[str, Any]) -> None:
    assert set(case) == {"says", "sheet", "verdict", "source"}
    assert verdict(key, day, case["sheet"]) is VERDICTS[case["verdict"]], case["says"]


@pytest.mark.parametrize("rule", catalogue.all_exit_rules(), ids=lambda rule: f"{rule.key}-{rule.since}")
def test_every_version_has_a_case_of_each_verdict(rule: Rule) -> None:
    said = {VERDICTS[node["verdict"]] for key, day, node in CASES if key == rule.key and rule.in_force(day)}
    assert said == set(Verdict)


@pytest.mark.parametrize("rule", catalogue.all_alerts(), ids=lambda rule: rule.key)
def test_every_alert_has_a_case_of_each_verdict(rule: Rule) -> None:
    said = {case.expected for file in files() if file.rule == rule.key for case in file.cases}
    assert said == set(Verdict)
    assert rule.kind == "alert"
    assert rule.concern == "relapse"
    assert rule.two_person


@pytest.mark.parametrize("year", range(2014, 2030))
def test_one_version_of_each_rule_is_in_force(year: int) -> None:
    for day in (date(year, 1, 1), date(year, 6, 30), date(year, 12, 31)):
        keys = [rule.key for rule in catalogue.exit_rules_on(day)]
        assert sorted(keys) == ["exit_guarantees", "exit_income_over_line", "exit_ready"]


def test_no_area_below_a_province_moves_the_line() -> None:
    """S2-02: neither lower nor higher, whatever a county writes."""
    assert {len(area) for area in parameters()[LINE].areas} <= {2}
