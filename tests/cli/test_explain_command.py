"""``bangfu explain``: rules and entitlements of a household in the database, with sources, law and what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bangfu.cli.local import BY, LOCAL, SCOPE, run_here
from bangfu.quality import explanations
from bangfu.quality.actions.requests import request_run
from bangfu.registry.access import household_for
from bangfu.registry.actions.corrections import correct_household
from tests.cast.places import WILLOW
from tests.cast.stories import DAY
from tests.cli.conftest import invoke

HOME = f"{WILLOW}0001"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Every test has a copy of the cast of its own: what was kept of another is forgotten."""
    explanations._KEPT.clear()
    yield
    explanations._KEPT.clear()


def test_everything_about_a_household_with_sources_and_law(cast: None) -> None:
    done = invoke("--json", "explain", HOME, "--as-of", DAY.isoformat())
    assert done.exit_code == 0, done.output
    subjects = json.loads(done.stdout)["subjects"]
    assert subjects[0]["kind"] == "household"
    assert [one["kind"] for one in subjects[1:]] == ["person"] * (len(subjects) - 2) + ["village"]
    (due,) = subjects[-1]["entitlements"]  # S0-29: the village is a poor one by its label
    assert (due["entitlement"], due["inputs"]["poor_village"]) == ("village_industry", True)
    assert (due["status"], due["missing"]) == ("cannot_tell", ["village_industries"])  # no list of projects
    rule = next(one for one in subjects[0]["rules"] if one["rule"] == "exited_below_line")
    entered = rule["sources"]["has_exited"]["entered"]
    assert entered == ["household.standing", "household.exit_mark", "household.household_kind"]
    assert [value["key"] for value in rule["values"]] == ["who.income.poverty_line"]
    unknown = [one for one in subjects[0]["rules"] if one["verdict"] == "cannot_tell"]
    assert any(one["settled_by"] for one in unknown)
    assert {one["entitlement"] for one in subjects[1]["entitlements"]} >= {"student_aid_senior"}


def test_people_read_it_in_plain_lines(cast: None) -> None:
    done = invoke("explain", HOME, "--as-of", DAY.isoformat(), "--all")
    assert done.exit_code == 0, done.output
    assert "国家农村扶贫标准" in done.stdout
    assert "应享" in done.stdout
    assert "即可判断" in done.stdout


def test_a_county_is_answered_once_until_the_household_changes(
    cast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept serves every household of the county; what happens to a neighbour makes nobody wait. Lists are read
    again only when they may have changed."""
    built: list[str] = []
    real = explanations.build

    def counting(area: str, day: Any, lists: Any) -> Any:
        built.append("anew" if lists is None else "with the lists of before")
        return real(area, day, lists)

    def corrected(number: str) -> None:
        household = household_for(SCOPE, number)
        correct_household(
            household=household,
            seen_revision=household.revision,
            entered={"group_no": "九组"},
            day=DAY,
            reason="核实",
            by=BY,
        )

    monkeypatch.setattr(explanations, "build", counting)
    household = household_for(SCOPE, HOME)
    first = explanations.explain_household(household, DAY)
    again = explanations.explain_household(household, DAY)
    corrected(f"{WILLOW}0003")
    explanations.explain_household(household, DAY)
    assert len(built) == 1
    assert [one.number for one in first] == [one.number for one in again]
    corrected(HOME)
    changed = explanations.explain_household(household, DAY)
    assert built == ["anew", "with the lists of before"]
    explanations._KEPT.clear()
    assert explanations.explain_household(household, DAY) == changed
    run_here(request_run(area=household.division_code[:6].ljust(12, "0"), day=DAY, **LOCAL).pk)
    explanations.explain_household(household, DAY)
    assert built[2:] == ["anew", "anew"]
