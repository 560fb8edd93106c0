"""Who settles a doubt: the village, township or county that the rule names, for the place of the subject."""

from __future__ import annotations

from typing import Final, NamedTuple

from bangfu.accounts.roles import Role
from bangfu.policy.rules import Rule

_DIGITS: Final = {"village": 12, "township": 9, "county": 6}
_ROLES: Final = {"village": Role.VILLAGE, "township": Role.TOWNSHIP, "county": Role.COUNTY_OFFICE}


class Handler(NamedTuple):
    """A division (12 digits) and the role that does the work there."""

    division_code: str
    role: str


def handler_of(rule: Rule, place: str) -> Handler:
    """The handler of a doubt of ``rule`` about a subject at ``place``; a place that is no village goes one level up."""
    return handler_at(rule.handler, place)


def handler_at(level: str, place: str) -> Handler:
    """Whoever handles doubts at ``level`` (village, township, county) for the ``place``; see ``handler_of``."""
    if level == "village" and place.endswith("000"):
        level = "township"
    if level == "township" and place[6:9] == "000":
        level = "county"
    return Handler(place[: _DIGITS[level]].ljust(12, "0"), _ROLES[level].value)
