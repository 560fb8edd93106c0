"""Values that nobody has compared with their source for a year."""

from __future__ import annotations

from datetime import date

from bangfu.policy.parameters import Parameter, Parameters, parameters


def not_rechecked(day: date, values: Parameters | None = None) -> tuple[Parameter, ...]:
    """Parameters never checked, or last checked more than a year before ``day``; those never checked first."""
    known = (values or parameters()).values()
    stale = [one for one in known if one.checked_on is None or _year_later(one.checked_on) < day]
    return tuple(sorted(stale, key=lambda one: (one.checked_on or date.min, one.key)))


def _year_later(day: date) -> date:
    """The same day of the next year; 1 March after a 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
