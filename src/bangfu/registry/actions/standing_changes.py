"""Opening and closing standings: the one way a household's status changes (DESIGN §2, Standing)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from uuid import UUID

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actions import Entry, hold_chain, record_many
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import DatesOutOfOrder, NoStanding
from bangfu.registry.events import EVENT_COLUMNS, event_row
from bangfu.registry.models import Event, Household, Membership, Standing

_standing = codes("standing")
_EVENTS = {
    _standing.exited: EventKind.EXIT,
    _standing.returned: EventKind.RETURN,
    _standing.removed: EventKind.REMOVAL,
}


@dataclass(frozen=True)
class StandingChange:
    """From ``since`` on the household has the standing ``kind`` (code list standing)."""

    household: UUID
    division_code: str
    kind: int
    since: date


@transaction.atomic
def change_standings(
    changes: Sequence[StandingChange],
    *,
    basis: str,
    by: Actor,
    policy_version: str = "as imported",
    reason: str = "",
    batch: UUID | None = None,
) -> int:
    """Ends each household's open standing on the day and opens the new one; returns how many were changed.

    A removal takes the household and its members off the totals (S2-42).

    Raises:
        NoStanding: a household has no open standing.
        DatesOutOfOrder: the new standing would begin before the open one.
    """
    if not changes:
        return 0
    hold_chain()
    recording = SimpleNamespace(by=by, now=clock.now(), intake=SimpleNamespace(reason=reason, batch=batch))
    events, entries = [], []
    for change in changes:
        _end_open(change)
        Standing.objects.create(
            household_id=change.household,
            kind=change.kind,
            since=change.since,
            basis=basis,
            policy_version=policy_version,
        )
        households, people = _taken_off(change)
        kind = _EVENTS.get(change.kind, EventKind.STANDING)
        events.append(
            event_row(
                recording,
                kind,
                change.since,
                change.household,
                change.division_code,
                households=households,
                people=people,
                after={"standing": change.kind},
            )
        )
        detail = {"standing": change.kind, "since": change.since.isoformat(), "basis": basis}
        entries.append(Entry("household", str(change.household), change.division_code, detail))
    bulk.insert(Event, EVENT_COLUMNS, events)
    record_many(by=by, action="registry.change_standing", rows=entries)
    return len(changes)


def _end_open(change: StandingChange) -> None:
    spell = Standing.objects.open().filter(household_id=change.household).first()
    if spell is None:
        number = Household.objects.values_list("household_no", flat=True).get(pk=change.household)
        raise NoStanding(household=number, day=change.since)
    if change.since <= spell.since:
        earlier = Words("现有状态", "the present standing")
        raise DatesOutOfOrder(
            what=Words("新状态", "the new standing"), day=change.since, earlier=earlier, since=spell.since
        )
    spell.until = change.since
    spell.save(update_fields=["until"])


def _taken_off(change: StandingChange) -> tuple[int, int]:
    """Households and people that leave the totals: those of a removed household."""
    if change.kind != _standing.removed:
        return 0, 0
    return -1, -Membership.objects.on(change.since).filter(household_id=change.household).count()
