"""The four steps of Qinghai (S4-56) run on the same functions: there the township decides."""

from __future__ import annotations

import pytest

from bangfu.accounts.roles import Role
from bangfu.divisions.codes import Level
from bangfu.divisions.models import Division
from bangfu.platform.procedures.errors import NotReady
from bangfu.registry.models import Standing
from bangfu.targeting.actions.applying import Applying, apply_together
from bangfu.targeting.actions.cases import act_on, record_on
from bangfu.targeting.actions.meetings import BallotRow, record_ballots
from bangfu.targeting.actions.panels import Seat, seat_panel, set_panel
from bangfu.targeting.actions.rolls import Attempt, RollRow, add_to_roll, notify
from bangfu.targeting.actions.rounds import open_round, start_round
from bangfu.targeting.enums import Channel
from tests.postgresql import both_databases
from tests.targeting import world
from tests.targeting.world import Day, ballot, fresh, hand, revision

pytestmark = both_databases
VILLAGE, TOWN = "632801101201", "632801101000"


def test_a_household_of_qinghai_is_registered_by_its_township(day: Day) -> None:  # S4-56, S4-62
    Division.objects.create(
        code=VILLAGE, name="草原村", level=Level.VILLAGE, parent_code=TOWN, initials="cyc", source="test"
    )
    village, town = hand("牧甲", Role.VILLAGE, VILLAGE), hand("乡甲", Role.TOWNSHIP, TOWN)
    world.groups("1组", village=VILLAGE)
    world.enter(1, village=VILLAGE)
    one = start_round(
        division_code=VILLAGE,
        year=2026,
        households=31,
        mobilisation="牧民大会",
        attendance=40,
        **village.acts,
    )
    rows = [RollRow(householder=f"牧民{at}", group_number=1) for at in range(30)]
    add_to_roll(round_id=one.pk, rows=rows, **village.acts)
    roll = list(one.roll.all())
    told = [Attempt(entry=one.pk, channel=Channel.PHONE, reached=True, day=day.now) for one in roll]
    notify(round_id=one.pk, attempts=told, **village.acts)
    open_round(round_id=one.pk, **village.acts)
    chosen = [Seat(entry=row.pk, name=row.householder, group_number=1) for row in roll if row.group_number]
    set_panel(round_id=one.pk, seats=chosen[-30:], **village.acts)
    seat_panel(round_id=one.pk, **village.acts)
    number = f"{VILLAGE}0001"
    (made,) = apply_together(
        round_id=one.pk,
        rows=[Applying(household_no=number, signed_by=world.head_of(number))],
        **village.acts,
    )
    case = fresh(made.case)
    assert case.version == "four_steps"

    def passes(step: str, who: world.Hand) -> None:
        act_on(case=case.pk, step=step, decision="pass", revision=revision(case), **who.acts)

    passes("application", village)
    row = BallotRow(case=case.pk, revision=revision(case), ballot=ballot())
    record_ballots(round_id=one.pk, rows=[row], **village.acts)
    passes("review", village)
    record_on(case=case.pk, kind="village_check", revision=revision(case), **village.acts)
    world.publish([case], village)
    day.on(7)
    passes("village_check", village)
    with pytest.raises(NotReady):
        passes("township_audit", town)
    visit = {"visitors": ["乡干部"], "visited_on": day.now.isoformat()}
    record_on(case=case.pk, kind="home_visit", revision=revision(case), data=visit, **town.acts)
    passes("township_audit", town)
    standing = Standing.objects.get()
    assert standing.policy_version == "household_identification/four_steps"
    assert standing.basis == f"case:{case.pk}"
