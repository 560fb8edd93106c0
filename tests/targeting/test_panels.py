"""The arithmetic of panels and ballots (S4-62, S4-63), against what is plain to count."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.targeting.panels import (
    Ballot,
    ballot_problems,
    carries,
    has_quorum,
    outcome_problems,
    panel_problems,
    read_ballot,
    smallest,
)

LIMITS = {"least": 30, "least_per_group": 5}
COUNTS = st.dictionaries(st.integers(1, 9), st.integers(0, 40), max_size=9)
NUMBERS = st.integers(0, 60)


@given(counts=COUNTS, groups=st.integers(1, 9))
def test_a_panel_is_complete_with_thirty_members_and_five_of_every_group(  # S4-62
    counts: dict[int, int], groups: int
) -> None:
    names = {number: f"{number}组" for number in range(1, groups + 1)}
    right = sum(counts.values()) >= 30 and all(counts.get(number, 0) >= 5 for number in names)
    assert (list(panel_problems(counts, names, **LIMITS)) == []) is right


@given(groups=st.integers(1, 40))
def test_the_smallest_panel_is_complete_and_one_fewer_is_not(groups: int) -> None:  # S4-62
    names = {number: f"{number}组" for number in range(1, groups + 1)}
    size = smallest(groups, **LIMITS)
    assert size == max(30, 5 * groups)
    counts = dict.fromkeys(names, 5)
    counts[1] += size - 5 * groups
    assert list(panel_problems(counts, names, **LIMITS)) == []
    counts[1] -= 1
    assert len(list(panel_problems(counts, names, **LIMITS))) >= 1


def test_a_group_that_sends_nobody_is_named() -> None:  # S4-62
    (problem,) = panel_problems({1: 40, 2: 4}, {1: "东组", 2: "西组"}, **LIMITS)
    assert str(problem.as_json("zh")["where"]) == "西组"
    assert "只有4人" in problem.why.zh


def test_a_village_without_groups_has_no_panel() -> None:
    assert any("没有登记村民小组" in one.why.zh for one in panel_problems({}, {}, **LIMITS))


@given(present=NUMBERS, in_favour=NUMBERS, against=NUMBERS, abstain=NUMBERS, size=st.integers(1, 50))
def test_a_ballot_is_taken_when_it_is_within_the_panel_and_adds_up(  # S4-63
    present: int, in_favour: int, against: int, abstain: int, size: int
) -> None:
    cast = Ballot(present=present, in_favour=in_favour, against=against, abstain=abstain)
    right = present <= size and in_favour + against + abstain == present
    assert (list(ballot_problems(cast, size=size)) == []) is right


@given(present=st.integers(0, 50), size=st.integers(1, 50), in_favour=NUMBERS, against=NUMBERS)
def test_quorum_and_pass_are_two_thirds_present_and_more_than_half_in_favour(  # S4-63
    present: int, size: int, in_favour: int, against: int
) -> None:
    cast = Ballot(present=present, in_favour=in_favour, against=against, abstain=0)
    assert has_quorum(cast, size=size, quorum=6667) is (Fraction(present, size) >= Fraction(2, 3))
    assert carries(cast, pass_ratio=5000) is (2 * in_favour > in_favour + against)
    told = list(outcome_problems(cast, size=size, quorum=6667, pass_ratio=5000))
    passes = has_quorum(cast, size=size, quorum=6667) and carries(cast, pass_ratio=5000)
    assert (told == []) is passes


@pytest.mark.parametrize(
    ("numbers", "where", "why"),
    [
        ((31, 31, 0, 0), "到会人数", "多于评议小组的30人"),
        ((20, 21, 0, 0), "同意票", "多于到会20人"),
        ((20, 0, 0, 22), "弃权票", "多于到会20人"),
        ((20, 10, 5, 4), "票决结果", "合计19,比到会20人少1"),
        ((20, 10, 5, 7), "票决结果", "合计22,比到会20人多2"),
    ],
)
def test_the_sentence_says_which_number_is_off(  # S4-63
    numbers: tuple[int, int, int, int], where: str, why: str
) -> None:
    present, in_favour, against, abstain = numbers
    cast = Ballot(present=present, in_favour=in_favour, against=against, abstain=abstain)
    told = [problem.as_json("zh") for problem in ballot_problems(cast, size=30)]
    assert [one["where"] for one in told] == [where]
    assert why in told[0]["why"]


@pytest.mark.parametrize("value", [None, "5", -1, 2.5, True])
def test_what_is_no_count_is_no_ballot(value: object) -> None:
    found, wrong = read_ballot({"present": 3, "in_favour": value, "against": 0, "abstain": 0})
    assert found is None
    assert [one.where.zh for one in wrong if not isinstance(one.where, str)] == ["同意票"]
