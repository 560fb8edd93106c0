"""The people who work in 青禾县: one account for every role."""

from __future__ import annotations

from datetime import date
from typing import Final

from bangfu.accounts.access import Scope, scope_of
from bangfu.accounts.actions import change_own_password, create_first_administrator, create_user, grant_post
from bangfu.accounts.models import User
from bangfu.accounts.roles import Role
from bangfu.divisions.codes import NATION
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from tests.cast.places import BRIDGE, COUNTY, OTHER_COUNTY, WILLOW, WILLOW_TOWN

PASSWORD: Final = "Liulin-cun-2015!"
FIRST_PASSWORD: Final = "first-Pass-4711"
#: Username → shown name, role, division.
POSTS: Final = {
    "county": ("周明", Role.COUNTY_OFFICE, COUNTY),
    "township": ("李静", Role.TOWNSHIP, WILLOW_TOWN),
    "village": ("王强", Role.VILLAGE, WILLOW),
    "bridge": ("石磊", Role.VILLAGE, BRIDGE),
    "helper": ("陈丽", Role.HELPER, WILLOW),
    "inspector": ("赵平", Role.INSPECTOR, COUNTY),
    "data": ("孙杰", Role.DATA_ADMIN, COUNTY),
    "audit": ("郑宁", Role.AUDIT_ADMIN, COUNTY),
    "elsewhere": ("马驰", Role.COUNTY_OFFICE, OTHER_COUNTY),
    "newcomer": ("新来", Role.VILLAGE, WILLOW),
}
EVERYBODY: Final = ("security", "nobody", *POSTS)


def open_office() -> None:
    """Make the accounts. All but the newcomer have changed their first password."""
    first = create_first_administrator(
        by=Actor.system("cast"),
        username="security",
        display_name="吴芳",
        password=FIRST_PASSWORD,
        division_code=COUNTY,
    )
    hand, everywhere = first.actor(), Scope.of([(Role.SECURITY_ADMIN, NATION)])
    for username in ("nobody", *POSTS):
        shown = POSTS[username][0] if username in POSTS else "无岗"
        user = create_user(
            by=hand, scope=everywhere, username=username, display_name=shown, password=FIRST_PASSWORD
        )
        if username in POSTS:
            _name, role, code = POSTS[username]
            grant_post(
                by=hand,
                scope=everywhere,
                user=user,
                role=role,
                division_code=code,
                since=date(2015, 1, 1),
            )
    for user in User.objects.exclude(username="newcomer"):
        change_own_password(by=user.actor(), user=user, present=FIRST_PASSWORD, password=PASSWORD)


def who(username: str) -> User:
    """The account."""
    return User.objects.get(username=username)


def scope(username: str) -> Scope:
    """What the account's posts reach today."""
    return scope_of(who(username), clock.today())
