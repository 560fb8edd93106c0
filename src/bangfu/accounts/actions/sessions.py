"""Signing in and out, in the log. Nothing counts how long or how often somebody is here (DESIGN §1.10)."""

from __future__ import annotations

from django.db import transaction

from bangfu.accounts.models import User, normal_username
from bangfu.platform.audit.actions import record
from bangfu.platform.audit.actor import Actor

#: Whoever tried to sign in and is not known by name.
NOBODY = Actor.system("sign-in")


@transaction.atomic
def note_sign_in(*, by: Actor, user: User) -> None:
    """Somebody has signed in."""
    _tell("accounts.sign_in", by, user)


@transaction.atomic
def note_sign_out(*, by: Actor, user: User) -> None:
    """Somebody has signed out."""
    _tell("accounts.sign_out", by, user)


@transaction.atomic
def note_failed_sign_in(*, username: str, address: str, locked: bool) -> None:
    """A sign-in was refused; ``locked``: because of too many tries.

    A name that nobody has is not kept: it may be a password typed into the wrong field.
    """
    user = User.objects.filter(username=normal_username(username)).first()
    by = Actor(NOBODY.id, NOBODY.name, address)
    _tell("accounts.sign_in_failed", by, user, locked=locked, known=user is not None)


def _tell(action: str, by: Actor, user: User | None, **detail: object) -> None:
    record(
        by=by,
        action=action,
        subject_kind="user",
        subject_id=str(user.pk) if user else "",
        division_code=user.home() if user else "",
        detail={**({"username": user.username} if user else {}), **detail},
    )
