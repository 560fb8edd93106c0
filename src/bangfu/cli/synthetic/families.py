"""Households of the right number and size, each a family that could live: ages, schooling, health, work."""

from __future__ import annotations

from datetime import date
from random import Random

from bangfu.cli.synthetic.invention import Inventor
from bangfu.cli.synthetic.model import DAY, Household, Person
from bangfu.platform.errors import WrongUsage
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words

relation, marital, school = codes("relation"), codes("marital"), codes("school_status")
education, health, labour = codes("education"), codes("health"), codes("labour")

#: Share of households by number of members; together 2.50, as the source has it (R-18).
SIZES = {1: 0.27, 2: 0.30, 3: 0.215, 4: 0.14, 5: 0.05, 6: 0.02, 7: 0.005}
LARGEST = 8
Seat = tuple[int, int, int]  # relation, sex, age


class ImpossibleSizes(WrongUsage):
    """So many people do not fit into so many households."""

    code = "synth.impossible_sizes"
    says = Words(
        "{persons} 人不能分成 {households} 户(每户1至{most}人,另需为埋入的错误留出几户)。"
        "请调整 --households 或 --persons。",
        "{persons} people do not fit into {households} households of 1 to {most} (some are needed for the planted "
        "errors). Change --households or --persons.",
    )


def sizes(households: int, persons: int, random: Random) -> list[int]:
    """``households`` sizes from 1 to LARGEST that add up to ``persons``; there must be such."""
    drawn = random.choices(list(SIZES), weights=list(SIZES.values()), k=households)
    gap = persons - sum(drawn)
    while gap:
        place = random.randrange(households)
        step = 1 if gap > 0 else -1
        if 1 <= drawn[place] + step <= LARGEST:
            drawn[place] += step
            gap -= step
    return drawn


def seats(size: int, random: Random) -> list[Seat]:
    """Relation, sex and age of the members; the head comes first."""
    if size == 1:
        if random.random() < 0.72:
            return [(relation.head, random.choice([1, 1, 2]), random.randint(61, 90))]
        return [(relation.head, 1 if random.random() < 0.8 else 2, random.randint(34, 60))]
    if size == 2:
        return _two(random)
    head_age = random.randint(30, 56)
    wife_age = max(24, head_age + random.randint(-5, 2))
    family = [(relation.head, 1, head_age), (relation.spouse, 2, wife_age)]
    parents = 0 if size == 3 and random.random() < 0.7 else random.randint(0, min(2, size - 2))
    for sex, kin in ((2, relation.mother), (1, relation.father))[:parents]:
        family.append((kin, sex, min(head_age + random.randint(20, 32), 96)))
    youngest_parent = min(head_age, wife_age)
    while len(family) < size:
        sex = random.choice([1, 2])
        age = max(0, youngest_parent - random.randint(20, 33))
        family.append((relation.son if sex == 1 else relation.daughter, sex, age))
    return family


def _two(random: Random) -> list[Seat]:
    kind = random.random()
    if kind < 0.5:
        age = random.randint(58, 84)
        return [(relation.head, 1, age), (relation.spouse, 2, age + random.randint(-6, 2))]
    if kind < 0.65:
        age = random.randint(30, 57)
        return [(relation.head, 1, age), (relation.spouse, 2, max(24, age + random.randint(-5, 3)))]
    if kind < 0.82:
        age, sex = random.randint(30, 60), random.choice([1, 2])
        child = random.choice([1, 2])
        own = relation.son if child == 1 else relation.daughter
        return [(relation.head, sex, age), (own, child, max(1, age - random.randint(21, 33)))]
    if kind < 0.9:
        age, child = random.randint(58, 72), random.choice([1, 2])
        grand = relation.grandson if child == 1 else relation.granddaughter
        return [(relation.head, random.choice([1, 2]), age), (grand, child, age - random.randint(46, 55))]
    age = random.randint(36, 60)
    return [(relation.head, 1, age), (relation.mother, 2, min(age + random.randint(20, 31), 96))]


class FamilyMaker:
    """Turns seats into people."""

    def __init__(self, random: Random, inventor: Inventor) -> None:
        self.random = random
        self.inventor = inventor

    def household(self, number: str, village: str, size: int) -> Household:
        random = self.random
        identified = date(2013, 12, 1).toordinal() + random.randrange(320)
        surname = self.inventor.surname()
        plan = seats(size, random)
        members = []
        for place, (kin, sex, age) in enumerate(plan, start=1):
            own = surname if kin not in (relation.spouse, relation.mother) else None
            wedded = any(other == relation.spouse for other, _, _ in plan)
            members.append(self.person(f"{number}{place:02d}", kin, sex, age, surname=own, wedded=wedded))
        made = Household(number, village, members, identified_on=date.fromordinal(identified))
        for one in members:
            one.household_no = number
            born = one.birth_date.toordinal()
            one.identified_on = made.identified_on
            if born > identified:
                one.identified_on = date.fromordinal(min(born + random.randrange(10, 60), DAY.toordinal()))
        return made

    def person(
        self, number: str, kin: int, sex: int, age: int, *, surname: str | None = None, wedded: bool = False
    ) -> Person:
        random = self.random
        birth = date(DAY.year - age, random.randint(1, 12), random.randint(1, 28))
        card = self.inventor.number(birth, sex)
        one = Person(number, self.inventor.name(sex, surname), sex, birth, kin, card, card)
        one.ethnicity = 1 if random.random() < 0.985 else random.choice([3, 15, 6, 8])
        one.marital = self._marital(kin, age, wedded)
        self.school(one)
        self.health(one)
        self.work(one)
        one.serious_illness_insurance = random.random() < 0.95
        one.pension_insurance = None if age < 16 else random.random() < 0.85
        one.phone = self.inventor.phone() if age > 17 and random.random() < 0.7 else None
        return one

    def _marital(self, kin: int, age: int, wedded: bool) -> int:
        if kin == relation.spouse or (kin == relation.head and wedded):
            return marital.married
        if kin in (relation.father, relation.mother):
            return marital.widowed if self.random.random() < 0.5 else marital.married
        if kin == relation.head and age > 25:
            return self.random.choice(
                [marital.widowed, marital.divorced, marital.single] if age < 60 else [marital.widowed]
            )
        return marital.single

    def school(self, one: Person) -> None:
        """School enrolment and education that suit the age."""
        random, age = self.random, one.age
        one.school_status = school.not_enrolled
        if 3 <= age <= 6:
            one.school_status = school.kindergarten if age < 6 or random.random() < 0.4 else school.primary
        elif age in range(7, 13):
            one.school_status = school.primary
        elif age in (13, 14, 15):
            one.school_status = school.junior_middle
        elif age in (16, 17, 18) and random.random() < 0.85:
            one.school_status = school.senior_middle if random.random() < 0.6 else school.vocational
        elif age in (19, 20, 21) and random.random() < 0.35:
            one.school_status = random.choice([school.college, school.bachelor])
        one.education = self._education(one)

    def _education(self, one: Person) -> int:
        random, age = self.random, one.age
        reached = {
            school.junior_middle: education.primary,
            school.senior_middle: education.junior_middle,
            school.vocational: education.junior_middle,
            school.college: education.senior_middle,
            school.bachelor: education.senior_middle,
        }
        if age < 6:
            return education.preschool
        if age <= 12:
            return education.primary
        if one.school_status in reached:
            return reached[one.school_status]
        if age > 60:
            return random.choices(
                [education.illiterate, education.primary, education.junior_middle], [4, 5, 1]
            )[0]
        if age > 40:
            return random.choices(
                [education.primary, education.junior_middle, education.senior_middle], [4, 5, 1]
            )[0]
        return random.choices(
            [education.primary, education.junior_middle, education.vocational, education.college],
            [1, 6, 2, 1],
        )[0]

    def health(self, one: Person) -> None:
        """Illness and disability; causes of poverty follow from them (R-43: over 40 %)."""
        random, age = self.random, one.age
        chronic, serious, disabled = (
            (0.24, 0.05, 0.1) if age > 60 else (0.13, 0.05, 0.09) if age > 15 else (0.02, 0.01, 0.02)
        )
        draw = random.random()
        if draw < chronic:
            one.health = health.chronic
        elif draw < chronic + serious:
            one.health = health.serious
        elif draw < chronic + serious + disabled:
            self.disable(one)
        elif age > 65 and random.random() < 0.3:
            one.health = health.weak

    def disable(self, one: Person, grade: int | None = None) -> None:
        one.health = health.disabled
        one.disability_kind = self.random.choices([1, 2, 3, 4, 5, 6, 7], [12, 12, 4, 42, 14, 10, 6])[0]
        one.disability_grade = grade or self.random.choices([1, 2, 3, 4], [14, 30, 30, 26])[0]

    def work(self, one: Person) -> None:
        """Ability to work, months and place."""
        random, age = self.random, one.age
        one.work_months, one.work_place = (None if age < 16 else 0), None
        if age < 16 or one.at_school or age >= 80:
            one.labour = labour.none
        elif one.disability_grade in (1, 2):
            one.labour = labour.lost
        elif one.health == health.serious:
            one.labour = random.choice([labour.lost, labour.partial])
        elif age >= 70:
            one.labour = labour.partial if random.random() < 0.3 else labour.none
        elif age >= 60 or one.health in (health.chronic, health.disabled):
            one.labour = labour.partial if random.random() < 0.8 else labour.ordinary
        else:
            one.labour = labour.skilled if random.random() < 0.15 else labour.ordinary
        if one.labour in (labour.ordinary, labour.skilled) and random.random() < 0.6:
            one.work_months = random.randint(2, 11)
            one.work_place = random.choices([1, 2, 3, 4], [2, 2, 3, 5])[0]
