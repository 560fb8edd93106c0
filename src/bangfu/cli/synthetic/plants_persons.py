"""One function for each rule about a person: how the error gets into a household."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bangfu.cli.synthetic.kit import Kit, Want, altered, is_kept, on_list, plants
from bangfu.cli.synthetic.model import DAY, Household, Person
from bangfu.policy.vocabulary import codes

relation, marital, school = codes("relation"), codes("marital"), codes("school_status")
kinds, cause, labour, health = codes("household_kind"), codes("cause"), codes("labour"), codes("health")
Test = Callable[[Person], bool]


def with_member(test: Test, also: Want = on_list) -> Want:
    """Households that have a member for whom ``test`` holds."""
    return lambda h: also(h) and any(test(one) for one in h.members)


def adult(one: Person) -> bool:
    return 25 <= one.age <= 57


def worker(one: Person) -> bool:
    return (one.work_months or 0) >= 3


def waged(h: Household) -> bool:
    """Kept, with wage income: another worker does not disturb the sums."""
    return is_kept(h) and h.income_wage > 0


def sole_couple(h: Household) -> bool:
    return (
        is_kept(h)
        and h.size == 2
        and h.members[1].relation == relation.spouse
        and adult(h.head)
        and adult(h.members[1])
    )


def plain_single(h: Household) -> bool:
    return is_kept(h) and h.size == 1 and h.household_kind == kinds.general


def pupil(one: Person) -> bool:
    return one.school_status in (school.primary, school.junior_middle) and 8 <= one.age <= 14


@plants("id_missing", on_list)
def id_missing(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.id_number = None
    kit.truth("id_missing", one)


@plants("id_malformed", on_list)
def id_malformed(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    place = kit.random.randrange(6, 17)
    one.id_number = kit.random.choice(
        [one.true_id[:place] + one.true_id[place + 1 :], one.true_id[:8] + "O" + one.true_id[9:]]
    )
    kit.truth("id_malformed", one)


@plants("id_checksum", on_list, share=2)
def id_checksum(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    place = kit.random.randrange(14, 17)
    digit = str((int(one.true_id[place]) + kit.random.randrange(1, 10)) % 10)
    one.id_number = one.true_id[:place] + digit + one.true_id[place + 1 :]
    kit.truth("id_checksum", one)


@plants("id_birth_impossible", on_list)
def id_birth_impossible(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    body = f"{one.true_id[:10]}{kit.random.choice(['1331', '0230', '0000', '0431'])}{one.true_id[14:17]}"
    one.id_number = altered(body + "0")
    kit.truth("id_birth_impossible", one)


@plants("id_legacy", with_member(lambda one: 1945 <= one.birth_date.year <= 1985))
def id_legacy(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: 1945 <= one.birth_date.year <= 1985)
    one.id_number = one.true_id[:6] + one.true_id[8:17]
    kit.truth("id_legacy", one)


@plants("id_area_unknown", on_list)
def id_area_unknown(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.true_id = one.id_number = altered(one.true_id, area=kit.random.choice(["999999", "610999", "170101"]))
    kit.truth("id_area_unknown", one)


def _unpaired(one: Person) -> bool:
    return one.relation not in (relation.head, relation.spouse) and one.marital == marital.single


@plants("id_sex_mismatch", with_member(_unpaired))
def id_sex_mismatch(kit: Kit, h: Household) -> None:
    one = kit.member(h, _unpaired)
    one.sex = 3 - one.sex
    kit.truth("id_sex_mismatch", one)


@plants("id_birth_mismatch", with_member(adult))
def id_birth_mismatch(kit: Kit, h: Household) -> None:
    one = kit.member(h, adult)
    one.birth_date = one.birth_date.replace(day=one.birth_date.day % 28 + 1)
    kit.truth("id_birth_mismatch", one)


def idle(one: Person) -> bool:
    """Somebody who can be entered twice without disturbing other sums."""
    return adult(one) and not one.works


@plants(
    "id_duplicate_in_household",
    with_member(idle, lambda h: is_kept(h) and h.main_cause == cause.funds),
    persons=1,
)
def id_duplicate_in_household(kit: Kit, h: Household) -> None:
    one = kit.member(h, idle)
    kit.truth("id_duplicate_in_household", one, kit.copy_of(one, h))


def _general(h: Household) -> bool:
    return is_kept(h) and h.household_kind == kinds.general


@plants(
    "id_duplicate_across", lambda h: _general(h) and h.main_cause in (cause.skill, cause.funds), persons=1
)
def id_duplicate_across(kit: Kit, h: Household) -> None:
    for other in kit.households(with_member(idle, _general), 1):
        one = kit.member(other, idle)
        kit.truth("id_duplicate_across", one, kit.copy_of(one, h))


@plants("name_malformed", on_list)
def name_malformed(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.name = kit.random.choice([f"{one.name}(大)", f"{one.name}1", f"{one.name}?", one.name[:1]])
    kit.truth("name_malformed", one)


@plants("person_no_duplicate", lambda h: on_list(h) and h.size > 1)
def person_no_duplicate(kit: Kit, h: Household) -> None:
    h.members[1].person_no = h.head.person_no
    kit.truth("person_no_duplicate", h.head)


@plants("household_unknown", on_list, persons=1)
def household_unknown(kit: Kit, h: Household) -> None:
    one = kit.relative(h, 40)
    h.members.pop()
    h.stated_members = h.size
    h.settle()
    one.person_no, one.household_no = f"9{one.person_no[1:]}", f"9{h.household_no[1:]}"
    kit.county.orphans.append(one)
    kit.truth("household_unknown", one)


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
