"""The synthetic county: one seed one county, exact numbers, and the figures of Pingli (clauses.md §2)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from bangfu.analytics.identity_numbers import parse
from bangfu.cli.synthetic.families import ImpossibleSizes
from bangfu.cli.synthetic.kit import PLANS
from bangfu.cli.synthetic.model import DAY, County
from bangfu.divisions.errors import UnknownArea
from bangfu.policy import catalogue
from bangfu.policy.vocabulary import codes
from tests.architecture.sources import SOURCE
from tests.cli.worlds import county, share

kinds, cause, id_state = codes("household_kind"), codes("cause"), codes("id_state")
HOUSEHOLDS, PERSONS = 23_035, 57_568


@pytest.fixture(scope="module")
def pingli() -> County:
    """A quarter of Pingli."""
    return county(1)


@pytest.mark.parametrize(
    ("households", "persons", "seed"),
    [(6_000, 15_000, 1), (200, 400, 2), (200, 900, 3), (300, 750, 4), (997, 2_501, 5)],
)
def test_exactly_as_many_rows_as_asked_for(households: int, persons: int, seed: int) -> None:
    made = county(seed, households, persons)
    assert len(made.households) == households
    assert sum(1 for _ in made.persons()) == persons


@pytest.mark.parametrize(("households", "persons"), [(1_000, 500), (300, 9_000)])
def test_impossible_sizes_are_refused_at_once(households: int, persons: int) -> None:
    with pytest.raises(ImpossibleSizes, match=r"\d+"):
        county(1, households, persons)


def test_a_county_that_is_not_in_the_tree() -> None:
    from bangfu.cli import synthetic

    with pytest.raises(UnknownArea, match="999999"):
        synthetic.county("999999", [], [], households=300, persons=750, seed=1)


def written(folder: Path, hash_seed: str) -> dict[str, object]:
    """What ``bangfu synth`` writes in a process of its own: bytes of the books of truth, cells of the workbooks."""
    command = [sys.executable, "-m", "bangfu.cli", "synth", "--county", "610926", "--households", "300"]
    subprocess.run(
        [*command, "--persons", "760", "--random-seed", "11", "--out", folder],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(SOURCE.parent)},
        check=True,
        capture_output=True,
    )
    found: dict[str, object] = {
        path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".json")
    }
    for path in folder.rglob("*.xlsx"):
        book = CalamineWorkbook.from_path(path)
        found[path.name] = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    return found


def test_the_same_seed_gives_the_same_bytes_of_truth_and_the_same_cells(tmp_path: Path) -> None:
    """In two processes whose sets are ordered differently."""
    first, second = written(tmp_path / "a", "1"), written(tmp_path / "b", "2")
    assert first.keys() == second.keys()
    assert {"truth.csv", "classes.csv", "about.json", "registry.xlsx"} <= first.keys()
    for name in first:
        assert first[name] == second[name], name


def test_another_seed_gives_another_county() -> None:
    names = [{person.name for person in county(seed, 300, 750).persons()} for seed in (4, 5)]
    assert names[0] != names[1]


def test_household_size_is_that_of_the_registry(pingli: County) -> None:
    """R-18: 57 568 / 23 035 = 2.499; R-48: between 1.98 and 4.56 in every source."""
    sizes = [one.size for one in pingli.households if one.members]
    assert sum(sizes) / len(sizes) == pytest.approx(PERSONS / HOUSEHOLDS, abs=0.02)
    assert max(sizes) <= 20
    assert Counter(sizes)[1] > Counter(sizes)[5]


def test_allowance_and_support_have_the_shares_of_the_source(pingli: County) -> None:
    """R-26: 7 267 households and 14 417 people on allowance (1.98 a household), 6 820 people supported."""
    low = [one for one in pingli.households if one.household_kind == kinds.low_income]
    supported = [one for one in pingli.households if one.household_kind == kinds.extremely_poor]
    assert len(low) / len(pingli.households) == pytest.approx(7_267 / HOUSEHOLDS, abs=0.01)
    people = sum(one.size for one in low)
    assert people / len(low) == pytest.approx(14_417 / 7_267, abs=0.06)
    assert sum(one.size for one in supported) / PERSONS * HOUSEHOLDS / len(
        pingli.households
    ) == pytest.approx(6_820 / PERSONS, abs=0.03)


def test_illness_and_disability_are_over_two_fifths_of_the_causes(pingli: County) -> None:
    """R-43: over 40 % of the causes."""
    heavy = [
        one for one in pingli.households if one.main_cause in (cause.illness, cause.disability, cause.labour)
    ]
    assert share(heavy, pingli.households) > 0.40


def test_most_households_live_in_the_poor_villages(pingli: County) -> None:
    """R-18: 90 poor villages; most of the poor live there, not all."""
    by_village = Counter(
        one.division_code for one in pingli.households if one.division_code in pingli.villages
    )
    top = sum(count for _, count in by_village.most_common(90))
    assert 0.6 < top / sum(by_village.values()) < 1


def test_incomes_lie_about_the_line(pingli: County) -> None:
    """2 855 yuan in 2015: most registered households lie below twice the line, exited ones above it."""
    kept = sorted(one.income_per_head or 0 for one in pingli.households if one.members and not one.exited)
    exited = sorted(one.income_per_head or 0 for one in pingli.households if one.members and one.exited)
    assert kept[len(kept) // 2] < 2 * 2_855
    assert exited[len(exited) // 2] > 2_855


def test_nobody_in_it_can_exist(pingli: County) -> None:
    """Phones of a range given to machines, numbers that are each used once."""
    assert {person.phone[:3] for person in pingli.persons() if person.phone} == {"140"}
    cards = Counter(person.true_id for person in pingli.persons())
    doubled = {subject for rule, subject in pingli.truth if rule.startswith("id_duplicate")}
    assert sum(count - 1 for count in cards.values()) * 2 == len(doubled)


def test_ages_belong_to_the_day_of_the_source(pingli: County) -> None:
    assert all(person.birth_date <= DAY for person in pingli.persons())
    states = parse(pa.array([person.true_id for person in pingli.persons()]))
    assert set(states["id_state"].to_pylist()) == {id_state.ok}


def test_every_rule_in_force_on_the_day_is_planted(pingli: County) -> None:
    """S2-45: no rule goes untried; each has at least one error of its own."""
    planted = Counter(rule for rule, _ in pingli.truth)
    in_force = {one.key for one in catalogue.rules_on(DAY)}
    assert in_force - set(planted) == set()
    assert set(planted) - in_force == set()
    assert {plan.rule for plan in PLANS} <= in_force


def test_there_are_look_alikes_that_are_no_errors(pingli: County) -> None:
    """Twins, namesakes, motorcycles, allowances that ended: what a careless rule would take for an error."""
    assert {"twin", "namesake of one village", "motorcycle, tricycle or tractor"} <= set(pingli.alike)
    assert {"allowance ended before the day", "died after the day", "welfare post or village cadre"} <= set(
        pingli.alike
    )
    assert sum(pingli.alike.values()) > len(pingli.truth)


def test_every_class_of_spoiling_occurs(pingli: County) -> None:
    from bangfu.cli.synthetic.spoiling import SPOILERS

    assert set(pingli.classes.values()) == {spoiler.__name__ for spoiler in SPOILERS}


def test_no_subject_is_planted_in_two_households(pingli: County) -> None:
    """A household carries one planted error, so that a miss or a false hit can be told."""
    numbers = Counter(number for number in (one.household_no for one in pingli.households))
    doubled = {subject for rule, subject in pingli.truth if rule == "household_no_duplicate"}
    assert {number for number, count in numbers.items() if count > 1} == doubled
