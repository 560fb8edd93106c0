"""One function for each rule about a household or village: how the error gets in."""

from __future__ import annotations

from copy import copy
from datetime import date

from bangfu.cli.synthetic.kit import Kit, is_kept, on_list, plants
from bangfu.cli.synthetic.members import sole_couple, waged
from bangfu.cli.synthetic.model import Household
from bangfu.policy.vocabulary import codes

relation, kinds, cause = codes("relation"), codes("household_kind"), codes("cause")
health, labour = codes("health"), codes("labour")


def exited(h: Household) -> bool:
    return on_list(h) and h.exited


def _general(h: Household) -> bool:
    return is_kept(h) and h.household_kind == kinds.general


def _idle(h: Household) -> bool:
    return is_kept(h) and not any(one.works for one in h.members)


def _nobody_ill(h: Household) -> bool:
    return on_list(h) and not any(one.health in (health.chronic, health.serious) for one in h.members)


@plants("head_missing", lambda h: on_list(h) and h.size > 1)
def head_missing(kit: Kit, h: Household) -> None:
    h.head.relation = 97
    for one in h.members[1:]:
        one.relation = 97
    kit.truth("head_missing", h)


@plants("head_multiple", sole_couple)
def head_multiple(kit: Kit, h: Household) -> None:
    h.members[1].relation = relation.head
    kit.truth("head_multiple", h)


def _grown_opposite(h: Household) -> bool:
    return on_list(h) and h.size == 3 and any(_second_spouse(h, one) for one in h.members)


def _second_spouse(h: Household, one: object) -> bool:
    return (
        getattr(one, "relation", 0) in (relation.son, relation.daughter)
        and getattr(one, "age", 0) >= 20
        and getattr(one, "sex", 0) != h.head.sex
        and h.members[1].relation == relation.spouse
    )


@plants("spouse_multiple", _grown_opposite)
def spouse_multiple(kit: Kit, h: Household) -> None:
    kit.member(h, lambda one: _second_spouse(h, one)).relation = (
        relation.wife if h.head.sex == 1 else relation.husband
    )
    kit.truth("spouse_multiple", h)


@plants("household_empty", _general, households=1)
def household_empty(kit: Kit, h: Household) -> None:
    ghost = copy(h)
    ghost.household_no, ghost.members, ghost.main_cause = f"8{h.household_no[1:]}", [], cause.funds
    ghost.other_causes, ghost.stated_members = [], 1
    kit.county.households.append(ghost)
    kit.truth("household_empty", ghost)


@plants("household_no_duplicate", on_list, households=1)
def household_no_duplicate(kit: Kit, h: Household) -> None:
    double = copy(h)
    double.members = []
    kit.county.households.append(double)
    kit.truth("household_no_duplicate", h)


@plants("member_count_mismatch", on_list, share=2)
def member_count_mismatch(kit: Kit, h: Household) -> None:
    h.stated_members = (
        h.size + kit.random.choice([1, 1, 2]) if h.size == 1 else h.size + kit.random.choice([-1, 1])
    )
    kit.truth("member_count_mismatch", h)


@plants(
    "household_oversized",
    lambda h: _general(h) and h.size >= 5 and h.main_cause in (cause.funds, cause.skill),
    persons=12,
    share=0.1,
)
def household_oversized(kit: Kit, h: Household) -> None:
    for _ in range(12):
        kit.relative(h, kit.random.randint(26, 50), sex=kit.random.choice([1, 2]))
    h.earn(2_000.0)
    kit.truth("household_oversized", h)


@plants("income_parts_total", on_list, share=2)
def income_parts_total(kit: Kit, h: Household) -> None:
    h.income_business = round(h.income_business + kit.random.choice([-900, 600, 1_000, 3_000, 0.9 + 10]), 2)
    kit.truth("income_parts_total", h)


@plants("income_per_head_mismatch", lambda h: is_kept(h) and (h.income_per_head or 0) < 4_500)
def income_per_head_mismatch(kit: Kit, h: Household) -> None:
    h.income_per_head = round((h.income_per_head or 0) + kit.random.choice([-200, 150, 800]), 2)
    kit.truth("income_per_head_mismatch", h)


@plants("income_negative", on_list)
def income_negative(kit: Kit, h: Household) -> None:
    share = h.income_per_head or 0
    h.income_property = -float(kit.random.randint(100, 900))
    h.earn(share)
    kit.truth("income_negative", h)


@plants("wage_without_worker", _idle)
def wage_without_worker(kit: Kit, h: Household) -> None:
    share = h.income_per_head or 0
    h.income_wage = float(kit.random.randint(800, 2_500))
    h.earn(share)
    kit.truth("wage_without_worker", h)


@plants("worker_without_wage", lambda h: waged(h) and any((one.work_months or 0) >= 3 for one in h.members))
def worker_without_wage(kit: Kit, h: Household) -> None:
    share = h.income_per_head or 0
    h.income_wage, h.wages_on_record = 0.0, False
    h.earn(share)
    kit.truth("worker_without_wage", h)


@plants("income_outlier", is_kept)
def income_outlier(kit: Kit, h: Household) -> None:
    h.earn(float(kit.random.randint(80_000, 400_000)))
    kit.truth("income_outlier", h)


@plants("allowance_without_transfer", lambda h: is_kept(h) and h.household_kind == kinds.low_income)
def allowance_without_transfer(kit: Kit, h: Household) -> None:
    share = h.income_per_head or 0
    h.income_transfer = 0.0
    h.earn(share)
    kit.truth("allowance_without_transfer", h)


@plants("income_far_over_line", is_kept, share=2)
def income_far_over_line(kit: Kit, h: Household) -> None:
    h.earn(float(kit.random.randint(6_200, 30_000)))
    kit.truth("income_far_over_line", h)


@plants("exited_below_line", exited, share=2)
def exited_below_line(kit: Kit, h: Household) -> None:
    h.earn(float(kit.random.randint(900, 2_800)))
    kit.truth("exited_below_line", h)


@plants("exited_dangerous_dwelling", exited)
def exited_dangerous_dwelling(kit: Kit, h: Household) -> None:
    h.dwelling_grade, h.dangerous_dwelling = kit.random.choice([3, 4]), True
    kit.truth("exited_dangerous_dwelling", h)


@plants("dwelling_contradiction", on_list)
def dwelling_contradiction(kit: Kit, h: Household) -> None:
    h.dangerous_dwelling = not h.dangerous_dwelling
    kit.truth("dwelling_contradiction", h)


@plants("exited_unsafe_water", exited)
def exited_unsafe_water(kit: Kit, h: Household) -> None:
    h.safe_water = False
    kit.truth("exited_unsafe_water", h)


@plants("floor_area_implausible", on_list)
def floor_area_implausible(kit: Kit, h: Household) -> None:
    h.dwelling_area = kit.random.choice([0.0, 0.0, h.size * 260.0])
    kit.truth("floor_area_implausible", h)


@plants("farmland_implausible", on_list)
def farmland_implausible(kit: Kit, h: Household) -> None:
    h.farmland = kit.random.choice([-3.0, h.size * 66.0])
    kit.truth("farmland_implausible", h)


@plants("form_incomplete", on_list, share=3)
def form_incomplete(kit: Kit, h: Household) -> None:
    gap = kit.random.randrange(6)
    if gap == 0:
        h.stated_members = None
    elif gap == 1:
        h.income_net = None
    elif gap == 2:
        h.spending_medical = h.spending_schooling = h.production_cost = None
        kit.county.alike["cost of production not entered"] = 1
        h.income_business = round(
            (h.income_net or 0) - h.income_wage - h.income_property - h.income_transfer, 2
        )
    elif gap == 3:
        h.savings = h.debts = None
    elif gap == 4:
        h.main_cause, h.other_causes = None, []
    else:
        h.exit_means = []
    kit.truth("form_incomplete", h)


@plants("illness_without_patient", _nobody_ill)
def illness_without_patient(kit: Kit, h: Household) -> None:
    h.main_cause, h.other_causes = cause.illness, []
    kit.truth("illness_without_patient", h)


@plants("disability_without_disabled", lambda h: on_list(h) and not any(one.disabled for one in h.members))
def disability_without_disabled(kit: Kit, h: Household) -> None:
    h.main_cause, h.other_causes = cause.disability, []
    kit.truth("disability_without_disabled", h)


@plants("schooling_without_student", lambda h: on_list(h) and not any(one.at_school for one in h.members))
def schooling_without_student(kit: Kit, h: Household) -> None:
    h.main_cause, h.other_causes = cause.schooling, []
    kit.truth("schooling_without_student", h)


@plants(
    "labour_lack_contradicted", lambda h: on_list(h) and h.able_members >= 2 and h.able_members * 2 >= h.size
)
def labour_lack_contradicted(kit: Kit, h: Household) -> None:
    h.main_cause, h.other_causes = cause.labour, []
    kit.truth("labour_lack_contradicted", h)


@plants("cause_repeated", lambda h: on_list(h) and h.main_cause is not None)
def cause_repeated(kit: Kit, h: Household) -> None:
    assert h.main_cause is not None
    h.other_causes = sorted({*h.other_causes, h.main_cause})
    kit.truth("cause_repeated", h)


@plants("identified_out_of_range", on_list)
def identified_out_of_range(kit: Kit, h: Household) -> None:
    h.identified_on = date(2012, kit.random.randint(1, 12), 8)
    kit.truth("identified_out_of_range", h)


@plants("exit_before_identification", exited)
def exit_before_identification(kit: Kit, h: Household) -> None:
    h.exited_on = date(2013, 11, kit.random.randint(3, 28))
    kit.truth("exit_before_identification", h)


@plants("exit_mark_contradicted", on_list)
def exit_mark_contradicted(kit: Kit, h: Household) -> None:
    h.exited_on = None if h.exited else date(2015, 12, 20)
    kit.truth("exit_mark_contradicted", h)


@plants(
    "supported_with_labour",
    lambda h: is_kept(h) and h.household_kind == kinds.extremely_poor and h.head.age < 78,
)
def supported_with_labour(kit: Kit, h: Household) -> None:
    h.head.labour = labour.partial
    kit.truth("supported_with_labour", h)


@plants("division_unknown", is_kept)
def division_unknown(kit: Kit, h: Household) -> None:
    h.written_place = h.division_code
    h.division_code = f"{(h.division_code or '')[:9]}99{kit.random.randrange(10)}"
    kit.truth("division_unknown", h)


@plants("division_dead", is_kept)
def division_dead(kit: Kit, h: Household) -> None:
    old = f"{(h.division_code or '')[:9]}{880 + kit.random.randrange(20)}"
    if h.division_code and all(old != one for one, _, _ in kit.county.changes):
        kit.county.changes.append((old, h.division_code, date(2015, 3, 1)))
    h.written_place, h.division_code = h.division_code, old
    kit.truth("division_dead", h)


@plants("division_not_village", is_kept)
def division_not_village(kit: Kit, h: Household) -> None:
    h.written_place, h.division_code = h.division_code, f"{(h.division_code or '')[:9]}000"
    kit.truth("division_not_village", h)


@plants("division_foreign", is_kept)
def division_foreign(kit: Kit, h: Household) -> None:
    h.written_place, h.division_code = h.division_code, kit.random.choice(kit.neighbours)
    kit.truth("division_foreign", h)


def income_copied(kit: Kit, villages: int) -> None:
    """Whole villages whose households state one income per head; takes every untouched household of them."""
    by_village: dict[str, list[Household]] = {}
    for one in kit.free:
        if on_list(one) and one.division_code in kit.county.villages:
            by_village.setdefault(str(one.division_code), []).append(one)
    total: dict[str, int] = {}
    for one in kit.county.households:
        total[str(one.division_code)] = total.get(str(one.division_code), 0) + 1
    fit = [code for code, found in by_village.items() if len(found) > 25 and len(found) > total[code] * 0.7]
    for code in kit.random.sample(sorted(fit), min(villages, len(fit))):
        for one in by_village[code]:
            one.earn(2_900.0)
            kit.free.remove(one)
        kit.truth("income_copied", code)
