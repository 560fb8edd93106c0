"""What people of the synthetic county are due, and the lists of what they received.

Written once more, in plain Python from the clauses and not from the rules, so that the rules are held to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from random import Random

from bangfu.cli.synthetic.model import DAY, County, Household, Person
from bangfu.policy.vocabulary import codes

school, kinds, labour, grade = (
    codes("school_status"),
    codes("household_kind"),
    codes("labour"),
    codes("dwelling_grade"),
)
item, care, level = codes("aid_item"), codes("care_kind"), codes("hospital_level")
subsidy, classes, health = codes("disability_subsidy"), codes("renovation_class"), codes("health")
home, mode, employment = codes("relocation_class"), codes("relocation_mode"), codes("employment_kind")
assistance = codes("assistance_kind")

TERM, PAID_ON = 20_152, date(2015, 11, 20)
IN_REACH = (kinds.general, kinds.low_income, kinds.extremely_poor, kinds.exited, kinds.monitored)
#: Stage → items with their highest tier (yuan a term).
AID: dict[int, tuple[tuple[int, float], ...]] = {
    school.kindergarten: ((item.preschool_grant, 750.0),),
    school.primary: ((item.compulsory_living, 625.0), (item.compulsory_meals, 400.0)),
    school.junior_middle: ((item.compulsory_living, 625.0), (item.compulsory_meals, 400.0)),
    school.special: ((item.compulsory_living, 625.0), (item.compulsory_meals, 400.0)),
    school.senior_middle: ((item.senior_grant, 1250.0), (item.senior_fees, 800.0)),
    school.vocational: ((item.vocational_grant, 1000.0), (item.vocational_fees, 1000.0)),
    school.college: ((item.higher_grant, 2000.0),),
    school.bachelor: ((item.higher_grant, 2000.0),),
}
RAIN_AND_DEW, LIVING, CARE, STANDARD = 1500.0, 60.0, 80.0, 1800.0
CAPS = {level.county: 3_000, level.city: 5_000, level.province: 10_000}
RENOVATION = {grade.c: 6_000.0, grade.d: 20_000.0}
NEW_LISTS = (
    "student_aid",
    "medical_settlements",
    "disability_subsidies",
    "renovation",
    "training",
    "graduates",
)
Add = Callable[..., None]


def in_reach(one: Household) -> bool:
    return one.household_kind in IN_REACH


class Benefits:
    """Writes the lists of what people received: everybody gets exactly what is due, but for what was planted."""

    def __init__(self, county: County, random: Random, add: Add) -> None:
        self.county = county
        self.random = random
        self.add = add
        self._paid: set[tuple[str, str]] = set()

    def household(self, one: Household) -> None:
        """The lists that concern the household; its head stands for it."""
        if not in_reach(one):
            return
        if one.dwelling_grade in RENOVATION:
            values: dict[str, object] = {"grade_before": one.dwelling_grade, "renovation_class": _class(one)}
            self.add("renovation", one.head, one, subsidy=RENOVATION[one.dwelling_grade], **values)
        if idle_family(one):
            able = next(member for member in one.members if member.able)
            values = {
                "employment_kind": employment.flexible,
                "employer": "样例劳务队",
                "monthly_wage": 0.0,
                "months": 6,
            }
            self.add("placements", able, one, **values)

    def relocated(self, one: Household) -> dict[str, object]:
        """Class and mode of a household that is moved."""
        choice = home.extremely_poor
        if one.household_kind != kinds.extremely_poor:
            choice = self.random.choice([home.business, home.ordinary])
        paid = 0.0 if choice == home.extremely_poor else float(self.random.randrange(2_000, 9_000, 500))
        return {"relocation_mode": MODES[choice], "relocation_class": choice, "self_paid": paid}

    def person(self, one: Person, household: Household) -> None:
        """The lists that concern the person. Somebody entered twice is paid once."""
        if not in_reach(household):
            return
        for name, rows in (
            ("student_aid", _aid(one)),
            ("rain_and_dew", _rain_and_dew(one)),
            ("medical_settlements", self._settlements(one, household)),
            ("disability_subsidies", _disability(one, household)),
            ("training", _training(one, household)),
            ("graduates", _graduates(one)),
        ):
            made = list(rows)
            if made and (name, one.true_id) not in self._paid:
                self._paid.add((name, one.true_id))
                for values in made:
                    self.add(name, one, household, **values)

    def _settlements(self, one: Person, household: Household) -> Iterator[dict[str, object]]:
        random = self.random
        if one.health == health.chronic and random.random() < 0.5:
            own = float(random.randrange(100, 3_000, 10))
            yield settlement(care.chronic_outpatient, level.county, own, top_up=own * 8 // 10)
        if one.health == health.serious:
            at, own = random.choice(list(CAPS)), float(random.randrange(500, 16_000, 10))
            listed = random.random() < 0.5
            yield inpatient(household, at, own, listed)


MODES = {home.business: mode.central, home.ordinary: mode.dispersed, home.extremely_poor: mode.turnkey}


def settlement(
    kind: int, at: int, own: float, *, listed: bool = False, top_up: float = 0.0, relief: float = 0.0
) -> dict[str, object]:
    """One settlement of the year."""
    return {
        "care_kind": kind,
        "hospital_level": at,
        "own_payment": own,
        "disease_listed": listed,
        "top_up": top_up,
        "relief": relief,
        "settled_on": date(2015, 9, 17),
    }


def inpatient(household: Household, at: int, own: float, listed: bool) -> dict[str, object]:
    """A settlement with the top-up over the cap and the relief that are due (S2-28: two classes, any disease)."""
    rest = min(own, CAPS[at])
    key = household.household_kind in (kinds.low_income, kinds.extremely_poor)
    relief = rest * 7 // 10 if key else rest * 5 // 10 if listed else 0.0
    return settlement(care.inpatient, at, own, listed=listed, top_up=max(own - CAPS[at], 0.0), relief=relief)


def _aid(one: Person) -> Iterator[dict[str, object]]:
    for kind, amount in AID.get(one.school_status or 0, ()):
        yield {"aid_item": kind, "aid_tier": 1, "term": TERM, "paid": amount, "paid_on": PAID_ON}


def _rain_and_dew(one: Person) -> Iterator[dict[str, object]]:
    if one.school_status in (school.vocational, school.college):
        yield {"term": TERM, "school": "样例职校", "paid": RAIN_AND_DEW, "paid_on": PAID_ON}


def _disability(one: Person, household: Household) -> Iterator[dict[str, object]]:
    if one.disability_grade and household.household_kind == kinds.low_income:
        yield {"subsidy_kind": subsidy.living, "monthly": LIVING, "started_on": date(2015, 1, 1)}
    if one.disability_grade in (1, 2):
        yield {"subsidy_kind": subsidy.care, "monthly": CARE, "started_on": date(2015, 1, 1)}


def needs_skill(one: Person) -> bool:
    """Able to work, of working age, not at school, not skilled yet (S0-22)."""
    return one.labour in (labour.ordinary, labour.partial) and 16 <= one.age <= 59 and not one.at_school


def leaver(one: Person) -> bool:
    """Two-generation youth: 15 to 22, neither at school nor at work (S3-14)."""
    return 15 <= one.age <= 22 and not one.at_school and not one.works


def _training(one: Person, household: Household) -> Iterator[dict[str, object]]:
    if needs_skill(one) or leaver(one):
        yield {"skill": "样例工种", "certified": True, "finished_on": date(2015, 8, 30)}


def _graduates(one: Person) -> Iterator[dict[str, object]]:
    if 15 <= one.age <= 22:
        stage = school.junior_middle if one.age < 18 else school.senior_middle
        yield {"graduated_stage": stage, "graduated_on": date(2015, 6, 30), "went_on": one.at_school}


def idle_family(one: Household) -> bool:
    """Somebody is able to work, nobody works (S4-79)."""
    return in_reach(one) and one.able_members > 0 and not any(member.works for member in one.members)


def _class(one: Household) -> int:
    found = {kinds.low_income: classes.low_income, kinds.extremely_poor: classes.dispersed_support}
    return found.get(one.household_kind, classes.registered)


def own_per_head(one: Household) -> float | None:
    """Income per head before transfers (yuan)."""
    if one.income_net is None or one.income_transfer is None or not one.members:
        return None
    return (one.income_net - one.income_transfer) / one.size


def assistance_truth(county: County) -> Iterator[tuple[str, str]]:
    """Who is on the allowance list or not against the standard, whatever error led there (S1-51)."""
    on = {kind: set(_assisted(county, kind)) for kind in (assistance.low_income, assistance.extremely_poor)}
    seen: set[str] = set()
    for one in county.households:
        own = own_per_head(one)
        if one.household_no in seen or not one.members:
            continue
        seen.add(one.household_no)
        ids = {member.true_id for member in one.members}
        if ids & on[assistance.extremely_poor] and one.able_members:
            yield "extremely_poor_support_over_paid", one.household_no
        if own is None:
            continue
        due = own < STANDARD and one.household_kind != kinds.extremely_poor
        got = bool(ids & on[assistance.low_income])
        if due != got:
            yield f"subsistence_allowance_{'missing' if due else 'over_paid'}", one.household_no


def _assisted(county: County, kind: int) -> Iterable[str]:
    for row in county.lists["civil_affairs"]:
        running = row.values.get("ended_on") is None or row.values["ended_on"] > DAY
        if row.values["assistance_kind"] == kind and running and row.id_number:
            yield row.id_number
