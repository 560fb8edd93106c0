"""Rows of the event table, for bulk writing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Protocol
from uuid import UUID

from bangfu.platform.audit.actor import Actor
from bangfu.registry.enums import EventKind
from bangfu.registry.models import new_id

EVENT_COLUMNS: Final = (
    "id",
    "kind",
    "day",
    "recorded_at",
    "by_id",
    "by_name",
    "reason",
    "household_id",
    "person_id",
    "division_code",
    "households",
    "people",
    "before",
    "after",
    "batch_id",
)


class Recording(Protocol):
    """Who records, when, and for which batch."""

    @property
    def by(self) -> Actor: ...
    @property
    def now(self) -> datetime: ...
    @property
    def intake(self) -> Any: ...


def event_row(
    recording: Recording,
    kind: EventKind,
    day: date,
    household: UUID,
    division: str,
    *,
    person: UUID | None = None,
    households: int = 0,
    people: int = 0,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> tuple[Any, ...]:
    """One row in the order of EVENT_COLUMNS."""
    by, intake = recording.by, recording.intake
    return (
        new_id(),
        int(kind),
        day,
        recording.now,
        by.id,
        by.name,
        intake.reason,
        household,
        person,
        division,
        households,
        people,
        before or {},
        after or {},
        intake.batch,
    )
