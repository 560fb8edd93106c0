"""A post reaches exactly the rows under its division."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.accounts.access import Scope, ScopedQuerySet, scope_of
from bangfu.accounts.models import Post
from bangfu.accounts.roles import CAPABILITIES, Capability, Role
from bangfu.divisions.codes import NATION, scope_prefix
from bangfu.divisions.errors import BadCode
from bangfu.divisions.models import VillagersGroup
from bangfu.platform.errors import NotAllowed, NotFound, as_json
from tests.accounts.conftest import COUNTY, NEIGHBOUR, SINCE, TOWN, VILLAGE, Person
from tests.postgresql import both_databases

READ = Capability.READ_REGISTRY


class GroupQuerySet(ScopedQuerySet[VillagersGroup]):
    """Rows whose division lies in a column with another name."""

    division_field = "village_code"


def groups() -> GroupQuerySet:
    return GroupQuerySet(VillagersGroup)


def test_prefixes_that_lie_under_another_are_left_out() -> None:
    scope = Scope.of([(Role.VILLAGE, VILLAGE), (Role.TOWNSHIP, TOWN), (Role.INSPECTOR, NEIGHBOUR)])
    assert scope.prefixes_for(READ) == ("610924", "610926100")
    assert scope.prefixes_for(Capability.IMPORT) == ("610926100",)
    assert scope.prefixes_for(Capability.MANAGE_USERS) == ()
    with pytest.raises(BadCode):
        Scope.of([(Role.VILLAGE, "药妇沟")])


def test_where_a_capability_holds() -> None:
    scope = Scope.of([(Role.TOWNSHIP, TOWN), (Role.INSPECTOR, NEIGHBOUR)])
    assert scope.allows(Capability.IMPORT, VILLAGE)
    assert scope.allows(Capability.IMPORT, TOWN)
    assert not scope.allows(Capability.IMPORT, COUNTY)
    assert not scope.allows(Capability.IMPORT, NEIGHBOUR)
    assert scope.can(Capability.UNMASK)
    assert not scope.allows(Capability.UNMASK, VILLAGE)
    assert scope.covers(VILLAGE)
    assert scope.covers(NEIGHBOUR)
    assert not scope.covers(COUNTY)


def test_only_the_nation_reaches_what_belongs_to_no_division() -> None:
    assert not Scope.of([(Role.COUNTY_OFFICE, COUNTY)]).allows(READ, "")
    assert not Scope.of([(Role.COUNTY_OFFICE, COUNTY)]).allows(READ, NATION)
    assert Scope.of([(Role.INSPECTOR, NATION)]).allows(READ, "")
    assert Scope.of([(Role.INSPECTOR, NATION)]).allows(READ, NATION)


def test_no_posts_reach_nothing() -> None:
    assert not Scope().can(READ)
    assert not Scope().allows(READ, VILLAGE)
    assert not Scope().covers("")


def test_require_tells_a_missing_capability_from_a_foreign_place() -> None:
    scope = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])
    scope.require(Capability.IMPORT, VILLAGE)
    with pytest.raises(NotAllowed):
        scope.require(Capability.MANAGE_USERS, VILLAGE)
    with pytest.raises(NotFound):
        scope.require(Capability.IMPORT, NEIGHBOUR)


# Few digits, so that random codes often share their beginnings.
digit = st.sampled_from(["01", "09"])
triple = st.sampled_from(["001", "009", "099"])
village_codes = st.tuples(digit, digit, digit, triple, triple).map("".join)
division_codes = st.one_of(
    st.just(NATION),
    st.tuples(village_codes, st.sampled_from([2, 4, 6, 9, 12])).map(
        lambda one: one[0][: one[1]].ljust(12, "0")
    ),
)
posts = st.lists(st.tuples(st.sampled_from(Role), division_codes), max_size=5)


@both_databases
@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(
    posts=posts,
    codes=st.lists(village_codes, max_size=15, unique=True),
    capability=st.sampled_from(Capability),
)
def test_exactly_the_rows_under_the_prefixes_are_visible(
    posts: list[tuple[Role, str]], codes: list[str], capability: Capability
) -> None:
    scope = Scope.of(posts)
    expected = {
        code
        for code in codes
        for role, division in posts
        if capability in CAPABILITIES[role] and code.startswith(scope_prefix(division))
    }
    with transaction.atomic():
        VillagersGroup.objects.bulk_create(
            VillagersGroup(village_code=code, number=1, name="一组") for code in codes
        )
        visible = groups().visible_to(scope, capability)
        assert set(visible.values_list("village_code", flat=True)) == expected
        # the filter may be negated too
        hidden = groups().exclude(scope.q("village_code", capability))
        assert set(hidden.values_list("village_code", flat=True)) == set(codes) - expected
        assert {code for code in codes if scope.allows(capability, code)} == expected
        transaction.set_rollback(True)


@both_databases
@pytest.mark.django_db
def test_a_foreign_row_answers_exactly_like_a_missing_one() -> None:
    mine = VillagersGroup.objects.create(village_code=VILLAGE, number=1, name="一组")
    foreign = VillagersGroup.objects.create(village_code="610924100201", number=1, name="一组")
    scope = Scope.of([(Role.TOWNSHIP, TOWN)])
    assert groups().reach(scope, pk=mine.pk) == mine
    answers = []
    for key in (foreign.pk, 10**9):
        with pytest.raises(NotFound) as refusal:
            groups().reach(scope, pk=key)
        answers.append([as_json(refusal.value, language) for language in ("zh", "en")])
    assert answers[0] == answers[1]
    with pytest.raises(NotFound):
        groups().reach(scope, Capability.UNMASK, pk=mine.pk)


@both_databases
def test_a_scope_holds_the_posts_of_the_day(person: Person) -> None:
    wang = person("wang", (Role.VILLAGE, VILLAGE), (Role.HELPER, VILLAGE))
    Post.objects.filter(user=wang, role=Role.VILLAGE).update(until=date(2022, 1, 1))
    assert scope_of(wang, SINCE - timedelta(days=1)) == Scope()
    assert scope_of(wang, SINCE).posts == {(Role.VILLAGE, VILLAGE), (Role.HELPER, VILLAGE)}
    assert scope_of(wang, date(2021, 12, 31)).can(Capability.CORRECT_REGISTRY)
    assert not scope_of(wang, date(2022, 1, 1)).can(Capability.CORRECT_REGISTRY)
    wang.is_active = False
    assert scope_of(wang, SINCE) == Scope()
