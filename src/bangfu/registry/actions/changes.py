"""Known households and people against the rows of a workbook: what differs is corrected, with before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import cipher
from bangfu.platform.database import bulk
from bangfu.policy.vocabulary import Column
from bangfu.policy.words import Words
from bangfu.registry import columns
from bangfu.registry.actions import rows_of_people
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.enums import EventKind
from bangfu.registry.events import EVENT_COLUMNS, Recording, event_row
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import Event, Household, HouseholdYear, Membership, Person, Standing, new_id
from bangfu.registry.standings_asked import WATCH, Asked

AT_ONCE = 800
#: How a sealed value stands in an event.
MASK = "●●●●"


def known_households(numbers: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Household number → its row, its first and last standing, for those that are registered."""
    found: dict[str, dict[str, Any]] = {}
    for some in _batches([number for number in numbers if number]):
        for row in Household.objects.filter(household_no__in=some).values():
            found[row["household_no"]] = {**row, "since": None, "standing": None}
    by_id = {row["id"]: row for row in found.values()}
    for some in _batches(list(by_id)):
        for spell in Standing.objects.filter(household_id__in=some).order_by("since").values():
            row = by_id[spell["household_id"]]
            row["since"] = row["since"] or spell["since"]
            row["standing"] = spell
    return found


def known_people(numbers: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Person number → the person's row with its open membership, for those that are registered."""
    found: dict[str, dict[str, Any]] = {}
    for some in _batches([number for number in numbers if number]):
        for row in Person.objects.filter(person_no__in=some).values():
            found[row["person_no"]] = {**row, "membership": None}
    by_id = {row["id"]: row for row in found.values()}
    for some in _batches(list(by_id)):
        members = Membership.objects.open().filter(person_id__in=some)
        for one in members.values(
            "id",
            "person_id",
            "relation",
            "household__household_no",
            "household_id",
            "household__division_code",
        ):
            by_id[one["person_id"]]["membership"] = one
    return found


def correct_known(
    intake: Any,
    households: Mapping[str, Any],
    people: Mapping[str, Any],
    follow: Sequence[Asked],
    work: Any,
    *,
    by: Actor,
) -> None:
    """Corrects what the workbook says differently of households and people that are registered.

    ``follow``: the standings that were confirmed. ``work`` is the running intake: it counts, collects problems and
    remembers which households were touched.
    """
    events: list[tuple[Any, ...]] = []
    events += _correct_households(intake.households, households, work)
    events += _correct_years(intake.households, households, work)
    events += _correct_people(intake.persons, people, work)
    bulk.insert(Event, EVENT_COLUMNS, events)
    turned = [
        StandingChange(row["id"], row["division_code"], one.wanted, one.since)
        for one in follow
        if one.wanted != WATCH and (row := households.get(one.number)) is not None
    ]
    change_standings(turned, basis=f"import:{intake.batch or 'direct'}", by=by, batch=intake.batch)


def _correct_households(rows: Rows, known: Mapping[str, Any], work: Any) -> Iterator[tuple[Any, ...]]:
    own = columns.household_columns()
    updates: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for place, number in enumerate(rows.columns.get("household_no", [])):
        row = known.get(number)
        if row is None:
            continue
        changed = _differences(own, rows, place, row)
        if "division_code" in changed:
            del changed["division_code"]
            work.taken.problems.append(Problem(*rows.place[place], None, "", "", _MOVED))
        changed |= _sealed_differences("household", rows, place, row)
        if not changed:
            work.taken.unchanged += 1
            continue
        _note(updates, changed, row)
        work.taken.corrected_households += 1
        work.touched[number].append("corrected")
        yield _correction(work, changed, row["id"], row["division_code"])
    _apply(Household, updates)


def _correct_years(rows: Rows, known: Mapping[str, Any], work: Any) -> Iterator[tuple[Any, ...]]:
    years: dict[tuple[Any, int], Mapping[str, Any]] = {
        (one["household_id"], one["income_year"]): one
        for some in _batches([row["id"] for row in known.values()])
        for one in HouseholdYear.objects.filter(household_id__in=some).values()
    }
    own = columns.year_columns()
    fresh: list[tuple[Any, ...]] = []
    updates: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for place, number in enumerate(rows.columns.get("household_no", [])):
        row = known.get(number)
        if row is None:
            continue
        said = {
            column.name: rows.columns[column.name][place] for column in own if column.name in rows.columns
        }
        year = (rows.columns.get("income_year") or [None] * len(rows))[place] or work.intake.day.year
        had = years.get((row["id"], year))
        if had is None:
            if any(value is not None for value in said.values()):
                fresh.append((new_id(), row["id"], year, *(said.get(column.name) for column in own)))
                changed = {name: (None, value) for name, value in said.items() if value is not None}
                yield _year_event(work, row, year, changed)
                work.touched[number].append("year")
            continue
        changed = {
            name: (had[name], value)
            for name, value in said.items()
            if value is not None and value != had[name]
        }
        if changed:
            updates[tuple(changed)].append((had["id"], *(new for _, new in changed.values())))
            yield _year_event(work, row, year, changed)
            work.touched[number].append("year")
    bulk.insert(HouseholdYear, ("id", "household_id", "income_year", *(column.name for column in own)), fresh)
    _apply(HouseholdYear, updates)


def _correct_people(rows: Rows, known: Mapping[str, Any], work: Any) -> Iterator[tuple[Any, ...]]:
    own = columns.person_columns()
    updates: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    relations: list[tuple[UUID, int]] = []
    for place, number in enumerate(rows.columns.get("person_no", [])):
        row = known.get(number)
        if row is None:
            continue
        member = row["membership"]
        if member is None or member["household__household_no"] != rows.columns["household_no"][place]:
            work.taken.problems.append(Problem(*rows.place[place], None, "", "", _elsewhere(member)))
            continue
        changed = _differences(own, rows, place, row) | _sealed_differences("person", rows, place, row)
        changed = _with_forms(changed)
        relation = (rows.columns.get("relation") or [None] * len(rows))[place]
        shown = dict(changed)
        if relation is not None and relation != member["relation"]:
            relations.append((member["id"], relation))
            shown["relation"] = (member["relation"], relation)
        if not shown:
            work.taken.unchanged += 1
            continue
        if changed:
            _note(updates, changed, row)
        work.taken.corrected_people += 1
        work.touched[member["household__household_no"]].append("corrected person")
        work.households.setdefault(
            member["household__household_no"],
            (member["household_id"], member["household__division_code"], work.intake.day),
        )
        yield _correction(
            work, shown, member["household_id"], member["household__division_code"], person=row["id"]
        )
    _apply(Person, updates)
    bulk.update(Membership, ("relation",), relations)


def _differences(
    own: Sequence[Column], rows: Rows, place: int, row: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Column → (kept, new) for the cells that say something else. Empty cells say nothing."""
    changed = {}
    for column in own:
        values = rows.columns.get(column.name)
        if values is None or values[place] is None:
            continue
        new = columns.stored(column)(values[place])
        if new != row[column.name]:
            changed[column.name] = (row[column.name], new)
    return changed


def _sealed_differences(
    table: str, rows: Rows, place: int, row: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    changed = {}
    for name in columns.SEALED[table]:
        new = (rows.columns.get(name) or [None] * len(rows))[place]
        if new is None:
            continue
        bound = columns.sealed_to(table, name, row["id"])
        had = cipher.decrypt(row[name], bound_to=bound) if row[name] else None
        if new != had:
            changed[name] = (row[name], cipher.encrypt(new, bound_to=bound))
            if name == "id_number":
                facets = rows_of_people.number_facets([new])
                changed |= {facet: (row[facet], facets[facet][0]) for facet in rows_of_people.FACETS}
    return changed


def _with_forms(changed: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    if "name" in changed:
        initials, sound = rows_of_people.name_forms([changed["name"][1]])
        changed["name_initials"], changed["name_sound"] = ("", initials[0]), ("", sound[0])
    return changed


def _note(
    updates: dict[tuple[str, ...], list[tuple[Any, ...]]],
    changed: dict[str, tuple[Any, Any]],
    row: Mapping[str, Any],
) -> None:
    updates[(*changed, "revision")].append(
        (row["id"], *(new for _, new in changed.values()), row["revision"] + 1)
    )


def _apply(model: Any, updates: Mapping[tuple[str, ...], list[tuple[Any, ...]]]) -> None:
    for names, some in updates.items():
        bulk.update(model, names, some)


def _correction(
    work: Recording,
    changed: Mapping[str, tuple[Any, Any]],
    household: UUID,
    division: str,
    person: UUID | None = None,
) -> tuple[Any, ...]:
    before, after = shown_changes(changed)
    day = work.intake.day
    return event_row(
        work, EventKind.CORRECTION, day, household, division, person=person, before=before, after=after
    )


def _year_event(
    work: Any, row: Mapping[str, Any], year: int, changed: Mapping[str, tuple[Any, Any]]
) -> tuple[Any, ...]:
    before, after = shown_changes(changed)
    return event_row(
        work,
        EventKind.YEAR_UPDATE,
        work.intake.day,
        row["id"],
        row["division_code"],
        before={**before, "income_year": year},
        after={**after, "income_year": year},
    )


def shown_changes(changed: Mapping[str, tuple[Any, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after as an event keeps them: typed values, sealed ones masked, search forms left out."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, (old, new) in changed.items():
        if name in rows_of_people.FORMS or name in ("id_token", "id_tail"):
            continue
        before[name], after[name] = _shown(old), _shown(new)
    return before, after


def _shown(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return MASK
    return value.isoformat() if isinstance(value, date) else value


def _elsewhere(member: Mapping[str, Any] | None) -> Words:
    if member is None:
        return Words(
            "此人已办理离户(死亡、迁出等),不能在表中改回。确需恢复的请办理“迁入”。",
            "This person has left (death, departure …). Record an arrival to bring the person back.",
        )
    number = member["household__household_no"]
    return Words(
        f"此人登记在另一户({number})。换户请先在原户办理迁出或分户。",
        f"This person belongs to household {number}. Record the departure or split there first.",
    )


_MOVED = Words(
    "所在村与登记的不同,其他内容已处理。整户搬迁请用“迁移”办理,行政区划调整由数据管理员统一处理。",
    "The village differs from the record; the rest was taken. Record the move, "
    "or have the re-coding done by the data administrator.",
)


def _batches(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
