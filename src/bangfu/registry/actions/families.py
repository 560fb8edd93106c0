"""Households that come, part, join and move (S2-42): enter, split, merge, move to another village."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction

from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.models import Division
from bangfu.platform.audit.actions import hold_chain
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import codes
from bangfu.policy.who.form import missing_groups
from bangfu.policy.words import Words
from bangfu.registry.actions.intake import Intake, take_in
from bangfu.registry.actions.members import end_membership, make_head, refuse_ended
from bangfu.registry.actions.recording import Act, locked, refuse_before_last_change
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import (
    AllSplit,
    AlreadyThere,
    DatesOutOfOrder,
    FormIncomplete,
    HeadElsewhere,
    HeadSplits,
    KindOfACase,
    NotAMember,
    NothingChanged,
    SameHousehold,
    WrongDivision,
)
from bangfu.registry.imports.reading import Rows
from bangfu.registry.marks import ENTERED_KINDS, NEVER_TYPED
from bangfu.registry.models import Household, Membership, Person, Standing
from bangfu.registry.turns import counted, turns_of

relation = codes("relation")
#: Columns that a case decides, never a form.
_DECIDED: Final = NEVER_TYPED
_kinds: Final = codes("household_kind")
_NOT_EXITED: Final = codes("exit_mark").not_exited


@transaction.atomic
def enter_household(
    *, household: Mapping[str, Any], people: Sequence[Mapping[str, Any]], day: date, reason: str, by: Actor
) -> Household:
    """Enters one household with its people from a form (typed values): facts without a standing.

    It counts nowhere until a case of identification registers it (S0-48); when it was identified is that case's day.

    Raises:
        FormIncomplete: one of the six groups of the form is empty (S4-59).
        KindOfACase: its kind is one that only a case gives.
        AlreadyThere: the household number, or that of a person, is taken.
    """
    hold_chain()  # numbers are given one after another
    kind = household.get("household_kind")
    if kind is not None and kind not in ENTERED_KINDS:
        raise KindOfACase(kind=Words(_kinds.label(kind), _kinds.label(kind, "en")))
    missing = missing_groups(household)
    if missing:
        titles = [group.title for group in missing]
        raise FormIncomplete(missing=Words("、".join(t.zh for t in titles), ", ".join(t.en for t in titles)))
    number = household.get("household_no") or next_household_no(str(household["division_code"]))
    if Household.objects.filter(household_no=number).exists():
        raise AlreadyThere(what=Words("户", "Household"), number=number)
    rows = Rows(
        vocabulary.table("household"),
        {
            **{k: [v] for k, v in household.items() if k not in _DECIDED},
            "household_no": [number],
            "exit_mark": [_NOT_EXITED],
        },
        [("", 1)],
    )
    named = [
        {
            **{k: v for k, v in one.items() if k not in _DECIDED},
            "household_no": number,
            "person_no": one.get("person_no") or f"{number}{n:02d}",
        }
        for n, one in enumerate(people, 1)
    ]
    taken = Person.objects.filter(person_no__in=[one["person_no"] for one in named]).first()
    if taken is not None:
        raise AlreadyThere(what=Words("人", "Person"), number=taken.person_no)
    names = sorted({name for one in named for name in one})
    members = Rows(
        vocabulary.table("person"),
        {name: [one.get(name) for one in named] for name in names},
        [("", n) for n, _ in enumerate(named)],
    )
    take_in(Intake(rows, members, day, reason=reason, applying=True), by=by)
    return Household.objects.get(household_no=number)


@transaction.atomic
def split_household(
    *, household: Household, leaving: Sequence[Person], new_head: Person, day: date, reason: str, by: Actor
) -> Household:
    """Some members become a household of their own, with the facts and the standing of the old one.

    Raises:
        NotAMember: one of them does not belong to the household.
        HeadSplits, HeadElsewhere, AllSplit: the head leaves, the new head does not, or nobody stays.
        DatesOutOfOrder: the day lies before a later change of the household.
    """
    act = Act.begin(by=by, day=day, reason=reason)
    household = locked(household)
    refuse_before_last_change(household, day, Words("分户", "the split"))
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
    new = _twin(household, len(leaving))
    for person in leaving:
        end_membership(spells[person.pk], day)
        kin = relation.head if person.pk == new_head.pk else relation.other_relative
        Membership.objects.create(person=person, household=new, relation=kin, since=day)
    _copy_standings(household, new, day)
    act.members(EventKind.SPLIT, household, people=-len(leaving), after={"to": new.household_no})
    counts = int(counted(turns_of(household.pk), day))
    act.event(
        EventKind.SPLIT,
        new,
        people=counts * len(leaving),
        households=counts,
        after={"from": household.household_no},
    )
    return new


def _twin(household: Household, members: int) -> Household:
    """A new household with the facts of ``household``, but its own number and no phone or account."""
    new = Household.objects.get(pk=household.pk)
    new.pk, new.household_no = Household().pk, next_household_no(household.division_code)
    new.revision, new.stated_members, new.phone, new.bank_account = 1, members, None, None
    new.save(force_insert=True)
    return new


def _copy_standings(household: Household, new: Household, day: date) -> None:
    """The new household has from ``day`` on the standings of the old one, whatever was recorded for later days too."""
    for spell in Standing.objects.filter(household=household).lasting_beyond(day):
        Standing.objects.create(
            household=new,
            kind=spell.kind,
            since=max(spell.since, day),
            until=spell.until,
            basis=f"split:{household.household_no}",
            policy_version=spell.policy_version,
        )


@transaction.atomic
def merge_households(*, source: Household, target: Household, day: date, reason: str, by: Actor) -> None:
    """All members of ``source`` join ``target`` as other relatives; the standing of ``source`` ends.

    Raises:
        SameHousehold: both are one.
        HouseholdEnded: ``target`` has no standing any more.
        DatesOutOfOrder: the day lies before a later change of ``source``.
    """
    if source.pk == target.pk:
        raise SameHousehold(household=source.household_no)
    act = Act.begin(by=by, day=day, reason=reason)
    source, target = locked(source), locked(target)
    refuse_ended(target)
    refuse_before_last_change(source, day, Words("并户", "the merger"))
    spells = list(source.memberships.open())
    for spell in spells:
        end_membership(spell, day)
        Membership.objects.create(
            person_id=spell.person_id, household=target, relation=relation.other_relative, since=day
        )
    counts = int(counted(turns_of(source.pk), day))
    _end_at_merger(source, day)
    act.event(
        EventKind.MERGED,
        source,
        people=-counts * len(spells),
        households=-counts,
        after={"to": target.household_no},
    )
    act.members(EventKind.MERGED, target, people=len(spells), after={"from": source.household_no})


def _end_at_merger(source: Household, day: date) -> None:
    standing = Standing.objects.open().filter(household=source).first()
    if standing is None:
        return
    if day <= standing.since:
        begun = Words("现有状态", "the present standing")
        raise DatesOutOfOrder(what=Words("并户", "the merger"), day=day, earlier=begun, since=standing.since)
    standing.until = day
    standing.save(update_fields=["until"])


@transaction.atomic
def move_household(*, household: Household, to_village: str, day: date, reason: str, by: Actor) -> None:
    """The whole household moves to another village; both villages' totals follow.

    Raises:
        WrongDivision: ``to_village`` is no village that lives on the day.
        NothingChanged: the household lives there.
        DatesOutOfOrder: the day lies before a later change of the household, or before it was registered.
    """
    act = Act.begin(by=by, day=day, reason=reason)
    household = locked(household)
    if to_village == household.division_code:
        raise NothingChanged()
    village = Division.objects.filter(code=to_village).living_on(day).first()
    if village is None or level_of(to_village) != Level.VILLAGE:
        raise WrongDivision(division=to_village)
    refuse_before_last_change(household, day, Words("迁移", "the move"))
    left, count = household.division_code, int(counted(turns_of(household.pk), day))
    people = count * household.memberships.on(day).count()
    household.division_code = to_village
    household.revision += 1
    household.save(update_fields=["division_code", "revision"])
    act.event(
        EventKind.MOVED_OUT,
        household,
        division=left,
        people=-people,
        households=-count,
        before={"division_code": left},
        after={"division_code": to_village},
    )
    act.event(
        EventKind.MOVED_IN,
        household,
        people=people,
        households=count,
        before={"division_code": left},
        after={"division_code": to_village},
    )


@transaction.atomic
def change_head(*, household: Household, head: Person, day: date, reason: str, by: Actor) -> None:
    """Another member becomes the head.

    Raises:
        NotAMember: the person does not belong to the household. NothingChanged: the person is the head.
    """
    act = Act.begin(by=by, day=day, reason=reason)
    kin = household.memberships.open().filter(person=head).values_list("relation", flat=True)
    if not kin:
        raise NotAMember(name=head.name, day=day, household=household.household_no)
    if kin[0] == relation.head:
        raise NothingChanged()
    make_head(household, head)
    act.event(EventKind.CORRECTION, household, person=head, after={"relation": relation.head})


def next_household_no(village: str) -> str:
    """The village's code and the next four digits that no household has."""
    last = (
        Household.objects.filter(prefix_range("household_no", village))
        .filter(household_no__regex=rf"^{village}\d{{4}}$")
        .order_by("household_no")
        .values_list("household_no", flat=True)
        .last()
    )
    return f"{village}{int(last[-4:]) + 1 if last else 1:04d}"
