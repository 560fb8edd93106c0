"""Accounts: made, signed in to, changed, closed."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.contrib.auth import authenticate, get_user
from django.test import Client, RequestFactory

from bangfu.accounts.access import Scope, scope_of
from bangfu.accounts.actions import (
    change_own_password,
    choose_division,
    choose_language,
    create_first_administrator,
    create_user,
    deactivate_user,
    reactivate_user,
    set_password,
)
from bangfu.accounts.errors import (
    BadUsername,
    FirstAdministratorExists,
    UnknownLanguage,
    UsernameTaken,
    WeakPassword,
    WrongPassword,
)
from bangfu.accounts.models import Post, User, normal_username
from bangfu.accounts.roles import Capability, Role
from bangfu.divisions.codes import NATION
from bangfu.divisions.errors import BadCode, UnknownDivision
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import NotAllowed, NotFound
from tests.accounts.conftest import COUNTY, NEIGHBOUR, PASSWORD, TOWN, VILLAGE, Person
from tests.postgresql import both_databases

pytestmark = both_databases

NEW_PASSWORD = "Nvwa-Tea-7-Baxian"


def signs_in(username: str, password: str, address: str = "10.0.0.7") -> bool:
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    return authenticate(request, username=username, password=password) is not None


def test_a_lasting_password_need_not_be_changed(security: User, everywhere: Scope) -> None:
    """The demo prints its passwords."""
    wu = create_user(
        by=security.actor(),
        scope=everywhere,
        username="wu",
        display_name="吴",
        password=PASSWORD,
        lasting=True,
    )
    assert not User.objects.get(pk=wu.pk).must_change_password


def test_a_new_account_may_sign_in_and_do_nothing(person: Person) -> None:
    li = person("li")
    assert signs_in("li", PASSWORD)
    assert not signs_in("li", "wrong")
    assert li.must_change_password
    assert scope_of(li, clock.today()) == Scope()
    assert li.password.startswith(("md5$", "pbkdf2_"))


def test_a_name_is_the_same_however_it_is_typed(person: Person, security: User, everywhere: Scope) -> None:
    assert person("  Ｌi.Hua ").username == "li.hua"
    assert signs_in(normal_username("ＬI.HUA "), PASSWORD)
    assert not signs_in("LI.HUA", PASSWORD)
    with pytest.raises(UsernameTaken, match=r"li\.hua"):
        create_user(
            by=security.actor(), scope=everywhere, username="li.Hua", display_name="李华", password=PASSWORD
        )


def test_guessing_is_stopped_for_the_account_at_that_address(person: Person) -> None:
    person("li")
    assert not any(signs_in("li", f"guess {number}") for number in range(settings.AXES_FAILURE_LIMIT))
    assert not signs_in("li", PASSWORD)
    assert signs_in("li", PASSWORD, address="10.0.0.8")
    assert signs_in("anquan", PASSWORD)


@pytest.mark.parametrize("username", ["", "x", "li hua", "li/hua", "x" * 65])
def test_a_name_that_cannot_be_used(username: str, security: User, everywhere: Scope) -> None:
    with pytest.raises(BadUsername):
        create_user(
            by=security.actor(), scope=everywhere, username=username, display_name="李华", password=PASSWORD
        )
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Short-9", "密码太短,至少要有 10 个字符。"),
        ("1234567890123", "密码不能全是数字。"),
        ("qwertyuiop", "这个密码太常见,容易被猜中。"),
        ("pingli-lihua-x", "密码与用户名或姓名太相似。"),
    ],
)
def test_a_weak_password_is_refused_with_the_reasons(
    password: str, reason: str, security: User, everywhere: Scope
) -> None:
    with pytest.raises(WeakPassword) as refusal:
        create_user(
            by=security.actor(),
            scope=everywhere,
            username="pingli-lihua",
            display_name="李华",
            password=password,
        )
    assert reason in [problem.why.zh for problem in refusal.value.problems]
    assert all(problem.why.en.isascii() for problem in refusal.value.problems)
    assert User.objects.count() == 1


def test_password_rules_stand_in_the_settings() -> None:
    rules = {
        one["NAME"].rpartition(".")[2]: one.get("OPTIONS", {}) for one in settings.AUTH_PASSWORD_VALIDATORS
    }
    assert rules["MinimumLengthValidator"]["min_length"] >= 10
    assert {"CommonPasswordValidator", "NumericPasswordValidator", "UserAttributeSimilarityValidator"} < set(
        rules
    )
    assert settings.AUTHENTICATION_BACKENDS[0] == "axes.backends.AxesStandaloneBackend"


def test_only_a_security_administrator_makes_accounts(security: User) -> None:
    for posts in ([], [(Role.COUNTY_OFFICE, NATION)], [(Role.DATA_ADMIN, NATION), (Role.INSPECTOR, NATION)]):
        with pytest.raises(NotAllowed):
            create_user(
                by=security.actor(),
                scope=Scope.of(posts),
                username="li",
                display_name="李",
                password=PASSWORD,
            )


def test_the_first_administrator_is_made_once(security: User) -> None:
    assert [(post.role, post.division_code) for post in security.posts.all()] == [("security_admin", NATION)]
    assert scope_of(security, clock.today()).can(Capability.MANAGE_USERS)
    assert [row.action for row in AuditRecord.objects.order_by("seq")] == [
        "accounts.create_user",
        "accounts.grant_post",
    ]
    assert AuditRecord.objects.first().actor_id == "system:cli"
    with pytest.raises(FirstAdministratorExists, match="anquan"):
        create_first_administrator(
            by=Actor.system("cli"), username="second", display_name="第二人", password=PASSWORD
        )


def test_a_house_whose_administrator_is_gone_may_begin_again(security: User, everywhere: Scope) -> None:
    deactivate_user(by=security.actor(), scope=everywhere, user=security)
    again = create_first_administrator(
        by=Actor.system("cli"),
        username="second",
        display_name="第二人",
        password=PASSWORD,
        division_code=COUNTY,
    )
    assert scope_of(again, clock.today()).prefixes_for(Capability.MANAGE_USERS) == ("610926",)


def test_the_first_administrator_of_nowhere_is_not_made(tree: None) -> None:
    with pytest.raises(UnknownDivision):
        create_first_administrator(
            by=Actor.system("cli"),
            username="anquan",
            display_name="安全员",
            password=PASSWORD,
            division_code="620000000000",
        )
    assert not User.objects.exists()
    assert not AuditRecord.objects.exists()


def test_a_reset_password_must_be_changed_by_its_owner(
    person: Person, security: User, everywhere: Scope
) -> None:
    li = person("li")
    change_own_password(by=li.actor(), user=li, present=PASSWORD, password=NEW_PASSWORD)
    assert not User.objects.get(pk=li.pk).must_change_password
    set_password(by=security.actor(), scope=everywhere, user=li, password=PASSWORD)
    assert User.objects.get(pk=li.pk).must_change_password
    assert signs_in("li", PASSWORD)
    assert not signs_in("li", NEW_PASSWORD)
    actions = list(AuditRecord.objects.about("user", str(li.pk)).values_list("action", flat=True))
    assert actions[:2] == ["accounts.set_password", "accounts.change_own_password"]
    assert not any(
        secret in str(row.detail) for row in AuditRecord.objects.all() for secret in (PASSWORD, NEW_PASSWORD)
    )


def test_ones_own_password_is_changed_by_oneself_who_knows_it(person: Person, security: User) -> None:
    li = person("li")
    with pytest.raises(NotAllowed):
        change_own_password(by=security.actor(), user=li, present=PASSWORD, password=NEW_PASSWORD)
    with pytest.raises(WrongPassword):
        change_own_password(by=li.actor(), user=li, present="guess", password=NEW_PASSWORD)
    with pytest.raises(WeakPassword):
        change_own_password(by=li.actor(), user=li, present=PASSWORD, password="short")
    assert signs_in("li", PASSWORD)


def test_a_county_manages_only_those_whose_posts_all_lie_in_it(person: Person, security: User) -> None:
    county = Scope.of([(Role.SECURITY_ADMIN, COUNTY)])
    inside = person("inside", (Role.VILLAGE, VILLAGE))
    new = person("new")
    outside = person("outside", (Role.VILLAGE, VILLAGE), (Role.INSPECTOR, "610900000000"))
    assert set(User.objects.managed_by(county, clock.today())) == {inside, new}
    set_password(by=security.actor(), scope=county, user=inside, password=NEW_PASSWORD)
    with pytest.raises(NotFound):
        set_password(by=security.actor(), scope=county, user=outside, password=NEW_PASSWORD)
    with pytest.raises(NotFound):
        deactivate_user(by=security.actor(), scope=county, user=security)
    with pytest.raises(NotAllowed):
        set_password(by=security.actor(), scope=Scope(), user=inside, password=NEW_PASSWORD)
    Post.objects.filter(user=outside, role=Role.INSPECTOR).update(until=date(2021, 1, 1))
    assert outside in User.objects.managed_by(county, clock.today())
    assert User.objects.managed_by(Scope.of([(Role.SECURITY_ADMIN, NATION)]), clock.today()).count() == 4
    assert not User.objects.managed_by(Scope.of([(Role.COUNTY_OFFICE, NATION)]), clock.today()).exists()


def test_a_closed_account_is_out_at_once(person: Person, security: User, everywhere: Scope) -> None:
    li = person("li", (Role.VILLAGE, VILLAGE))
    client = Client()
    client.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    deactivate_user(by=security.actor(), scope=everywhere, user=li)
    assert not signs_in("li", PASSWORD)
    request = RequestFactory().get("/")
    request.session = session
    assert not get_user(request).is_authenticated
    assert li.posts.get().until == clock.today()

    reactivate_user(by=security.actor(), scope=everywhere, user=li, password=NEW_PASSWORD)
    assert signs_in("li", NEW_PASSWORD)
    assert scope_of(User.objects.get(pk=li.pk), clock.today()) == Scope()


def test_one_works_in_a_division_within_ones_scope(person: Person, security: User) -> None:
    li = person("li", (Role.TOWNSHIP, TOWN))
    scope = scope_of(li, clock.today())
    choose_division(by=li.actor(), scope=scope, user=li, division_code=VILLAGE)
    assert User.objects.get(pk=li.pk).last_division == VILLAGE
    assert AuditRecord.objects.first().action == "accounts.choose_division"
    for code in (COUNTY, NEIGHBOUR, NATION):
        with pytest.raises(NotFound):
            choose_division(by=li.actor(), scope=scope, user=li, division_code=code)
    with pytest.raises(BadCode):
        choose_division(by=li.actor(), scope=scope, user=li, division_code="610926100")
    with pytest.raises(NotAllowed):
        choose_division(by=security.actor(), scope=scope, user=li, division_code=VILLAGE)
    assert User.objects.get(pk=li.pk).last_division == VILLAGE


def test_one_chooses_ones_own_language(person: Person, security: User) -> None:
    li = person("li")
    choose_language(by=li.actor(), user=li, language="en")
    assert User.objects.get(pk=li.pk).language == "en"
    assert AuditRecord.objects.first().detail == {"language": "en"}
    with pytest.raises(UnknownLanguage, match="fr"):
        choose_language(by=li.actor(), user=li, language="fr")
    with pytest.raises(NotAllowed):
        choose_language(by=security.actor(), user=li, language="zh-hans")


def test_languages_are_those_of_the_settings() -> None:
    assert [code for code, _name in User.LANGUAGES] == [code for code, _name in settings.LANGUAGES]


def test_an_actor_keeps_its_number_when_the_name_changes(person: Person) -> None:
    li = person("li")
    before = li.actor("10.0.0.7")
    li.display_name = "李新名"
    assert li.actor().id == before.id == str(li.pk)
    assert before.address == "10.0.0.7"
    assert li.actor().name == "李新名"
