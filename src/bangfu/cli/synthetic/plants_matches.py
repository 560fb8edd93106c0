"""One function for each rule that compares the registry with a department's list."""

from __future__ import annotations

from datetime import date

from bangfu.cli.synthetic.kit import Kit, is_kept, on_list, plants
from bangfu.cli.synthetic.members import adult, pupil, with_member, worker
from bangfu.cli.synthetic.model import DAY, Entry, Household, Person
from bangfu.policy.vocabulary import codes

assistance, vehicle, state = codes("assistance_kind"), codes("vehicle_kind"), codes("record_state")
business, house, post = codes("business_kind"), codes("house_kind"), codes("payroll_kind")
employment, school, kinds = codes("employment_kind"), codes("school_status"), codes("household_kind")

#: Rule → list and the values that make a row a sign.
SIGNS: dict[str, tuple[str, dict[str, object]]] = {
    "dead_but_registered": ("deaths", {"died_on": date(2015, 6, 18)}),
    "owns_car": ("vehicles", {"vehicle_kind": vehicle.car, "plate": "样A1234", "state": state.live}),
    "owns_business": (
        "businesses",
        {"business_kind": business.company, "business_name": "样例商贸", "state": state.live},
    ),
    "owns_town_house": ("housing", {"house_kind": house.commercial, "area": 118.0, "state": state.live}),
    "on_payroll": ("payroll", {"payroll_kind": post.institution, "unit": "样例中学", "monthly_pay": 3_500.0}),
}


def _named(one: Person) -> bool:
    return adult(one) and len(one.name) >= 2


def _sign(rule: str, variant: str) -> None:
    name, values = SIGNS[rule]

    @plants(rule + variant, with_member(_named, is_kept), share=2 if not variant else 1.5)
    def plant(kit: Kit, h: Household) -> None:
        kit.listed(name, kit.member(h, _named), h, **values)(rule + variant)


for _rule in SIGNS:
    _sign(_rule, "")
    _sign(_rule, "_likely")


def vocational(one: Person) -> bool:
    """Whom Rain and Dew reaches."""
    return one.school_status in (school.vocational, school.college)


def _idle(one: Person) -> bool:
    return _named(one) and not one.works and not one.at_school


@plants("job_unrecorded", with_member(_idle))
def job_unrecorded(kit: Kit, h: Household) -> None:
    _job(kit, h, "job_unrecorded")


@plants("job_unrecorded_likely", with_member(_idle))
def job_unrecorded_likely(kit: Kit, h: Household) -> None:
    _job(kit, h, "job_unrecorded_likely")


def _job(kit: Kit, h: Household, rule: str) -> None:
    h.wages_on_record = False
    values = {
        "employment_kind": employment.contract,
        "employer": "样例电子厂",
        "monthly_wage": 900.0,
        "months": 3,
    }
    kit.listed("human_resources", kit.member(h, _idle), h, **values)(rule)


@plants("school_age_off_roll", with_member(pupil))
def school_age_off_roll(kit: Kit, h: Household) -> None:
    one = kit.member(h, pupil)
    one.off_lists.add("enrolment")
    kit.truth("school_age_off_roll", one)


def _senior(one: Person) -> bool:
    return one.school_status in (school.senior_middle, school.vocational) and one.age > 15


@plants("student_off_roll", with_member(_senior))
def student_off_roll(kit: Kit, h: Household) -> None:
    one = kit.member(h, _senior)
    one.off_lists.add("enrolment")
    kit.truth("student_off_roll", one)


def _youth(one: Person) -> bool:
    return 16 <= one.age <= 22 and not one.at_school and not one.works


@plants("enrolled_unrecorded", with_member(_youth))
def enrolled_unrecorded(kit: Kit, h: Household) -> None:
    values = {"school_stage": 45, "school": "样例职校", "state": state.live}
    kit.listed("enrolment", kit.member(h, _youth), h, **values)("enrolled_unrecorded")


@plants("enrolled_unrecorded_likely", with_member(_youth))
def enrolled_unrecorded_likely(kit: Kit, h: Household) -> None:
    values = {"school_stage": 40, "school": "样例中学", "state": state.live}
    kit.listed("enrolment", kit.member(h, _youth), h, **values)("enrolled_unrecorded_likely")


@plants("insured_off_list", on_list, share=2)
def insured_off_list(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.off_lists.add("medical_insurance")
    kit.truth("insured_off_list", one)


def _certified(one: Person) -> bool:
    return one.disability_grade is not None and one.disability_kind is not None


@plants("disability_off_list", with_member(_certified))
def disability_off_list(kit: Kit, h: Household) -> None:
    one = kit.member(h, _certified)
    one.off_lists.add("disability")
    kit.truth("disability_off_list", one)


def _sound(one: Person) -> bool:
    return _named(one) and one.health == 10 and one.disability_grade is None


@plants("disability_unrecorded", with_member(_sound))
def disability_unrecorded(kit: Kit, h: Household) -> None:
    _certificate(kit, h, kit.member(h, _sound), "disability_unrecorded", kind=4, grade=3)


@plants("disability_unrecorded_likely", with_member(_sound))
def disability_unrecorded_likely(kit: Kit, h: Household) -> None:
    _certificate(kit, h, kit.member(h, _sound), "disability_unrecorded_likely", kind=1, grade=4)


@plants("disability_contradicted", with_member(_certified))
def disability_contradicted(kit: Kit, h: Household) -> None:
    _other_grade(kit, h, "disability_contradicted")


@plants("disability_contradicted_likely", with_member(_certified))
def disability_contradicted_likely(kit: Kit, h: Household) -> None:
    _other_grade(kit, h, "disability_contradicted_likely")


def _other_grade(kit: Kit, h: Household, rule: str) -> None:
    one = kit.member(h, _certified)
    one.off_lists.add("disability")
    assert one.disability_kind is not None
    assert one.disability_grade is not None
    _certificate(kit, h, one, rule, kind=one.disability_kind, grade=one.disability_grade % 4 + 1)


def _certificate(kit: Kit, h: Household, one: Person, rule: str, *, kind: int, grade: int) -> None:
    values = {
        "disability_kind": kind,
        "disability_grade": grade,
        "issued_on": date(2013, 1, 9),
        "state": state.live,
    }
    kit.listed("disability", one, h, **values)(rule)


@plants("allowance_off_list", lambda h: is_kept(h) and h.household_kind == kinds.low_income)
def allowance_off_list(kit: Kit, h: Household) -> None:
    for one in h.members:
        one.off_lists.add("civil_affairs")
    kit.truth("allowance_off_list", h)


@plants("support_off_list", lambda h: is_kept(h) and h.household_kind == kinds.extremely_poor)
def support_off_list(kit: Kit, h: Household) -> None:
    for one in h.members:
        one.off_lists.add("civil_affairs")
    kit.truth("support_off_list", h)


@plants("allowance_unrecorded", lambda h: on_list(h) and h.household_kind == kinds.general)
def allowance_unrecorded(kit: Kit, h: Household) -> None:
    row = kit.rosters.entry(
        h.head, h.division_code, assistance_kind=assistance.low_income, started_on=date(2013, 1, 1)
    )
    row.values["family_no"] = f"DB{h.household_no[-12:]}X"
    h.head.off_lists.add("civil_affairs")
    kit.late.append(lambda: kit.insert("civil_affairs", row))
    kit.truth("allowance_unrecorded", h)


@plants("wage_concealed", with_member(worker, lambda h: is_kept(h) and h.income_wage > 0), share=2)
def wage_concealed(kit: Kit, h: Household) -> None:
    h.wages_on_record = False
    one = kit.member(h, worker)
    wage = float(int((h.income_wage + kit.random.randint(5_000, 16_000)) / 10))
    values = {
        "employment_kind": employment.contract,
        "employer": "样例建筑公司",
        "monthly_wage": wage,
        "months": 10,
    }
    row = kit.rosters.entry(one, h.division_code, **values)
    kit.late.append(lambda: kit.insert("human_resources", row))
    kit.truth("wage_concealed", h)


@plants("household_without_helper", is_kept)
def household_without_helper(kit: Kit, h: Household) -> None:
    h.head.off_lists.add("helpers")
    kit.truth("household_without_helper", h)


@plants("household_without_measure", lambda h: is_kept(h) and not any(vocational(one) for one in h.members))
def household_without_measure(kit: Kit, h: Household) -> None:
    for one in h.members:
        one.off_lists.add("measures")
    kit.truth("household_without_measure", h)


def unregistered_families(kit: Kit, count: int) -> None:
    """Families and single people on the civil-affairs list of whom nobody is registered."""
    villages = sorted(kit.county.villages)
    for number in range(count):
        village = kit.random.choice(villages)
        for rule, kind, size in (
            ("allowance_unregistered", assistance.low_income, kit.random.choice([1, 2, 3])),
            ("support_unregistered", assistance.extremely_poor, 1),
        ):
            family = f"{'DB' if kind == assistance.low_income else 'TK'}9{number:05d}"
            _family(kit, village, kind, family, size)
            kit.truth(rule, f"civil_affairs:{family}")


def _family(kit: Kit, village: str, kind: int, family: str, size: int) -> None:
    for _ in range(size):
        sex, age = kit.random.choice([1, 2]), kit.random.randint(30, 80)
        birth = date(DAY.year - age, kit.random.randint(1, 12), kit.random.randint(1, 28))
        row = Entry(kit.inventor.name(sex), kit.inventor.number(birth, sex), kit.county.place(village))
        row.values = {
            "assistance_kind": kind,
            "family_no": family,
            "started_on": date(2014, 1, 1),
            "monthly": 135.0,
        }
        kit.county.lists["civil_affairs"].append(row)


def likely_but_fine(kit: Kit, count: int) -> None:
    """Look-alikes: rows spoilt by the department that still belong to the person and agree with the registry."""
    for h in kit.households(with_member(pupil), count):
        one = kit.member(h, pupil)
        one.off_lists.add("enrolment")
        row = kit.rosters.entry(
            one, h.division_code, school_stage=one.school_status, school="样例学校", state=state.live
        )
        row.id_number, row.birth_date = None, one.birth_date
        kit.late.append(lambda row=row: kit.insert("enrolment", row))  # type: ignore[misc]
        kit.alike("on the roll without number")
