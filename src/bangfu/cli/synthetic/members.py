"""What households and members have to be like for an error to be planted in them."""

from __future__ import annotations

from collections.abc import Callable

from bangfu.cli.synthetic.kit import Want, is_kept, on_list
from bangfu.cli.synthetic.model import Household, Person
from bangfu.policy.vocabulary import codes

relation, school, kinds = codes("relation"), codes("school_status"), codes("household_kind")
Test = Callable[[Person], bool]


def with_member(test: Test, also: Want = on_list) -> Want:
    """Households that have a member for whom ``test`` holds."""
    return lambda h: also(h) and any(test(one) for one in h.members)


def adult(one: Person) -> bool:
    return 25 <= one.age <= 57


def worker(one: Person) -> bool:
    return (one.work_months or 0) >= 3


def waged(h: Household) -> bool:
    """Kept, with wage income: another worker does not disturb the sums."""
    return is_kept(h) and h.income_wage > 0


def sole_couple(h: Household) -> bool:
    return (
        is_kept(h)
        and h.size == 2
        and h.members[1].relation == relation.spouse
        and adult(h.head)
        and adult(h.members[1])
    )


def plain_single(h: Household) -> bool:
    return is_kept(h) and h.size == 1 and h.household_kind == kinds.general


def pupil(one: Person) -> bool:
    return one.school_status in (school.primary, school.junior_middle) and 8 <= one.age <= 14
