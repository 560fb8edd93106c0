"""Signing in and out, in the log. Nothing counts how long or how often somebody is here (DESIGN §1.10)."""

from __future__ import annotations

from django.db import transaction

from bangfu.accounts.models import User, normal_username
from bangfu.platform.audit.actions import record
from bangfu.platform.audit.actor import Actor


@transaction.atomic
def note_sign_in(*, by: Actor, user: User) -> None:
    """Somebody has signed in."""
    _tell("accounts.sign_in", by, user)


@transaction.atomic
def note_sign_out(*, by: Actor, user: User) -> None:
    """Somebody has signed out."""
    _tell("accounts.sign_out", by, user)


@transaction.atomic
def note_failed_sign_in(*, by: Actor, username: str, locked: bool) -> None:
    """A sign-in was refused; ``locked``: after too many tries. ``by`` is the sign-in page with the address.

    A name that nobody has is not kept: it may be a password typed into the wrong field.
    """
    user = User.objects.filter(username=normal_username(username)).first()
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
