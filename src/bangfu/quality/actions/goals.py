"""Goals of villages: what each is to reach, and by when (S4-16)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.quality.actions.archives import require_village
from bangfu.quality.errors import GoalNeeded, GoalOutOfOrder, GoalThere
from bangfu.quality.record_models import VillageGoal
from bangfu.registry.errors import InTheFuture


@transaction.atomic
def set_goal(
    *, village_code: str, goal: str, due: date, set_on: date, basis: str, by: Actor, scope: Scope
) -> VillageGoal:
    """Gives a village a goal with its last day.

    Raises:
        NotAllowed, NotFound: the scope may not correct there, or it is no village.
        GoalNeeded: the goal or what it rests on is not said. GoalThere: the village has it already.
        GoalOutOfOrder: it is due before it is set. InTheFuture: it is not set yet.
    """
    hold_chain()
    require_village(village_code, scope)
    words, rests_on = goal.strip(), basis.strip()
    if not words or not rests_on:
        raise GoalNeeded()
    if set_on > clock.today():
        raise InTheFuture(day=set_on)
    if due <= set_on:
        raise GoalOutOfOrder(day=due, earlier=set_on)
    if VillageGoal.objects.filter(village_code=village_code, goal=words).exists():
        raise GoalThere(goal=words)
    row = VillageGoal.objects.create(
        village_code=village_code, goal=words, due=due, set_on=set_on, basis=rests_on, by_name=by.name
    )
    _tell(row, "set_goal", by)
    return row


@transaction.atomic
def reach_goal(*, goal: VillageGoal, reached_on: date, by: Actor, scope: Scope) -> None:
    """Notes that a goal is reached.

    Raises:
        NotAllowed, NotFound: the scope may not correct there. InTheFuture: the day has not come.
        GoalOutOfOrder: the day lies before the one on which the goal was set.
    """
    hold_chain()
    require_village(goal.village_code, scope)
    if reached_on > clock.today():
        raise InTheFuture(day=reached_on)
    if reached_on < goal.set_on:
        raise GoalOutOfOrder(day=reached_on, earlier=goal.set_on)
    goal.reached_on = reached_on
    goal.save(update_fields=["reached_on"])
    _tell(goal, "reach_goal", by)


def _tell(goal: VillageGoal, what: str, by: Actor) -> None:
    record(
        by=by,
        action=f"quality.{what}",
        subject_kind="division",
        subject_id=goal.village_code,
        division_code=goal.village_code,
        detail={
            "goal": goal.goal,
            "due": goal.due.isoformat(),
            "reached_on": goal.reached_on.isoformat() if goal.reached_on else "",
        },
    )
