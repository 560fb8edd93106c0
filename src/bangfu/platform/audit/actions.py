"""Writing the log. Every action of the floors above calls ``record`` in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from bangfu.platform import clock
from bangfu.platform.audit import queries
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.chain import plain, plain_text, row_hash
from bangfu.platform.audit.errors import OutsideTransaction, ReasonRequired
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.database import bulk
from bangfu.platform.database.locks import hold_until_commit

CHAIN = "audit.chain"
SHORTEST_REASON = 4
_COLUMNS = tuple(column.name for column in AuditRecord._meta.concrete_fields)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of ``record_many``: what the act was about."""

    subject_kind: str = ""
    subject_id: str = ""
    division_code: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def hold_chain() -> None:
    """Become the only writer of the log until the transaction ends.

    ``record`` does this by itself. An action that writes rows others write too, and records afterwards, calls
    it first: all writers then take their locks in one order and none of them ends in a deadlock. Raises
    ``OutsideTransaction``.
    """
    _require_transaction("hold_chain")
    hold_until_commit(CHAIN)


def record(
    *,
    by: Actor,
    action: str,
    subject_kind: str = "",
    subject_id: str = "",
    division_code: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditRecord:
    """Add one row to the log, in the caller's transaction.

    ``action`` is a dotted verb (``registry.correct``), ``division_code`` 12 digits or empty, ``detail`` plain
    JSON without personal data in clear. On PostgreSQL the log is locked from here to the end of the
    transaction: record last. Raises ``OutsideTransaction``.
    """
    entry = Entry(subject_kind, subject_id, division_code, detail or {})
    (row,) = _chained(by, action, [entry])
    return AuditRecord.objects.create(**row)


def record_many(*, by: Actor, action: str, rows: Iterable[Entry]) -> int:
    """``record`` for very many subjects of one act: the chain is computed here, the rows go in at once.

    Returns their number. Raises ``OutsideTransaction``.
    """
    chained = _chained(by, action, rows)
    return bulk.insert(AuditRecord, _COLUMNS, ([row[name] for name in _COLUMNS] for row in chained))


def sensitive_read(
    *,
    by: Actor,
    what: str,
    reason: str,
    subject_kind: str = "",
    subject_id: str = "",
    division_code: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditRecord:
    """Record that ``by`` is shown ``what`` (``id_number``), before it is shown; the action is
    ``read.<what>``.

    Raises ``ReasonRequired`` for a reason of fewer than 4 characters, ``OutsideTransaction``.
    """
    given = reason.strip()
    if len(given) < SHORTEST_REASON:
        raise ReasonRequired(least=SHORTEST_REASON)
    return record(
        by=by,
        action=f"read.{what}",
        subject_kind=subject_kind,
        subject_id=subject_id,
        division_code=division_code,
        detail={**(detail or {}), "reason": given},
    )


def _require_transaction(action: str) -> None:
    if not connection.in_atomic_block:
        raise OutsideTransaction(action=action)


def _chained(by: Actor, action: str, entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """The rows of ``entries``, each continuing the one before. Takes the lock before it reads the end of the
    chain."""
    _require_transaction(action)
    hold_until_commit(CHAIN)
    end = queries.head()
    return _continued(by, action, entries, end)


def _continued(
    by: Actor, action: str, entries: Iterable[Entry], end: queries.Head
) -> Iterator[dict[str, Any]]:
    act = {
        "at": clock.now(),
        "actor_id": plain_text(by.id),
        "actor_name": plain_text(by.name),
        "address": plain_text(by.address),
        "action": action,
    }
    seq, previous = end.seq, end.hash
    for entry in entries:
        seq += 1
        row = {
            **act,
            "seq": seq,
            "subject_kind": entry.subject_kind,
            "subject_id": plain_text(entry.subject_id),
            "division_code": entry.division_code,
            "detail": plain(entry.detail),
            "previous_hash": previous,
        }
        previous = row["hash"] = row_hash(previous, row)
        yield row
