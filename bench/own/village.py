"""The village of the bench: households that are entered and will apply, and what its screens are filled with.

Every question is asked in a thread of its own: Playwright keeps an event loop in the main one, where Django refuses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

import django

from bangfu.cli import demo_county as demo
from bench.own.clocked import clocked, say

T = TypeVar("T")
GROUPS = 4
#: Whoever works for the village of the bench; the demo's own village account has a round in its story.
USERNAME = "clerk"


def _asked(question: Callable[[], T]) -> T:
    from django.db import connection

    def answer() -> T:
        try:
            return question()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(answer).result()


def code() -> str:
    """The village of the bench: where its clerk was employed."""
    from bangfu.accounts.models import Post

    return _asked(lambda: str(Post.objects.get(user__username=USERNAME).division_code))


def free() -> str:
    """The last village in force of the demo's township in which the demo's story identifies nobody."""
    from bangfu.divisions.models import Division
    from bangfu.targeting.models import Round

    told = Round.objects.values("division_code")
    below = Division.objects.filter(parent_code=demo.TOWNSHIP, valid_until=None).exclude(code__in=told)
    return str(below.order_by("-code").values_list("code", flat=True)[0])


def employ(village: str) -> None:
    """An account for the village, made as the security administrator makes it."""
    from bangfu.accounts.access import Scope
    from bangfu.accounts.actions.posts import grant_post
    from bangfu.accounts.actions.users import create_user
    from bangfu.accounts.roles import Role
    from bangfu.divisions.codes import NATION
    from bangfu.platform.audit.actor import Actor

    by, scope = Actor.system("bench"), Scope.of([(Role.SECURITY_ADMIN, NATION)])
    user = create_user(
        by=by,
        scope=scope,
        username=USERNAME,
        display_name="村文书 冯涛",
        password=demo.PASSWORD,
        lasting=True,
    )
    grant_post(
        by=by, scope=scope, user=user, role=Role.VILLAGE, division_code=village, since=date(2015, 1, 1)
    )


def enter(village: str, count: int, day: date) -> None:
    """So many households of two in the village, entered as facts only, in turn of its groups."""
    from bangfu.divisions.actions import add_group
    from bangfu.divisions.models import VillagersGroup
    from bangfu.platform.audit.actor import Actor
    from bangfu.policy import vocabulary
    from bangfu.policy.vocabulary import codes
    from bangfu.registry.actions.intake import Intake, take_in
    from bangfu.registry.imports.reading import Rows

    by, relation = Actor.system("bench"), codes("relation")
    there = set(VillagersGroup.objects.filter(village_code=village).values_list("number", flat=True))
    for number in set(range(1, GROUPS + 1)) - there:
        add_group(by=by, village_code=village, number=number, name=f"{number}组")
    numbers = [f"{village}{at:04d}" for at in range(5001, 5001 + count)]
    households: dict[str, list[Any]] = {
        "household_no": numbers,
        "division_code": [village] * count,
        "group_no": [f"{at % GROUPS + 1}组" for at in range(count)],
        "main_cause": [7] * count,
        "income_year": [2025] * count,
        "income_net": [320_000] * count,
    }
    people: dict[str, list[Any]] = {
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


def listed(village: str) -> int:
    """How many households the registry has in the village."""
    from bangfu.platform import clock
    from bangfu.registry.models import Household

    return _asked(Household.objects.filter(division_code=village).peopled_on(clock.today()).count)


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
        employ(free())
        enter(code(), int(sys.argv[1]), date.fromisoformat(sys.argv[2]))
    say(seconds=took.seconds)
