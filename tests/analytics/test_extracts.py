"""From typed rows with names to a snapshot: keys, facets, links with the lists."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bangfu.analytics.extracts import Built
from bangfu.policy.vocabulary import codes
from tests.analytics.conftest import Build
from tests.analytics.county import DEAD, FOREIGN, TOWN, UNKNOWN, Small, village

state, link, name_state = codes("place_state"), codes("link"), codes("name_state")


def column(built: Built, table: str, name: str) -> list[Any]:
    values: list[Any] = built.snapshot.tables[table][name].to_pylist()
    return values


def test_places_of_households(build: Build) -> None:
    small = Small()
    for code in (village(1), DEAD, UNKNOWN, TOWN, FOREIGN, None):
        small.household({"行政村代码": code})
    built = build(small)
    assert column(built, "household", "place_state") == [
        state.ok,
        state.dead,
        state.unknown,
        state.level,
        state.ok,
        state.missing,
    ]
    assert column(built, "household", "foreign") == [False, False, False, False, True, None]
    assert column(built, "household", "village_code")[0] == int(village(1))


def test_people_take_the_place_of_their_household(build: Build) -> None:
    small = Small()
    small.household({}, [{}, {}])
    small.household({}, [{"户编号": "nowhere"}])
    built = build(small)
    assert column(built, "person", "village_code") == [int(village(0)), int(village(0)), None]
    assert column(built, "person", "household_known") == [True, True, False]
    assert column(built, "person", "household_key")[:2] == [1, 1]


def test_people_and_households_without_a_number_are_not_joined(build: Build) -> None:
    """NULL equals nothing: a person without household number does not belong to a household without one."""
    small = Small()
    small.household({"户编号": None}, [])
    small.household({}, [{"户编号": None}])
    built = build(small)
    assert column(built, "person", "household_known") == [False]
    assert column(built, "person", "household_key") == [None]
    assert column(built, "household", "household_no_copies") == [None, 1]


def test_people_of_a_household_number_that_stands_twice_join_its_first_row(build: Build) -> None:
    small = Small()
    small.household({"户编号": "twice"}, [{}])
    small.household({"户编号": "twice", "行政村代码": village(9)}, [])
    built = build(small)
    assert column(built, "person", "household_key") == [1]
    assert column(built, "household", "household_no_copies") == [2, 2]


def test_rows_of_a_list_find_their_person(build: Build) -> None:  # S2-29
    small = Small()
    small.household({}, [{}, {"年龄": 30}])
    first, second = small.people
    small.listed("deaths", first, 死亡日期=date(2015, 1, 1))
    small.listed("deaths", second, 身份证号=None, 出生日期=second["出生日期"], 死亡日期=date(2015, 1, 2))
    small.listed("deaths", None, 姓名="谁也不是", 死亡日期=date(2015, 1, 3))
    built = build(small)
    rows = sorted(built.snapshot.tables["deaths"].to_pylist(), key=lambda row: row["entry_key"])
    assert [(row["person_key"], row["link"]) for row in rows] == [
        (1, link.exact),
        (2, link.likely),
        (None, None),
    ]
    assert built.named.lists["deaths"]["name"].to_pylist() == [first["姓名"], second["姓名"], "谁也不是"]
    assert built.links["deaths"].table.num_rows == 2


def test_a_list_row_that_is_likely_two_people_stands_twice(build: Build) -> None:
    small = Small()
    born = date(1975, 3, 5)
    small.household(
        {}, [{"姓名": "李建军", "出生日期": born}, {"姓名": "李建军", "出生日期": born, "证件号码": None}]
    )
    small.listed("deaths", small.people[0], 身份证号=None, 出生日期=born, 死亡日期=date(2015, 1, 1))
    rows = build(small).snapshot.tables["deaths"].to_pylist()
    assert sorted(row["person_key"] for row in rows) == [1, 2]
    assert {row["entry_key"] for row in rows} == {0}


def test_a_family_of_civil_affairs_is_asked_about_once(build: Build) -> None:
    """One doubt a family: the first row that is assisted on the day stands for it."""
    small = Small()
    small.household({}, [{}])
    for ended in (date(2015, 6, 30), None, None):
        small.listed("civil_affairs", None, 姓名="某某", 救助类别="农村低保", 家庭编号="F1", 停止日期=ended)
    small.listed("civil_affairs", small.people[0], 救助类别="农村低保", 家庭编号="F2")
    small.listed("civil_affairs", None, 姓名="家人", 救助类别="农村低保", 家庭编号="F2")
    small.listed("civil_affairs", None, 姓名="无编号", 救助类别="特困供养")
    rows = sorted(build(small).snapshot.tables["civil_affairs"].to_pylist(), key=lambda row: row["entry_key"])
    assert [row["family_first"] for row in rows] == [False, True, False, True, False, True]
    assert [row["family_linked"] for row in rows] == [False, False, False, True, True, False]


def test_villages_written_in_words_are_found(build: Build) -> None:
    small = Small()
    small.household({}, [{}])
    small.listed("deaths", None, 姓名="甲乙", 所在村="第0003号村", 死亡日期=date(2015, 1, 1))
    small.listed("deaths", None, 姓名="甲乙", 所在村="某处", 死亡日期=date(2015, 1, 1))
    assert build(small).named.lists["deaths"]["village_found"].to_pylist() == [village(3), None]


@pytest.mark.parametrize(
    ("name", "expected"), [("王小明", "ok"), ("王 小 明", "ok"), (None, "missing"), ("王1", "characters")]
)
def test_states_of_names(build: Build, name: str | None, expected: str) -> None:
    small = Small()
    small.household({}, [{"姓名": name}])
    assert column(build(small), "person", "name_state") == [getattr(name_state, expected)]


def test_facets_that_the_caller_has_are_kept(build: Build) -> None:
    """The database keeps parsed numbers and tokens of its own; they are not made anew."""
    from bangfu.analytics import extracts

    small = Small()
    small.household()
    table = small.extract().persons
    own = table.append_column("id_state", [[codes("id_state").missing]])
    assert extracts.with_identity(own) is own
