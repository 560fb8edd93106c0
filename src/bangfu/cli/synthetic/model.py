"""What a synthetic county is made of. Nobody in it exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: The day of the source (Pingli's report of 2015); ages, incomes and lists are as of this day.
DAY = date(2015, 12, 31)


@dataclass(slots=True, eq=False)
class Person:
    """``true_id`` is the number on the card; ``id_number`` is what the registry says."""

    person_no: str
    name: str
    sex: int
    birth_date: date
    relation: int
    true_id: str
    id_number: str | None
    id_kind: int = 1
    household_no: str = ""
    ethnicity: int = 1
    marital: int = 10
    education: int | None = 90
    school_status: int | None = 0
    health: int | None = 10
    disability_kind: int | None = None
    disability_grade: int | None = None
    labour: int | None = 4
    work_place: int | None = None
    work_months: int | None = None
    work_wish: bool | None = None
    medical_insurance: bool | None = True
    serious_illness_insurance: bool | None = True
    pension_insurance: bool | None = None
    phone: str | None = None
    identified_on: date = date(2014, 4, 1)
    #: Lists that must not have this person although the data say so.
    off_lists: set[str] = field(default_factory=set)

    @property
    def age(self) -> int:
        return (
            DAY.year
            - self.birth_date.year
            - ((DAY.month, DAY.day) < (self.birth_date.month, self.birth_date.day))
        )

    @property
    def at_school(self) -> bool:
        return self.school_status not in (None, 0, 85)

    @property
    def able(self) -> bool:
        return self.labour in (1, 2, 5)

    @property
    def works(self) -> bool:
        return bool(self.work_months)

    @property
    def disabled(self) -> bool:
        return self.health == 60 or self.disability_grade is not None


@dataclass(slots=True, eq=False)
class Household:
    """Money in whole yuan; areas in their units with two decimals at most."""

    household_no: str
    division_code: str | None
    members: list[Person]
    household_kind: int = 1
    exit_mark: int = 0
    exited_on: date | None = None
    identified_on: date = date(2014, 4, 1)
    group_no: str = "1组"
    natural_village: str | None = None
    address: str | None = None
    phone: str | None = None
    stated_members: int | None = None
    main_cause: int | None = 9
    other_causes: list[int] = field(default_factory=list)
    exit_means: list[int] = field(default_factory=lambda: [1])
    dwelling_grade: int | None = 2
    dangerous_dwelling: bool | None = False
    dwelling_area: float | None = 80
    safe_water: bool | None = True
    road_surface: int | None = 3
    road_distance: float | None = 0.5
    domestic_power: bool | None = True
    production_power: bool | None = True
    broadcasting: bool | None = True
    broadband: bool | None = False
    sanitary_toilet: bool | None = False
    fuel: int | None = 1
    farmland: float | None = 3
    forest_land: float | None = 8
    income_year: int = DAY.year
    income_wage: float = 0
    income_business: float = 0
    income_property: float = 0
    income_transfer: float = 0
    production_cost: float | None = 0
    income_net: float | None = 0
    income_per_head: float | None = 0
    spending_medical: float | None = 0
    spending_schooling: float | None = 0
    savings: float | None = 0
    debts: float | None = 0
    written_place: str | None = None
    on_allowance_list: bool = False
    wages_on_record: bool = True

    @property
    def exited(self) -> bool:
        return self.exit_mark == 1

    @property
    def size(self) -> int:
        return len(self.members)

    @property
    def head(self) -> Person:
        return self.members[0]

    @property
    def able_members(self) -> int:
        return sum(one.able for one in self.members)

    def settle(self) -> None:
        """Net income and share of each from the parts, as the form asks."""
        parts = self.income_wage + self.income_business + self.income_property + self.income_transfer
        self.income_net = round(parts - (self.production_cost or 0), 2)
        self.income_per_head = round(self.income_net / max(self.size, 1), 2)

    def earn(self, per_head: float) -> None:
        """Moves business income so that the household has ``per_head`` yuan for each."""
        self.settle()
        assert self.income_net is not None
        self.income_business = round(self.income_business + per_head * self.size - self.income_net, 2)
        self.settle()


@dataclass(slots=True)
class Entry:
    """A row of a department's list, with the values of its own columns."""

    name: str
    id_number: str | None
    place: str | None
    birth_date: date | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class County:
    """``truth``: planted (rule, subject); ``classes``: how a likely match's row was spoilt; ``alike``: look-alikes."""

    area: str
    name: str
    villages: dict[str, str]
    townships: dict[str, str]
    households: list[Household] = field(default_factory=list)
    orphans: list[Person] = field(default_factory=list)
    lists: dict[str, list[Entry]] = field(default_factory=dict)
    changes: list[tuple[str, str, date]] = field(default_factory=list)
    truth: set[tuple[str, str]] = field(default_factory=set)
    classes: dict[tuple[str, str], str] = field(default_factory=dict)
    alike: dict[str, int] = field(default_factory=dict)

    def persons(self) -> Iterator[Person]:
        for household in self.households:
            yield from household.members
        yield from self.orphans

    def place(self, code: str | None) -> str | None:
        """A village as people write it: township and village."""
        if code not in self.villages:
            return None
        return self.townships.get(f"{code[:9]}000", "") + self.villages[code]
