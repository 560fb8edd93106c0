"""What somebody chooses for their own screens."""

from __future__ import annotations

from django.db import transaction

from bangfu.accounts.access import Scope, require_self
from bangfu.accounts.errors import UnknownLanguage
from bangfu.accounts.models import User
from bangfu.divisions.codes import checked
from bangfu.platform.audit.actions import record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound


@transaction.atomic
def choose_division(*, by: Actor, scope: Scope, user: User, division_code: str) -> None:
    """Somebody turns to another division within their own ``scope``.

    Raises:
        NotAllowed: ``by`` is somebody else.
        BadCode, NotFound: no code; no post of theirs reaches the division.
    """
    require_self(by, user)
    if not scope.covers(checked(division_code)):
        raise NotFound()
    user.last_division = division_code
    _keep(user, "last_division", by=by, division_code=division_code)


@transaction.atomic
def choose_language(*, by: Actor, user: User, language: str) -> None:
    """Somebody chooses the language of the screens: ``zh-hans`` or ``en``.

    Raises:
        NotAllowed: ``by`` is somebody else.
        UnknownLanguage: there are no screens in it.
    """
    require_self(by, user)
    if language not in dict(User.LANGUAGES):
        raise UnknownLanguage(language=language)
    user.language = language
    _keep(user, "language", by=by)


def _keep(user: User, field: str, *, by: Actor, division_code: str = "") -> None:
    user.save(update_fields=[field])
    record(
        by=by,
        action=f"accounts.choose_{field.removeprefix('last_')}",
        subject_kind="user",
        subject_id=str(user.pk),
        division_code=division_code,
        detail={field: getattr(user, field)},
    )
