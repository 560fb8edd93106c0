"""The lists of ten departments: registered people as they should stand there, many others, harmless look-alikes."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

from bangfu.cli.synthetic.invention import Inventor, one_off
from bangfu.cli.synthetic.model import DAY, County, Entry, Household, Person
from bangfu.policy.vocabulary import codes

assistance, vehicle, state = codes("assistance_kind"), codes("vehicle_kind"), codes("record_state")
business, house, post = codes("business_kind"), codes("house_kind"), codes("payroll_kind")
employment, insurance, school = codes("employment_kind"), codes("insurance_kind"), codes("school_status")
kinds = codes("household_kind")

#: People on each list who are not in the registry, as a share of registered people.
OTHERS = {
    "deaths": 0.02,
    "disability": 0.05,
    "human_resources": 0.08,
    "enrolment": 0.15,
    "medical_insurance": 0.12,
    "vehicles": 0.12,
    "businesses": 0.06,
    "housing": 0.08,
    "payroll": 0.1,
}
#: Lists of payments and loans (S1-24), written by ``records``.
RECORDS = ("land_rent", "dividends", "subsidies", "loans")


class Rosters:
    """Writes the lists of a county."""

    def __init__(self, county: County, random: Random, inventor: Inventor) -> None:
        self.county = county
        self.random = random
        self.inventor = inventor
        self.villages = list(county.villages)
        county.lists = {
            name: []
            for name in (
                "civil_affairs",
                *OTHERS,
                "helpers",
                "rain_and_dew",
                "relocation",
                "projects",
                *RECORDS,
            )
        }

    def write(self) -> None:
        """Fills ``county.lists``."""
        for household in self.peopled():
            self._household(household)
            for person in household.members:
                self._person(person, household)
        for orphan in self.county.orphans:
            self._person(orphan, None)
        registered = sum(1 for _ in self.county.persons())
        for name, share in OTHERS.items():
            for _ in range(round(registered * share)):
                self.county.lists[name].append(self._other(name))
        self._namesakes(max(3, registered // 600))
        self._twins(max(2, registered // 4_000))

    def entry(self, person: Person, village: str | None, **values: object) -> Entry:
        """The person's row with the number on the card."""
        return Entry(person.name, person.true_id, self.county.place(village), values=dict(values))

    def _add(self, name: str, person: Person, household: Household | None, **values: object) -> None:
        if name not in person.off_lists:
            village = household.division_code if household else None
            self.county.lists[name].append(self.entry(person, village, **values))

    def _look_alike(self, kind: str) -> None:
        self.county.alike[kind] = self.county.alike.get(kind, 0) + 1

    def _household(self, one: Household) -> None:
        self._help(one)
        helped = {kinds.low_income: assistance.low_income, kinds.extremely_poor: assistance.extremely_poor}
        kind = helped.get(one.household_kind)
        family = f"DB{one.household_no[-12:]}"
        if kind:
            for member in one.members:
                self._add(
                    "civil_affairs", member, one, assistance_kind=kind, family_no=family, **self._since(kind)
                )
        elif self.random.random() < 0.01:
            ended = {
                **self._since(assistance.low_income),
                "ended_on": date(2015, self.random.randint(1, 11), 28),
            }
            self._add(
                "civil_affairs",
                one.head,
                one,
                assistance_kind=assistance.low_income,
                family_no=family,
                **ended,
            )
            self._look_alike("allowance ended before the day")

    def _help(self, one: Household) -> None:
        """The four data families of S2-44: who helps, and what reaches the household."""
        random, head = self.random, one.head
        values = {
            "helper": f"帮扶干部{random.randrange(900):03d}",
            "helper_unit": "样例单位",
            "started_on": date(2015, 3, 1),
        }
        self._add("helpers", head, one, **values)
        if "measures" in head.off_lists:
            return
        kind = random.choice([1, 1, 1, 2, 4, 5, 6, 7])
        amount = float(random.randrange(500, 6_000, 100))
        self._add("projects", head, one, measure_kind=kind, project="样例项目", amount=amount, year=DAY.year)
        if random.random() < 0.07:
            mode = random.choice([1, 2, 3])
            self._add(
                "relocation", head, one, relocation_mode=mode, site="样例安置点", moved_on=date(2014, 11, 1)
            )
        for member in one.members:
            if member.school_status in (school.vocational, school.college) and member.id_number:
                paid = {
                    "term": "2015年秋季",
                    "school": "样例职校",
                    "paid": 1500.0,
                    "paid_on": date(2015, 11, 20),
                }
                self._add("rain_and_dew", member, one, **paid)

    def certificate(
        self, one: Person, household: Household | None, kind: int | None, grade: int | None
    ) -> None:
        """A valid certificate of that kind and grade."""
        values = {
            "disability_kind": kind,
            "disability_grade": grade,
            "issued_on": date(2012, 5, 8),
            "state": state.live,
        }
        self._add("disability", one, household, **values)

    def _since(self, kind: int) -> dict[str, object]:
        monthly = 135.0 if kind == assistance.low_income else 390.0
        return {
            "started_on": date(self.random.randint(2010, 2014), self.random.randint(1, 12), 1),
            "monthly": monthly,
        }

    def _person(self, one: Person, household: Household | None) -> None:
        random = self.random
        if one.medical_insurance:
            kind = insurance.resident if random.random() < 0.98 else insurance.employee
            self._add("medical_insurance", one, household, insurance_kind=kind, year=DAY.year)
        if one.at_school and one.school_status not in (school.college, school.bachelor, school.postgraduate):
            stage = one.school_status
            self._add("enrolment", one, household, school_stage=stage, school="样例学校", state=state.live)
        if one.disability_grade and one.disability_kind:
            self.certificate(one, household, one.disability_kind, one.disability_grade)
        months = one.work_months or 0
        if (
            household
            and household.wages_on_record
            and 3 <= months <= 12
            and household.income_wage > 0
            and random.random() < 0.3
        ):
            wage = household.income_wage / max(sum(m.work_months or 0 for m in household.members), 1)
            values = {"employer": "样例服装厂", "monthly_wage": float(int(wage)), "months": months}
            self._add("human_resources", one, household, employment_kind=employment.contract, **values)
        if household and one.age > 20:
            self._harmless(one, household)

    def _harmless(self, one: Person, household: Household) -> None:
        """Rows that name a registered person and are no sign of wealth."""
        random = self.random
        draw = random.random()
        if draw < 0.06:
            kind = random.choice([vehicle.motorcycle, vehicle.motorcycle, vehicle.tricycle, vehicle.tractor])
            self._add(
                "vehicles",
                one,
                household,
                vehicle_kind=kind,
                plate=f"样{random.randrange(10**5):05d}",
                state=state.live,
            )
            self._look_alike("motorcycle, tricycle or tractor")
        elif draw < 0.065:
            self._add(
                "vehicles", one, household, vehicle_kind=vehicle.van, plate="样00000", state=state.ended
            )
            self._look_alike("car scrapped or sold")
        elif draw < 0.075:
            self._add(
                "businesses",
                one,
                household,
                business_kind=business.cooperative,
                business_name="样例合作社",
                state=state.live,
            )
            self._look_alike("member of a cooperative")
        elif draw < 0.08:
            self._add(
                "businesses",
                one,
                household,
                business_kind=business.individual,
                business_name="样例小店",
                state=state.ended,
            )
            self._look_alike("shop closed")
        elif draw < 0.1:
            kind = random.choice([house.resettlement, house.self_built])
            self._add(
                "housing", one, household, house_kind=kind, area=80.0, location="样例安置点", state=state.live
            )
            self._look_alike("resettlement or own house")
        elif draw < 0.11:
            kind = random.choice([post.welfare_post, post.village_cadre])
            self._add("payroll", one, household, payroll_kind=kind, unit="样例村", monthly_pay=500.0)
            self._look_alike("welfare post or village cadre")
        elif draw < 0.112:
            self._add("deaths", one, household, died_on=date(2016, 1, random.randint(1, 28)))
            self._look_alike("died after the day")

    def _other(self, name: str) -> Entry:
        """Somebody who is not registered."""
        random = self.random
        sex = random.choice([1, 2])
        age = random.randint(7, 15) if name == "enrolment" else random.randint(20, 80)
        birth = date(DAY.year - age, random.randint(1, 12), random.randint(1, 28))
        village = random.choice(self.villages)
        person = self.inventor.name(sex)
        row = Entry(person, self.inventor.number(birth, sex), self.county.place(village))
        row.values = self._other_values(name)
        return row

    def _other_values(self, name: str) -> dict[str, object]:
        random = self.random
        made: dict[str, dict[str, object]] = {
            "deaths": {"died_on": date(2015, random.randint(1, 12), random.randint(1, 28))},
            "disability": {
                "disability_kind": random.randint(1, 7),
                "disability_grade": random.randint(1, 4),
                "issued_on": date(2011, 3, 2),
                "state": state.live,
            },
            "human_resources": {
                "employment_kind": random.choice([employment.contract, employment.flexible]),
                "employer": "样例公司",
                "monthly_wage": float(random.randint(1500, 4500)),
                "months": random.randint(3, 12),
            },
            "enrolment": {"school_stage": random.choice([20, 30]), "school": "样例学校", "state": state.live},
            "medical_insurance": {"insurance_kind": insurance.resident, "year": DAY.year},
            "vehicles": {
                "vehicle_kind": random.choice([vehicle.car, vehicle.car, vehicle.van, vehicle.truck]),
                "plate": f"样{random.randrange(10**5):05d}",
                "state": state.live,
            },
            "businesses": {
                "business_kind": random.choice([business.company, business.individual]),
                "business_name": "样例商行",
                "capital": 50_000.0,
                "state": state.live,
            },
            "housing": {
                "house_kind": house.commercial,
                "area": 102.5,
                "location": "样例小区",
                "state": state.live,
            },
            "payroll": {
                "payroll_kind": random.choice([post.civil_servant, post.institution, post.retired]),
                "unit": "样例单位",
                "monthly_pay": 3_800.0,
            },
        }
        return made[name]

    def _namesakes(self, count: int) -> None:
        """People with the name and village of a registered person, who are somebody else."""
        for household in self.random.sample(self.peopled(), count):
            one = household.head
            birth = date(
                one.birth_date.year - self.random.choice([14, 7, -13]),
                self.random.randint(1, 12),
                self.random.randint(1, 28),
            )
            name = self.random.choice(["vehicles", "housing", "deaths"])
            row = Entry(one.name, None, self.county.place(household.division_code), birth)
            if self.random.random() < 0.6:
                row = Entry(one.name, self.inventor.number(one.birth_date, one.sex), row.place)
            row.values = self._other_values(name)
            self.county.lists[name].append(row)
            self._look_alike("namesake of one village")

    def peopled(self) -> list[Household]:
        return [one for one in self.county.households if one.members]

    def _twins(self, count: int) -> None:
        """Twins of registered people: next number, one day, one village, names one character apart."""
        pool = [h for h in self.peopled() if h.head.id_number == h.head.true_id and len(h.head.name) == 3]
        for household in self.random.sample(pool, min(count, len(pool))):
            one = household.head
            other = one_off(one.name, one.sex, self.random)
            if other is None:
                continue
            row = Entry(other, self.inventor.twin_of(one.true_id), self.county.place(household.division_code))
            row.values = self._other_values("payroll")
            self.county.lists["payroll"].append(row)
            self._look_alike("twin")


def family_sizes(county: County) -> Counter[int]:
    """How many households of each size; for the calibration table."""
    return Counter(one.size for one in county.households)
