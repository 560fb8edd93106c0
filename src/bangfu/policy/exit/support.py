"""How long a household that has left keeps its measures and its helper (S1-43)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.policy.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Support:
    """The first days on which measures and helper are no longer promised."""

    measures_until: date
    helper_until: date


def support_after(left: date, area: str, values: Parameters) -> Support:
    """By the values in force at the division on the day of leaving."""
    return Support(
        years_after(left, int(values["exit.watch.keep_measures_years"].on(left, area))),
        years_after(left, int(values["exit.watch.keep_helper_years"].on(left, area))),
    )


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
