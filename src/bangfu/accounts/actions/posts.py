"""Granting and ending posts."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.errors import (
    GrantToOneself,
    PostEnded,
    PostHeld,
    TwoAdministrators,
    UserInactive,
    WrongPostLevel,
)
from bangfu.accounts.models import Post, User
from bangfu.accounts.roles import ADMINISTRATORS, LEVELS, Capability, Role, levels_in_words
from bangfu.divisions.bilingual import bilingual
from bangfu.divisions.codes import NATION, level_of
from bangfu.divisions.errors import OPEN_END, DeadDivision, EmptySpell, UnknownDivision
from bangfu.divisions.models import Division
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotAllowed


@transaction.atomic
def grant_post(
    *,
    by: Actor,
    scope: Scope,
    user: User,
    role: Role,
    division_code: str,
    since: date,
    until: date | None = None,
) -> Post:
    """Gives ``user`` a post from ``since`` up to, not including, ``until``.

    Args:
        division_code: 12 digits; the nation is 000000000000.

    Raises:
        NotAllowed, NotFound: ``scope`` does not include managing users, or not there.
        GrantToOneself: ``by`` is the user.
        UserInactive, EmptySpell: the account is closed; the end is not later than the start.
        BadCode, UnknownDivision, DeadDivision, WrongPostLevel: the division does not suit.
        TwoAdministrators: data, security and audit administrator are never one person.
        PostHeld: the user holds this post already for part of the time.
    """
    scope.require(Capability.MANAGE_USERS, division_code)
    if by.id == user.actor().id:
        raise GrantToOneself()
    hold_chain()
    return open_post(by=by, user=user, role=Role(role), division_code=division_code, since=since, until=until)


@transaction.atomic
def end_post(*, by: Actor, scope: Scope, post: Post, until: date) -> None:
    """Ends a post; ``until`` is the first day without it.

    A post that would then not last a day is taken back: its row goes, and the log keeps it.

    Raises:
        NotAllowed, NotFound: ``scope`` does not include managing users, or not there.
        PostEnded: it had ended by then.
    """
    if not scope.can(Capability.MANAGE_USERS):
        raise NotAllowed()
    hold_chain()
    standing = Post.objects.reach(scope, Capability.MANAGE_USERS, pk=post.pk)
    if standing.until is not None and standing.until <= until:
        raise PostEnded(until=standing.until)
    _end(standing, until, by=by)


def open_post(
    *, by: Actor, user: User, role: Role, division_code: str, since: date, until: date | None = None
) -> Post:
    """What ``grant_post`` does once leave is given. Call it in a transaction that holds the log's chain."""
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise UserInactive(name=user.display_name)
    if until is not None and until <= since:
        raise EmptySpell(since=since, until=until)
    _suit(role, division_code, since)
    _refuse_second(user, role, division_code, since, until)
    post = Post.objects.create(
        user=user,
        role=role,
        division_code=division_code,
        since=since,
        until=until,
        granted_by=by.name,
        administrator=user.pk if role in ADMINISTRATORS else None,
    )
    _leave_trace("accounts.grant_post", post, by=by)
    return post


def close_posts(*, by: Actor, user: User, day: date) -> None:
    """Ends on ``day`` every post of ``user`` that lasts beyond it; call it within a transaction."""
    for post in Post.objects.filter(user=user).lasting_beyond(day):
        _end(post, day, by=by)


def _suit(role: Role, code: str, since: date) -> None:
    level = level_of(code)
    if level not in LEVELS[role]:
        raise WrongPostLevel(role=bilingual(role.label), code=code, levels=levels_in_words(role))
    if code == NATION:
        return
    division = Division.objects.filter(code=code).first()
    if division is None:
        raise UnknownDivision(code=code)
    if division.valid_until is not None and division.valid_until <= since:
        raise DeadDivision(code=code, name=division.name, ended=division.valid_until)


def _refuse_second(user: User, role: Role, code: str, since: date, until: date | None) -> None:
    held = Post.objects.filter(user=user).overlapping(since, until)
    same = held.filter(role=role, division_code=code).first()
    if same is not None:
        raise PostHeld(
            name=user.display_name,
            role=bilingual(role.label),
            code=code,
            since=same.since,
            until=same.until or OPEN_END,
        )
    other = held.exclude(administrator=None).first() if role in ADMINISTRATORS else None
    if other is not None:
        raise TwoAdministrators(
            name=user.display_name,
            held=bilingual(Role(other.role).label),
            wanted=bilingual(role.label),
            since=other.since,
            until=other.until or OPEN_END,
        )


def _end(post: Post, until: date, *, by: Actor) -> None:
    if until <= post.since:
        _leave_trace("accounts.take_back_post", post, by=by)
        post.delete()
        return
    post.until = until
    post.save(update_fields=["until"])
    _leave_trace("accounts.end_post", post, by=by)


def _leave_trace(action: str, post: Post, *, by: Actor) -> None:
    record(
        by=by,
        action=action,
        subject_kind="user",
        subject_id=str(post.user_id),
        division_code=post.division_code,
        detail={
            "role": str(post.role),
            "since": post.since.isoformat(),
            "until": post.until.isoformat() if post.until else None,
        },
    )
