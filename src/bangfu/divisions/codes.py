"""The 12-digit division code (GB/T 2260, GB/T 10114): its level, parent, and the prefix of all under it.

Digits 1-2 name the province, 3-4 the city, 5-6 the county, 7-9 the township, 10-12 the village.
"""

from __future__ import annotations

from enum import IntEnum

from bangfu.divisions.errors import BadCode
from bangfu.policy.words import Words

#: The nation as a division: everything is under it. It has no row of its own.
NATION = "000000000000"


class Level(IntEnum):
    """The five levels of the tree, the nation not counted."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5

    @property
    def digits(self) -> int:
        """How many leading digits of the code name a division of this level."""
        return _DIGITS[self]

    @property
    def title(self) -> Words:
        return _TITLES[self]


_DIGITS = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
_TITLES = {
    Level.PROVINCE: Words("省级", "province"),
    Level.CITY: Words("市级", "city"),
    Level.COUNTY: Words("县级", "county"),
    Level.TOWNSHIP: Words("乡级", "township"),
    Level.VILLAGE: Words("村级", "village"),
}
#: Number of digits without the trailing zeros → number of digits that name the division.
_NAMING = (0, *(next(digits for digits in _DIGITS.values() if digits >= length) for length in range(1, 13)))
_LEVELS = {level.digits: level for level in Level}


def checked(code: str) -> str:
    """``code`` as it is; BadCode unless it is 12 digits."""
    if not (len(code) == 12 and code.isascii() and code.isdigit()):
        raise BadCode(code=code)
    return code


def scope_prefix(code: str) -> str:
    """The prefix that all codes under ``code`` share: 610926000000 → 610926, the nation → "" (everything).

    A shorter ``code`` is a prefix already and comes back as it is.

    Raises:
        BadCode: other signs than digits, or more than 12.
    """
    if len(code) < 12 and (not code or (code.isascii() and code.isdigit())):
        return code
    return checked(code)[: _naming(code)]


def level_of(code: str) -> Level | None:
    """The level that a 12-digit code stands at, None for the nation; BadCode when it is no code."""
    return _LEVELS.get(_naming(checked(code)))


def parent_of(code: str) -> str:
    """The code one level up, as the digits say it: village → township … province → the nation.

    Raises:
        BadCode: no 12-digit code.
    """
    level = level_of(code)
    if level is None or level is Level.PROVINCE:
        return NATION
    return code[: _DIGITS[Level(level - 1)]].ljust(12, "0")


def _naming(code: str) -> int:
    return _NAMING[len(code.rstrip("0"))]


def lineage(code: str) -> tuple[str, ...]:
    """The codes from the province down to ``code`` itself; empty for the nation.

    Three cities have no counties (441900, 442000, 460400); a township there follows its city directly.

    Raises:
        BadCode: no 12-digit code.
    """
    level = level_of(code)
    if level is None:
        return ()
    steps = (code[: Level(step).digits].ljust(12, "0") for step in range(Level.PROVINCE, level + 1))
    return tuple(dict.fromkeys(steps))
