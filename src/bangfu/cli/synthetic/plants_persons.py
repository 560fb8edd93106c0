"""One function for each rule about a person's age, family, school, work and health: how the error gets in."""

from __future__ import annotations

from datetime import date, timedelta

from bangfu.cli.synthetic import plants_identity  # noqa: F401  (its errors are planted first)
from bangfu.cli.synthetic.kit import Kit, is_kept, on_list, plants
from bangfu.cli.synthetic.members import (
    Test,
    adult,
    plain_single,
    pupil,
    sole_couple,
    waged,
    with_member,
    worker,
)
from bangfu.cli.synthetic.model import DAY, Household, Person
from bangfu.policy.vocabulary import codes

relation, marital, school = codes("relation"), codes("marital"), codes("school_status")
kinds, cause, labour, health = codes("household_kind"), codes("cause"), codes("labour"), codes("health")


@plants("head_underage", plain_single)
def head_underage(kit: Kit, h: Household) -> None:
    kit.remake(h.head, age=kit.random.randint(9, 14))
    h.main_cause, h.other_causes, h.exit_means, h.income_wage = cause.other, [], [3], 0.0
    h.earn(2_400.0)
    kit.truth("head_underage", h.head)


@plants("spouse_same_sex", sole_couple)
def spouse_same_sex(kit: Kit, h: Household) -> None:
    other = h.members[1]
    other.sex = h.head.sex
    kit.rebirth(other, other.birth_date)
    kit.truth("spouse_same_sex", other)


@plants("child_not_younger", sole_couple)
def child_not_younger(kit: Kit, h: Household) -> None:
    other = h.members[1]
    other.relation = relation.son if other.sex == 1 else relation.daughter
    kit.truth("child_not_younger", other)


@plants("parent_not_older", sole_couple)
def parent_not_older(kit: Kit, h: Household) -> None:
    other = h.members[1]
    other.relation = relation.father if other.sex == 1 else relation.mother
    kit.truth("parent_not_older", other)


def _grown_child(h: Household) -> bool:
    return on_list(h) and any(_near(h, one) for one in h.members)


def _near(h: Household, one: Person) -> bool:
    return one.relation in (relation.son, relation.daughter) and h.head.age - one.age in range(20, 27)


@plants("grandchild_not_younger", _grown_child)
def grandchild_not_younger(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: _near(h, one))
    one.relation = relation.grandson if one.sex == 1 else relation.granddaughter
    kit.truth("grandchild_not_younger", one)


@plants("age_impossible", lambda h: is_kept(h) and h.size == 1 and h.head.age >= 80)
def age_impossible(kit: Kit, h: Household) -> None:
    birth = h.head.birth_date
    kit.rebirth(h.head, birth.replace(year=kit.random.randint(1896, 1903), day=min(birth.day, 28)))
    kit.truth("age_impossible", h.head)


@plants("married_underage", with_member(lambda one: one.age in (13, 14, 15)))
def married_underage(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: one.age in (13, 14, 15))
    one.marital = marital.married
    kit.truth("married_underage", one)


@plants("school_stage_age", with_member(lambda one: adult(one) and one.work_months == 0))
def school_stage_age(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: adult(one) and one.work_months == 0)
    one.school_status = kit.random.choice([school.primary, school.junior_middle])
    one.off_lists.add("enrolment")
    kit.truth("school_stage_age", one)


@plants("education_beyond_age", with_member(lambda one: one.age in (7, 8, 9)))
def education_beyond_age(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: one.age in (7, 8, 9))
    one.education = kit.random.choice([20, 60, 70])
    kit.truth("education_beyond_age", one)


@plants(
    "school_age_not_enrolled", with_member(pupil, lambda h: on_list(h) and h.main_cause != cause.schooling)
)
def school_age_not_enrolled(kit: Kit, h: Household) -> None:
    one = kit.member(h, pupil)
    one.school_status = kit.random.choice([school.not_enrolled, school.dropout])
    one.education = 80
    kit.truth("school_age_not_enrolled", one)
    kit.truth("school_age_off_roll", one)


def _student(one: Person) -> bool:
    return one.school_status in (40, 45, 50, 60) and one.disability_grade is None


@plants("student_working", with_member(_student, waged))
def student_working(kit: Kit, h: Household) -> None:
    one = kit.member(h, _student)
    one.work_months, one.work_place, one.labour = 8, 3, labour.ordinary
    kit.truth("student_working", one)


@plants("work_months_range", with_member(worker))
def work_months_range(kit: Kit, h: Household) -> None:
    one = kit.member(h, worker)
    one.work_months = kit.random.choice([13, 15, 24, 120])
    kit.truth("work_months_range", one)


@plants("underage_working", with_member(lambda one: one.age in (13, 14, 15)))
def underage_working(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: one.age in (13, 14, 15))
    one.work_months, one.work_place = 2, 2
    kit.truth("underage_working", one)


@plants("work_place_incomplete", with_member(worker))
def work_place_incomplete(kit: Kit, h: Household) -> None:
    one = kit.member(h, worker)
    one.work_place = None
    kit.truth("work_place_incomplete", one)


def _not_for_work(h: Household) -> bool:
    return on_list(h) and h.household_kind != kinds.extremely_poor and h.main_cause != cause.labour


def _never_worker(one: Person) -> bool:
    return one.disability_grade is None and (one.age >= 80 or 8 <= one.age <= 12)


@plants("labour_age", with_member(_never_worker, _not_for_work))
def labour_age(kit: Kit, h: Household) -> None:
    one = kit.member(h, _never_worker)
    one.labour = labour.ordinary
    kit.truth("labour_age", one)


@plants("labour_disability", with_member(lambda one: 18 <= one.age <= 75, _not_for_work))
def labour_disability(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: 18 <= one.age <= 75)
    one.labour = labour.ordinary
    if h.main_cause == cause.illness:
        h.main_cause, h.other_causes = cause.funds, []
    kit.maker.disable(one, grade=1)
    kit.truth("labour_disability", one)


@plants("unable_working", with_member(lambda one: one.age > 20 and one.labour == labour.ordinary, waged))
def unable_working(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: one.age > 20 and one.labour == labour.ordinary)
    one.labour, one.work_months, one.work_place = labour.lost, 7, 4
    kit.truth("unable_working", one)


@plants("disability_incomplete", with_member(lambda one: one.disability_grade is not None))
def disability_incomplete(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: one.disability_grade is not None)
    row_kind, row_grade = one.disability_kind, one.disability_grade
    one.disability_kind = None
    kit.late.append(lambda: kit.rosters.certificate(one, h, row_kind, row_grade))
    kit.truth("disability_incomplete", one)


@plants("disability_denied", with_member(lambda one: one.disability_grade is not None))
def disability_denied(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: one.disability_grade is not None)
    one.health = health.healthy
    kit.truth("disability_denied", one)


@plants("insurance_missing", on_list)
def insurance_missing(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.medical_insurance = one.serious_illness_insurance = False
    kit.truth("insurance_missing", one)


@plants("serious_without_basic", on_list)
def serious_without_basic(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.medical_insurance, one.serious_illness_insurance = False, True
    kit.truth("serious_without_basic", one)
    kit.truth("insurance_missing", one)


def _late_born(h: Household) -> Test:
    return lambda one: h.identified_on + timedelta(days=40) < one.birth_date < DAY - timedelta(days=60)


@plants("person_before_birth", lambda h: on_list(h) and any(_late_born(h)(one) for one in h.members))
def person_before_birth(kit: Kit, h: Household) -> None:
    one = kit.member(h, _late_born(h))
    one.identified_on = h.identified_on
    kit.truth("person_before_birth", one)


@plants("person_before_household", lambda h: on_list(h) and h.identified_on > date(2014, 1, 20))
def person_before_household(kit: Kit, h: Household) -> None:
    one = (
        kit.member(h, lambda one: one.birth_date.year < 2012)
        if any(m.birth_date.year < 2012 for m in h.members)
        else h.head
    )
    one.identified_on = date(2013, 12, 2)
    kit.truth("person_before_household", one)
