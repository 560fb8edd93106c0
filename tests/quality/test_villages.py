"""Archives of villages (S2-43) and their goals (S4-16): what lies there, what is missing, which village has none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.divisions.actions import set_attribute
from bangfu.divisions.models import DivisionAttribute
from bangfu.platform import clock
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.policy import checklists
from bangfu.quality.actions.archives import file_village_paper, withdraw_village_paper
from bangfu.quality.actions.goals import reach_goal, set_goal
from bangfu.quality.archives import village_papers_of
from bangfu.quality.errors import GoalNeeded, GoalOutOfOrder, GoalThere, UnknownPaper
from bangfu.quality.goals import VillageState, villages
from bangfu.quality.record_models import VillageGoal, VillagePaper
from bangfu.registry.errors import InTheFuture
from tests.cast.places import BRIDGE, COUNTY, EMPTY, SUMMIT, WILLOW, WILLOW_TOWN, plant_tree
from tests.postgresql import both_databases
from tests.registry.world import ME, day

pytestmark = [pytest.mark.django_db, both_databases]
VILLAGE = Scope.of([(Role.VILLAGE, WILLOW)])
OFFICE = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])


@pytest.fixture(autouse=True)
def _tree() -> None:
    plant_tree()


def label(code: str) -> None:
    set_attribute(
        by=ME, division_code=code, kind=DivisionAttribute.Kind.POOR_VILLAGE, since=day(1), document="县批1号"
    )


def put(**given: Any) -> VillagePaper:
    said: dict[str, Any] = {
        "village_code": WILLOW, "paper": "basic_facts", "filed_on": day(5), "scope": VILLAGE,
    }  # fmt: skip
    return file_village_paper(by=ME, **{**said, **given})


def aim(**given: Any) -> VillageGoal:
    said: dict[str, Any] = {
        "village_code": WILLOW,
        "goal": "通村路硬化3公里",
        "due": day(30),
        "set_on": day(2),
        "basis": "村三年规划",
        "scope": VILLAGE,
    }
    return set_goal(by=ME, **{**said, **given})


def state(code: str, number: int = 10) -> VillageState:
    (found,) = villages(code, day(number))
    return found


def test_a_village_needs_its_checklist_and_what_is_filed_is_no_longer_missing() -> None:  # S2-43
    keys = [one.key for one in checklists.village_papers()]
    assert [one.paper.key for one in village_papers_of(WILLOW, day(5)) if one.filed is None] == keys
    put()
    assert [one.paper.key for one in village_papers_of(WILLOW, day(4)) if one.filed is None] == keys
    assert [one.paper.key for one in village_papers_of(WILLOW, day(5)) if one.filed is None] == keys[1:]
    assert (state(WILLOW).papers, state(WILLOW).papers_needed) == (1, len(keys))
    withdraw_village_paper(village_code=WILLOW, paper="basic_facts", by=ME, scope=VILLAGE)
    assert state(WILLOW).papers == 0
    assert AuditRecord.objects.filter(subject_kind="division", subject_id=WILLOW).count() == 2


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"paper": "application"}, UnknownPaper),
        ({"village_code": BRIDGE}, NotFound),
        ({"village_code": WILLOW_TOWN, "scope": OFFICE}, NotFound),
        ({"scope": Scope.of([(Role.HELPER, WILLOW)])}, NotAllowed),
        ({"filed_on": clock.today() + timedelta(days=1)}, InTheFuture),
    ],
)
def test_what_may_not_be_filed(given: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        put(**given)
    assert not VillagePaper.objects.exists()


def test_every_poor_village_needs_a_goal() -> None:  # S4-16
    label(WILLOW)
    label(SUMMIT)
    aim()
    found = {one.code: one for one in villages(COUNTY, day(10))}
    assert sorted(found) == [WILLOW, BRIDGE, EMPTY, SUMMIT]
    assert [code for code, one in sorted(found.items()) if one.lacks_goal] == [SUMMIT]
    assert state(WILLOW, 1).lacks_goal, "the goal was set on the second day"


def test_a_goal_is_late_until_it_is_reached() -> None:
    goal = aim(due=day(8))
    assert (state(WILLOW, 8).late, state(WILLOW, 9).late) == (0, 1)
    reach_goal(goal=goal, reached_on=day(9), by=ME, scope=VILLAGE)
    assert state(WILLOW, 9).late == 0
    assert [one.action for one in AuditRecord.objects.order_by("seq")][-2:] == [
        "quality.set_goal",
        "quality.reach_goal",
    ]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"goal": " "}, GoalNeeded),
        ({"basis": ""}, GoalNeeded),
        ({"due": day(2)}, GoalOutOfOrder),
        ({"set_on": clock.today() + timedelta(days=1)}, InTheFuture),
        ({"village_code": BRIDGE}, NotFound),
        ({"scope": Scope.of([(Role.INSPECTOR, COUNTY)])}, NotAllowed),
    ],
)
def test_what_is_no_goal(given: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        aim(**given)
    assert not VillageGoal.objects.exists()


def test_a_goal_is_set_once_and_not_reached_before_it_is_set() -> None:
    goal = aim()
    with pytest.raises(GoalThere):
        aim()
    with pytest.raises(GoalOutOfOrder):
        reach_goal(goal=goal, reached_on=day(1), by=ME, scope=VILLAGE)
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageGoal.objects.filter(pk=goal.pk).update(reached_on=day(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageGoal.objects.filter(pk=goal.pk).update(due=day(2))
