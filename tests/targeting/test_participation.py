"""Who signed at which stage (S0-16), and whether the three blocks of a record are there (S3-04)."""

from __future__ import annotations

from bangfu.platform import clock
from bangfu.quality.models import ListEntry
from bangfu.registry.models import ImportBatch, Person
from bangfu.targeting.completeness import three_blocks
from bangfu.targeting.participation import participation
from tests.cast.places import COUNTY, WILLOW
from tests.postgresql import both_databases
from tests.targeting import world
from tests.targeting.test_subjects import on_books
from tests.targeting.world import CLERK, COUNTY_OFFICE, ELSEWHERE, Day, put

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


def test_the_three_blocks(day: Day) -> None:  # S3-04
    helped, bare = on_books(2)
    tokens = {}
    for at, person in enumerate(Person.objects.filter(memberships__household=helped)):
        person.id_token = tokens[at] = bytes([at + 1]) * 32
        person.save(update_fields=["id_token"])
    batch = ImportBatch.objects.create(
        format="helpers", division_code=COUNTY, file_name="x", day=day.now, uploaded_at=clock.now()
    )
    for row, (name, token) in enumerate([("helpers", tokens[0]), ("projects", tokens[1])]):
        ListEntry.objects.create(
            list_name=name, division_code=COUNTY, batch=batch, row_no=row, id_token=token
        )
    lines = three_blocks(COUNTY_OFFICE.scope, WILLOW, day.now)
    assert [(one.household.pk, one.whom, one.who_helps, one.how, one.complete) for one in lines] == [
        (helped.pk, True, True, True, True),
        (bare.pk, True, False, False, False),
    ]
