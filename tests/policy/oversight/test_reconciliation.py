"""The sums of clauses.md §2 that must, or must not, come out; a sum that does not is flagged and kept (X-15)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy.oversight import reconciliation as sums
from bangfu.policy.oversight.reconciliation import (
    ENDLESS,
    Span,
    UnreadableFigure,
    figure,
    reconcile,
    statements,
)
from bangfu.policy.verdict import Verdict

YES, NO, CANNOT_TELL = Verdict.YES, Verdict.NO, Verdict.CANNOT_TELL
#: The verdicts of clauses.md §2, copied from there by hand. R-18 and R-27 are “FLAG” and “SUSPECT” there.
EXPECTED = {
    "R-03": [YES],
    "R-04": [YES],
    "R-05": [YES],
    "R-08": [CANNOT_TELL],
    "R-09": [YES],
    "R-10": [YES, YES],
    "R-11": [YES],
    "R-12": [YES],
    "R-13": [YES],
    "R-14": [YES],
    "R-16": [CANNOT_TELL],
    "R-17": [CANNOT_TELL],
    "R-18": [NO],
    "R-19": [YES, YES],
    "R-20": [NO],
    "R-21": [YES, NO],  # four years come out, five do not
    "R-22": [NO],
    "R-23": [NO],
    "R-24": [YES, YES],
    "R-26": [CANNOT_TELL],
    "R-27": [CANNOT_TELL],
    "R-28": [YES],
    "R-29": [YES],  # cut, not rounded
    "R-30": [NO],
    "R-31": [YES, YES],
    "R-33": [NO],
    "R-34": [YES, YES],
    "R-35": [YES],
    "R-36": [YES],
    "R-37": [YES],
    "R-38": [YES],
    "R-39": [YES],
    "R-40": [YES],
    "R-41": [NO],
    "R-42": [NO],
    "R-43": [CANNOT_TELL],
    "R-44": [YES, YES],
    "R-45": [YES, YES],
    "R-46": [YES],
    "R-47": [NO],
    "R-48": [CANNOT_TELL],
}


def test_every_row_of_the_catalogue_comes_out_as_it_says() -> None:
    found: dict[str, list[Verdict]] = {}
    for one in statements():
        found.setdefault(one.clause, []).append(one.verdict)
    assert found == EXPECTED


def test_what_does_not_come_out_is_kept_as_printed() -> None:
    """X-15: flag and keep."""
    flagged = {one.clause: one.printed for one in statements() if one.verdict is NO}
    assert flagged["R-33"] == "0.72"
    assert flagged["R-41"] == "26"
    assert flagged["R-23"] == "2100余万"


def test_whoever_cannot_tell_says_what_is_lacking() -> None:
    for one in statements():
        assert (one.lacks is not None) == (one.verdict is CANNOT_TELL), one.clause
        assert one.says.zh
        assert one.says.en


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("23035", "23035", "23035"),
        ("23 035", "23035", "23035"),
        ("1,611", "1611", "1611"),
        ("20.37万", "203650", "203800"),
        ("5.7万", "56500", "58000"),
        ("82%", "0.815", "0.83"),
        ("90.6%", "0.9055", "0.907"),
        ("1.9个百分点", "0.0185", "0.020"),
        ("0.72", "0.715", "0.73"),
        ("7000余", "7000", "8000"),
        ("2100多", "2100", "2200"),
        ("2100余万", "21000000", "22000000"),
        ("100左右", "50", "150"),
        ("8万左右", "75000", "85000"),
        ("不足30万", "0", "300000"),
        ("3.55亿", "354500000", "356000000"),
    ],
)
def test_figures_as_printed(text: str, low: str, high: str) -> None:
    assert figure(text) == Span(Decimal(low), Decimal(high))


@pytest.mark.parametrize("text", ["500万以上", "至少30", "不低于3"])
def test_open_figures(text: str) -> None:
    assert figure(text).high == ENDLESS


@pytest.mark.parametrize("text", ["", "很多", "12a", "一百", "1..2", "万"])
def test_what_is_no_figure_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(UnreadableFigure) as refusal:
        figure(text)
    assert f"“{text}”" in refusal.value.sentence("zh")
    assert f"“{text}”" in refusal.value.sentence("en")


def test_a_plain_whole_number_is_exact() -> None:
    """One household more or less is noticed; a rounded share lets half a digit pass."""
    assert reconcile(figure("1612"), sums.total([figure("892"), figure("719")]), "equals") is NO
    assert reconcile(figure("1611"), sums.total([figure("892"), figure("719")]), "equals") is YES
    assert reconcile(figure("82%"), sums.quotient(figure("20.37万"), figure("248415")), "equals") is YES


def test_what_is_missing_is_never_a_silent_no() -> None:
    assert reconcile(None, figure("5"), "equals") is CANNOT_TELL
    assert reconcile(figure("5"), None, "at_most") is CANNOT_TELL
    assert sums.total([figure("1"), None]) is None
    assert sums.product([figure("1"), None]) is None
    assert sums.difference(figure("3"), None) is None
    assert sums.quotient(figure("1"), figure("0")) is None


def test_figures_of_different_wholes_are_never_added() -> None:
    """R-08, R-48."""
    assert sums.total([figure("60", "望江县"), figure("30", "安庆市")]) is None
    assert sums.total([figure("60", "望江县"), figure("30", "望江县")]) == Span(
        Decimal(90), Decimal(90), "望江县"
    )


def test_parts_that_may_overlap_are_not_added() -> None:
    """R-26: nobody says that people on allowance and supported people are different people."""
    assert sums.total([figure("14417"), figure("6820")], apart=None) is None


def test_the_gap_that_is_left() -> None:
    """R-34: 90.6 % less 86 % leaves 4.6 points for the other minorities."""
    left = sums.difference(figure("90.6%"), figure("86%"))
    assert left is not None
    assert left.holds(Decimal("0.046"))


numbers = st.integers(0, 10**9)


@given(st.lists(numbers, min_size=1, max_size=6))
def test_a_sum_reconciles_with_its_parts_and_with_nothing_else(parts: list[int]) -> None:
    computed = sums.total([figure(str(part)) for part in parts])
    assert reconcile(figure(str(sum(parts))), computed, "equals") is YES
    assert reconcile(figure(str(sum(parts) + 1)), computed, "equals") is NO


@given(numbers.filter(lambda number: number >= 10_000), st.integers(0, 3))
def test_rounding_and_cutting_both_reconcile(number: int, digits: int) -> None:
    """Whoever printed a number in 万 with so many digits rounded it or cut it."""
    tens = Decimal(number) / 10_000
    places = Decimal(1).scaleb(-digits)
    for printed in (tens.quantize(places, "ROUND_HALF_UP"), tens.quantize(places, "ROUND_DOWN")):
        assert reconcile(figure(f"{printed}万"), figure(str(number)), "equals") is YES
    too_far = tens.quantize(places, "ROUND_DOWN") + 2 * places
    assert reconcile(figure(f"{too_far}万"), figure(str(number)), "equals") is NO


@given(numbers, numbers)
def test_a_part_is_at_most_its_whole(part: int, whole: int) -> None:
    assert (reconcile(figure(str(part)), figure(str(whole)), "at_most") is YES) == (part <= whole)
    assert (reconcile(figure(str(whole)), figure(str(part)), "at_least") is YES) == (whole >= part)
