"""Taking typed rows of households and people into the registry: new ones are registered, known ones corrected.

One transaction for a whole workbook: kill the worker at any moment and nothing or everything is there. Taking the same
rows twice changes nothing the second time. An empty cell never erases a value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actions import Entry, hold_chain, record_many
from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import cipher
from bangfu.platform.database import bulk
from bangfu.policy.words import Words
from bangfu.registry import columns, spells
from bangfu.registry.actions import changes, rows_of_people
from bangfu.registry.enums import EventKind
from bangfu.registry.events import EVENT_COLUMNS, event_row
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import Event, Household, HouseholdYear, Membership, Person, Standing, new_id
from bangfu.registry.standings_asked import Asked, asked, problems_of
from bangfu.registry.turns import Turns, counted, echoes, place_on, turns_of_many

_HOUSEHOLD = (
    "id",
    "revision",
    *(column.name for column in columns.household_columns()),
    *columns.SEALED["household"],
)
_YEAR = ("id", "household_id", "income_year", *(column.name for column in columns.year_columns()))
_MEMBER = ("id", "person_id", "household_id", "relation", "since", "until")
_STANDING = ("id", "household_id", "kind", "since", "until", "basis", "policy_version")


@dataclass(frozen=True)
class Intake:
    """What to take in. ``day``: the day of which the workbook speaks. ``batch``: id of the import batch, if any.

    ``applying``: new households are facts only, without standing, until a case registers them (S0-48).
    ``confirmed``: a second person has confirmed what the rows change of standings; else such households come back.
    """

    households: Rows
    persons: Rows
    day: date
    batch: UUID | None = None
    reason: str = ""
    applying: bool = False
    confirmed: bool = False


@dataclass
class Taken:
    """What came of it. ``problems``: rows that could not be taken although every cell was readable."""

    new_households: int = 0
    new_people: int = 0
    corrected_households: int = 0
    corrected_people: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


@transaction.atomic
def take_in(intake: Intake, *, by: Actor) -> Taken:
    """Registers new households and people and corrects known ones (S2-42, S2-45).

    Writes households, years, people, memberships, standings, one event and one audit row for each household touched.
    """
    hold_chain()
    taken = Taken()
    work = _Work(intake, by, taken)
    known_households = changes.known_households(_households_named(intake))
    follow = work.hold_back(known_households)
    known_people = changes.known_people(work.intake.persons.columns.get("person_no", []))
    work.register_households(known_households)
    work.register_people(known_people)
    changes.correct_known(work.intake, known_households, known_people, follow, work, by=by)
    record_many(by=by, action="registry.take_in", rows=work.audit_entries())
    return taken


def _households_named(intake: Intake) -> set[Any]:
    """The households of the upload, and those in which its people are said to live: rows of people may come alone."""
    named = {
        *intake.households.columns.get("household_no", []),
        *intake.persons.columns.get("household_no", []),
    }
    return named - {None}


class _Work:
    """The rows of one intake on their way into the tables."""

    def __init__(self, intake: Intake, by: Actor, taken: Taken) -> None:
        self.intake, self.by, self.taken = intake, by, taken
        self.now = clock.now()
        self.households: dict[str, tuple[UUID, str, date]] = {}
        self.touched: dict[str, list[str]] = defaultdict(list)
        self.ended: set[str] = set()

    def hold_back(self, known: dict[str, Any]) -> list[Asked]:
        """Takes out the households whose standing may not change by these rows, and returns the changes that may."""
        if self.intake.applying:
            return []
        homes, people = self.intake.households, self.intake.persons
        found = asked(homes, known, self.intake.day)
        held = [one for one in found if one.hindrance is not None or not self.intake.confirmed]
        if not held:
            return found
        self.taken.problems += problems_of(held, homes, people)
        gone, rows = {one.number for one in held}, {one.place for one in held}
        numbers = people.columns.get("household_no", [])
        self.intake = replace(
            self.intake,
            households=homes.kept([place for place in range(len(homes)) if place not in rows]),
            persons=people.kept([place for place, number in enumerate(numbers) if number not in gone]),
        )
        return [one for one in found if one.number not in gone]

    def register_households(self, known: dict[str, Any]) -> None:
        rows = self.intake.households
        numbers = rows.columns.get("household_no", [])
        fresh = [place for place, number in enumerate(numbers) if number not in known]
        new = rows.kept(fresh)
        ids = [new_id() for _ in fresh]
        own = columns.stored_columns(columns.household_columns(), new.columns, len(fresh))
        sealed = [
            cipher.encrypt_many(
                new.columns.get(name) or [None] * len(fresh),
                bound_to=[columns.sealed_to("household", name, key) for key in ids],
            )
            for name in columns.SEALED["household"]
        ]
        bulk.insert(Household, _HOUSEHOLD, zip(ids, [1] * len(ids), *own, *sealed, strict=True))
        begun = [spells.registered_since(new.columns, place, self.intake.day) for place in range(len(fresh))]
        places = new.columns.get("division_code") or [""] * len(fresh)
        for number, key, place, since in zip(
            new.columns.get("household_no", []), ids, places, begun, strict=True
        ):
            self.households[number] = (key, place or "", since)
            self.touched[number].append("registered")
        self._years(new, ids)
        if not self.intake.applying:
            self._standings(new, ids)
        self.taken.new_households = len(fresh)
        for number, found in known.items():
            self.households.setdefault(
                number, (found["id"], found["division_code"], found["since"] or self.intake.day)
            )
            if found["standing"] is not None and found["standing"]["until"] is not None:
                self.ended.add(number)

    def _years(self, new: Rows, ids: list[UUID]) -> None:
        own = columns.stored_columns(columns.year_columns(), new.columns, len(ids))
        years = new.columns.get("income_year") or [None] * len(ids)
        every = zip(ids, years, *own, strict=True)
        said = (
            (new_id(), key, year or self.intake.day.year, *values)
            for key, year, *values in every
            if any(value is not None for value in values)
        )
        bulk.insert(HouseholdYear, _YEAR, said)

    def _standings(self, new: Rows, ids: list[UUID]) -> None:
        basis = f"import:{self.intake.batch or 'direct'}"
        made = (
            (new_id(), key, kind, since, until, basis, "as imported")
            for place, key in enumerate(ids)
            for kind, since, until in spells.standings(new.columns, place, self.intake.day)
        )
        bulk.insert(Standing, _STANDING, made)

    def register_people(self, known: dict[str, Any]) -> None:
        """New people go into their household from the day of identification; an unknown household keeps them out."""
        rows = self.intake.persons
        numbers = rows.columns.get("household_no", [])
        fresh = []
        for place, person_no in enumerate(rows.columns.get("person_no", [])):
            if person_no in known:
                continue
            refusal = self._no_household(numbers[place])
            if refusal is None:
                fresh.append(place)
            else:
                self.taken.problems.append(Problem(*rows.place[place], None, "", "", refusal))
        new = rows.kept(fresh)
        ids = [new_id() for _ in fresh]
        bulk.insert(Person, rows_of_people.COLUMNS, rows_of_people.rows(new, ids))
        members = list(self._members(new, ids))
        bulk.insert(Membership, _MEMBER, ((new_id(), *one, None) for one in members))
        # A list: its turns are read from the database, which PostgreSQL does not answer in the middle of a COPY.
        bulk.insert(Event, EVENT_COLUMNS, list(self._events(new, ids, members)))
        self.taken.new_people = len(fresh)

    def _no_household(self, number: Any) -> Words | None:
        """Why nobody can be registered in this household, if so."""
        if number not in self.households:
            return _NO_HOUSEHOLD
        return _ENDED if number in self.ended else None

    def _members(self, new: Rows, ids: list[UUID]) -> Iterator[tuple[UUID, UUID, int | None, date]]:
        relation = new.columns.get("relation") or [None] * len(ids)
        identified = new.columns.get("identified_on") or [None] * len(ids)
        for place, key in enumerate(ids):
            household, _, begun = self.households[new.columns["household_no"][place]]
            since = columns.as_date(identified[place]) or begun
            yield key, household, relation[place], min(max(since, begun), max(self.intake.day, begun))

    def _events(
        self, new: Rows, ids: list[UUID], members: list[tuple[UUID, UUID, int | None, date]]
    ) -> Iterator[tuple[Any, ...]]:
        """One event for the registration of a household with its first members, one for each who came later."""
        first: dict[str, int] = defaultdict(int)
        births = new.columns.get("birth_date") or [None] * len(ids)
        known = {household for _, household, _, _ in members} - {
            self.households[number][0] for number, what in self.touched.items() if "registered" in what
        }
        turns = turns_of_many(known)
        for place, (key, household, _, since) in enumerate(members):
            number = new.columns["household_no"][place]
            _, division, begun = self.households[number]
            if "registered" in self.touched[number] and since == begun:
                first[number] += 1
                continue
            self.touched[number].append("person")
            born = columns.as_date(births[place])
            kind = EventKind.BIRTH if born and 0 <= (since - born).days < 366 else EventKind.ADDED
            if household not in known:
                yield event_row(self, kind, since, household, division, person=key, people=1)
                continue
            yield from self._later(kind, since, household, key, turns[household])
        for number, (key, division, begun) in self.households.items():
            if "registered" not in self.touched.get(number, ()):
                continue
            if self.intake.applying:
                yield event_row(self, EventKind.ENTERED, begun, key, division)
                continue
            yield event_row(
                self, EventKind.REGISTERED, begun, key, division, households=1, people=first[number]
            )

    def _later(
        self, kind: EventKind, since: date, household: UUID, person: UUID, turns: Turns
    ) -> Iterator[tuple[Any, ...]]:
        """Somebody comes into a household that was registered before, and goes with it through its later turns."""
        where = place_on(Household.objects.get(pk=household), since)
        counts = int(counted(turns, since))
        yield event_row(self, kind, since, household, where, person=person, people=counts)
        for echo in echoes(turns, since, people=1):
            yield event_row(
                self, echo.kind, echo.day, household, echo.division_code, person=person, people=echo.people
            )

    def audit_entries(self) -> Iterator[Entry]:
        for number, what in self.touched.items():
            if what:
                _, division, _ = self.households[number]
                detail = {"what": sorted(set(what)), "batch": str(self.intake.batch or "")}
                yield Entry("household", number, division, detail)


_NO_HOUSEHOLD = Words(
    "所填户编号没有登记,也不在本次上传的户中。请先登记该户,或改正户编号。",
    "The household number is neither registered nor in this upload. Register the household, or correct the number.",
)
_ENDED = Words(
    "所填户已不在册(已并户或成员全部离开),不能再登记人员。请填写现在所在的户,或登记新户。",
    "This household is no longer registered (merged, or nobody was left). Enter the household where the person lives "
    "now, or register a new one.",
)
