"""No way into the registry leads out of one's scope, and what lies outside answers like what does not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import CAPABILITIES, LEVELS, Capability, Role
from bangfu.divisions.codes import NATION, Level, level_of, scope_prefix
from bangfu.platform import clock
from bangfu.platform.errors import NotFound, as_json
from bangfu.registry.access import batch_for, household_for, person_for
from bangfu.registry.models import Household, ImportBatch, Membership, Person
from bangfu.registry.queries import search
from tests.cast.places import BRIDGE, COUNTY, OTHER_COUNTY, OTHER_VILLAGE, SUMMIT, TREE, WILLOW, WILLOW_TOWN
from tests.postgresql import both_databases
from tests.registry.world import FIRST, examples, member, registered, somebody

pytestmark = [both_databases, pytest.mark.usefixtures("tree")]
VILLAGES = (WILLOW, BRIDGE, SUMMIT, OTHER_VILLAGE)
#: Every post that may exist in the tree.
POSTS = [
    (role, code)
    for role in Role
    for code in (NATION, *TREE)
    if (None if code == NATION else Level(level_of(code) or 0)) in LEVELS[role]
]


def batch(division: str) -> ImportBatch:
    return ImportBatch.objects.create(
        format="registry",
        division_code=division,
        file_name="登记.xlsx",
        sha256="0" * 64,
        day=FIRST,
        by_id="1",
        by_name="x",
        uploaded_at=clock.now(),
    )


@settings(
    max_examples=examples(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    posts=st.lists(st.sampled_from(POSTS), max_size=3),
    villages=st.lists(st.sampled_from(VILLAGES), min_size=1, max_size=4),
    capability=st.sampled_from(Capability),
)
def test_nothing_outside_the_prefixes_is_ever_reached(
    posts: list[tuple[Role, str]], villages: list[str], capability: Capability
) -> None:
    scope = Scope.of(posts)

    def may(what: Capability, code: str) -> bool:
        return any(what in CAPABILITIES[role] and code.startswith(scope_prefix(at)) for role, at in posts)

    with transaction.atomic():
        for number, village in enumerate(villages):
            registered(somebody(f"人{number}", "1980-01-01", number + 1), village=village)
        batches = [batch(village) for village in VILLAGES]
        inside = {one.household_no for one in Household.objects.all() if may(capability, one.division_code)}
        seen = Household.objects.visible_to(scope, capability)
        assert {one.household_no for one in seen} == inside
        spells = Membership.objects.visible_to(scope, capability).select_related("household")
        assert {one.household.household_no for one in spells} == inside
        people = Person.objects.visible_to(scope, capability)
        assert {one.person_no[:-2] for one in people} == inside
        for household in Household.objects.all():
            person = member(household)
            reached = (
                (household_for, household.household_no, household),
                (person_for, person.person_no, person),
            )
            for reach, number_, row in reached:
                assert _reached(lambda reach=reach, number_=number_: reach(scope, number_, capability)) == (
                    row if may(capability, household.division_code) else None
                )
        for one in batches:
            expected = one if may(Capability.IMPORT, one.division_code) else None
            assert _reached(lambda one=one: batch_for(scope, str(one.pk))) == expected
        found = {hit.where for hit in search("人", scope) + search("9901", scope)}
        assert all(may(Capability.READ_REGISTRY, where) for where in found)
        transaction.set_rollback(True)


def _reached(how: Callable[[], Any]) -> Any:
    try:
        return how()
    except NotFound:
        return None


def test_a_foreign_object_answers_exactly_like_a_missing_one() -> None:
    foreign = registered(village=OTHER_VILLAGE)
    scope = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])
    pairs: list[tuple[Callable[[Scope, str], Any], str, str]] = [
        (household_for, foreign.household_no, "990101001201999"),
        (person_for, member(foreign).person_no, "nobody"),
        (batch_for, str(batch(OTHER_COUNTY).pk), str(uuid4())),
    ]
    for reach, there, missing in pairs:
        answers = []
        for key in (there, missing):
            with pytest.raises(NotFound) as refusal:
                reach(scope, key)
            answers.append([as_json(refusal.value, language) for language in ("zh", "en")])
        assert answers[0] == answers[1]


def test_reading_is_not_correcting() -> None:
    """A helper sees the household of the village and may not change it."""
    household = registered()
    scope = Scope.of([(Role.HELPER, WILLOW)])
    assert household_for(scope, household.household_no) == household
    with pytest.raises(NotFound):
        household_for(scope, household.household_no, Capability.CORRECT_REGISTRY)
    assert household_for(Scope.of([(Role.TOWNSHIP, WILLOW_TOWN)]), household.household_no) == household
