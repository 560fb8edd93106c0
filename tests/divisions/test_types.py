"""What kind of county and village a place is on a day (S1-02): poor, not poor, or nobody has said."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import F

from bangfu.divisions.actions import load_tree, set_attribute
from bangfu.divisions.models import Division, DivisionAttribute
from bangfu.divisions.queries import places_of
from bangfu.divisions.types import ANSWERS, PlaceType, by_village, typed, types_in
from bangfu.platform.audit.actor import Actor
from tests.divisions.conftest import TINY, Rewrite
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]
Kind = DivisionAttribute.Kind
COUNTY, DAY = "610926000000", date(2016, 1, 1)
POOR, OTHER, DEEP = "610926100201", "610926100202", "610926101201"


@pytest.fixture(autouse=True)
def _tree(clerk: Actor, write_source: Rewrite) -> None:
    write_source(TINY)
    load_tree(by=clerk)


def label(clerk: Actor, code: str, kind: Kind, since: date, until: date | None = None) -> None:
    set_attribute(by=clerk, division_code=code, kind=kind, since=since, until=until, document="陕政发")


def test_nobody_has_said() -> None:
    """S1-02: no label anywhere in the county or province is no answer."""
    assert set(by_village(COUNTY, DAY).values()) == {PlaceType(None, None)}
    assert places_of(COUNTY, on=DAY).villages[POOR].poor is None


def test_labels_of_others_make_it_known(clerk: Actor) -> None:
    """S1-02: one label in the county says that the villages without are not poor; the same of counties."""
    label(clerk, POOR, Kind.POOR_VILLAGE, date(2014, 1, 1), date(2019, 1, 1))
    label(clerk, DEEP, Kind.DEEP_POVERTY_VILLAGE, date(2014, 1, 1))
    label(clerk, COUNTY, Kind.NATIONAL_POOR_COUNTY, date(2014, 1, 1))
    types = types_in(COUNTY, DAY)
    assert types.of(POOR) == types.of(DEEP) == PlaceType(True, True)
    assert types.of(OTHER) == PlaceType(True, False)
    assert types.of("610924100201") == PlaceType(False, None)
    assert types_in(COUNTY, date(2019, 1, 1)).of(POOR) == PlaceType(True, False), "the label has ended"
    around = places_of(COUNTY, on=DAY).villages
    assert (around[POOR].poor, around[OTHER].poor) == (True, False)


def test_a_label_of_another_time_says_nothing_of_today_but_that_it_is_kept(clerk: Actor) -> None:
    label(clerk, POOR, Kind.POOR_VILLAGE, date(2020, 1, 1))
    assert types_in(COUNTY, DAY).of(POOR) == PlaceType(None, False)


@pytest.mark.parametrize("labelled", [False, True])
def test_the_database_says_the_same(labelled: bool, clerk: Actor) -> None:
    if labelled:
        label(clerk, POOR, Kind.POOR_VILLAGE, date(2014, 1, 1))
        label(clerk, COUNTY, Kind.KEY_COUNTY, date(2014, 1, 1))
    known = by_village(COUNTY, DAY)
    villages = Division.objects.filter(code__in=known)
    asked = 0
    for county in ("", *ANSWERS):
        for village in ("", *ANSWERS):
            found = typed(villages, F("code"), DAY, county=county, village=village)
            expected = {
                code
                for code, one in known.items()
                if county in ("", one.county) and village in ("", one.village)
            }
            assert set(found.values_list("code", flat=True)) == expected
            asked += bool(expected)
    assert asked >= 4
