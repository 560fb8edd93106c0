"""Pictures of the log: the reader's page, and the proof that the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.platform.audit.chain import GENESIS, HASHED, row_hash
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.audit.querysets import AuditQuerySet
from bangfu.policy.words import Words

READ_AT_ONCE = 5_000


def records(
    *,
    actor_id: str = "",
    action: str = "",
    subject_kind: str = "",
    subject_id: str = "",
    division_prefix: str = "",
    first: date | None = None,
    last: date | None = None,
) -> AuditQuerySet:
    """The records that fit every filter given, newest first. ``action`` is a beginning, days are
    inclusive."""
    found = AuditRecord.objects.within(division_prefix).between(first, last)
    if actor_id:
        found = found.by_actor(actor_id)
    if action:
        found = found.of_action(action)
    if subject_kind:
        found = found.about(subject_kind, subject_id)
    return found.order_by("-seq")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some time. Written down elsewhere, it proves later that nothing was cut off or
    redone."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first row at which the chain does not hold, and why."""

    seq: int
    why: Words


@dataclass(frozen=True, slots=True)
class Verification:
    """What ``verify`` found: how many rows hold, the end of the chain, and the first broken row, if any."""

    checked: int
    head: Head
    broken: Break | None

    @property
    def whole(self) -> bool:
        return self.broken is None


def head() -> Head:
    """The end of the chain; row 0 and the genesis hash while the log is empty."""
    last = AuditRecord.objects.order_by("-seq").values_list("seq", "hash").first()
    return Head(*last) if last else Head(0, GENESIS)


def verify(start: int = 1, *, anchor: Head | None = None) -> Verification:
    """Recompute the chain from row ``start`` to its end and name the first broken row.

    A row is broken when one before it is missing, when it does not name the hash of the one before it, or
    when its own hash is not that of its content. ``anchor`` is an end noted earlier: whoever cuts off the end
    of the log, or rewrites all of it, is found only by that. About 60 000 rows a second.
    """
    before = AuditRecord.objects.filter(seq=start - 1).values_list("seq", "hash").first()
    reached = Head(*before) if before else Head(start - 1, GENESIS)
    if before is None and start > 1:
        return Verification(0, reached, Break(start - 1, _MISSING))
    checked = 0
    for row in _rows(start):
        why = _fault(row, reached)
        if why is not None:
            return Verification(checked, reached, Break(min(row["seq"], reached.seq + 1), why))
        reached = Head(row["seq"], row["hash"])
        checked += 1
        if anchor is not None and anchor.seq == reached.seq and anchor.hash != reached.hash:
            return Verification(checked, reached, Break(reached.seq, _NOT_THE_ANCHOR))
    if anchor is not None and anchor.seq > reached.seq:
        return Verification(checked, reached, Break(reached.seq + 1, _CUT_OFF))
    return Verification(checked, reached, None)


def _rows(start: int) -> Iterator[dict[str, Any]]:
    rows = AuditRecord.objects.filter(seq__gte=start).order_by("seq").values(*HASHED, "previous_hash", "hash")
    yield from rows.iterator(chunk_size=READ_AT_ONCE)


def _fault(row: dict[str, Any], reached: Head) -> Words | None:
    if row["seq"] != reached.seq + 1:
        return _MISSING
    if row["previous_hash"] != reached.hash:
        return _NOT_LINKED
    if row["hash"] != row_hash(row["previous_hash"], row):
        return _ALTERED
    return None


_MISSING = Words("这一行缺失，记录被删除过。", "This row is missing: records were removed.")
_NOT_LINKED = Words("这一行与前一行的校验值不衔接。", "This row does not name the hash of the row before it.")
_ALTERED = Words(
    "这一行的内容与校验值不符，被改动过。", "This row's content does not fit its hash: it was altered."
)
_NOT_THE_ANCHOR = Words(
    "这一行的校验值与留存的校验值不同，日志被整体改写过。",
    "This row's hash differs from the one noted earlier: the log was rewritten.",
)
_CUT_OFF = Words("日志的末尾被截去。", "The end of the log was cut off.")
