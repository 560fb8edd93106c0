"""What a county may expect for leaving early: a share of the reward, by the values in force there (S3-22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.divisions.models import DivisionAttribute
from bangfu.monitoring.enums import TargetKind
from bangfu.monitoring.models import DivisionExit, Target
from bangfu.monitoring.targets import COUNTY_LABELS
from bangfu.policy.exit.reward import WHOLE, Departure, reward_on
from bangfu.policy.parameters import parameters


@dataclass(frozen=True)
class CountyReward:
    """``planned``: the last day of the year of its target, None where it has none; ``left``: when it left, None before;
    ``revoked``: it carries a label again. ``share``: of the whole reward in 1/10 000, None where nothing is planned;
    before it left, that of a county that leaves today."""

    planned: date | None
    left: date | None
    revoked: bool
    share: int | None


def county_reward(county: str, day: date) -> CountyReward:
    """The share of the reward of a county: the amount itself is fixed by whoever pays it (planned in funds)."""
    target = Target.objects.filter(division_code=county, kind=TargetKind.COUNTIES, value__gte=1).order_by(
        "year"
    )
    year = target.values_list("year", flat=True).first()
    planned = date(year, 12, 31) if year else None
    exit_ = DivisionExit.objects.filter(division_code=county, day__lte=day).order_by("-day").first()
    left = exit_.day if exit_ else None
    again = DivisionAttribute.objects.filter(division_code=county, kind__in=COUNTY_LABELS)
    revoked = left is not None and again.filter(since__gte=left).standing_on(day).exists()
    share = None
    if planned is not None:
        departure = Departure(planned=planned, left=left or day, accepted_on=left or day, revoked=revoked)
        share = reward_on(departure, most=WHOLE, values=parameters(), area=county)
    return CountyReward(planned, left, revoked, share)
