"""Screens are tested in the cast: signed in as somebody, and a GET that writes fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template import engines
from django.test import Client

from bangfu.web import assets
from tests.cast import office
from tests.cast.fixtures import cast_file, copy, in_the_cast, quiet, turned_to

__all__ = ["cast_file", "in_the_cast"]

SignIn = Callable[[str], Client]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The cast is a SQLite file: on another database its tests are skipped, with the reason."""
    if connection.vendor != "sqlite":
        skip = pytest.mark.skip(reason="the cast is a SQLite file; the floors below are tested on PostgreSQL")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def _compiled_messages() -> None:
    """The English of the screens."""
    assets.compile_messages()


@pytest.fixture(autouse=True)
def _in_the_cast(in_the_cast: Path, db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def own_copy(cast_file: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the cast for one test, without a transaction around it: workers commit.

    A module that needs it overrides ``_in_the_cast``; one of its tests asks for ``db``, so that there is one.
    """
    path = tmp_path / "own.sqlite3"
    copy(cast_file, path)
    with django_db_blocker.unblock(), turned_to(path), quiet():
        cache.clear()
        yield


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every GET goes through the guard."""
    monkeypatch.setattr(settings, "MIDDLEWARE", ["tests.web.guard.no_writes_on_get", *settings.MIDDLEWARE])


class _Unknown(str):
    """What stands for a template variable that nobody gave: it breaks the page instead of staying silent."""

    __slots__ = ()

    def __contains__(self, key: object) -> bool:
        return key == "%s"

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template asks for {name!r}, which nobody gives it")


@pytest.fixture(autouse=True)
def _unknown_variables_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = engines["django"]
    monkeypatch.setattr(engine.engine, "string_if_invalid", _Unknown())


@pytest.fixture
def as_() -> SignIn:
    """``as_("village").get("/")``: a browser in which this person is signed in."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(office.who(username), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
