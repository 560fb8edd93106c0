"""The three blocks of a household's record: whom to help, who helps, how."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.platform import clock
from bangfu.policy import facts, vocabulary
from bangfu.policy.how import received
from bangfu.quality.actions.lists import take_list
from bangfu.quality.help import (
    gaps,
    help_of,
    helpers_of,
    received_lists,
    without_helper,
    without_measure,
)
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import Household, ImportBatch
from tests.cast.places import COUNTY, OTHER_COUNTY, plant_tree
from tests.cast.stories import identity
from tests.postgresql import both_databases
from tests.registry.world import FIRST, ME, registered

pytestmark = [pytest.mark.django_db, both_databases]
DASHAN, QIAOYUN = identity("1972-03-07", 11), identity("1974-08-19", 22)


@pytest.fixture
def household() -> Household:
    """李大山 and 周巧云 of 柳林村."""
    plant_tree()
    return registered()


def take(name: str, *rows: dict[str, Any], area: str = COUNTY) -> int:
    """A department's list with these rows."""
    batch = ImportBatch.objects.create(
        format=name,
        division_code=area,
        file_name=f"{name}.xlsx",
        sha256="0",
        day=FIRST,
        uploaded_at=clock.now(),
    )
    columns = {key: [row.get(key) for row in rows] for key in {key for row in rows for key in row}}
    places = [("名单", number) for number in range(2, len(rows) + 2)]
    table = vocabulary.table(name)
    return take_list(list_name=name, rows=Rows(table, columns, places), area=area, batch=batch.pk, by=ME)


def test_without_lists_nobody_helps_and_nothing_is_done(household: Household) -> None:  # S0-03
    record = help_of(household)
    assert (record.who_helps, record.how, record.received, record.complete) == ((), (), (), False)


def test_who_helps_and_how_come_from_the_four_families(household: Household) -> None:  # S3-04, S2-44, S4-16
    take("helpers", {"name": "李大山", "id_number": DASHAN, "helper": "陈丽", "helper_unit": "县教育局"})
    assert not help_of(household).complete, "somebody helps, nothing is done"
    take("projects", {"name": "周巧云", "id_number": QIAOYUN, "measure_kind": 1, "amount": 300_000})
    take("rain_and_dew", {"name": "别家人", "id_number": identity("2001-02-03", 44), "term": "2015春"})
    record = help_of(household)
    assert record.complete
    (helper,) = record.who_helps
    assert helper.person.name == "李大山"
    assert {column.name: value for column, value in helper.values if value} == {
        "helper": "陈丽",
        "helper_unit": "县教育局",
    }
    (measure,) = record.how
    assert (measure.table.name, measure.person.name) == ("projects", "周巧云")
    assert {column.name: value for column, value in measure.values if value} == {
        "measure_kind": 1,
        "amount": 300_000,
    }


def test_a_new_list_takes_the_place_of_the_old_one(household: Household) -> None:  # S2-29
    assert (
        take("helpers", {"id_number": DASHAN, "helper": "陈丽"}, {"id_number": QIAOYUN, "helper": "陈丽"})
        == 2
    )
    assert take("helpers", {"id_number": DASHAN, "helper": "赵平"}) == 1
    (helper,) = help_of(household).who_helps
    assert {column.name: value for column, value in helper.values}["helper"] == "赵平"


def test_the_list_of_another_county_says_nothing_here(household: Household) -> None:
    take("helpers", {"id_number": DASHAN, "helper": "马驰"}, area=OTHER_COUNTY)
    assert help_of(household).who_helps == ()
    assert without(household) == (True, True)


def without(household: Household) -> tuple[bool, bool]:
    """Whether the lists of pages say that nobody helps, that nothing is done."""
    rows = Household.objects.filter(pk=household.pk)
    helper, measure = without_helper(COUNTY), without_measure(COUNTY)
    return rows.filter(helper).exists(), rows.filter(measure).exists()


def test_whoever_helped_once_does_not_help_now(household: Household) -> None:  # S0-03
    row = {"id_number": DASHAN, "helper": "陈丽", "started_on": 20140101}
    take("helpers", {**row, "ended_on": clock.as_yyyymmdd(clock.today())})
    assert help_of(household).who_helps == ()
    assert helpers_of([household]) == {}
    assert without(household) == (True, True)
    take("helpers", {**row, "ended_on": 20990101}, {**row, "id_number": QIAOYUN, "helper": "赵平"})
    assert helpers_of([household]) == {household.pk: ["陈丽", "赵平"]}
    assert without(household) == (False, True)


def test_the_blocks_of_a_village(household: Household) -> None:  # S3-04
    take("helpers", {"id_number": DASHAN, "helper": "陈丽"})
    (one,) = gaps(household.division_code, clock.today())
    assert (one.households, one.no_ground, one.no_helper, one.no_measure, one.complete) == (1, 0, 0, 1, 0)
    take("projects", {"id_number": QIAOYUN, "measure_kind": 1})
    Household.objects.update(main_cause=None)
    (one,) = gaps(household.division_code, clock.today())
    assert (one.no_ground, one.no_measure, one.complete) == (1, 0, 0)
    Household.objects.update(main_cause=1)
    (one,) = gaps(household.division_code, clock.today())
    assert (one.no_ground, one.complete) == (0, 1)


def test_what_came_is_shown_from_every_list(household: Household) -> None:  # S2-44
    aid = {"id_number": DASHAN, "aid_item": 1, "term": 20152, "paid": 50_000}
    take("student_aid", aid)
    take("vehicles", {"id_number": DASHAN, "vehicle_kind": 1})
    record = help_of(household)
    assert [(table.name, len(rows)) for table, rows in record.by_list] == [("student_aid", 1)]
    assert record.how == (), "a payment is no measure of the three lists"


def test_every_list_behind_an_entitlement_is_one_of_what_came() -> None:
    """One truth with the entitlements: what they count as received stands on these lists."""
    sources = {one.source for one in facts.collect([received]) if isinstance(one, facts.Summary)}
    neither = {"graduates", "enrolment"}  # who left school, and who boards, received nothing by that
    assert sources - set(received_lists()) == neither
