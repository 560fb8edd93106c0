"""Making, changing and closing the accounts of people."""

from __future__ import annotations

import re
from typing import Final

from django.db import transaction

from bangfu.accounts.access import Scope, require_self
from bangfu.accounts.actions.posts import close_posts, open_post
from bangfu.accounts.errors import BadUsername, FirstAdministratorExists, UsernameTaken, WrongPassword
from bangfu.accounts.models import Post, User, normal_username
from bangfu.accounts.passwords import hashed
from bangfu.accounts.roles import Capability, Role
from bangfu.divisions.codes import NATION
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotAllowed, NotFound

_USERNAME: Final = re.compile(r"[\w.@+-]{2,64}")


def create_user(
    *,
    by: Actor,
    scope: Scope,
    username: str,
    display_name: str,
    password: str,
    phone: str = "",
    lasting: bool = False,
) -> User:
    """Makes an account without any post. ``password`` is to be changed at the first sign-in unless it is ``lasting``.

    Raises:
        NotAllowed: ``scope`` does not include managing users.
        BadUsername, UsernameTaken, WeakPassword: see there.
    """
    if not scope.can(Capability.MANAGE_USERS):
        raise NotAllowed()
    user = _prepared(
        username=username, display_name=display_name, password=password, phone=phone, lasting=lasting
    )
    with transaction.atomic():
        hold_chain()
        _insert(user, by=by, division_code=scope.prefixes_for(Capability.MANAGE_USERS)[0].ljust(12, "0"))
    return user


def create_first_administrator(
    *,
    by: Actor,
    username: str,
    display_name: str,
    password: str,
    division_code: str = NATION,
    lasting: bool = False,
) -> User:
    """Makes the first security administrator: ``bangfu users first`` on the machine itself.

    Raises:
        FirstAdministratorExists: somebody active holds such a post, now or from a later day on.
        BadUsername, UsernameTaken, WeakPassword: as ``create_user``.
        BadCode, UnknownDivision, DeadDivision, WrongPostLevel: as ``grant_post``.
    """
    today = clock.today()
    user = _prepared(username=username, display_name=display_name, password=password, lasting=lasting)
    with transaction.atomic():
        hold_chain()
        held = Post.objects.lasting_beyond(today).filter(role=Role.SECURITY_ADMIN, user__is_active=True)
        there = held.select_related("user").order_by("pk").first()
        if there is not None:
            raise FirstAdministratorExists(username=there.user.username)
        _insert(user, by=by)
        open_post(by=by, user=user, role=Role.SECURITY_ADMIN, division_code=division_code, since=today)
    return user


def set_password(*, by: Actor, scope: Scope, user: User, password: str) -> None:
    """Gives somebody a new password, to be changed at the next sign-in; their open sessions end.

    Raises:
        NotAllowed, NotFound: ``scope`` does not include managing users, or not this one.
        WeakPassword: see there.
    """
    _manage(scope, user)
    stored = hashed(password, user)
    with transaction.atomic():
        user.password, user.must_change_password = stored, True
        user.save(update_fields=["password", "must_change_password"])
        _leave_trace("accounts.set_password", user, by=by)


def change_own_password(*, by: Actor, user: User, present: str, password: str) -> None:
    """Somebody changes their own password, which lifts the duty to change it; their other sessions end.

    Raises:
        NotAllowed: ``by`` is somebody else.
        WrongPassword: ``present`` is not the password in use.
        WeakPassword: see there.
    """
    require_self(by, user)
    if not user.check_password(present):
        raise WrongPassword()
    stored = hashed(password, user)
    with transaction.atomic():
        user.password, user.must_change_password = stored, False
        user.save(update_fields=["password", "must_change_password"])
        _leave_trace("accounts.change_own_password", user, by=by)


@transaction.atomic
def deactivate_user(*, by: Actor, scope: Scope, user: User) -> None:
    """Closes an account today: no sign-in; open sessions and posts end. The account itself is kept.

    Raises:
        NotAllowed, NotFound: as ``set_password``.
    """
    hold_chain()
    _manage(scope, user)
    home = user.home()
    close_posts(by=by, user=user, day=clock.today())
    user.is_active = False
    user.save(update_fields=["is_active"])
    _leave_trace("accounts.deactivate_user", user, by=by, division_code=home)


def reactivate_user(*, by: Actor, scope: Scope, user: User, password: str) -> None:
    """Opens a closed account again, with a new first password and without posts.

    Raises:
        NotAllowed, NotFound, WeakPassword: as ``set_password``.
    """
    _manage(scope, user)
    stored = hashed(password, user)
    with transaction.atomic():
        user.password, user.is_active, user.must_change_password = stored, True, True
        user.save(update_fields=["password", "is_active", "must_change_password"])
        _leave_trace("accounts.reactivate_user", user, by=by)


def _prepared(
    *, username: str, display_name: str, password: str, phone: str = "", lasting: bool = False
) -> User:
    """A user who is not in the database yet."""
    name = normal_username(username)
    if not _USERNAME.fullmatch(name):
        raise BadUsername(username=username)
    user = User(username=name, display_name=display_name.strip() or name, phone=phone.strip())
    user.must_change_password = not lasting
    user.password = hashed(password, user)
    return user


def _insert(user: User, *, by: Actor, division_code: str = "") -> None:
    if User.objects.filter(username=user.username).exists():
        raise UsernameTaken(username=user.username)
    user.save(force_insert=True)
    _leave_trace("accounts.create_user", user, by=by, division_code=division_code)


def _manage(scope: Scope, user: User) -> None:
    if not scope.can(Capability.MANAGE_USERS):
        raise NotAllowed()
    if not User.objects.managed_by(scope, clock.today()).filter(pk=user.pk).exists():
        raise NotFound()


def _leave_trace(action: str, user: User, *, by: Actor, division_code: str = "") -> None:
    record(
        by=by,
        action=action,
        subject_kind="user",
        subject_id=str(user.pk),
        division_code=user.home() or division_code,
        detail={"username": user.username},
    )
