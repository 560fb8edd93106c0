"""All rules in one pass: three verdicts counted, findings listed, and rules that cannot be believed raise nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from bangfu.analytics.engines import DuckDBEngine, duckdb_engine
from bangfu.analytics.evaluation import MASK, Outcome, Tally, believed, evaluate
from bangfu.analytics.snapshots import Snapshot
from bangfu.policy import catalogue
from bangfu.policy.errors import UndatedParameter, UnknownColumn
from bangfu.policy.parameters import DatedValue, Parameter, Parameters, parameters
from bangfu.policy.rules import Rule, rule
from bangfu.policy.words import Words
from tests.analytics.conftest import Build, Evaluate
from tests.analytics.county import DAY, Small, village

WORDS = {"title": Words("试", "test"), "sentence": Words("{age}岁。请核对。", "Aged {age}. Check it.")}


def made(function: Any, **values: Any) -> Rule:
    """The rule behind a decorated function, with texts."""
    (one,) = function.rules
    return Rule(**{name: getattr(one, name) for name in Rule.__dataclass_fields__} | WORDS | values)


@rule("grown_up", subject="person", since="2014-01-01", law="tests")
def grown_up(person: Any, p: Any) -> Any:
    return person.age >= p["who.work.first_age"]


@rule("everybody", subject="person", since="2014-01-01", law="tests")
def everybody(person: Any, p: Any) -> Any:
    return person.person_key > 0


@rule("misspelt", subject="person", since="2014-01-01", law="tests")
def misspelt(person: Any, p: Any) -> Any:
    return person.agge > 1


@rule("undated", subject="person", since="2014-01-01", law="tests")
def undated(person: Any, p: Any) -> Any:
    return person.age > p["who.work.first_age"]


@rule("of_the_list", subject="deaths", since="2014-01-01", law="tests")
def of_the_list(entry: Any, p: Any) -> Any:
    return entry.died_on > p.day


def county(households: int = 30) -> Small:
    small = Small()
    for place in range(households):
        small.household(
            {}, [{}, {"年龄": 10}, {"出生日期": None, "证件号码": None} if place % 3 == 0 else {"年龄": 12}]
        )
    return small


def keys(outcome: Outcome, key: str) -> list[int]:
    return sorted(outcome.findings.filter(pc.equal(outcome.findings["rule"], key))["key"].to_pylist())


def test_three_verdicts_are_counted_and_every_yes_is_listed(evaluated: Evaluate) -> None:
    outcome = evaluated(county(), [made(grown_up)])
    tally = outcome.tally("grown_up")
    assert (tally.yes, tally.no, tally.cannot_tell) == (30, 50, 10)
    assert tally.subjects == 90
    assert keys(outcome, "grown_up") == list(range(1, 91, 3))


def test_values_of_the_sentences_come_along(evaluated: Evaluate) -> None:
    outcome = evaluated(county(), [made(grown_up)])
    assert set(outcome.values["person"]) == set(keys(outcome, "grown_up"))
    assert {row["age"] for row in outcome.values["person"].values()} == {40}


def test_the_same_rules_are_compiled_once_and_judge_other_rows(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue B: expressions compiled once for a rule set, a day and its areas, and reused."""
    rules, told = [made(grown_up)], []
    for households in (30, 12, 30):
        snapshot = build(county(households)).snapshot
        with duckdb_engine() as engine:
            told.append(evaluate(snapshot, rules, engine=engine).tally("grown_up").yes)
        monkeypatch.setattr("bangfu.analytics.evaluation.verdict_of", None)
    assert told == [30, 12, 30]


def test_values_are_left_out_when_not_wanted(build: Build, engine: DuckDBEngine) -> None:
    outcome = evaluate(build(county()).snapshot, [made(grown_up)], engine=engine, with_values=False)
    assert outcome.values["person"] == {}


def test_an_unknown_column_names_rule_file_and_line_and_nothing_is_evaluated(evaluated: Evaluate) -> None:
    """Issue A: a rule that names an unknown column fails closed and says so."""
    with pytest.raises(UnknownColumn) as refusal:
        evaluated(county(), [made(grown_up), made(misspelt)])
    line = misspelt.__code__.co_firstlineno
    for sentence in (refusal.value.sentence("zh"), refusal.value.sentence("en")):
        assert "misspelt" in sentence
        assert "agge" in sentence
        assert f"test_evaluation.py:{line}" in sentence


def test_a_parameter_without_a_value_stops_the_run(evaluated: Evaluate) -> None:
    known = dict(parameters())
    ended = Parameter("who.work.first_age", Words("岁", "age"), "count", "year", False, "tests", ())
    known["who.work.first_age"] = ended
    with pytest.raises(UndatedParameter, match="2015-12-31"):
        evaluated(county(), [made(undated)], Parameters(known))


def test_a_rule_that_fires_for_everybody_raises_nothing(evaluated: Evaluate) -> None:
    outcome = evaluated(county(), [made(everybody), made(grown_up)])
    assert outcome.tally("everybody").status == "everybody"
    assert outcome.tally("everybody").yes == 90
    assert keys(outcome, "everybody") == []
    assert len(keys(outcome, "grown_up")) == 30


def test_in_a_handful_of_people_everybody_may_well_be_meant(evaluated: Evaluate) -> None:
    """Under 50 subjects (configuration) a rule is believed."""
    outcome = evaluated(county(5), [made(everybody)])
    assert outcome.tally("everybody").status == "ok"
    assert len(keys(outcome, "everybody")) == 15


@pytest.mark.parametrize(
    ("yes", "no", "cannot_tell", "status"),
    [
        (0, 0, 0, "ok"),
        (0, 0, 90, "nobody_judged"),
        (0, 40, 50, "nobody_judged"),
        (0, 50, 40, "ok"),
        (1, 0, 89, "ok"),
        (94, 6, 0, "ok"),
        (95, 5, 0, "everybody"),
        (95, 5, 900, "everybody"),
        (49, 0, 0, "ok"),
        (50, 0, 0, "everybody"),
    ],
)
def test_when_a_rule_is_believed(yes: int, no: int, cannot_tell: int, status: str) -> None:
    """Everybody: from 95 % of those judged, 50 at least. Nobody: it fired for nobody and cannot tell for most."""
    assert believed(Tally(made(grown_up), yes, no, cannot_tell), DAY, parameters()).status == status


def test_a_list_that_was_not_supplied_makes_rules_that_cannot_tell(evaluated: Evaluate) -> None:
    """A missing list is never a silent no (DESIGN §1.3)."""
    small = county()
    without = evaluated(small)
    small.supplied("deaths", "medical_insurance")
    small.listed("deaths", small.people[0], 死亡日期=date(2015, 6, 1))
    with_them = evaluated(small)
    assert without.tally("dead_but_registered").cannot_tell == 90
    assert without.tally("dead_but_registered").status == "nobody_judged"
    assert keys(with_them, "dead_but_registered") == [1]
    assert with_them.tally("insured_off_list").status == "everybody", "an empty list is not believed"
    assert keys(with_them, "insured_off_list") == []


def test_rules_about_a_list_that_is_not_there_are_named_as_unheard(evaluated: Evaluate) -> None:
    outcome = evaluated(county(), [made(of_the_list)])
    assert outcome.tally("of_the_list").status == "nobody_judged"
    assert outcome.findings.num_rows == 0


def test_more_rules_than_one_mask_holds(evaluated: Evaluate) -> None:
    """Past 62 rules of a table the answers must still be each rule's own."""
    many = [
        made(grown_up, key=f"grown_up_{n}") if n % 2 else made(everybody, key=f"everybody_{n}")
        for n in range(2 * MASK + 5)
    ]
    outcome = evaluated(county(), many)
    assert len(outcome.tallies) == len(many)
    for one in many:
        tally = outcome.tally(one.key)
        expected = (30, 50, 10) if one.key.startswith("grown_up") else (90, 0, 0)
        assert (tally.yes, tally.no, tally.cannot_tell) == expected, one.key
        assert len(keys(outcome, one.key)) == (30 if one.key.startswith("grown_up") else 0)


def test_the_bits_at_the_edge_of_a_mask(evaluated: Evaluate) -> None:
    """The 61st, 62nd and 63rd rule each fire for somebody else."""
    small = county(40)

    def at(age: int) -> Rule:
        @rule(f"aged_{age}", subject="person", since="2014-01-01", law="tests")
        def aged(person: Any, p: Any) -> Any:
            return person.age == age

        return made(aged)

    for place, person in enumerate(small.people):
        person["出生日期"], person["证件号码"] = date(DAY.year - place % 70, 1, 1), None
    outcome = evaluated(small, [at(age) for age in range(70)])
    for age in range(70):
        assert keys(outcome, f"aged_{age}") == [n + 1 for n in range(len(small.people)) if n % 70 == age]


def overridden(key: str, area: str, value: int) -> Parameters:
    """All parameters, one of them with a value of its own in an area."""
    known = dict(parameters())
    one = known[key]
    own = (DatedValue(date(2014, 1, 1), value, "tests"),)
    known[key] = Parameter(one.key, one.title, one.kind, one.unit, True, one.where, one.values, {area: own})
    return Parameters(known)


def two_counties() -> Small:
    small = Small()
    for county_code in ("610926", "610924"):
        for place in range(30):
            small.household({"行政村代码": f"{county_code}100{201 + place}"}, [{"年龄": 17}, {"年龄": 30}])
    return small


def test_an_area_dependent_parameter_serves_two_counties_in_one_pass(evaluated: Evaluate) -> None:
    """DESIGN §3: the value becomes a joined column; the same people, two verdicts."""
    values = overridden("who.work.first_age", "610924", 18)
    outcome = evaluated(two_counties(), [made(grown_up)], values)
    tally = outcome.tally("grown_up")
    assert (tally.yes, tally.no) == (60 + 30, 30)
    assert [key for key in keys(outcome, "grown_up") if key > 60] == list(range(62, 121, 2))


def test_an_override_elsewhere_changes_nothing_here(evaluated: Evaluate) -> None:
    values = overridden("who.work.first_age", "630224", 60)
    assert evaluated(two_counties(), [made(grown_up)], values).tally("grown_up").yes == 120


def test_one_county_with_its_own_value(evaluated: Evaluate) -> None:
    values = overridden("who.work.first_age", "610926", 18)
    outcome = evaluated(county(), [made(grown_up)], values)
    assert outcome.tally("grown_up").yes == 30


def test_a_shared_fact_follows_the_area_as_well(evaluated: Evaluate) -> None:
    """Who counts as grown (work_months_unknown) is folded per household with the household's own age of work."""
    small = two_counties()
    for household in small.households:
        household["工资性收入"] = 5000
    for person in small.people:
        person["务工时间"] = None if person["出生日期"].year == DAY.year - 17 else 0
    wage = catalogue.rule("wage_without_worker", DAY)
    outcome = evaluated(small, [wage], overridden("who.work.first_age", "610924", 18))
    tally = outcome.tally("wage_without_worker")
    assert (tally.yes, tally.cannot_tell) == (30, 30)


def test_a_list_has_no_place_so_an_area_dependent_value_is_not_guessed(evaluated: Evaluate) -> None:
    """Steady months are read on the list of jobs, whose rows belong to no county: say so, do not take one county's."""
    from bangfu.analytics.errors import NoAreaForValue

    small = two_counties()
    small.listed("human_resources", small.people[0], 就业形式="单位就业", 缴费月数=4)
    with pytest.raises(NoAreaForValue, match=r"who\.work\.steady_months"):
        evaluated(
            small, [catalogue.rule("job_unrecorded", DAY)], overridden("who.work.steady_months", "610924", 6)
        )


def test_the_rules_in_force_on_the_day_are_the_ones_asked(evaluated: Evaluate) -> None:
    outcome = evaluated(county(2))
    assert [tally.rule.key for tally in sorted(outcome.tallies, key=lambda one: one.rule.key)] == sorted(
        one.key for one in catalogue.rules_on(DAY)
    )


def test_two_runs_over_one_snapshot_agree(build: Build, engine: DuckDBEngine) -> None:
    snapshot = build(county()).snapshot
    first, second = (evaluate(snapshot, engine=engine) for _ in range(2))
    order = [("rule", "ascending"), ("key", "ascending")]
    assert first.findings.sort_by(order) == second.findings.sort_by(order)
    assert first.tallies == second.tallies


def test_an_empty_registry_is_evaluated_to_nothing(evaluated: Evaluate) -> None:
    outcome = evaluated(Small())
    assert outcome.findings.num_rows == 0
    assert {tally.subjects for tally in outcome.tallies} == {0}


def test_every_village_stands_once_in_a_snapshot(build: Build) -> None:
    small = Small()
    for _ in range(3):
        small.household({"行政村代码": village(7)})
    small.household({"行政村代码": None})
    found: Snapshot = build(small).snapshot
    assert found.tables["village"]["village_code"].to_pylist() == [int(village(7))]
    assert isinstance(found.tables["person"], pa.Table)
