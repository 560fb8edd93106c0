"""S2-03: parts make the whole; S4-05: rates; S1-43: how long support goes on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy.exit.support import support_after, years_after
from bangfu.policy.exit.targets import least_sum, rate, shortfall
from bangfu.policy.parameters import parameters

COUNTS = st.integers(0, 10**8)


@given(
    parent=COUNTS, parts=st.lists(COUNTS, max_size=12), about=st.booleans(), tolerance=st.integers(0, 10_000)
)
def test_parts_without_shortfall_make_the_target(
    parent: int, parts: list[int], about: bool, tolerance: int
) -> None:
    lacking = shortfall(parent, parts, about=about, tolerance=tolerance)
    allowed = parent * tolerance // 10_000 if about else 0
    assert (lacking == 0) == (sum(parts) >= parent - allowed)
    assert shortfall(parent, [*parts, lacking], about=about, tolerance=tolerance) == 0


def test_about_80_000_may_fall_short_by_a_twentieth() -> None:
    """S2-03: 左右; the share is a parameter."""
    tolerance = int(parameters()["exit.limits.target_tolerance"].on(date(2018, 1, 1)))
    assert least_sum(80_000, about=True, tolerance=tolerance) == 76_000
    assert least_sum(80_000, about=False, tolerance=tolerance) == 80_000


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 0, None), (0, 5, 0), (1, 3, 3_333), (2, 3, 6_667), (1, 20_000, 1)]
)
def test_rates_are_rounded_half_up_and_nothing_of_nothing_is_no_rate(
    part: int, whole: int, share: int | None
) -> None:
    assert rate(part, whole) == share


def test_support_goes_on_for_as_long_as_the_parameters_say() -> None:
    found = support_after(date(2018, 12, 20), "610926100201", parameters())
    assert found.measures_until == found.helper_until == date(2023, 12, 20)
    assert years_after(date(2016, 2, 29), 1) == date(2017, 3, 1)
    assert years_after(date(2016, 2, 29), 4) == date(2020, 2, 29)
