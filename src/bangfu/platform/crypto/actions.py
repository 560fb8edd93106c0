"""Bringing stored values under today's key."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from bangfu.platform.audit.actions import record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import keys
from bangfu.platform.crypto.rotation import EncryptedColumn, Rotation, Stretch, stretches
from bangfu.platform.database import bulk


def rotate(columns: Iterable[EncryptedColumn], *, by: Actor, batch: int = 5_000) -> Rotation:
    """Encrypt every value of ``columns`` that lies under an older key, or under another cipher, under the
    current one.

    Each batch is one transaction with one audit row, so work goes on meanwhile; a value that somebody writes
    at the same moment is left, being current already. When the run is broken off, call it again: what is
    current is passed over. An old key may be taken out of ``BANGFU_FIELD_KEYS`` once a run rewrote nothing
    and found nothing broken.
    """
    result = Rotation()
    for column in columns:
        for stretch in stretches(column, batch):
            result.seen += stretch.seen
            result.broken += [(column.model, column.column, str(key)) for key in stretch.broken]
            if stretch.changes:
                result.rewritten += _rewrite(column, stretch, by)
    return result


@transaction.atomic
def _rewrite(column: EncryptedColumn, stretch: Stretch, by: Actor) -> int:
    changed = bulk.replace_values(column.table, column.column, stretch.changes)
    record(
        by=by,
        action="crypto.rotate",
        subject_kind=column.model,
        detail={"column": column.column, "count": changed, "key": f"k{keys.active().current}"},
    )
    return changed
