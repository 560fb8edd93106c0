"""Keeping what was typed. A draft is nobody's record yet, so it leaves no audit row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.procedures.models import Draft


@transaction.atomic
def save_draft(*, key: str, data: Mapping[str, Any], by: Actor) -> Draft:
    """Keep ``data`` for the form ``key`` of this person; the newest replaces the older."""
    kept, _ = Draft.objects.update_or_create(
        owner_id=by.id, key=key, defaults={"data": dict(data), "saved_at": clock.now()}
    )
    return kept


@transaction.atomic
def drop_draft(*, key: str, by: Actor) -> None:
    """Forget the draft, after its form was handed in."""
    Draft.objects.filter(owner_id=by.id, key=key).delete()
