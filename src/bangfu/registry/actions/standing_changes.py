"""Opening and closing standings: the one way a household's status changes (DESIGN §2, Standing).

Cases do it by their effects, imports for what the national system already holds; no form does (S0-48).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from uuid import UUID

from django.db import transaction
from django.db.models import F

from bangfu.platform import clock
from bangfu.platform.audit.actions import Entry, hold_chain, record_many
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.actions.recording import refuse_before, refuse_before_last_change
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import DatesOutOfOrder, HasStanding, HouseholdEnded, InTheFuture, NoStanding
from bangfu.registry.events import EVENT_COLUMNS, event_row
from bangfu.registry.models import Event, Household, Membership, Person, Standing, new_id
from bangfu.registry.turns import last_changes

AT_ONCE = 500
_STANDING = ("id", "household_id", "kind", "since", "until", "basis", "policy_version")
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
    #: Its own basis, where many change together on several.
    basis: str = ""


@transaction.atomic
def change_standings(
    changes: Sequence[StandingChange],
    *,
    by: Actor,
    basis: str = "",
    policy_version: str = "as imported",
    reason: str = "",
    batch: UUID | None = None,
) -> int:
    """Ends each household's open standing on the day and opens the new one; returns how many were changed.

    A removal takes the household and its members off the totals; a new standing after it brings them back (S2-42).

    Raises:
        NoStanding: a household has no open standing.
        DatesOutOfOrder: the new standing would begin before the open one; or it takes the household off the totals, or
            brings it back, before the last change of its members or place.
        InTheFuture: the day has not come.
    """
    if not changes:
        return 0
    hold_chain()
    recording = SimpleNamespace(by=by, now=clock.now(), intake=SimpleNamespace(reason=reason, batch=batch))
    events, entries = [], []
    for change in changes:
        before = _end_open(change)
        Standing.objects.create(
            household_id=change.household,
            kind=change.kind,
            since=change.since,
            basis=change.basis or basis,
            policy_version=policy_version,
        )
        households, people = _counted(before, change)
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
        detail = {"standing": change.kind, "since": change.since.isoformat(), "basis": change.basis or basis}
        entries.append(Entry("household", str(change.household), change.division_code, detail))
    bulk.insert(Event, EVENT_COLUMNS, events)
    record_many(by=by, action="registry.change_standing", rows=entries)
    return len(changes)


@transaction.atomic
def open_standings(
    changes: Sequence[StandingChange], *, by: Actor, policy_version: str, basis: str = "", reason: str = ""
) -> int:
    """The first standing of households that were entered as facts: they count from ``since`` on, with their members.

    Sets when household and members were identified where nobody has said it. Returns how many; a handful of statements
    for each 500.

    Raises:
        HasStanding: a household stands on the books already.
        HouseholdEnded: its standing has ended: it was merged, or nobody is left.
        DatesOutOfOrder: ``since`` lies before the last change of its members or place. InTheFuture: it has not come.
    """
    if not changes:
        return 0
    hold_chain()
    recording = SimpleNamespace(by=by, now=clock.now(), intake=SimpleNamespace(reason=reason, batch=None))
    entries = []
    for start in range(0, len(changes), AT_ONCE):
        some = changes[start : start + AT_ONCE]
        households = _without_standing(some)
        people = _identify(some)
        bulk.insert(
            Standing,
            _STANDING,
            (
                (new_id(), one.household, one.kind, one.since, None, one.basis or basis, policy_version)
                for one in some
            ),
        )
        bulk.insert(
            Event,
            EVENT_COLUMNS,
            [
                event_row(
                    recording,
                    EventKind.REGISTERED,
                    one.since,
                    one.household,
                    one.division_code,
                    households=1,
                    people=people[one.household],
                    after={"standing": one.kind},
                )
                for one in some
            ],
        )
        for one in some:
            detail = {
                "standing": one.kind,
                "since": one.since.isoformat(),
                "basis": one.basis or basis,
            }
            number = households[one.household].household_no
            entries.append(Entry("household", number, one.division_code, detail))
    record_many(by=by, action="registry.open_standing", rows=entries)
    return len(changes)


def _without_standing(changes: Sequence[StandingChange]) -> dict[UUID, Household]:
    """The households, locked, when none ever had a standing and every ``since`` fits."""
    keys = [one.household for one in changes]
    households: dict[UUID, Household] = {
        one.pk: one for one in Household.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    }
    last = {one.household_id: one for one in Standing.objects.filter(household__in=keys).order_by("since")}
    changed = last_changes(keys)
    for one in changes:
        number, spell = households[one.household].household_no, last.get(one.household)
        if one.since > clock.today():
            raise InTheFuture(day=one.since)
        if spell is not None and spell.until is None:
            raise HasStanding(household=number, since=spell.since)
        if spell is not None:
            raise HouseholdEnded(household=number, day=spell.until)
        refuse_before(changed.get(one.household), one.since, Words("登记建档", "the registration"))
    return households


def _identify(changes: Sequence[StandingChange]) -> Counter[UUID]:
    """Notes the day of identification where none is known; counts the members of each household."""
    counted: Counter[UUID] = Counter()
    for day in {one.since for one in changes}:
        keys = [one.household for one in changes if one.since == day]
        noted = {"identified_on": day, "revision": F("revision") + 1}
        Household.objects.filter(pk__in=keys, identified_on=None).update(**noted)
        members = Membership.objects.on(day).filter(household__in=keys)
        Person.objects.filter(pk__in=members.values("person_id"), identified_on=None).update(**noted)
        counted.update(members.values_list("household_id", flat=True))
    return counted


def _end_open(change: StandingChange) -> int:
    """Ends the open standing and returns its kind."""
    if change.since > clock.today():
        raise InTheFuture(day=change.since)
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
    return int(spell.kind)


def _counted(before: int, change: StandingChange) -> tuple[int, int]:
    """Households and people that leave the totals with a removal, or come back after one."""
    households = int(change.kind != _standing.removed) - int(before != _standing.removed)
    if not households:
        return 0, 0
    household = Household.objects.get(pk=change.household)
    refuse_before_last_change(household, change.since, Words("新状态", "the new standing"))
    members = Membership.objects.on(change.since).filter(household=household).count()
    return households, households * members
