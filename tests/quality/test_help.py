"""The three blocks of a household's record: whom to help, who helps, how."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.platform import clock
from bangfu.policy import vocabulary
from bangfu.quality.actions.lists import take_list
from bangfu.quality.help import help_of
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
    assert (record.who_helps, record.how, record.complete) == ((), (), False)


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
