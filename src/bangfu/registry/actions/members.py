"""People coming into a household and leaving it: birth, marriage, arrival, death, departure, strike-off (S2-42)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.actions import rows_of_people
from bangfu.registry.actions.recording import Act, locked
from bangfu.registry.enums import GAINS, LOSSES, EventKind
from bangfu.registry.errors import (
    DatesOutOfOrder,
    HeadLeaves,
    HeadNotStaying,
    HouseholdEnded,
    NotAMember,
    OffByRemoval,
    StillAMember,
)
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import Household, Membership, Person, Standing, new_id

relation, _standing = codes("relation"), codes("standing")


@transaction.atomic
def add_member(
    *,
    household: Household,
    relation_code: int,
    day: date,
    kind: EventKind,
    reason: str,
    by: Actor,
    person: Person | None = None,
    entered: Mapping[str, Any] | None = None,
) -> Person:
    """A person comes into the household on ``day``: born, married in, arrived, or left out before.

    Args:
        person: somebody already registered who belongs to no household now.
        entered: the vocabulary's person columns (typed) of somebody new; a number is made from the household's.

    Raises:
        StillAMember: the person belongs to a household on that day, or later.
        HouseholdEnded: the household has no standing any more.
        ValueError: ``kind`` brings nobody in, or neither person nor data are given.
    """
    if kind not in GAINS or (person is None) == (entered is None):
        raise ValueError(kind)
    act = Act.begin(by=by, day=day, reason=reason)
    household = locked(household)
    refuse_ended(household)
    if person is None:
        person = _new_person(household, entered or {})
    now_in = person.memberships.lasting_beyond(day).select_related("household").first()
    if now_in is not None:
        raise StillAMember(name=person.name, day=day, household=now_in.household.household_no)
    before = _revived(person)
    Membership.objects.create(person=person, household=household, relation=relation_code, since=day)
    after = {"relation": relation_code, **dict.fromkeys(before)}
    act.members(kind, household, person=person, people=1, before=before, after=after)
    return person


def refuse_ended(household: Household) -> None:
    """Lets nobody come into a household whose last standing has ended. Raises HouseholdEnded."""
    last = Standing.objects.filter(household=household).order_by("since").last()
    if last is not None and last.until is not None:
        raise HouseholdEnded(household=household.household_no, day=last.until)


def _revived(person: Person) -> dict[str, Any]:
    """Somebody entered as dead comes back: the day of death goes, and is returned for the event."""
    if person.died_on is None:
        return {}
    before = {"died_on": person.died_on.isoformat()}
    person.died_on = None
    person.save(update_fields=["died_on"])
    return before


@transaction.atomic
def remove_member(
    *, person: Person, day: date, kind: EventKind, reason: str, by: Actor, new_head: Person | None = None
) -> None:
    """A person leaves the household on ``day``: died, married out, left, or was entered by mistake.

    When the last member leaves, the household's standing ends with them.

    Raises:
        NotAMember: the person belongs to no household on that day.
        HeadLeaves: the head leaves, others stay, and no new head is named.
        HeadNotStaying: the new head is not among those who stay.
        OffByRemoval: the last member of a household on the books is struck off: a case of removal does that (S1-24).
        DatesOutOfOrder: the day is not after the person came.
    """
    if kind not in LOSSES:
        raise ValueError(kind)
    act = Act.begin(by=by, day=day, reason=reason)
    spell = _open_membership(person, day)
    household = locked(spell.household)
    staying = [one for one in household.memberships.open().select_related("person") if one.pk != spell.pk]
    if spell.relation == relation.head and staying and new_head is None:
        raise HeadLeaves(name=person.name, others=len(staying))
    if kind == EventKind.STRUCK_OFF and not staying and on_the_books(household):
        raise OffByRemoval(name=person.name, household=household.household_no)
    if new_head is not None and new_head.pk not in {one.person_id for one in staying}:
        raise HeadNotStaying(name=new_head.name, household=household.household_no)
    end_membership(spell, day)
    if kind == EventKind.DEATH:
        person.died_on = day
        person.save(update_fields=["died_on"])
    if new_head is not None:
        make_head(household, new_head)
    act.members(kind, household, person=person, people=-1, before={"relation": spell.relation})
    if not staying:
        _end_standing(act, household, day)


def on_the_books(household: Household) -> bool:
    """Whether the household has a standing now that counts."""
    return Standing.objects.open().filter(household=household).exclude(kind=_standing.removed).exists()


def end_membership(spell: Membership, day: date) -> None:
    """Ends a membership on ``day``; DatesOutOfOrder when it began later or on that day."""
    if day <= spell.since:
        begun = Words("成为成员", "membership")
        raise DatesOutOfOrder(what=Words("离户", "the departure"), day=day, earlier=begun, since=spell.since)
    spell.until = day
    spell.save(update_fields=["until"])


def make_head(household: Household, head: Person) -> None:
    """The member becomes the head; a head there was before becomes an other relative until corrected."""
    for one in household.memberships.open():
        if one.person_id == head.pk:
            one.relation = relation.head
        elif one.relation == relation.head:
            one.relation = relation.other_relative
        else:
            continue
        one.save(update_fields=["relation"])


def _open_membership(person: Person, day: date) -> Membership:
    found = person.memberships.open().select_related("household").first()
    if found is None:
        last = person.memberships.select_related("household").last()
        raise NotAMember(name=person.name, day=day, household=last.household.household_no if last else "—")
    member: Membership = found
    return member


def _end_standing(act: Act, household: Household, day: date) -> None:
    """The open standing ends when the last of the members has left, but never before it began."""
    spell = Standing.objects.open().filter(household=household).first()
    if spell is not None:
        gone = household.memberships.aggregate(last=Max("until"))["last"] or day
        spell.until = max(gone, spell.since + timedelta(days=1))
        spell.save(update_fields=["until"])
        act.ended(household, spell.until)


def _new_person(household: Household, entered: Mapping[str, Any]) -> Person:
    number = entered.get("person_no") or next_person_no(household)
    columns = {name: [value] for name, value in entered.items()} | {"person_no": [number]}
    rows = Rows(vocabulary.table("person"), columns, [("", 0)])
    bulk.insert(Person, rows_of_people.COLUMNS, rows_of_people.rows(rows, [new_id()]))
    return Person.objects.get(person_no=number)


def next_person_no(household: Household) -> str:
    """The household's number and the next two digits that nobody has."""
    taken = set(
        Person.objects.filter(person_no__startswith=household.household_no).values_list(
            "person_no", flat=True
        )
    )
    return next(number for n in range(1, 1000) if (number := f"{household.household_no}{n:02d}") not in taken)
