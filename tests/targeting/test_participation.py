"""Who signed at which stage (S0-16)."""

from __future__ import annotations

from bangfu.targeting.participation import participation
from tests.cast.places import WILLOW
from tests.postgresql import both_databases
from tests.targeting import world
from tests.targeting.world import CLERK, ELSEWHERE, Day, put

pytestmark = both_databases
NAME = "household_identification"


def test_stages_with_a_members_signature_are_a_share_of_all(day: Day) -> None:  # S0-16
    one = world.opened(2)
    first, second = world.apply_all(one)
    world.decide([first], "application", CLERK)
    put([first], "nomination", CLERK, signatures=["组长", "妻0001"])
    world.decide([first], "nomination", CLERK)
    world.vote(one, [first])
    matrix = participation(CLERK.scope, WILLOW)
    assert matrix.stages == ((NAME, "application"), (NAME, "nomination"), (NAME, "review"))
    row = matrix.rows[0]
    assert row.stages == {
        (NAME, "application"): ("户主0001",),
        (NAME, "nomination"): ("妻0001",),
        (NAME, "review"): (),
    }
    assert (row.signed, row.share) == (2, 6667)
    assert matrix.rows[1].stages == {(NAME, "application"): ("户主0002",)}
    assert matrix.of_stage((NAME, "application")) == (2, 2)
    assert matrix.of_stage((NAME, "review")) == (0, 1)
    assert matrix.share == 7500
    assert second.pk


def test_nothing_beyond_the_scope(day: Day) -> None:
    one = world.opened(1)
    world.apply_all(one)
    found = participation(ELSEWHERE.scope, WILLOW)
    assert (found.rows, found.share) == ((), None)
