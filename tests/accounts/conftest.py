"""A tiny tree, a security administrator of the county, and a way to make people with posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bangfu.accounts.access import Scope, scope_of
from bangfu.accounts.actions import create_first_administrator, create_user, grant_post
from bangfu.accounts.models import User
from bangfu.accounts.roles import Role
from bangfu.divisions.codes import level_of, parent_of
from bangfu.divisions.models import Division
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor

PASSWORD = "Chalu-2016-Pingli"
SINCE = date(2020, 1, 1)
COUNTY, TOWN, VILLAGE, NEIGHBOUR = "610926000000", "610926100000", "610926100201", "610924000000"

Person = Callable[..., User]


@pytest.fixture
def tree(db: None) -> None:
    """Two counties of one city, with a township and two villages in the first."""
    names = {
        "610000000000": "陕西省",
        "610900000000": "安康市",
        NEIGHBOUR: "紫阳县",
        COUNTY: "平利县",
        TOWN: "城关镇",
        VILLAGE: "药妇沟村委会",
        "610926100224": "三里垭村委会",
    }
    Division.objects.bulk_create(
        Division(code=code, name=name, level=level_of(code), parent_code=parent_of(code), source="tests")
        for code, name in names.items()
    )


@pytest.fixture
def security(tree: None) -> User:
    """The security administrator of the nation, whom the command line made."""
    return create_first_administrator(
        by=Actor.system("cli"), username="anquan", display_name="安全员", password=PASSWORD
    )


@pytest.fixture
def everywhere(security: User) -> Scope:
    return scope_of(security, clock.today())


@pytest.fixture
def person(security: User, everywhere: Scope) -> Person:
    """Makes a user with these posts: ``person("wang", (Role.VILLAGE, VILLAGE))``."""

    def made(username: str, *posts: tuple[Role, str], since: date = SINCE) -> User:
        user = create_user(
            by=security.actor(),
            scope=everywhere,
            username=username,
            display_name=f"{username}同志",
            password=PASSWORD,
        )
        for role, code in posts:
            grant_post(
                by=security.actor(),
                scope=everywhere,
                user=user,
                role=role,
                division_code=code,
                since=since,
            )
        return user

    return made
