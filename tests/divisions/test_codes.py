"""The 12 digits: levels, parents, prefixes (GB/T 2260, GB/T 10114)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.divisions.codes import NATION, Level, checked, level_of, lineage, parent_of, scope_prefix
from bangfu.divisions.errors import BadCode

#: Codes as they occur: the digits of a level are never all zero where a lower level follows.
pair = st.integers(1, 99).map("{:02}".format)
triple = st.integers(1, 999).map("{:03}".format)
village_codes = st.tuples(pair, pair, pair, triple, triple).map("".join)


@pytest.mark.parametrize(
    ("code", "prefix", "level"),
    [
        ("610000000000", "61", Level.PROVINCE),
        ("610900000000", "6109", Level.CITY),
        ("441900000000", "4419", Level.CITY),
        ("610926000000", "610926", Level.COUNTY),
        ("419001000000", "419001", Level.COUNTY),
        ("610926100000", "610926100", Level.TOWNSHIP),
        ("610926100201", "610926100201", Level.VILLAGE),
        ("610926100010", "610926100010", Level.VILLAGE),
        (NATION, "", None),
    ],
)
def test_prefix_and_level_of_a_code(code: str, prefix: str, level: Level | None) -> None:
    assert scope_prefix(code) == prefix
    assert level_of(code) is level


@pytest.mark.parametrize("prefix", ["", "61", "6109", "610926", "610926100", "6109261002"])
def test_a_prefix_stays_as_it_is(prefix: str) -> None:
    assert scope_prefix(prefix) == prefix


@pytest.mark.parametrize(
    "wrong", ["61092600000x", "6109260000000", "六一〇九二六", "610926 00000", "６１０９２６"]
)
def test_what_is_no_code_is_refused_with_a_sentence(wrong: str) -> None:
    with pytest.raises(BadCode) as refusal:
        scope_prefix(wrong)
    assert wrong in refusal.value.sentence("zh")
    with pytest.raises(BadCode):
        checked(wrong)


@pytest.mark.parametrize("short", ["", "610926"])
def test_a_prefix_is_no_code(short: str) -> None:
    with pytest.raises(BadCode):
        checked(short)


def test_the_way_up() -> None:
    assert parent_of("610926100201") == "610926100000"
    assert parent_of("610926000000") == "610900000000"
    assert parent_of("610000000000") == NATION
    assert parent_of(NATION) == NATION
    assert lineage(NATION) == ()


def test_a_city_without_counties_is_named_once() -> None:
    # 东莞市: townships follow the city
    assert parent_of("441900003000") == "441900000000"
    assert lineage("441900003000") == ("440000000000", "441900000000", "441900003000")


@given(village_codes)
def test_each_step_of_a_lineage_lies_under_the_one_before(code: str) -> None:
    line = lineage(code)
    assert line[-1] == code
    assert [level_of(step) for step in line] == list(Level)
    for upper, lower in pairwise(line):
        assert parent_of(lower) == upper
        assert lower.startswith(scope_prefix(upper))


def test_levels_have_words() -> None:
    assert Level.COUNTY.title.zh == "县级"
    assert Level.COUNTY.title.en == "county"
    assert [level.digits for level in Level] == [2, 4, 6, 9, 12]
