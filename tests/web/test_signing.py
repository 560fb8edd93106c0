"""Signing in and out, the first password, language and division."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bangfu.platform.audit.models import AuditRecord
from tests.cast import office
from tests.cast.places import BRIDGE, COUNTY, HILL_TOWN, WILLOW, WILLOW_TOWN
from tests.web.conftest import SignIn


def _sign_in(client: Client, username: str, password: str = office.PASSWORD, **more: str) -> object:
    return client.post(reverse("sign-in"), {"username": username, "password": password, **more})


def _log(action: str) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(action=action).order_by("-seq"))


def test_a_name_is_known_however_it_is_spelt() -> None:
    client = Client()
    answer = _sign_in(client, " ＣＯＵＮＴＹ ")
    assert answer.status_code == 302
    assert client.get(reverse("home")).status_code == 200


def test_signing_in_and_out_is_in_the_log() -> None:
    client = Client()
    _sign_in(client, "county")
    client.post(reverse("sign-out"))
    signed_in, signed_out = _log("accounts.sign_in")[0], _log("accounts.sign_out")[0]
    assert signed_in.actor_name == signed_out.actor_name == "周明"
    assert signed_in.division_code == COUNTY
    assert signed_in.address == "127.0.0.1"
    assert client.get(reverse("home")).status_code == 302


def test_a_wrong_password_says_so_and_leaves_a_record() -> None:
    answer = _sign_in(Client(), "county", "wrong")
    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.content.decode()
    record = _log("accounts.sign_in_failed")[0]
    assert record.detail == {"username": "county", "locked": False, "known": True}


def test_a_name_that_nobody_has_is_not_kept() -> None:
    """It may be a password in the wrong field."""
    _sign_in(Client(), "hunter2-my-password", "x")
    assert "hunter2" not in str(_log("accounts.sign_in_failed")[0].detail)


def test_too_many_tries_close_the_door_with_one_sentence() -> None:
    client = Client()
    for _try in range(settings.AXES_FAILURE_LIMIT):
        answer = _sign_in(client, "county", "wrong")
    assert answer.status_code == 429
    assert "暂停登录 15 分钟" in answer.content.decode()
    assert _sign_in(client, "county").status_code == 429  # even the right one, until the time has passed
    assert _sign_in(client, "township").status_code == 302  # but nobody else
    assert _log("accounts.sign_in_failed")[0].detail["locked"] is True


def test_the_way_back_stays_on_this_site() -> None:
    assert _sign_in(Client(), "county", next="/doubts/?late=1")["Location"] == "/doubts/?late=1"
    assert _sign_in(Client(), "county", next="https://evil.example/")["Location"] == "/"
    assert _sign_in(Client(), "county", next="//evil.example/")["Location"] == "/"


def test_a_first_password_has_to_be_changed_before_anything_else() -> None:
    client = Client()
    _sign_in(client, "newcomer", office.FIRST_PASSWORD)
    assert client.get(reverse("households"))["Location"] == reverse("password")
    given = {"present": office.FIRST_PASSWORD, "password": "Shiqiao-2015-liu", "again": "Shiqiao-2015-liu"}
    assert client.post(reverse("password"), given)["Location"] == reverse("home")
    assert client.get(reverse("households")).status_code == 200


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"present": "wrong", "password": "Shiqiao-2015-liu", "again": "Shiqiao-2015-liu"}, "原密码不正确"),
        ({"present": office.PASSWORD, "password": "short", "again": "short"}, "密码太短,至少要有 10 个字符"),
        ({"present": office.PASSWORD, "password": "Shiqiao-2015-liu", "again": "Shiqiao-2015"}, "不一致"),
        ({"present": office.PASSWORD, "password": "", "again": ""}, "请填写“新密码”"),
    ],
)
def test_a_password_that_cannot_be_taken_says_why(given: dict[str, str], sentence: str, as_: SignIn) -> None:
    answer = as_("village").post(reverse("password"), given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_the_language_is_kept_with_the_account(as_: SignIn) -> None:
    client = as_("village")
    answer = client.post(reverse("choose-language"), {"language": "en", "next": "/households/"})
    assert answer["Location"] == "/households/"
    page = client.get("/households/")
    assert 'lang="en"' in page.content.decode()
    assert page["Content-Language"] == "en"
    assert office.who("village").language == "en"


def test_before_signing_in_the_language_is_in_a_cookie() -> None:
    client = Client(headers={"accept-language": "en"})
    assert (
        "登录" in client.get(reverse("sign-in")).content.decode()
    )  # Chinese first, whatever the browser says
    client.post(reverse("choose-language"), {"language": "en"})
    assert "Sign in" in client.get(reverse("sign-in")).content.decode()
    assert client.post(reverse("choose-language"), {"language": "fr"}).status_code == 400


def test_one_turns_to_another_division_within_ones_posts(as_: SignIn) -> None:
    client = as_("township")
    answer = client.post(reverse("choose-division"), {"division_code": WILLOW, "next": "/doubts/?division=1"})
    assert answer["Location"] == "/doubts/"
    assert "柳林镇 柳林村" in client.get("/doubts/").content.decode()
    assert client.post(reverse("choose-division"), {"division_code": HILL_TOWN}).status_code == 404
    assert client.post(reverse("choose-division"), {"division_code": "abc"}).status_code in (400, 404)


def test_divisions_are_found_by_name_initials_and_code(as_: SignIn) -> None:
    client = as_("township")
    for text in ("石桥", "sq", BRIDGE):
        assert BRIDGE in client.get(reverse("division-choices"), {"q": text}).content.decode()
    assert HILL_TOWN not in client.get(reverse("division-choices"), {"q": "高山"}).content.decode()
    picks = client.get(
        reverse("division-choices"), {"for": "correct_registry", "levels": "5"}
    ).content.decode()
    assert f'data-pick="{WILLOW}"' in picks
    assert f'data-pick="{WILLOW_TOWN}"' not in picks


def test_pages_are_not_kept_by_browsers(as_: SignIn) -> None:
    assert "no-store" in as_("village").get("/households/")["Cache-Control"]
