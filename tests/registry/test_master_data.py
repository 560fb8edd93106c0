"""Stated figures against counts, parts and each other; a contradiction is flagged and kept (X-15, S4-02, S4-52)."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.divisions.actions import add_group
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.figures import state_figure
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.master_data import (
    Comparison,
    MasterFigure,
    change_of_incidence,
    master_data,
    stated_changes,
)
from bangfu.registry.models import StatedFigure
from tests.cast.places import COUNTY, HILL_TOWN, SUMMIT, WILLOW, WILLOW_TOWN
from tests.postgresql import both_databases
from tests.registry.world import FIRST, ME, day, registered, somebody

pytestmark = [pytest.mark.django_db, both_databases, pytest.mark.usefixtures("tree")]
OFFICE = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])
YES, NO, CANNOT_TELL = Verdict.YES, Verdict.NO, Verdict.CANNOT_TELL


def state(figure: str, value: float, where: str = COUNTY, as_of: date = FIRST) -> None:
    state_figure(
        division_code=where, figure=figure, value=round(value * 100), as_of=as_of, source="公报", by=ME, scope=OFFICE
    )  # fmt: skip


def figure(key: str, where: str = COUNTY, number: int = 5) -> MasterFigure:
    return next(one for one in master_data(where, day(number)) if one.figure.key == key)


def said(comparisons: tuple[Comparison, ...]) -> list[tuple[int | None, Verdict]]:
    """The other number in whole units, and whether the stated one fits."""
    return [
        (None if one.other is None else one.other // 100, one.verdict) for one in comparisons
    ]  # fmt: skip


def test_a_count_that_differs_is_flagged_and_kept() -> None:  # S4-02, X-15
    state("townships", 11)
    (one,) = figure("townships").comparisons
    assert (one.stated, one.other, one.difference, one.verdict) == (1_100, 200, 900, NO)
    assert StatedFigure.objects.get().value == 1_100, "nothing is mended"
    state("townships", 2)
    assert said(figure("townships").comparisons) == [(2, YES)]


def test_what_the_system_does_not_hold_it_cannot_tell() -> None:
    state("groups", 3)
    assert said(figure("groups").comparisons) == [(None, CANNOT_TELL)]
    add_group(by=ME, village_code=WILLOW, number=1, name="一组")
    assert said(figure("groups").comparisons) == [(1, NO)]


def test_all_people_are_no_fewer_than_those_registered() -> None:
    registered()
    state("population", 1)
    assert said(figure("population").comparisons) == [(2, NO)]
    state("population", 2_000)
    state("rural_population", 2_100)
    assert said(figure("population").comparisons) == [(2, YES), (2_100, NO)]


def test_the_whole_is_the_sum_of_parts_that_all_state_it() -> None:  # S4-52
    state("farmland", 20_001)
    state("farmland", 12_000, WILLOW_TOWN)
    assert said(figure("farmland").comparisons) == [(12_000, YES)]
    state("farmland", 8_000, HILL_TOWN)
    assert said(figure("farmland").comparisons) == [(20_000, NO)]
    state("farmland", 8_001, HILL_TOWN, day(3))
    assert said(figure("farmland").comparisons) == [(20_001, YES)]
    assert figure("altitude").comparisons == ()


def test_every_statement_is_shown_the_latest_first_and_none_of_later_days() -> None:
    state("households", 6_871)
    state("households", 6_900, as_of=day(2))
    state("households", 7_000, as_of=day(9))
    assert [one.value for one in figure("households").stated] == [690_000, 687_100]


def test_incidence_falls_with_those_who_exit_and_fits_its_base() -> None:  # S3-03
    state("rural_population", 100)
    first = registered()
    registered(somebody("孙长贵", "1960-05-06", 41), village=SUMMIT)
    change_standings(
        [StandingChange(first.pk, WILLOW, codes("standing").exited, day(20))], basis="县批", by=ME
    )
    earlier, later, change = change_of_incidence(COUNTY, day(19), day(20))
    assert (earlier.poor, earlier.share, later.poor, later.share) == (3, 300, 1, 100)
    assert (change.people, change.points, change.base_changed, change.verdict) == (-2, -200, False, YES)
    assert change.implied is not None
    assert change.implied.holds(100)  # type: ignore[arg-type]


def test_a_base_that_changed_is_said() -> None:
    state("rural_population", 100)
    state("rural_population", 50, as_of=day(20))
    first = registered()
    change_standings(
        [StandingChange(first.pk, WILLOW, codes("standing").exited, day(20))], basis="县批", by=ME
    )
    change = change_of_incidence(COUNTY, day(19), day(20))[2]
    assert (change.people, change.points, change.base_changed) == (-2, -200, True)
    assert change.verdict is NO


def test_without_a_base_nothing_is_claimed() -> None:
    change = change_of_incidence(COUNTY, day(1), day(2))[2]
    assert (change.points, change.implied, change.verdict) == (None, None, CANNOT_TELL)


def test_stated_reduction_and_stated_points_mean_a_base() -> None:  # S3-03, R-16
    """1 080 000 people and 1.9 points mean some 56.84 million; a base of 40 million does not meet it."""
    state("rural_population", 56_840_000)
    for as_of, people, share in ((FIRST, 5_000_000, 8.8), (day(30), 3_920_000, 6.9)):
        state("poor_people", people, as_of=as_of)
        state("incidence", share, as_of=as_of)
    (change,) = stated_changes(COUNTY, day(40))
    assert (change.people, change.points, change.verdict) == (-1_080_000, -190, YES)
    state("rural_population", 40_000_000, as_of=day(30))
    (change,) = stated_changes(COUNTY, day(40))
    assert (change.base_changed, change.verdict) == (True, NO)
