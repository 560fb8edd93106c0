"""Two people at once on one application (PostgreSQL): one acts, the other is told what changed, nothing is lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from bangfu.platform.errors import WorkError
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.errors import StaleAct
from bangfu.platform.procedures.models import Act, Case
from bangfu.registry.models import Standing
from bangfu.targeting.actions.applying import Applying, apply_together
from bangfu.targeting.actions.cases import act_on
from bangfu.targeting.actions.meetings import act_many
from bangfu.targeting.errors import RowsRefused
from tests.cast.places import WILLOW
from tests.postgresql import postgresql_only
from tests.targeting import world
from tests.targeting.world import CLERK, COUNTY_OFFICE, SECOND_CLERK, Day, Hand, revision

pytestmark = [postgresql_only, pytest.mark.django_db(transaction=True)]


def at_once(*actions: Any) -> list[Any]:
    """Run the actions in threads that begin together; what each answered, or how it was refused."""
    gate, answers = threading.Barrier(len(actions)), [None] * len(actions)

    def run(at: int, action: Any) -> None:
        gate.wait(timeout=20)
        try:
            answers[at] = action()
        except WorkError as refusal:
            answers[at] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(actions)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    return answers


def test_one_acts_and_the_other_is_told(transactional_db: None, day: Day) -> None:
    case = world.apply_all(world.opened(1))[0]
    seen = revision(case)

    def passes(who: Hand) -> Any:
        return lambda: act_on(case=case.pk, step="application", decision="pass", revision=seen, **who.acts)

    answers = at_once(passes(CLERK), passes(SECOND_CLERK))
    (done,) = [one for one in answers if isinstance(one, Act)]
    (told,) = [one for one in answers if isinstance(one, StaleAct)]
    assert done.by_name in told.problems[0].why.zh
    assert revision(case) == seen + 1
    assert Case.objects.get(pk=case.pk).step == "nomination"


def test_the_last_step_twice_at_once_opens_one_standing(transactional_db: None, day: Day) -> None:
    one = world.opened(2)
    made = world.apply_all(one)
    world.to_county(one, made, day)
    world.publish(made, COUNTY_OFFICE)
    day.on(5)
    rows = [Decided(case=case.pk, revision=revision(case), decision="pass") for case in made]

    def approves() -> Any:
        return act_many(step="county_approval", rows=rows, **COUNTY_OFFICE.acts)

    answers = at_once(approves, approves, approves)
    assert sum(isinstance(one, list) for one in answers) == 1
    assert sum(isinstance(one, RowsRefused | StaleAct) for one in answers) == 2
    assert Standing.objects.count() == 2


def test_one_household_applies_once(transactional_db: None, day: Day) -> None:
    one = world.opened(1)
    row = Applying(household_no=f"{WILLOW}0001", signed_by="户主0001")

    def applies(who: Hand) -> Any:
        return lambda: apply_together(round_id=one.pk, rows=[row], **who.acts)

    answers = at_once(applies(CLERK), applies(SECOND_CLERK))
    assert sum(isinstance(one, list) for one in answers) == 1
    assert Case.objects.count() == 1
