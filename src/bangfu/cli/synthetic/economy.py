"""Kinds of household, income by its parts, causes, dwelling: calibrated to Pingli (clauses.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from bangfu.cli.synthetic.model import Household
from bangfu.policy.vocabulary import codes

kinds, cause, means = codes("household_kind"), codes("cause"), codes("exit_means")
labour, grade, health = codes("labour"), codes("dwelling_grade"), codes("health")

#: S4-03, S4-19 (R-18, R-26): what the shares of the source are shares of.
HOUSEHOLDS, LOW_INCOME, LOW_INCOME_PERSONS, SUPPORTED = 23_035, 7_267, 14_417, 6_820
LINE_2015 = 2_855
EXITED_SHARE = 0.09


def assign_kinds(households: Sequence[Household], random: Random) -> None:
    """Supported: one or two people without labour; on allowance: as many households and people as the source."""
    scale = len(households) / HOUSEHOLDS
    left = round(SUPPORTED * scale)
    order = random.sample(list(households), len(households))
    for one in order:
        old = all(member.age >= 58 for member in one.members)
        if one.size <= min(left, 2) and old and (one.size == 1 or random.random() < 0.12):
            one.household_kind = kinds.extremely_poor
            left -= one.size
            for member in one.members:
                member.labour, member.work_months, member.work_place = labour.none, 0, None
    general = [one for one in order if one.household_kind == kinds.general]
    for one in _choose(general, round(LOW_INCOME * scale), round(LOW_INCOME_PERSONS * scale), random):
        one.household_kind = kinds.low_income
    for one in general:
        if one.household_kind == kinds.general and random.random() < EXITED_SHARE:
            one.exit_mark = 1
            one.exited_on = date(2014 + (random.random() < 0.7), 12, random.randint(1, 31))


def _choose(pool: list[Household], households: int, persons: int, random: Random) -> list[Household]:
    """So many households with as near so many people as the pool allows."""
    chosen, rest = pool[:households], pool[households:]
    gap = sum(one.size for one in chosen) - persons
    tries = 0
    while gap and rest and tries < 400_000:
        tries += 1
        mine, other = random.randrange(len(chosen)), random.randrange(len(rest))
        step = chosen[mine].size - rest[other].size
        if step and abs(gap - step) < abs(gap):
            chosen[mine], rest[other] = rest[other], chosen[mine]
            gap -= step
    return chosen


def fill(one: Household, random: Random) -> None:
    """Everything about the household that follows from its people and kind."""
    one.stated_members = one.size
    one.group_no = f"{random.randint(1, 8)}组"
    one.phone = next((member.phone for member in one.members if member.phone), None)
    _causes(one, random)
    _dwelling(one, random)
    _income(one, random)


def _causes(one: Household, random: Random) -> None:
    """Illness, disability and lack of labour come to over two fifths (R-43)."""
    ill = any(member.health in (health.chronic, health.serious) for member in one.members)
    disabled = any(member.disabled for member in one.members)
    students = any(member.at_school and member.age > 14 for member in one.members)
    lacks_labour = one.able_members == 0
    weights = {
        cause.illness: 56 * ill,
        cause.disability: 50 * disabled,
        cause.schooling: 12 * students,
        cause.labour: 22 * lacks_labour,
        cause.skill: 12 if one.able_members else 2,
        cause.funds: 9,
        cause.transport: 5,
        cause.land: 2,
        cause.disaster: 2,
        cause.motivation: 2 if one.able_members else 0,
        cause.other: 1,
    }
    drawn = random.choices(list(weights), list(weights.values()), k=3)
    one.main_cause = drawn[0]
    one.other_causes = sorted({other for other in drawn[1:] if other != drawn[0]})
    chosen = [means.industry, means.employment] if one.able_members else [means.safety_net]
    if one.household_kind != kinds.general and means.safety_net not in chosen:
        chosen.append(means.safety_net)
    if one.main_cause == cause.illness:
        chosen.append(means.health)
    if one.main_cause == cause.schooling:
        chosen.append(means.education)
    one.exit_means = sorted(chosen)


def _dwelling(one: Household, random: Random) -> None:
    if one.exited:
        one.dwelling_grade = random.choice([grade.a, grade.b])
    else:
        one.dwelling_grade = random.choices([grade.a, grade.b, grade.c, grade.d], [30, 45, 15, 10])[0]
    one.dangerous_dwelling = one.dwelling_grade in (grade.c, grade.d)
    one.dwelling_area = float(round(one.size * random.uniform(14, 42)))
    one.safe_water = one.exited or random.random() < 0.86
    one.road_surface = random.choices([1, 2, 3, 4], [25, 25, 47, 3])[0]
    one.road_distance = round(random.expovariate(1.2), 2)
    one.production_power = random.random() < 0.9
    one.broadband = random.random() < 0.35
    one.sanitary_toilet = random.random() < 0.4
    one.fuel = random.choices([1, 2, 3], [70, 12, 18])[0]
    one.farmland = round(one.size * random.uniform(0.4, 2.2), 2)
    one.forest_land = round(one.size * random.uniform(0.5, 6), 2)


def _income(one: Household, random: Random) -> None:
    """Parts first, then business moves so that the share of each lies where such a household lies."""
    months = sum(member.work_months or 0 for member in one.members)
    if one.household_kind == kinds.extremely_poor:
        one.income_transfer = float(round(one.size * random.uniform(2_900, 4_200)))
    elif one.household_kind == kinds.low_income:
        one.income_transfer = float(round(one.size * random.uniform(900, 1_900)))
    else:
        one.income_transfer = float(
            round(sum(960 for member in one.members if member.age >= 60) + random.uniform(50, 700))
        )
    one.income_property = float(round(random.uniform(0, 300))) if random.random() < 0.2 else 0.0
    most = (4_600 if not one.exited else 8_500) * one.size
    one.income_wage = (
        float(round(min(months * random.uniform(350, 900), most * random.uniform(0.55, 0.8))))
        if months
        else 0.0
    )
    one.production_cost = float(round(random.uniform(100, 1_200))) if one.able_members else 0.0
    low, high = (LINE_2015 + 250, 8_900) if one.exited else (1_500, 4_900)
    if one.household_kind == kinds.extremely_poor:
        low, high = 2_800, 5_000
    fixed = (one.income_wage + one.income_transfer + one.income_property - one.production_cost) / one.size
    one.earn(round(max(random.triangular(low, high, low + (high - low) * 0.35), min(fixed + 20, high)), 2))
    one.spending_medical = float(round(random.expovariate(1 / 900)))
    one.spending_schooling = (
        float(round(random.expovariate(1 / 1500))) if any(m.at_school for m in one.members) else 0.0
    )
    one.savings = float(round(random.expovariate(1 / 1_500)))
    one.debts = float(round(random.expovariate(1 / 4_000))) if random.random() < 0.35 else 0.0
