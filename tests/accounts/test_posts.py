"""Granting and ending posts; the three administrators are never one person."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.accounts.access import Scope, scope_of
from bangfu.accounts.actions import deactivate_user, end_post, grant_post
from bangfu.accounts.errors import (
    GrantToOneself,
    PostEnded,
    PostHeld,
    TwoAdministrators,
    UserInactive,
    WrongPostLevel,
)
from bangfu.accounts.models import Post, User
from bangfu.accounts.roles import ADMINISTRATORS, Role
from bangfu.divisions.codes import NATION
from bangfu.divisions.errors import BadCode, DeadDivision, EmptySpell, UnknownDivision
from bangfu.divisions.models import Division
from bangfu.platform import clock
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import NotAllowed, NotFound, WorkError
from tests.accounts.conftest import COUNTY, NEIGHBOUR, SINCE, TOWN, VILLAGE, Person
from tests.postgresql import both_databases, postgresql_only

pytestmark = both_databases


@pytest.fixture
def grant(security: User, everywhere: Scope) -> Any:
    """``grant_post`` by the security administrator of the nation."""

    def given(user: User, role: Role, code: str, since: date = SINCE, until: date | None = None) -> Post:
        return grant_post(
            by=security.actor("10.0.0.9"),
            scope=everywhere,
            user=user,
            role=role,
            division_code=code,
            since=since,
            until=until,
        )

    return given


def directly(user: User, role: Role, code: str, since: date, until: date | None = None) -> None:
    """Writes a post past the action."""
    administrator = user.pk if role in ADMINISTRATORS else None
    with transaction.atomic():
        Post.objects.create(
            user=user, role=role, division_code=code, since=since, until=until, administrator=administrator
        )


def test_a_post_is_granted_with_its_trace(person: Person, grant: Any, security: User) -> None:
    li = person("li")
    post = grant(li, Role.VILLAGE, VILLAGE)
    assert (post.granted_by, post.since, post.until) == ("安全员", SINCE, None)
    trace = AuditRecord.objects.first()
    assert (trace.action, trace.actor_id, trace.address) == (
        "accounts.grant_post",
        str(security.pk),
        "10.0.0.9",
    )
    assert (trace.subject_id, trace.division_code) == (str(li.pk), VILLAGE)
    assert trace.detail == {"role": "village", "since": "2020-01-01", "until": None}


@pytest.mark.parametrize(
    ("role", "code", "suits"),
    [
        (Role.VILLAGE, VILLAGE, True),
        (Role.VILLAGE, TOWN, False),
        (Role.HELPER, VILLAGE, True),
        (Role.HELPER, COUNTY, False),
        (Role.TOWNSHIP, TOWN, True),
        (Role.TOWNSHIP, VILLAGE, False),
        (Role.TOWNSHIP, COUNTY, False),
        (Role.COUNTY_OFFICE, COUNTY, True),
        (Role.COUNTY_OFFICE, "610900000000", True),
        (Role.COUNTY_OFFICE, TOWN, False),
        (Role.INSPECTOR, VILLAGE, True),
        (Role.INSPECTOR, NATION, True),
        (Role.DATA_ADMIN, NATION, True),
        (Role.AUDIT_ADMIN, TOWN, False),
        (Role.SECURITY_ADMIN, COUNTY, True),
    ],
)
def test_a_post_stands_at_a_level_that_suits_its_role(
    person: Person, grant: Any, role: Role, code: str, suits: bool
) -> None:
    user = person("li")
    if suits:
        assert grant(user, role, code).division_code == code
        return
    with pytest.raises(WrongPostLevel) as refusal:
        grant(user, role, code)
    assert code in refusal.value.sentence("en")
    assert not Post.objects.filter(user=user).exists()


@pytest.mark.parametrize(
    ("code", "refusal"),
    [("61092610020", BadCode), ("药妇沟", BadCode), ("610926100999", UnknownDivision)],
)
def test_a_post_needs_a_division_that_there_is(
    person: Person, grant: Any, code: str, refusal: type[WorkError]
) -> None:
    li = person("li")
    with pytest.raises(refusal):
        grant(li, Role.VILLAGE, code)
    assert not li.posts.exists()


def test_no_post_at_a_division_that_has_ended(person: Person, grant: Any) -> None:
    Division.objects.filter(code=VILLAGE).update(valid_until=date(2021, 3, 1))
    with pytest.raises(DeadDivision, match="2021-03-01"):
        grant(person("li"), Role.VILLAGE, VILLAGE, since=date(2021, 3, 1))
    grant(person("zhao"), Role.VILLAGE, VILLAGE, since=date(2021, 2, 28))


def test_nobody_grants_a_post_to_oneself(grant: Any, security: User) -> None:
    with pytest.raises(GrantToOneself):
        grant(security, Role.COUNTY_OFFICE, COUNTY)
    assert security.posts.count() == 1


def test_only_a_security_administrator_grants_and_only_at_home(person: Person, security: User) -> None:
    li = person("li")
    office = Scope.of([(Role.COUNTY_OFFICE, COUNTY), (Role.DATA_ADMIN, NATION), (Role.AUDIT_ADMIN, NATION)])
    neighbour = Scope.of([(Role.SECURITY_ADMIN, NEIGHBOUR)])
    for scope, refusal in ((office, NotAllowed), (Scope(), NotAllowed), (neighbour, NotFound)):
        with pytest.raises(refusal):
            grant_post(
                by=security.actor(),
                scope=scope,
                user=li,
                role=Role.VILLAGE,
                division_code=VILLAGE,
                since=SINCE,
            )
    assert not li.posts.exists()


def test_a_closed_account_gets_no_post(person: Person, grant: Any, security: User, everywhere: Scope) -> None:
    li = person("li")
    deactivate_user(by=security.actor(), scope=everywhere, user=li)
    with pytest.raises(UserInactive):
        grant(li, Role.VILLAGE, VILLAGE)


def test_the_same_post_is_not_held_twice_at_a_time(person: Person, grant: Any) -> None:
    li = person("li")
    grant(li, Role.VILLAGE, VILLAGE, SINCE, date(2021, 1, 1))
    grant(li, Role.VILLAGE, VILLAGE, date(2021, 1, 1))
    with pytest.raises(PostHeld, match="2020-01-01"):
        grant(li, Role.VILLAGE, VILLAGE, date(2019, 1, 1), date(2020, 1, 2))
    with pytest.raises(IntegrityError):
        directly(li, Role.VILLAGE, VILLAGE, date(2022, 1, 1))
    with pytest.raises(EmptySpell):
        grant(li, Role.HELPER, VILLAGE, SINCE, SINCE)
    grant(li, Role.HELPER, VILLAGE)
    grant(li, Role.VILLAGE, "610926100224")


@pytest.mark.parametrize("first", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("second", sorted(ADMINISTRATORS))
def test_two_administrators_are_never_one_person(
    person: Person, grant: Any, first: Role, second: Role
) -> None:
    li = person("li", (first, COUNTY))
    with pytest.raises(TwoAdministrators) as refusal:
        grant(li, second, NATION)
    assert str(Role(second).label) in refusal.value.sentence("zh")
    assert "never one person" in refusal.value.sentence("en")
    with pytest.raises(IntegrityError):
        directly(li, second, NATION, date(2023, 1, 1))
    assert li.posts.count() == 1


def test_a_post_with_an_end_counts_until_it_comes(person: Person, grant: Any) -> None:
    li = person("li")
    grant(li, Role.DATA_ADMIN, COUNTY, SINCE, date(2030, 1, 1))
    with pytest.raises(TwoAdministrators, match="2030-01-01"):
        grant(li, Role.AUDIT_ADMIN, COUNTY, date(2029, 12, 31))
    with pytest.raises(IntegrityError):
        directly(li, Role.AUDIT_ADMIN, COUNTY, date(2029, 12, 31))
    grant(li, Role.AUDIT_ADMIN, COUNTY, date(2030, 1, 1))


def test_the_database_refuses_a_way_around_the_three(person: Person) -> None:
    li = person("li", (Role.DATA_ADMIN, COUNTY), (Role.INSPECTOR, COUNTY))
    attempts: list[dict[str, Any]] = [
        {"role": Role.AUDIT_ADMIN},
        {"role": Role.AUDIT_ADMIN, "administrator": li.pk},
        {"role": Role.AUDIT_ADMIN, "administrator": li.pk + 1},
        {"administrator": li.pk},
    ]
    for changes in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.filter(user=li, role=Role.INSPECTOR).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(user=li, role=Role.DATA_ADMIN).update(administrator=None)


def test_a_person_with_another_role_may_be_one_administrator(person: Person, grant: Any) -> None:
    li = person("li", (Role.COUNTY_OFFICE, COUNTY))
    grant(li, Role.DATA_ADMIN, COUNTY)
    assert li.posts.count() == 2


def test_a_post_ends_on_its_day(person: Person, security: User, everywhere: Scope) -> None:
    li = person("li", (Role.VILLAGE, VILLAGE))
    post = li.posts.get()
    end_post(by=security.actor(), scope=everywhere, post=post, until=date(2024, 7, 1))
    assert scope_of(li, date(2024, 6, 30)) != Scope()
    assert scope_of(li, date(2024, 7, 1)) == Scope()
    trace = AuditRecord.objects.first()
    assert (trace.action, trace.detail["until"]) == ("accounts.end_post", "2024-07-01")
    with pytest.raises(PostEnded, match="2024-07-01"):
        end_post(by=security.actor(), scope=everywhere, post=post, until=date(2025, 1, 1))


def test_a_post_granted_today_by_mistake_is_taken_back(
    person: Person, security: User, everywhere: Scope
) -> None:
    today = clock.today()
    li = person("li", (Role.COUNTY_OFFICE, COUNTY), since=today)
    end_post(by=security.actor(), scope=everywhere, post=li.posts.get(), until=today)
    assert not li.posts.exists()
    assert scope_of(li, today) == Scope()
    trace = AuditRecord.objects.first()
    assert (trace.action, trace.division_code) == ("accounts.take_back_post", COUNTY)


def test_posts_elsewhere_cannot_be_ended(person: Person, security: User) -> None:
    post = person("li", (Role.VILLAGE, VILLAGE)).posts.get()
    for scope, refusal in (
        (Scope.of([(Role.SECURITY_ADMIN, NEIGHBOUR)]), NotFound),
        (Scope.of([(Role.COUNTY_OFFICE, COUNTY)]), NotAllowed),
    ):
        with pytest.raises(refusal):
            end_post(by=security.actor(), scope=scope, post=post, until=date(2024, 7, 1))
    post.refresh_from_db()
    assert post.until is None


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_do_not_make_two_administrators(person: Person, grant: Any) -> None:
    li = person("li")
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def try_to_grant(role: Role) -> None:
        try:
            start.wait()
            grant(li, role, COUNTY)
            outcomes.append("granted")
        except TwoAdministrators:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=try_to_grant, args=[role]) for role in (Role.DATA_ADMIN, Role.AUDIT_ADMIN)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["granted", "refused"]
    assert li.posts.count() == 1
