"""Households and people of 青禾县, entered as a form enters them: small, and on either database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection

from bangfu.platform.audit.actor import Actor
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.families import enter_household
from bangfu.registry.actions.standing_changes import StandingChange, open_standings
from bangfu.registry.models import Household, Person
from tests.cast.places import WILLOW
from tests.cast.stories import identity

ME = Actor("7", "王强")
FIRST = date(2015, 1, 1)
WHY = "入户核实"
RELATION = codes("relation")
STANDING = codes("standing")
#: The revision of somebody registered: entered first, identified by the case.
SEEN = 2


def examples(count: int) -> int:
    """How many examples a property test draws: fewer where each costs a round trip to PostgreSQL."""
    return count if connection.vendor == "sqlite" else max(count // 4, 5)


def day(number: int) -> date:
    """The n-th day of the story."""
    return FIRST + timedelta(days=number)


def form(village: str = WILLOW, **facts: Any) -> dict[str, Any]:
    """A household with something in each of the six groups of the form; ``facts`` say what is different."""
    return {
        "division_code": village,
        "household_kind": 1,
        "exit_mark": 0,
        "stated_members": 2,
        "income_year": 2015,
        "income_net": 320_000,
        "spending_medical": 90_000,
        "savings": 0,
        "main_cause": 7,
        "exit_means": [1, 2],
        "phone": "13909150001",
        **facts,
    }


def somebody(
    name: str = "李大山", birth: str = "1972-03-07", order: int = 11, **facts: Any
) -> dict[str, Any]:
    """A person with a valid number; the head unless ``facts`` say otherwise."""
    return {"name": name, "id_number": identity(birth, order), "relation": RELATION.head, **facts}


def registered(
    *people: Mapping[str, Any], village: str = WILLOW, on: date = FIRST, **facts: Any
) -> Household:
    """A household on the books since ``on``, of 李大山 and 周巧云 unless ``people`` say otherwise."""
    couple = (somebody(), somebody("周巧云", "1974-08-19", 22, relation=RELATION.spouse))
    household = enter_household(
        household=form(village, **facts), people=people or couple, day=on, reason=WHY, by=ME
    )
    change = StandingChange(household.pk, village, STANDING.registered, on)
    open_standings([change], basis="case:1", by=ME, policy_version="story/1")
    household.refresh_from_db()
    return household


def member(household: Household, place: int = 0) -> Person:
    """The n-th person of the household who is still in it."""
    found: Person = Person.objects.filter(memberships__household=household, memberships__until=None).order_by(
        "person_no"
    )[place]
    return found
