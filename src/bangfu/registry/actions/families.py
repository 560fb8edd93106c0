"""Households that come, part, join and move (S2-42): register, split, merge, move to another village."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.models import Division
from bangfu.platform.audit.actor import Actor
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import codes
from bangfu.policy.who.form import missing_groups
from bangfu.policy.words import Words
from bangfu.registry.actions.intake import Intake, take_in
from bangfu.registry.actions.members import end_membership, make_head
from bangfu.registry.actions.recording import Act
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import (
    AllSplit,
    AlreadyThere,
    FormIncomplete,
    HeadElsewhere,
    HeadSplits,
    NotAMember,
    NothingChanged,
    SameHousehold,
    WrongDivision,
)
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import Household, Membership, Person, Standing

relation = codes("relation")


@transaction.atomic
def register_household(
    *, household: Mapping[str, Any], people: Sequence[Mapping[str, Any]], day: date, reason: str, by: Actor
) -> Household:
    """Registers one household with its people, entered on a form (typed values).

    Raises:
        FormIncomplete: one of the six groups of the form is empty (S4-59).
        AlreadyThere: the household number is taken.
    """
    missing = missing_groups(household)
    if missing:
        titles = [group.title for group in missing]
        raise FormIncomplete(missing=Words("、".join(t.zh for t in titles), ", ".join(t.en for t in titles)))
    number = household.get("household_no") or next_household_no(str(household["division_code"]))
    if Household.objects.filter(household_no=number).exists():
        raise AlreadyThere(what=Words("户", "Household"), number=number)
    rows = Rows(
        vocabulary.table("household"),
        {**{k: [v] for k, v in household.items()}, "household_no": [number]},
        [("", 1)],
    )
    named = [
        {**one, "household_no": number, "person_no": one.get("person_no") or f"{number}{n:02d}"}
        for n, one in enumerate(people, 1)
    ]
    names = sorted({name for one in named for name in one})
    members = Rows(
        vocabulary.table("person"),
        {name: [one.get(name) for one in named] for name in names},
        [("", n) for n, _ in enumerate(named)],
    )
    take_in(Intake(rows, members, day, reason=reason), by=by)
    return Household.objects.get(household_no=number)


@transaction.atomic
def split_household(
    *, household: Household, leaving: Sequence[Person], new_head: Person, day: date, reason: str, by: Actor
) -> Household:
    """Some members become a household of their own, with the facts and the standing of the old one.

    Raises:
        NotAMember: one of them does not belong to the household.
        HeadSplits, HeadElsewhere, AllSplit: the head leaves, the new head does not, or nobody stays.
    """
    act = Act.begin(by=by, day=day, reason=reason)
    spells = {one.person_id: one for one in household.memberships.open()}
    for person in leaving:
        if person.pk not in spells:
            raise NotAMember(name=person.name, day=day, household=household.household_no)
        if spells[person.pk].relation == relation.head:
            raise HeadSplits(name=person.name)
    if new_head.pk not in {person.pk for person in leaving}:
        raise HeadElsewhere(name=new_head.name)
    if len(leaving) == len(spells):
        raise AllSplit(household=household.household_no)
    number = next_household_no(household.division_code)
    new = Household.objects.get(pk=household.pk)
    new.pk, new.household_no, new.revision = Household().pk, number, 1
    new.stated_members, new.phone, new.bank_account = len(leaving), None, None
    new.save(force_insert=True)
    for person in leaving:
        end_membership(spells[person.pk], day)
        kin = relation.head if person.pk == new_head.pk else relation.other_relative
        Membership.objects.create(person=person, household=new, relation=kin, since=day)
    standing = Standing.objects.open().filter(household=household).first()
    if standing is not None:
        Standing.objects.create(
            household=new,
            kind=standing.kind,
            since=day,
            basis=f"split:{household.household_no}",
            policy_version=standing.policy_version,
        )
    act.event(EventKind.SPLIT, household, people=-len(leaving), after={"to": number})
    act.event(
        EventKind.SPLIT,
        new,
        people=len(leaving),
        households=int(standing is not None),
        after={"from": household.household_no},
    )
    return new


@transaction.atomic
def merge_households(*, source: Household, target: Household, day: date, reason: str, by: Actor) -> None:
    """All members of ``source`` join ``target`` as other relatives; the standing of ``source`` ends.

    Raises:
        SameHousehold: both are one.
    """
    if source.pk == target.pk:
        raise SameHousehold(household=source.household_no)
    act = Act.begin(by=by, day=day, reason=reason)
    spells = list(source.memberships.open())
    for spell in spells:
        end_membership(spell, day)
        Membership.objects.create(
            person_id=spell.person_id, household=target, relation=relation.other_relative, since=day
        )
    standing = Standing.objects.open().filter(household=source).first()
    if standing is not None:
        standing.until = day
        standing.save(update_fields=["until"])
    gone = -int(standing is not None)
    act.event(
        EventKind.MERGED, source, people=-len(spells), households=gone, after={"to": target.household_no}
    )
    act.event(EventKind.MERGED, target, people=len(spells), after={"from": source.household_no})


@transaction.atomic
def move_household(*, household: Household, to_village: str, day: date, reason: str, by: Actor) -> None:
    """The whole household moves to another village; both villages' totals follow.

    Raises:
        WrongDivision: ``to_village`` is no village that lives on the day.
        NothingChanged: the household lives there.
    """
    if to_village == household.division_code:
        raise NothingChanged()
    act = Act.begin(by=by, day=day, reason=reason)
    village = Division.objects.filter(code=to_village).living_on(day).first()
    if village is None or level_of(to_village) != Level.VILLAGE:
        raise WrongDivision(division=to_village)
    left, people = household.division_code, household.memberships.open().count()
    count = int(Standing.objects.open().filter(household=household).exists())
    household.division_code = to_village
    household.revision += 1
    household.save(update_fields=["division_code", "revision"])
    change = {"division_code": left}, {"division_code": to_village}
    act.event(
        EventKind.MOVED_OUT,
        household,
        division=left,
        people=-people,
        households=-count,
        before=change[0],
        after=change[1],
    )
    act.event(
        EventKind.MOVED_IN, household, people=people, households=count, before=change[0], after=change[1]
    )


@transaction.atomic
def change_head(*, household: Household, head: Person, day: date, reason: str, by: Actor) -> None:
    """Another member becomes the head."""
    act = Act.begin(by=by, day=day, reason=reason)
    make_head(household, head)
    act.event(EventKind.CORRECTION, household, person=head, after={"relation": relation.head})


def next_household_no(village: str) -> str:
    """The village's code and the next four digits that no household has."""
    last = (
        Household.objects.filter(household_no__startswith=village, household_no__regex=rf"^{village}\d{{4}}$")
        .order_by("household_no")
        .values_list("household_no", flat=True)
        .last()
    )
    return f"{village}{int(last[-4:]) + 1 if last else 1:04d}"
