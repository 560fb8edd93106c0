"""The village of the bench: households that are entered and will apply, and what its screens are filled with.

Every question is asked in a thread of its own: Playwright keeps an event loop in the main one, where Django refuses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TypeVar

import django

from bangfu.cli import demo_county as demo
from bench.own.clocked import clocked, say

T = TypeVar("T")
GROUPS = 4


def _asked(question: Callable[[], T]) -> T:
    from django.db import connection

    def answer() -> T:
        try:
            return question()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(answer).result()


def enter(count: int, day: date) -> None:
    """So many households of two in the demo's village, entered as facts only, in turn of its groups."""
    from bangfu.divisions.actions import add_group
    from bangfu.divisions.models import VillagersGroup
    from bangfu.platform.audit.actor import Actor
    from bangfu.policy import vocabulary
    from bangfu.policy.vocabulary import codes
    from bangfu.registry.actions.intake import Intake, take_in
    from bangfu.registry.imports.reading import Rows

    by, relation = Actor.system("bench"), codes("relation")
    there = set(VillagersGroup.objects.filter(village_code=demo.VILLAGE).values_list("number", flat=True))
    for number in set(range(1, GROUPS + 1)) - there:
        add_group(by=by, village_code=demo.VILLAGE, number=number, name=f"{number}组")
    numbers = [f"{demo.VILLAGE}{at:04d}" for at in range(5001, 5001 + count)]
    households = {
        "household_no": numbers,
        "division_code": [demo.VILLAGE] * count,
        "group_no": [f"{at % GROUPS + 1}组" for at in range(count)],
        "main_cause": [7] * count,
        "income_year": [2025] * count,
        "income_net": [320_000] * count,
    }
    people = {
        "household_no": [one for one in numbers for _ in range(2)],
        "person_no": [f"{one}{at:02d}" for one in numbers for at in (1, 2)],
        "name": [name for one in numbers for name in (f"户主{one[-4:]}", f"妻{one[-4:]}")],
        "relation": [kin for _ in numbers for kin in (relation.head, relation.spouse)],
    }
    intake = Intake(
        Rows(vocabulary.table("household"), households, [("", at) for at in range(count)]),
        Rows(vocabulary.table("person"), people, [("", at) for at in range(2 * count)]),
        day,
        reason="申请识别",
        applying=True,
    )
    take_in(intake, by=by)


def listed(code: str) -> int:
    """How many households the registry has in the village."""
    from bangfu.platform import clock
    from bangfu.registry.models import Household

    return _asked(Household.objects.filter(division_code=code).peopled_on(clock.today()).count)


def seats(number: int) -> list[tuple[int, int]]:
    """Serial and group of 8 households of each group of the roll."""
    from bangfu.targeting.models import RollHousehold

    def asked() -> list[tuple[int, int]]:
        roll = RollHousehold.objects.filter(round_id=number).order_by("-serial")
        return [
            (serial, group)
            for group in range(1, GROUPS + 1)
            for serial in roll.filter(group_number=group).values_list("serial", flat=True)[:8]
        ]

    return _asked(asked)


def registered(number: int) -> int:
    """How many applicants of the round are on the books now."""
    from bangfu.registry.models import Standing

    return _asked(Standing.objects.filter(household__applications__round=number, until=None).count)


if __name__ == "__main__":
    django.setup()
    with clocked() as took:
        enter(int(sys.argv[1]), date.fromisoformat(sys.argv[2]))
    say(seconds=took.seconds)
