"""Correcting what was entered: the changed columns with before and after, never silently (S2-42, S2-46)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import cipher
from bangfu.platform.errors import Stale
from bangfu.policy import vocabulary
from bangfu.registry import columns, showing
from bangfu.registry.actions import rows_of_people
from bangfu.registry.actions.changes import shown_changes
from bangfu.registry.actions.recording import Act
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import NothingChanged
from bangfu.registry.models import Household, HouseholdYear, Person

Changes = dict[str, tuple[Any, Any]]
#: Numbers stay, and a household moves by an act of its own, so that the totals follow.
_NOT_CORRECTED: Final = frozenset({"household_no", "person_no", "division_code"})


@transaction.atomic
def correct_household(
    *, household: Household, entered: Mapping[str, Any], seen_revision: int, day: date, reason: str, by: Actor
) -> None:
    """Sets the columns of ``entered`` (vocabulary names, typed values; None empties a column).

    Raises:
        Stale: somebody corrected the household since ``seen_revision``; says what changed.
        NothingChanged: every value stands already.
    """
    act = Act.begin(by=by, day=day, reason=reason)
    row = Household.objects.select_for_update().get(pk=household.pk)
    _refuse_stale(row, seen_revision, row.household_no, row.events.filter(person=None))
    changed = _changes("household", row, entered)
    _store(row, changed)
    before, after = shown_changes(changed)
    act.event(EventKind.CORRECTION, row, before=before, after=after)


@transaction.atomic
def correct_person(
    *, person: Person, entered: Mapping[str, Any], seen_revision: int, day: date, reason: str, by: Actor
) -> None:
    """Sets the person's columns, the relation to the head included; raises as ``correct_household``."""
    act = Act.begin(by=by, day=day, reason=reason)
    row = Person.objects.select_for_update().get(pk=person.pk)
    _refuse_stale(row, seen_revision, row.name, row.events.all())
    spell = row.memberships.select_related("household").order_by("since").last()
    changed = _changes(
        "person", row, {name: value for name, value in entered.items() if name != "relation"}, optional=True
    )
    if "relation" in entered and spell and entered["relation"] != spell.relation:
        changed["relation"] = (spell.relation, entered["relation"])
        spell.relation = entered["relation"]
        spell.save(update_fields=["relation"])
    if not changed:
        raise NothingChanged()
    _store(row, {name: pair for name, pair in changed.items() if name != "relation"})
    before, after = shown_changes(changed)
    act.event(EventKind.CORRECTION, spell.household, person=row, before=before, after=after)


@transaction.atomic
def update_year(
    *, household: Household, year: int, entered: Mapping[str, Any], day: date, reason: str, by: Actor
) -> None:
    """Sets income, spending, savings and debts of one year (fen); opens the year when it is new (S4-57)."""
    act = Act.begin(by=by, day=day, reason=reason)
    row, _ = HouseholdYear.objects.select_for_update().get_or_create(household=household, income_year=year)
    changed = {
        name: (getattr(row, name), value) for name, value in entered.items() if getattr(row, name) != value
    }
    if not changed:
        raise NothingChanged()
    for name, (_, value) in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    before, after = shown_changes(changed)
    given = {"income_year": year}
    act.event(EventKind.YEAR_UPDATE, household, before={**before, **given}, after={**after, **given})


def _changes(table: str, row: Any, entered: Mapping[str, Any], *, optional: bool = False) -> Changes:
    """Column → (kept, new), search forms and number facets included."""
    if wrong := _NOT_CORRECTED & set(entered):
        raise ValueError(", ".join(sorted(wrong)))
    changed: Changes = {}
    known = vocabulary.table(table).columns
    for name, value in entered.items():
        if name in columns.SEALED[table]:
            changed |= _sealed_change(table, row, name, value)
            continue
        new, had = columns.stored(known[name])(value), getattr(row, name)
        if new != had:
            changed[name] = (had, new)
    if "name" in changed:
        initials, sound = rows_of_people.name_forms([changed["name"][1]])
        changed |= {
            "name_initials": (row.name_initials, initials[0]),
            "name_sound": (row.name_sound, sound[0]),
        }
    if not changed and not optional:
        raise NothingChanged()
    return changed


def _sealed_change(table: str, row: Any, name: str, value: str | None) -> Changes:
    bound = columns.sealed_to(table, name, row.pk)
    kept = getattr(row, name)
    if value == (cipher.decrypt(kept, bound_to=bound) if kept else None):
        return {}
    changed: Changes = {name: (kept, cipher.encrypt(value, bound_to=bound) if value else None)}
    if name == "id_number":
        facets = rows_of_people.number_facets([value])
        changed |= {facet: (getattr(row, facet), facets[facet][0]) for facet in rows_of_people.FACETS}
    return changed


def _store(row: Any, changed: Changes) -> None:
    for name, (_, value) in changed.items():
        setattr(row, name, value)
    row.revision += 1
    row.save(update_fields=[*changed, "revision"])


def _refuse_stale(row: Household | Person, seen: int, what: str, events: Any) -> None:
    """Stale with what the last of ``events`` changed, when the row is no longer the one that was ``seen``."""
    if row.revision == seen:
        return
    last = events.order_by("-recorded_at").first()
    if last is None:
        raise Stale(what=what, by="—", at="—")
    changes = showing.shown_changes(last.before, last.after)
    problems = [Stale.changed(one.title, seen=one.before, found=one.after) for one in changes]
    raise Stale(
        problems, what=what, by=last.by_name, at=f"{last.recorded_at.astimezone(clock.HERE):%Y-%m-%d %H:%M}"
    )
