"""One function for each doubt of an entitlement: due and missing, or received without being due or above it."""

from __future__ import annotations

from datetime import date

from bangfu.cli.synthetic import (
    benefits,
    plants_persons,  # noqa: F401  (its errors are planted first)
)
from bangfu.cli.synthetic.benefits import AID, PAID_ON, TERM, needs_skill
from bangfu.cli.synthetic.kit import Kit, Want, is_kept, on_list, plants
from bangfu.cli.synthetic.members import Test, adult, with_member
from bangfu.cli.synthetic.model import Household, Person
from bangfu.policy.vocabulary import codes

school, kinds, grade, item = (
    codes("school_status"),
    codes("household_kind"),
    codes("dwelling_grade"),
    codes("aid_item"),
)
care, level, subsidy = codes("care_kind"), codes("hospital_level"), codes("disability_subsidy")
home, mode, employment = codes("relocation_class"), codes("relocation_mode"), codes("employment_kind")
assistance = codes("assistance_kind")

STAGES = {
    "preschool": (school.kindergarten,),
    "compulsory": (school.primary, school.junior_middle),
    "senior": (school.senior_middle,),
    "vocational": (school.vocational,),
    "higher": (school.college, school.bachelor),
}


def _at(*stages: int) -> Test:
    return lambda one: one.school_status in stages


def _without(list_name: str, rule: str, want: Test, also: Want = on_list) -> None:
    """The member is due, and does not stand on the list of what was paid."""

    @plants(rule, with_member(want, also))
    def plant(kit: Kit, h: Household) -> None:
        one = kit.member(h, want)
        one.off_lists.add(list_name)
        kit.truth(rule, one)


def _student_aid(stage: str, stages: tuple[int, ...]) -> None:
    _without("student_aid", f"student_aid_{stage}_missing", _at(*stages))
    kind, amount = AID[stages[0]][0]
    over = f"student_aid_{stage}_over_paid"

    @plants(over, with_member(adult))
    def plant(kit: Kit, h: Household) -> None:
        """Somebody who is at no school gets aid of the stage."""
        values = {"aid_item": kind, "aid_tier": 1, "term": TERM, "paid": amount, "paid_on": PAID_ON}
        kit.listed("student_aid", kit.member(h, adult), h, **values)(over)


for _stage, _stages in STAGES.items():
    _student_aid(_stage, _stages)


@plants("student_aid_senior_missing", with_member(_at(school.senior_middle)), share=0.5)
def lower_tier(kit: Kit, h: Household) -> None:
    """Paid by a lower tier: a registered student is due the highest (S2-22)."""
    one = kit.member(h, _at(school.senior_middle))
    one.off_lists.add("student_aid")
    for kind, tier, paid in ((item.senior_grant, 2, 1_000.0), (item.senior_fees, 1, 800.0)):
        values = {"aid_item": kind, "aid_tier": tier, "term": TERM, "paid": paid, "paid_on": PAID_ON}
        row = kit.rosters.entry(one, h.division_code, **values)
        kit.late.append(lambda row=row: kit.insert("student_aid", row))  # type: ignore[misc]
    kit.truth("student_aid_senior_missing", one)


_STUDENT = _at(school.vocational, school.college)
_without("rain_and_dew", "rain_and_dew_missing", _STUDENT)


@plants("rain_and_dew_over_paid", with_member(_STUDENT))
def term_paid_twice(kit: Kit, h: Household) -> None:
    values = {"term": TERM, "school": "样例职校", "paid": 1_500.0, "paid_on": date(2015, 12, 9)}
    kit.listed("rain_and_dew", kit.member(h, _STUDENT), h, **values)("rain_and_dew_over_paid")


def _small(one: Person) -> bool:
    return 3 <= one.age <= 5


@plants("preschool_place_missing", with_member(_small))
def preschool_place_missing(kit: Kit, h: Household) -> None:
    one = kit.member(h, _small)
    one.school_status = school.not_enrolled
    kit.truth("preschool_place_missing", one)


def _medical(rule: str, kind: int, own: float, *, listed: bool, top_up: float, relief: float) -> None:
    """A year's settlement of a general household in which one sum is wrong."""

    @plants(rule, with_member(adult, lambda h: is_kept(h) and h.household_kind == kinds.general))
    def plant(kit: Kit, h: Household) -> None:
        one = kit.member(h, adult)
        one.off_lists.add("medical_settlements")
        values = benefits.settlement(kind, level.county, own, listed=listed, top_up=top_up, relief=relief)
        kit.listed("medical_settlements", one, h, **values)(rule)


_medical("inpatient_cap_missing", care.inpatient, 8_000.0, listed=False, top_up=0.0, relief=0.0)
_medical("inpatient_cap_over_paid", care.inpatient, 2_000.0, listed=False, top_up=500.0, relief=0.0)
_medical(
    "chronic_outpatient_missing", care.chronic_outpatient, 1_000.0, listed=False, top_up=500.0, relief=0.0
)
_medical(
    "chronic_outpatient_over_paid", care.chronic_outpatient, 1_000.0, listed=False, top_up=900.0, relief=0.0
)
_medical("medical_relief_missing", care.inpatient, 2_000.0, listed=True, top_up=0.0, relief=0.0)
_medical("medical_relief_over_paid", care.inpatient, 2_000.0, listed=False, top_up=0.0, relief=1_000.0)


@plants(
    "subsistence_allowance_missing",
    lambda h: is_kept(h) and h.household_kind == kinds.general and h.size <= 4,
)
def subsistence_allowance_missing(kit: Kit, h: Household) -> None:
    """Poor enough for the allowance, and not on the list; ``assistance_truth`` books it."""
    h.income_wage = h.income_property = 0.0
    h.earn(round(h.income_transfer / h.size + kit.random.randint(900, 1_700), 2))
    for one in h.members:
        one.work_months, one.work_place = (None if one.age < 16 else 0), None


@plants("subsistence_allowance_over_paid", lambda h: is_kept(h) and h.household_kind == kinds.low_income)
def subsistence_allowance_over_paid(kit: Kit, h: Household) -> None:
    """On the allowance list with an income over the standard; ``assistance_truth`` books it."""
    h.earn(round(h.income_transfer / h.size + kit.random.randint(1_850, 2_600), 2))


@plants(
    "extremely_poor_support_over_paid",
    lambda h: is_kept(h) and h.household_kind == kinds.general and adult(h.head) and h.head.able,
)
def extremely_poor_support_over_paid(kit: Kit, h: Household) -> None:
    """Supported as extremely poor although able to work; ``assistance_truth`` books it."""
    values = {"assistance_kind": assistance.extremely_poor, "family_no": f"TK{h.household_no[-12:]}"}
    row = kit.rosters.entry(h.head, h.division_code, started_on=date(2014, 1, 1), monthly=390.0, **values)
    kit.late.append(lambda: kit.insert("civil_affairs", row))


def _graded(*grades: int) -> Test:
    return lambda one: one.disability_grade in grades and one.disability_kind is not None


def _on_allowance(h: Household) -> bool:
    return is_kept(h) and h.household_kind == kinds.low_income


_without("disability_subsidies", "disability_living_missing", _graded(3, 4), _on_allowance)
_without(
    "disability_subsidies",
    "disability_care_missing",
    _graded(1, 2),
    lambda h: is_kept(h) and h.household_kind == kinds.general,
)


def _sound(one: Person) -> bool:
    return adult(one) and not one.disabled


def _undue_subsidy(rule: str, kind: int, monthly: float) -> None:
    @plants(rule, with_member(_sound, is_kept))
    def plant(kit: Kit, h: Household) -> None:
        values = {"subsidy_kind": kind, "monthly": monthly, "started_on": date(2015, 1, 1)}
        kit.listed("disability_subsidies", kit.member(h, _sound), h, **values)(rule)


_undue_subsidy("disability_living_over_paid", subsidy.living, 60.0)
_undue_subsidy("disability_care_over_paid", subsidy.care, 80.0)


@plants("house_renovation_missing", lambda h: is_kept(h) and h.dwelling_grade in (grade.c, grade.d))
def house_renovation_missing(kit: Kit, h: Household) -> None:
    h.head.off_lists.add("renovation")
    kit.truth("house_renovation_missing", h)


@plants("house_renovation_over_paid", lambda h: is_kept(h) and h.dwelling_grade in (grade.a, grade.b))
def house_renovation_over_paid(kit: Kit, h: Household) -> None:
    """A sound house is renovated at public cost."""
    _late(kit, h, "renovation", grade_before=h.dwelling_grade, subsidy=6_000.0)
    kit.truth("house_renovation_over_paid", h)


def _late(kit: Kit, h: Household, name: str, **values: object) -> None:
    row = kit.rosters.entry(h.head, h.division_code, **values)
    kit.late.append(lambda: kit.insert(name, row))


def _relocated(rule: str, want: Want, **values: object) -> None:
    @plants(rule, want)
    def plant(kit: Kit, h: Household) -> None:
        h.head.off_lists.add("relocation")
        _late(kit, h, "relocation", site="样例安置点", moved_on=date(2014, 11, 1), **values)
        kit.truth(rule, h)


def _is(kind: int) -> Want:
    return lambda h: is_kept(h) and h.household_kind == kind


_relocated(
    "turnkey_home_missing",
    _is(kinds.extremely_poor),
    relocation_mode=mode.turnkey,
    relocation_class=home.extremely_poor,
    self_paid=5_000.0,
)
_relocated(
    "turnkey_home_over_paid",
    _is(kinds.general),
    relocation_mode=mode.turnkey,
    relocation_class=home.extremely_poor,
    self_paid=0.0,
)
_relocated(
    "relocation_mode_missing",
    _is(kinds.general),
    relocation_mode=mode.dispersed,
    relocation_class=home.business,
    self_paid=3_000.0,
)
_without("training", "skill_missing", lambda one: needs_skill(one) and one.age > 22, is_kept)


@plants("transfer_job_missing", lambda h: on_list(h) and benefits.idle_family(h))
def transfer_job_missing(kit: Kit, h: Household) -> None:
    for one in h.members:
        one.off_lists |= {"placements", "human_resources"}
    kit.truth("transfer_job_missing", h)


@plants("school_leaver_missing", with_member(benefits.leaver))
def school_leaver_missing(kit: Kit, h: Household) -> None:
    one = kit.member(h, benefits.leaver)
    one.off_lists.add("training")
    kit.truth("school_leaver_missing", one)
    if needs_skill(one):
        kit.truth("skill_missing", one)
