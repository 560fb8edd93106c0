"""What every act on one household has in common: the reason, the day, one event and one audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID

from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.policy.words import Words
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import DatesOutOfOrder, InTheFuture, ReasonNeeded
from bangfu.registry.events import EVENT_COLUMNS, event_row
from bangfu.registry.models import Event, Household, Person
from bangfu.registry.turns import Turn, counted, echoes, last_change, place_on, turns_of

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

    def members(
        self,
        kind: EventKind,
        household: Household,
        *,
        people: int,
        person: Person | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """The event of so many people who came or left, where and as far as their household counts on the day.

        What later turns of the household carried with them is set right by further events (``turns.echoes``). They name
        the person: a move without one is a move of the household.

        Raises:
            DatesOutOfOrder: several people at once, before a later turn.
        """
        turns = turns_of(household.pk)
        if person is None and turns and self.day < turns[-1].day:
            _refuse(self.day, turns[-1].day, Words("成员变动", "the change of members"))
        counts = people if counted(turns, self.day) else 0
        where = place_on(household, self.day)
        self.event(kind, household, person=person, division=where, people=counts, before=before, after=after)
        for echo in echoes(turns, self.day, people=people):
            turn = Turn(echo.day, echo.kind, echo.division_code, echo.households)
            after = {"since": self.day.isoformat()}
            self._write(turn, household, person=person, people=echo.people, after=after)

    def ended(self, household: Household, day: date) -> None:
        """The event of a household that ceases to count on ``day``."""
        turns = turns_of(household.pk)
        if counted(turns, day):
            turn = Turn(day, EventKind.STANDING, place_on(household, day), -1)
            later = echoes(turns, day, people=0, households=-1)
            for one in (
                turn,
                *(
                    turn._replace(day=it.day, division_code=it.division_code, households=it.households)
                    for it in later
                ),
            ):
                self._write(one, household, after={"until": day.isoformat()})

    def _write(
        self,
        turn: Turn,
        household: Household,
        *,
        person: Person | None = None,
        people: int = 0,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        row = event_row(
            self,
            turn.kind,
            turn.day,
            household.pk,
            turn.division_code,
            person=person.pk if person else None,
            households=turn.households,
            people=people,
            before=before,
            after=after,
        )
        bulk.insert(Event, EVENT_COLUMNS, [row])

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
        turn = Turn(self.day, kind, where, households)
        self._write(turn, household, person=person, people=people, before=before, after=after)
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


def locked(household: Household) -> Household:
    """The household as it stands now, held until the transaction ends."""
    row: Household = Household.objects.select_for_update().get(pk=household.pk)
    return row


def refuse_before_last_change(household: Household, day: date, what: Words) -> None:
    """An act on a whole household may not lie before the last change of its members or place.

    Raises:
        DatesOutOfOrder: it does.
    """
    refuse_before(last_change(household.pk), day, what)


def refuse_before(last: date | None, day: date, what: Words) -> None:
    """The same where the day of the last change is known. Raises DatesOutOfOrder."""
    if last is not None and day < last:
        _refuse(day, last, what)


def _refuse(day: date, last: date, what: Words) -> NoReturn:
    earlier = Words("该户最近一次人员、住地或在册变动", "the last change of its members, place or standing")
    raise DatesOutOfOrder(what=what, day=day, earlier=earlier, since=last)
