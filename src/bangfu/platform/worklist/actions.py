"""Opening, closing and assigning items. Each call leaves one audit row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.platform.worklist.errors import ReasonMissing
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy.words import Words

KEYS_AT_ONCE = 500
_COLUMNS = (
    "key",
    "kind",
    "title",
    "url_name",
    "url_args",
    "division_code",
    "role",
    "assignee_id",
    "due",
    "opened_at",
    "closed_by",
    "close_reason",
    "detail",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item to be opened: see ``WorkItem`` for the meaning of each part. ``due`` is the last day."""

    key: str
    kind: str
    title: Words
    url_name: str = ""
    url_args: Mapping[str, Any] = field(default_factory=dict)
    division_code: str = ""
    role: str = ""
    assignee_id: str = ""
    due: date | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def open_items(rows: Iterable[NewItem], *, by: Actor) -> int:
    """Open every item whose key is not open yet and return how many those are.

    Idempotent: a second call changes nothing and records nothing. A key that was closed gets a new row.
    """
    hold_chain()
    wanted = {row.key: row for row in rows}
    for keys in _batches(list(wanted)):
        for key in WorkItem.objects.open().filter(key__in=keys).values_list("key", flat=True):
            del wanted[key]
    if not wanted:
        return 0
    opened_at = clock.now()
    bulk.insert(
        WorkItem,
        _COLUMNS,
        (
            (
                row.key,
                row.kind,
                row.title,
                row.url_name,
                dict(row.url_args),
                row.division_code,
                row.role,
                row.assignee_id,
                row.due,
                opened_at,
                "",
                "",
                dict(row.detail),
            )
            for row in wanted.values()
        ),
    )
    _tell(by, "worklist.open", len(wanted), kinds=Counter(row.kind for row in wanted.values()))
    return len(wanted)


@transaction.atomic
def close_items(keys: Iterable[str], *, by: Actor, reason: str) -> int:
    """Close the open items of ``keys`` and return how many those are; keys that are not open are passed over.

    Raises ``ReasonMissing`` for an empty reason.
    """
    given = reason.strip()
    if not given:
        raise ReasonMissing()
    hold_chain()
    return _change(
        keys, by, "worklist.close", closed_at=clock.now(), closed_by=by.name or by.id, close_reason=given
    )


@transaction.atomic
def assign(
    keys: Iterable[str],
    *,
    by: Actor,
    division_code: str | None = None,
    role: str | None = None,
    assignee_id: str | None = None,
    due: date | None = None,
) -> int:
    """Give the open items of ``keys`` to another division, role or person, or another last day; return how
    many.

    None leaves a part as it is; an empty ``assignee_id`` gives the item back to whoever holds the role.
    """
    hold_chain()
    given = {"division_code": division_code, "role": role, "assignee_id": assignee_id, "due": due}
    changes = {name: value for name, value in given.items() if value is not None}
    return _change(keys, by, "worklist.assign", **changes) if changes else 0


def _change(keys: Iterable[str], by: Actor, action: str, **values: Any) -> int:
    changed: Counter[str] = Counter()
    for some in _batches(list(dict.fromkeys(keys))):
        found = WorkItem.objects.open().filter(key__in=some)
        changed.update(found.counts_by_kind())
        found.update(**values)
    if changed:
        told = {name: value for name, value in values.items() if name not in ("closed_at", "closed_by")}
        _tell(by, action, changed.total(), kinds=changed, **told)
    return changed.total()


def _tell(by: Actor, action: str, count: int, **detail: Any) -> None:
    record(by=by, action=action, subject_kind="work_item", detail={"count": count, **detail})


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]
