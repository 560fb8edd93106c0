"""Who may open what: every address says it, and every role gets the answer that the table expects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.web.gates import Expectation
from tests.cast import office
from tests.cast.fixtures import copy, turned_to
from tests.web.conftest import SignIn
from tests.web.routes import Route, address, patterns, routes

_TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[A-Za-z0-9]+')
NEWER = ("entitlements", "entitlement-lines", "indicators", "parameters")
NAMES = sorted({str(one.name) for one in patterns()})
Table = dict[str, Route]


@pytest.fixture(scope="module")
def in_the_cast(
    cast_file: Path, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A copy of the cast in which the cases, rounds and notices are made that the addresses lead to."""
    path = tmp_path_factory.mktemp("routes") / "routes.sqlite3"
    copy(cast_file, path)
    with turned_to(path):
        with django_db_blocker.unblock():
            list(routes())
        yield path


@pytest.fixture(scope="module")
def table(in_the_cast: Path, django_db_blocker: Any) -> Table:
    """Name → its route; a name that stands twice fails here."""
    with django_db_blocker.unblock():
        every = list(routes())
    found = {one.name: one for one in every}
    assert len(found) == len(every)
    return found


def test_every_address_says_who_may_open_it() -> None:
    silent = [
        str(one.pattern)
        for one in patterns()
        if not isinstance(getattr(one.callback, "expectation", None), Expectation)
    ]
    assert silent == []


def test_the_table_has_every_address(table: Table) -> None:
    assert sorted(table) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_role_gets_its_answer(name: str, table: Table, as_: SignIn) -> None:
    route = table[name]
    if name == "sign-in":
        assert Client().get(reverse(name)).status_code == 200
        return
    wrong = {}
    for username in office.EVERYBODY:
        answer = as_(username).get(address(route)).status_code
        expected = _expected(route, username)
        if answer not in expected:
            wrong[username] = (answer, expected)
    assert wrong == {}


def _expected(route: Route, username: str) -> tuple[int, ...]:
    """200 for whoever may; 302 where the answer leads on; 405 where only forms are taken."""
    if route.post:
        return (405,)
    if username == "newcomer" and not route.public:
        return (302,) if route.name != "password" else (200,)
    if username in route.allowed:
        return (
            (200, 302)
            if route.name in ("person", "import-columns")
            else (204,)
            if route.name == "job-progress"
            else (200,)
        )
    if username in route.beyond:
        return (404,)
    return (403,)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_led_to_the_door(name: str, table: Table) -> None:
    route = table[name]
    answer = Client().post(address(route)) if route.post else Client().get(address(route))
    if name in ("sign-in",) or route.public:
        assert answer.status_code in (200, 404)
    elif name == "choose-language":
        assert answer.status_code == 400
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize(
    "name", [one for one in NAMES if one not in ("sign-in", "choose-language", "sign-out")]
)
def test_a_form_is_refused_like_its_page(name: str, table: Table, as_: SignIn) -> None:
    """What somebody may not open they may not send either: 403, or 404 for what lies elsewhere."""
    route = table[name]
    if not route.post:
        return
    for username in set(office.EVERYBODY) - {"newcomer"} - route.allowed:
        answer = as_(username).post(address(route)).status_code
        assert answer in (403, 404), (username, answer)


MISSING = {
    "household": {"household_no": "990102001201" + "9999"},
    "person": {"person_no": "99010200120199" + "9901"},
    "doubt": {"pk": "11111111-1111-1111-1111-111111111111"},
    "import-batch": {"pk": "11111111-1111-1111-1111-111111111111"},
    "import-returned": {"pk": "11111111-1111-1111-1111-111111111111"},
    "run": {"pk": "11111111-1111-1111-1111-111111111111"},
    "job": {"pk": "11111111-1111-1111-1111-111111111111"},
    "division": {"code": "990103001201"},
    "household-correct": {"household_no": "990102001201" + "9999"},
}


@pytest.mark.parametrize("name", sorted(MISSING))
def test_the_foreign_answers_like_the_missing(name: str, table: Table, as_: SignIn) -> None:
    route = table[name]
    client = as_("elsewhere")
    foreign = client.get(address(route))
    missing = client.get(reverse(name, kwargs=MISSING[name]))
    assert foreign.status_code == missing.status_code == 404
    assert _TOKEN.sub(b"", foreign.content) == _TOKEN.sub(b"", missing.content)


def test_lists_of_a_foreign_division_answer_like_those_of_none(as_: SignIn) -> None:
    client = as_("village")
    for name in ("households", "people", "doubts", "overview", "causes", "runs", "rates", *NEWER):
        foreign = client.get(reverse(name), {"division": "990101001202"})
        missing = client.get(reverse(name), {"division": "990101001999"})
        nonsense = client.get(reverse(name), {"division": "abc"})
        assert foreign.status_code == missing.status_code == nonsense.status_code == 404, name
