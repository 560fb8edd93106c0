"""早摘帽、早奖励、多奖励: whoever leaves earlier is rewarded earlier and more (S3-22). Whole numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.policy.parameters import Parameters

WHOLE = 10_000
_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """When a county was to leave and when it left; ``accepted_on``: the acceptance; ``revoked``: it was taken back."""

    planned: date
    left: date
    accepted_on: date | None
    revoked: bool = False


def reward(departure: Departure, *, most: int, on_time: int, per_year: int) -> int:
    """The reward in fen, of at most ``most``: never more for leaving later.

    Nothing is paid before the acceptance; after an exit that was revoked nothing is due, so that what was paid is to be
    paid back. ``on_time`` and ``per_year`` are shares in 1/10 000; half fens are cut.
    """
    if departure.accepted_on is None or departure.revoked:
        return 0
    days_early = (departure.planned - departure.left).days
    share = on_time + per_year * days_early // _YEAR
    return most * min(max(share, 0), WHOLE) // WHOLE


def reward_on(departure: Departure, *, most: int, values: Parameters, area: str) -> int:
    """``reward`` by the values in force at the division on the day of leaving."""
    on_time = int(values["exit.reward.on_time"].on(departure.planned, area))
    per_year = int(values["exit.reward.per_year"].on(departure.planned, area))
    return reward(departure, most=most, on_time=on_time, per_year=per_year)


def claw_back(departure: Departure, *, paid: int, most: int, on_time: int, per_year: int) -> int:
    """What has to be paid back of ``paid`` fen: all that exceeds what is due now."""
    return max(paid - reward(departure, most=most, on_time=on_time, per_year=per_year), 0)
