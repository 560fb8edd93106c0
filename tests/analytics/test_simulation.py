"""What if: who qualifies, who drops out, what it costs; hand-computed on a few households."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bangfu.analytics.affected import affected
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.evaluation import evaluate
from bangfu.analytics.simulation import Effects, Simulation, Variant, simulate
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy import catalogue
from bangfu.policy.errors import BadChange, UnknownParameter
from bangfu.policy.parameters import Change, parameters
from tests.analytics.conftest import Build
from tests.analytics.county import DAY, Small

GRANT = "how.student_aid.senior_grant.first"
LINE = "who.income.poverty_line"
SENIOR = {"年龄": 17, "在校生状况": "普通高中"}


def change(text: str) -> Change:
    return Change.read(text, parameters())


@pytest.fixture
def snapshot(build: Build) -> Snapshot:
    """Two pupils of senior middle school in one general household, one in a household on allowance; one without."""
    small = Small()
    small.household({"户类型": "一般贫困户", "主要致贫原因": "因病"}, [{}, SENIOR, SENIOR])
    small.household({"户类型": "低保贫困户", "主要致贫原因": "因残"}, [{}, SENIOR])
    small.household({"户类型": "一般贫困户"}, [{}])
    return build(small).snapshot


def one(simulation: Simulation) -> Effects:
    (only,) = simulation.effects
    return only


def rows(table: Any, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(zip(*(table[name].to_pylist() for name in columns), strict=True), key=str)


def test_a_dearer_grant_costs_what_it_says(snapshot: Snapshot, engine: DuckDBEngine) -> None:
    now = int(parameters()[GRANT].on(DAY))
    made = one(
        simulate(snapshot, [Variant("a", (Change(GRANT, now + 10_000, date(2015, 1, 1)),))], engine=engine)
    )
    assert made.cost == 3 * 10_000
    assert rows(made.by("fund"), "fund", "more", "less", "newly") == [("education", 3, 0, 0)]
    kinds = made.by("household_kind")
    assert rows(kinds, "household_kind", "more") == [(1, 2), (2, 1)]
    causes = made.by("main_cause")
    assert [after - before for _, before, after in rows(causes, "main_cause", "due_before", "due_after")] == [
        20_000,
        10_000,
    ]
    nation = made.by_division().to_pylist()[0]
    assert (nation["level"], nation["due_after"] - nation["due_before"]) == ("nation", 30_000)
    assert made.losers.num_rows == 0


def test_households_that_lose_are_listed_the_greatest_loss_first(
    snapshot: Snapshot, engine: DuckDBEngine
) -> None:
    now = int(parameters()[GRANT].on(DAY))
    made = one(
        simulate(snapshot, [Variant("a", (Change(GRANT, now - 5_000, date(2015, 1, 1)),))], engine=engine)
    )
    lost = [(row["household_key"], row["due_before"] - row["due_after"]) for row in made.losers.to_pylist()]
    assert lost == [(1, 10_000), (2, 5_000)]
    assert made.losers["questions"].to_pylist() == [["student_aid_senior"]] * 2
    assert set(made.changes["effect"].to_pylist()) == {"less"}


def test_a_lower_limit_of_age_lets_people_drop_out(build: Build, engine: DuckDBEngine) -> None:
    small = Small()
    small.household({}, [{}, {"年龄": 5, "在校生状况": "学前教育"}])
    snapshot = build(small).snapshot
    reached = affected(catalogue.entitlements_on(DAY), {"how.preschool.last_age"}, DAY)
    assert reached
    made = one(
        simulate(snapshot, [Variant("a", (change("how.preschool.last_age=4@2015-01-01"),))], engine=engine)
    )
    dropped = [row for row in made.changes.to_pylist() if row["effect"] == "drops_out"]
    assert {row["question"] for row in dropped} >= {reached[0].key}
    assert {row["key"] for row in dropped if row["subject_kind"] == "person"} == {2}


def test_a_change_of_one_county_leaves_the_others_alone(build: Build, engine: DuckDBEngine) -> None:
    small = Small()
    small.household({}, [{}, SENIOR])
    small.household({"行政村代码": "610924100201"}, [{}, SENIOR])
    now = int(parameters()[GRANT].on(DAY))
    variant = Variant("a", (Change(GRANT, now + 100, date(2015, 1, 1), "610924"),))
    made = one(simulate(build(small).snapshot, [variant], engine=engine))
    counties = [row for row in made.by_division().to_pylist() if row["level"] == "county"]
    gained = {row["division"]: row["due_after"] - row["due_before"] for row in counties}
    assert gained == {610_926_000_000: 0, 610_924_000_000: 100}


def test_a_change_that_begins_later_changes_nothing_today(snapshot: Snapshot, engine: DuckDBEngine) -> None:
    made = one(simulate(snapshot, [Variant("a", (change(f"{GRANT}=9999@2016-09-01"),))], engine=engine))
    assert made.cost == 0
    assert made.changes.num_rows == 0


def test_rules_that_read_the_value_are_counted_too(build: Build, engine: DuckDBEngine) -> None:
    small = Small()
    small.household({"脱贫标志": "已脱贫", "人均纯收入": 2900}, [{}])
    small.household({"脱贫标志": "已脱贫", "人均纯收入": 3100}, [{}])
    made = one(
        simulate(build(small).snapshot, [Variant("a", (change(f"{LINE}=3000@2015-01-01"),))], engine=engine)
    )
    fired = {
        row["question"]: row["newly"] for row in made.by("question").to_pylist() if row["kind"] == "rule"
    }
    assert fired["exited_below_line"] == 1


def test_two_variants_stand_side_by_side(snapshot: Snapshot, engine: DuckDBEngine) -> None:
    now = int(parameters()[GRANT].on(DAY))
    variants = [
        Variant("more", (Change(GRANT, now + 100, date(2015, 1, 1)),)),
        Variant("less", (Change(GRANT, now - 100, date(2015, 1, 1)),)),
    ]
    both = simulate(snapshot, variants, engine=engine)
    assert [made.cost for made in both.effects] == [300, -300]
    again = simulate(snapshot, variants[1:], engine=engine)
    assert one(again).cube.equals(both.effects[1].cube)


def test_what_if_leaves_the_real_run_as_it_is(snapshot: Snapshot, engine: DuckDBEngine) -> None:
    before = evaluate(snapshot, engine=engine)
    simulate(snapshot, [Variant("a", (change(f"{LINE}=9999@2015-01-01"),))], engine=engine)
    after = evaluate(snapshot, engine=engine)
    assert [(t.rule.key, t.yes, t.no, t.cannot_tell) for t in before.tallies] == [
        (t.rule.key, t.yes, t.no, t.cannot_tell) for t in after.tallies
    ]
    assert parameters()[LINE].on(DAY) == 285_500


def test_only_what_the_value_reaches_is_asked_again() -> None:
    keys = {
        one.key for one in affected((*catalogue.rules_on(DAY), *catalogue.entitlements_on(DAY)), {LINE}, DAY)
    }
    assert {"exited_below_line", "income_far_over_line"} <= keys
    assert "id_checksum" not in keys
    steady = {one.key for one in affected(catalogue.rules_on(DAY), {"who.work.steady_months"}, DAY)}
    assert "worker_without_wage" in steady  # through the household's count of steady workers


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("no.such.key=1@2015-01-01", UnknownParameter),
        (f"{LINE}=much@2015-01-01", BadChange),
        (f"{LINE}=3000", BadChange),
        (f"{LINE}=3000@2015-02-30", BadChange),
    ],
)
def test_a_what_if_that_cannot_be_understood_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        change(text)


def test_a_change_takes_the_place_of_the_entry_of_its_day_and_later_ones_follow() -> None:
    changed = parameters().with_changes([change(f"{LINE}=3000@2015-01-01")])
    assert changed[LINE].on(date(2015, 6, 1)) == 300_000
    assert changed[LINE].on(date(2016, 6, 1)) == 295_200
    assert changed[LINE].on(date(2014, 6, 1)) == 280_000
    local = parameters().with_changes([change(f"{LINE}=3000@2015-01-01:6109")])
    assert (local[LINE].on(DAY, "610926"), local[LINE].on(DAY, "620100")) == (300_000, 285_500)
    assert local.fingerprint != parameters().fingerprint
    assert parameters().with_changes([]).fingerprint == parameters().fingerprint
