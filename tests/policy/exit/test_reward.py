"""S3-22: earlier means more, never less; nothing before the acceptance; all back after a revoked exit."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy.exit.reward import Departure, claw_back, reward, reward_on
from bangfu.policy.parameters import parameters

DAYS = st.dates(date(2014, 1, 1), date(2024, 12, 31))
SHARES = st.integers(0, 10_000)


@given(
    planned=DAYS,
    left=DAYS,
    later=st.integers(0, 2_000),
    most=st.integers(0, 10**12),
    on_time=SHARES,
    per_year=SHARES,
)
def test_leaving_later_never_pays_more(
    planned: date, left: date, later: int, most: int, on_time: int, per_year: int
) -> None:
    def due(day: date) -> int:
        one = Departure(planned=planned, left=day, accepted_on=day)
        return reward(one, most=most, on_time=on_time, per_year=per_year)

    assert most >= due(left) >= due(left + timedelta(days=later)) >= 0


def test_a_year_early_pays_more_than_on_time_and_a_year_late_less() -> None:
    def due(year: int) -> int:
        left = date(year, 12, 31)
        one = Departure(planned=date(2018, 12, 31), left=left, accepted_on=left)
        return reward_on(one, most=1_000_000, values=parameters(), area="610926000000")

    assert [due(year) for year in (2017, 2018, 2019)] == [800_000, 600_000, 400_000]


def test_nothing_is_paid_before_the_acceptance_or_after_a_revoked_exit() -> None:
    values = {"most": 1_000_000, "on_time": 6_000, "per_year": 2_000}
    left = date(2018, 12, 31)
    waiting = Departure(planned=left, left=left, accepted_on=None)
    accepted = Departure(planned=left, left=left, accepted_on=date(2019, 4, 1))
    revoked = Departure(planned=left, left=left, accepted_on=date(2019, 4, 1), revoked=True)
    assert [reward(one, **values) for one in (waiting, accepted, revoked)] == [0, 600_000, 0]
    assert claw_back(revoked, paid=600_000, **values) == 600_000
    assert claw_back(accepted, paid=600_000, **values) == 0
