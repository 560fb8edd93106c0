"""Search, paths, and the places of a run, on a real county."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache

from bangfu.divisions import source
from bangfu.divisions.actions import load_tree, record_change
from bangfu.divisions.codes import NATION, Level
from bangfu.divisions.errors import BadCode, UnknownArea
from bangfu.divisions.models import Division
from bangfu.divisions.queries import path, paths, places_of, search
from bangfu.platform.audit.actor import Actor
from tests.divisions.conftest import Rewrite
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]

YAOFUGOU, SANLIYA = "610926100201", "610926100224"


@pytest.fixture(autouse=True)
def _no_paths_of_other_tests() -> None:
    cache.clear()


def codes(text: str, **rest: Any) -> list[str]:
    return [hit.division.code for hit in search(text, **rest)]


@pytest.mark.parametrize(
    "text",
    [
        "药妇沟",
        "药妇沟村委会",
        "妇沟",
        "yfg",
        "YFG",
        "yfgc",
        "yfgcwh",
        "fg",
        "610926100201",
        " ６１０９２６１００２０１ ",
    ],
)
def test_a_village_is_found_by_code_name_part_and_initials(county: str, text: str) -> None:
    assert YAOFUGOU in codes(text)


@pytest.mark.parametrize("text", ["平利", "平利县", "pl", "plx", "610926"])
def test_the_county_comes_first(county: str, text: str) -> None:
    assert codes(text)[0] == "610926000000"


@pytest.mark.parametrize("text", ["", "   ", "没有这个村", "zzzzzz", "999", "50%", "_"])
def test_nothing_is_found_for_nothing(county: str, text: str) -> None:
    assert codes(text) == []


def test_best_first(clerk: Actor, write_source: Rewrite) -> None:
    write_source(
        {
            "61": "陕西省",
            "6109": "安康市",
            "610926": "平利县",
            "610926100": "新平利镇",
            "610926100201": "平利",
            "610926100202": "平利湾村委会",
            "610926100203": "老平利村委会",
        }
    )
    load_tree(by=clerk)
    assert codes("平利") == [
        "610926100201",  # equals
        "610926000000",  # begins with it: the county before the village
        "610926100202",
        "610926100000",  # contains it: the town before the village
        "610926100203",
    ]
    assert codes("平利", limit=2) == ["610926100201", "610926000000"]


def test_a_search_stays_under_its_prefix(county: str) -> None:
    town = "610926101000"
    assert codes("药妇沟", prefix=town) == []
    found = codes("村", prefix=town, limit=100)
    assert found
    assert all(code.startswith("610926101") for code in found)
    assert codes("610926", prefix="610926100", limit=1) == ["610926100000"]
    with pytest.raises(BadCode):
        search("药妇沟", prefix="平利")


def test_a_hit_names_its_way_down(county: str) -> None:
    (hit,) = search("药妇沟")
    assert hit.path == ("陕西省", "安康市", "平利县", "城关镇", "药妇沟村委会")
    assert (hit.dead, hit.successors) == (False, ())


def test_a_dead_code_is_found_with_what_replaced_it(county: str, clerk: Actor) -> None:
    record_change(
        by=clerk, old_code=YAOFUGOU, new_codes=[SANLIYA], changed_on=date(2021, 3, 1), document="平政函"
    )
    (hit,) = search("药妇沟")
    assert hit.dead
    assert [one.code for one in hit.successors] == [SANLIYA]
    (before,) = search("药妇沟", on=date(2020, 1, 1))
    assert not before.dead


def test_the_living_come_before_the_dead(county: str, clerk: Actor) -> None:
    record_change(
        by=clerk,
        old_code=YAOFUGOU,
        new_codes=["610926100301"],
        changed_on=date(2021, 3, 1),
        document="平政函",
    )
    assert codes("药妇沟") == ["610926100301", YAOFUGOU]


def test_paths_are_read_at_once_and_kept(county: str, django_assert_num_queries: Any) -> None:
    wanted = list(Division.objects.under("610926100000").values_list("code", flat=True))
    with django_assert_num_queries(1):
        found = paths(wanted)
    assert found[YAOFUGOU][-1] == "药妇沟村委会"
    assert len(found) == len(wanted)
    with django_assert_num_queries(0):
        assert paths(wanted) == found
        assert path(YAOFUGOU) == found[YAOFUGOU]


def test_paths_of_the_nation_and_of_unknown_codes_are_empty(county: str) -> None:
    assert path(NATION) == ()
    assert path("610926100999") == ()
    with pytest.raises(BadCode):
        path("610926")


def test_the_tree_is_walked_by_level_and_day(county: str, clerk: Actor) -> None:
    townships = Division.objects.under("610926000000").at_level(Level.TOWNSHIP)
    assert townships.count() == Division.objects.children_of("610926000000").count() > 5
    day = date(2021, 3, 1)
    record_change(by=clerk, old_code=YAOFUGOU, new_codes=["610926100301"], changed_on=day, document="平政函")
    before = set(
        Division.objects.under("610926100").living_on(date(2021, 2, 28)).values_list("code", flat=True)
    )
    after = set(Division.objects.under("610926100").living_on(day).values_list("code", flat=True))
    assert before - after == {YAOFUGOU}
    assert after - before == {"610926100301"}


@pytest.mark.parametrize("area", ["610926", "610926000000", "610926100"])
def test_places_from_the_database_are_those_of_the_source(clerk: Actor, area: str) -> None:
    load_tree(by=clerk, prefix="6109")
    ours, theirs = places_of(area), source.places(area)
    assert ours.area == theirs.area == area.removesuffix("000000")
    assert ours.villages == theirs.villages
    assert ours.townships == theirs.townships
    # the source also tells the counties of other provinces, which this database has not loaded
    assert ours.above < theirs.above


def test_places_hold_the_dead(county: str, clerk: Actor) -> None:
    day = date(2021, 3, 1)
    record_change(by=clerk, old_code=YAOFUGOU, new_codes=[SANLIYA], changed_on=day, document="平政函")
    assert places_of(county).villages[YAOFUGOU].dead
    assert not places_of(county, on=date(2021, 2, 28)).villages[YAOFUGOU].dead
    assert places_of(county).find("药妇沟村") is None
    with pytest.raises(UnknownArea):
        places_of("999999")
