"""What every act on one household has in common: the reason, the day, one event and one audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import InTheFuture, ReasonNeeded
from bangfu.registry.events import EVENT_COLUMNS, event_row
from bangfu.registry.models import Event, Household, Person

LEAST_REASON = 2


@dataclass(frozen=True)
class _Given:
    reason: str
    batch: UUID | None = None


@dataclass(frozen=True)
class Act:
    """One act under way. ``begin`` takes the lock of the log first, so that all writers queue in one order."""

    by: Actor
    now: datetime
    intake: _Given
    day: date

    @classmethod
    def begin(cls, *, by: Actor, day: date, reason: str) -> Act:
        """Checks reason and day.

        Raises:
            ReasonNeeded: the reason is too short to be one.
            InTheFuture: the day has not come.
        """
        given = reason.strip()
        if len(given) < LEAST_REASON:
            raise ReasonNeeded(least=LEAST_REASON)
        if day > clock.today():
            raise InTheFuture(day=day)
        hold_chain()
        return cls(by, clock.now(), _Given(given), day)

    def event(
        self,
        kind: EventKind,
        household: Household,
        *,
        person: Person | None = None,
        division: str | None = None,
        households: int = 0,
        people: int = 0,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Writes the event and its audit row."""
        where = household.division_code if division is None else division
        row = event_row(
            self,
            kind,
            self.day,
            household.pk,
            where,
            person=person.pk if person else None,
            households=households,
            people=people,
            before=before,
            after=after,
        )
        bulk.insert(Event, EVENT_COLUMNS, [row])
        record(
            by=self.by,
            action=f"registry.{kind.name.lower()}",
            subject_kind="person" if person else "household",
            subject_id=person.person_no if person else household.household_no,
            division_code=where,
            detail={
                "day": self.day.isoformat(),
                "reason": self.intake.reason,
                "household": household.household_no,
            },
        )
