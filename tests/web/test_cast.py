"""The cast is as its README says."""

from __future__ import annotations

from bangfu.quality.models import Doubt
from bangfu.registry.models import Household, Person, Standing
from tests.cast.places import COUNTY, WILLOW
from tests.cast.stories import STORIES

EXPECTED = {
    ("dead_but_registered", "王秀英"),
    ("owns_car", "张建国"),
    ("form_incomplete", "赵小满"),
    ("id_checksum", "陈石头"),
    ("allowance_unrecorded", "杨有福"),
    ("id_duplicate_across", "周平"),
    ("id_duplicate_across", "周萍"),
    *(
        ("subsistence_allowance_missing", name)
        for name in ("王秀英", "张建国", "陈石头", "孙长贵", "周平", "郑云")
    ),
}


def test_everybody_of_the_stories_is_registered() -> None:
    assert Household.objects.in_division(COUNTY).count() == len(STORIES)
    people = Person.objects.filter(memberships__household__division_code__startswith=COUNTY[:6])
    assert people.count() == sum(len(members) for _household, members in STORIES)


def test_the_rules_say_what_the_readme_says() -> None:
    found = set(Doubt.objects.filter(area=COUNTY).values_list("rule", "subject_name"))
    assert found == EXPECTED


def test_the_exited_household_has_two_standings() -> None:
    assert Standing.objects.filter(household__household_no=f"{WILLOW}0007").count() == 2
