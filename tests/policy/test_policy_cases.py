"""Every rule on cases written as sentences: one that gives yes, one that gives no, one that cannot tell (DESIGN §3)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bangfu.analytics import extracts
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.evaluation import key_column, verdict_of
from bangfu.analytics.wide_tables import wide_tables
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.parameters import parameters
from bangfu.policy.rules import Rule
from bangfu.policy.verdict import Verdict
from tests.analytics.county import Small, places
from tests.policy.policy_cases import (
    Answer,
    Case,
    CaseFile,
    answers,
    entitlement_files,
    every_file,
    files,
    verdicts,
)

EVERY = [case for file in files() for case in file.cases]
BY_RULE = {file.rule: file for file in files()}
LEAST = 3


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert verdicts(case.group)[case.name] is case.expected, case.says


ENTITLED = [case for file in entitlement_files() for case in file.cases]


@pytest.mark.parametrize("case", ENTITLED, ids=lambda case: case.name)
def test_entitlement_case(case: Case) -> None:
    """Due and status, to the fen; what was received where the case names it."""
    said, expected = answers(case.group)[case.name], case.expected
    assert isinstance(expected, Answer)
    assert (said.due, said.status) == (expected.due, expected.status), case.says
    if expected.received is not None:
        assert said.received == expected.received, case.says


def test_there_are_enough_dated_cases() -> None:
    """Issue B: at least 150, each citing its source."""
    cases = [case for file in every_file() for case in file.cases]
    assert len(cases) >= 150
    assert all(case.source.strip() for case in cases)
    assert len({case.day for case in cases}) >= 4


@pytest.mark.parametrize("one", catalogue.all_entitlements(), ids=lambda one: one.key)
def test_every_entitlement_has_its_cases(one: Entitlement) -> None:
    """Somebody who got it, somebody who did not, somebody for whom it is not, somebody who cannot be told."""
    cases = [case for file in entitlement_files() if file.rule == one.key for case in file.cases]
    assert cases, f"write tests/policy/cases/how/<day>/{one.key}.yaml"
    said = {case.expected.status for case in cases if isinstance(case.expected, Answer)}
    needed = {"due_received", "due_missing", "not_due", "cannot_tell"} | (
        {"over_paid"} if one.over else set()
    )
    assert needed - said == set()


HAND_WRITTEN = [one for one in catalogue.all_rules() if one.kind != "eligibility"]


@pytest.mark.parametrize("rule", HAND_WRITTEN, ids=lambda rule: rule.key)
def test_every_rule_has_its_cases(rule: Rule) -> None:
    assert rule.key in BY_RULE, f"write tests/policy/cases/who/<day>/{rule.key}.yaml"
    file = BY_RULE[rule.key]
    expected = {case.expected for case in file.cases}
    needed = {Verdict.YES, Verdict.NO} | (set() if file.always_decides else {Verdict.CANNOT_TELL})
    assert needed <= expected
    assert len(file.cases) >= LEAST


@pytest.mark.parametrize("file", every_file(), ids=lambda file: file.rule)
def test_case_files_stand_where_they_belong(file: CaseFile) -> None:
    """cases/<question>/<day>/<rule>.yaml, about a rule or entitlement that is in force on that day."""
    judged = catalogue.rule if file.kind == "rule" else catalogue.entitlement
    rule = judged(file.rule, file.day)
    assert file.path.stem == file.rule
    assert file.path.parents[1].name == Path(rule.where).parts[1]
    assert [case.says for case in file.cases] == list(dict.fromkeys(case.says for case in file.cases))
    for case in file.cases:
        assert len(case.says) >= 6
        assert case.source.strip()


def test_an_ordinary_household_raises_no_doubt() -> None:
    """What every case starts from: whatever fires, fires because of what the case says."""
    small = Small(date(2015, 12, 31))
    for _ in range(60):
        small.household({}, [{}, {"年龄": 66}, {"年龄": 10}, {"年龄": 14}, {"年龄": 5}, {"年龄": 1}])
    with duckdb_engine() as engine:
        built = extracts.build(small.extract(), places(), parameters(), engine)
        wide = wide_tables(built.snapshot, engine, parameters(), {"person", "household", "village"})
        fired = set()
        for rule in catalogue.rules_on(small.day):
            if rule.subject in wide.tables:
                table = wide.tables[rule.subject]
                yes = verdict_of(rule, table, wide.p(rule.subject))
                if engine.arrow(table.filter(yes).limit(1)).num_rows:
                    fired.add(rule.key)
    assert fired == set()


CLAIMED = [file for file in files() if file.always_decides]


@pytest.mark.parametrize("file", CLAIMED, ids=lambda file: file.rule)
def test_a_rule_that_claims_to_decide_always_does(file: CaseFile) -> None:
    """Asked about a household and a person of whom nothing but the numbers is entered."""
    rule = catalogue.rule(file.rule, file.day)
    assert len(file.always_decides or "") >= 6
    verdict = bare(file.day)[rule.key]
    assert verdict is not Verdict.CANNOT_TELL


def bare(day: date) -> dict[str, Verdict]:
    """What each rule says when everything that may be empty is empty."""
    if day not in _BARE:
        small = Small(day)
        small.supplied(*vocabulary.lists())
        (person,) = small.household({}, [{}])
        keep = {"人编号", "户编号"}
        person |= {title: None for title in person if title not in keep}
        household = small.households[0]
        household |= {title: None for title in household if title != "户编号"}
        small.lists["civil_affairs"].append({})
        with duckdb_engine() as engine:
            built = extracts.build(small.extract(), places(10), parameters(), engine)
            wide = wide_tables(built.snapshot, engine, parameters(), {"person", "household", "village"})
            found = {}
            for rule in catalogue.rules_on(day):
                table = wide.tables[rule.subject]
                asked = table.select(
                    table[key_column(rule.subject)], verdict=verdict_of(rule, table, wide.p(rule.subject))
                )
                rows = engine.arrow(asked)["verdict"].to_pylist()
                found[rule.key] = Verdict.of(rows[0] if rows else False)
        _BARE[day] = found
    return _BARE[day]


_BARE: dict[date, dict[str, Verdict]] = {}
