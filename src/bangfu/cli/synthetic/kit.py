"""What planting an error needs: untouched households, chance, and the book of what was planted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from bangfu.analytics.identity_numbers import check_character
from bangfu.cli.synthetic.families import FamilyMaker
from bangfu.cli.synthetic.invention import Inventor
from bangfu.cli.synthetic.model import DAY, County, Entry, Household, Person
from bangfu.cli.synthetic.rosters import Rosters
from bangfu.cli.synthetic.spoiling import SPOILERS, spoil

Want = Callable[[Household], bool]
Plant = Callable[["Kit", Household], None]


@dataclass(frozen=True)
class Plan:
    """``plant`` puts one error of ``rule`` into a household for which ``want`` holds.

    ``persons`` and ``households``: how many rows it adds, so that the county ends with the numbers asked for.
    """

    rule: str
    want: Want
    plant: Plant
    persons: int = 0
    households: int = 0
    share: float = 1.0


PLANS: list[Plan] = []


def plants(
    rule: str, want: Want, *, persons: int = 0, households: int = 0, share: float = 1.0
) -> Callable[[Plant], Plant]:
    """Registers a function that plants errors of ``rule``."""

    def register(plant: Plant) -> Plant:
        PLANS.append(Plan(rule, want, plant, persons, households, share))
        return plant

    return register


@dataclass
class Kit:
    """Shared by all plants of one county. No household is used twice."""

    county: County
    random: Random
    inventor: Inventor
    maker: FamilyMaker
    rosters: Rosters
    neighbours: list[str]
    free: list[Household] = field(default_factory=list)
    late: list[Callable[[], None]] = field(default_factory=list)
    way: int = 0

    def households(self, want: Want, count: int) -> Iterator[Household]:
        """Takes up to ``count`` untouched households for which ``want`` holds."""
        taken: list[int] = []
        for place, one in enumerate(self.free):
            if len(taken) == count:
                break
            if want(one):
                taken.append(place)
        chosen = [self.free[place] for place in taken]
        for place in reversed(taken):
            del self.free[place]
        yield from chosen

    def truth(self, rule: str, *subjects: Person | Household | str) -> None:
        """Books a planted error."""
        for subject in subjects:
            name = subject.person_no if isinstance(subject, Person) else subject
            name = name.household_no if isinstance(name, Household) else name
            self.county.truth.add((rule, name))

    def alike(self, kind: str) -> None:
        self.county.alike[kind] = self.county.alike.get(kind, 0) + 1

    def member(self, household: Household, want: Callable[[Person], bool] = lambda one: True) -> Person:
        """A member for whom ``want`` holds; the caller's ``want`` on the household promised one."""
        return self.random.choice([one for one in household.members if want(one)])

    def listed(
        self, name: str, one: Person, household: Household | None, **values: object
    ) -> Callable[[str], None]:
        """Puts the person on a list when the lists are written: exactly, or spoilt in the next way."""

        def put(rule: str) -> None:
            row = self.rosters.entry(one, household.division_code if household else None, **values)
            if rule.endswith("_likely"):
                row, way = spoil(row, one, self.random, self.way)
                self.way = (self.way + 1) % len(SPOILERS)
                self.county.classes[(rule, one.person_no)] = way
            self.truth(rule, one)
            self.late.append(lambda: self.insert(name, row))

        return put

    def insert(self, name: str, row: Entry) -> None:
        rows = self.county.lists[name]
        rows.insert(self.random.randrange(len(rows) + 1), row)

    def rebirth(self, one: Person, birth: date) -> None:
        """Another date of birth, with the number that goes with it, on card and form."""
        one.birth_date = birth
        one.true_id = one.id_number = self.inventor.number(birth, one.sex)

    def remake(self, one: Person, *, age: int, sex: int | None = None) -> None:
        """The member becomes somebody of another age, in all that follows from age."""
        one.sex = sex or one.sex
        self.rebirth(one, date(DAY.year - age, self.random.randint(1, 12), self.random.randint(1, 28)))
        one.health, one.disability_kind, one.disability_grade = 10, None, None
        one.marital = 10 if age < 22 else one.marital
        self.maker.school(one)
        self.maker.work(one)
        one.pension_insurance = None if age < 16 else True

    def copy_of(self, one: Person, household: Household) -> Person:
        """The same person entered a second time, in ``household``, as a relative."""
        twin = self.relative(household, one.age, sex=one.sex)
        for name in _COPIED:
            setattr(twin, name, getattr(one, name))
        return twin

    def relative(self, household: Household, age: int, *, sex: int = 1) -> Person:
        """One more member: a healthy relative without work."""
        number = f"{household.household_no}{len(household.members) + 1:02d}"
        one = self.maker.person(number, 97, sex, age)
        one.household_no, one.identified_on = (
            household.household_no,
            max(household.identified_on, one.birth_date),
        )
        one.health, one.disability_kind, one.disability_grade = 10, None, None
        one.work_months, one.work_place = (None if age < 16 else 0), None
        one.labour = 4
        one.marital = 10 if age < 20 else 30
        household.members.append(one)
        household.stated_members = household.size
        household.dwelling_area = max(household.dwelling_area or 0, household.size * 12.0)
        household.settle()
        return one


_COPIED = [
    "name",
    "birth_date",
    "id_number",
    "true_id",
    "ethnicity",
    "school_status",
    "education",
    "health",
    "disability_kind",
    "disability_grade",
    "labour",
]


def altered(
    number: str, *, order: int | None = None, area: str | None = None, keep_check: bool = False
) -> str:
    """The number with another order or area, and the check character that goes with it."""
    body = f"{area or number[:6]}{number[6:14]}{number[14:17] if order is None else f'{order:03d}'}"
    return body + (number[17] if keep_check else check_character(body))


def on_list(one: Household) -> bool:
    """Registered, in the county, with people: nothing special."""
    return bool(one.members) and one.division_code is not None


def is_kept(one: Household) -> bool:
    return on_list(one) and not one.exited
