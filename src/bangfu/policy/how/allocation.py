"""Sharing out the provincial special budget: the same for each poor person, to the fen (S1-09, S1-10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bangfu.policy.errors import PolicyError
from bangfu.policy.words import Words

#: From this budget year on poor and non-poor counties get the same for each person (S1-09).
SAME_STANDARD_FROM: Final = 2019
WHOLE: Final = 10_000


class CannotAllocate(PolicyError):
    """The pot cannot be shared out as asked."""

    code = "policy.cannot_allocate"
    says = Words(
        "不能分配:{reason}。没有分出任何资金。请改正后重新分配。",
        "Cannot allocate: {reason_en}. No money was shared out. Correct it and allocate again.",
    )


def allocate(
    pot: int, poor: Mapping[str, int], *, year: int, coefficients: Mapping[str, int] | None = None
) -> dict[str, int]:
    """``pot`` (fen) over counties in proportion to their poor people; the sum is exactly the pot.

    Whole fen first, then one fen each by the largest remainder; ties go to the lower county code.

    Args:
        poor: county code → registered poor people.
        coefficients: county code → 1/10 000, only for budget years before 2019.

    Raises:
        CannotAllocate: a negative amount, nobody to share among, or a coefficient from 2019 on.
    """
    if pot < 0 or any(count < 0 for count in poor.values()):
        raise CannotAllocate(reason="资金或人数为负", reason_en="an amount or a number of people is negative")
    if coefficients and year >= SAME_STANDARD_FROM:
        raise CannotAllocate(
            reason=f"{year} 年度贫困县与非贫困县须按相同标准分配(S1-09),不得使用县别系数",
            reason_en=f"in {year} all counties get the same for each person (S1-09); no coefficient may be used",
        )
    shares = {code: count * (coefficients or {}).get(code, WHOLE) for code, count in poor.items()}
    whole = sum(shares.values())
    if not whole:
        raise CannotAllocate(reason="没有贫困人口", reason_en="there are no poor people")
    given = {code: pot * share // whole for code, share in shares.items()}
    left = pot - sum(given.values())
    for code in sorted(shares, key=lambda one: (-(pot * shares[one] % whole), one))[:left]:
        given[code] += 1
    return given


def matched(*, city: int, county: int, provincial: int) -> int | None:
    """City and county money to the provincial allocation that reached the county, in 1/10 000; None without allocation.

    Under 10 000 is a warning with a reason on record, no refusal: the text says “in principle” (S1-10).
    """
    return (city + county) * WHOLE // provincial if provincial else None
