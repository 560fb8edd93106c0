"""What indicators are made of: additive whole numbers, counted once for each village.

People of a household share its income and dwelling. A household is *poor* while it is registered and has not exited,
and *registered* whether it has exited or not; a marginal or monitored one is neither (``policy.who.on_the_books``).
``…_unknown`` counts those of whom the datum is missing: they are in no numerator and no denominator, and the result
shows how many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis

from bangfu.analytics.indicators.deprivation import DEPRIVATIONS, TOTAL_WEIGHT, deprivations
from bangfu.policy.vocabulary import codes

Expression = Any
Parts = Mapping[str, Expression]

means, causes = codes("exit_means"), codes("cause")
grades, school, ethnicity, sexes = (
    codes("dwelling_grade"),
    codes("school_status"),
    codes("ethnicity"),
    codes("sex"),
)
LINE: Final = "who.income.poverty_line"
#: Gaps under the line are kept in ten-thousandths of it, cut off: whole numbers on every engine.
GAP: Final = 10_000
INCOMES: Final = ("income_wage", "income_business", "income_property", "income_transfer")
#: Ways out that make a family earn by itself (造血, S0-10); the other ways give (输血).
BLOOD_MAKING: Final = ("industry", "employment", "education", "finance")
COVERED: Final = ("safe_water", "domestic_power", "broadcasting", "broadband", "sanitary_toilet")


#: The five groups of the safety net; a household counts in each that it belongs to (S4-46).
SAFETY_NET: Final = ("net_supported", "net_no_labour", "net_disabled", "net_elderly", "net_ill")


@dataclass(frozen=True)
class Covered:
    """Who has something (NULL: nobody can tell), among whom."""

    condition: Expression
    among: Expression


def household_parts(household: Expression, p: Expression) -> Parts:
    """Parts counted over households of a village; NULL conditions count nowhere."""
    size = household.members.cast("int64")
    is_poor, is_registered = household.is_poor, household.is_registered
    parts: dict[str, Expression] = {
        "households": household.count(),
        "registered_households": household.count(where=is_registered),
        "poor_households": household.count(where=is_poor),
        "poor_people": _sum(size, is_poor),
        "registered_people": _sum(size, is_registered),
        "standing_unknown": household.count(where=is_poor.isnull()),
    }
    for name, covered in household_coverage(household, p).items():
        parts |= _yes_no(name, household, covered)
    for cause in causes:
        parts[f"cause_{cause.key}"] = household.count(where=is_poor & (household.main_cause == cause.code))
    parts["cause_unknown"] = household.count(where=is_poor & household.main_cause.isnull())
    for mean in means:
        relies = household.exit_means.contains(ibis.literal(mean.code, "int16"))
        parts[f"means_{mean.key}"] = household.count(where=is_registered & relies)
    parts["means_unknown"] = household.count(where=is_registered & household.exit_means.isnull())
    return {
        **parts,
        **_income(household, is_registered, size),
        **_gaps(household, p, size),
        **_multidimensional(household, p, size),
    }


def household_coverage(household: Expression, p: Expression) -> Mapping[str, Covered]:
    """Coverage of households; whoever does not have it is listed by name."""
    is_poor, is_registered = household.is_poor, household.is_registered
    safe = household.dwelling_grade.isin([grades.a, grades.b])
    return {
        **{name: Covered(household[name], is_registered) for name in COVERED},
        "safe_dwelling": Covered(safe, is_registered),
        "helper": Covered(household.helpers > 0, is_poor),
        "measure": Covered(household.measures > 0, is_poor),
        **{name: Covered(household.net_covered, is_poor & household[name]) for name in SAFETY_NET},
    }


def _income(household: Expression, chosen: Expression, size: Expression) -> Parts:
    """Income of registered households whose four kinds are all entered, in fen."""
    complete = chosen
    for name in INCOMES:
        complete = complete & household[name].notnull()
    own = {name: _sum(household[name], complete) for name in INCOMES}
    return {
        **own,
        "income_people": _sum(size, complete),
        "income_unknown": household.count(where=chosen & ~complete),
    }


def _gaps(household: Expression, p: Expression, size: Expression) -> Parts:
    """Foster–Greer–Thorbecke: people under the line, their gap and squared gap, of all whose income is entered."""
    income = household.income_per_head
    line = ibis.literal(0, "int64") + p[LINE]
    gap = ((line - income) * GAP // line.nullif(0)).cast("int64")
    # A negative income (a loss) is as poor as none: the gap ends at the whole line.
    gap = ibis.least(gap, ibis.literal(GAP, "int64"))
    under = income < line
    return {
        "fgt_people": _sum(size, income.notnull()),
        "fgt_unknown": _sum(size, income.isnull()),
        "fgt_under": _sum(size, under),
        "fgt_gap": _sum(size * gap, under),
        "fgt_gap_squared": _sum(size * gap * gap, under),
    }


def _multidimensional(household: Expression, p: Expression, size: Expression) -> Parts:
    """Alkire–Foster: people whose weighted deprivations reach the cutoff, their deprivations, and the censored ones."""
    weighted, known = ibis.literal(0, "int64"), ibis.literal(True)
    found = deprivations(household, p)
    for one in DEPRIVATIONS:
        weighted = weighted + ibis.ifelse(found[one.key], one.weight, 0).cast("int64")
        known = known & found[one.key].notnull()
    is_poor = known & (
        weighted * 10_000 >= ibis.literal(TOTAL_WEIGHT, "int64") * p["oversight.indicators.mpi_cutoff"]
    )
    parts = {
        "mpi_people": _sum(size, known),
        "mpi_unknown": _sum(size, ~known),
        "mpi_poor": _sum(size, is_poor),
        "mpi_weighted": _sum(size * weighted, is_poor),
    }
    for one in DEPRIVATIONS:
        parts[f"mpi_uncensored_{one.key}"] = _sum(size, known & found[one.key])
        parts[f"mpi_censored_{one.key}"] = _sum(size, is_poor & found[one.key])
    return parts


def person_parts(person: Expression, p: Expression) -> Parts:
    """Parts counted over the people of poor households: special groups (S4-92), insurance and schooling.

    ``in_poor_household`` has been joined from the household.
    """
    kept = person.in_poor_household
    han = person.ethnicity == ethnicity.han
    child = person.age < p["oversight.indicators.adult_age"]
    groups = {
        "minority": ~han,
        "women": person.sex == sexes.female,
        "children": child,
        "disabled": person.is_disabled,
    }
    parts: dict[str, Expression] = {"people": person.count(), "people_kept": person.count(where=kept)}
    for name, condition in groups.items():
        parts |= _yes_no(name, person, Covered(condition, kept))
    for name, covered in person_coverage(person, p).items():
        parts |= _yes_no(name, person, covered)
    return parts


def person_coverage(person: Expression, p: Expression) -> Mapping[str, Covered]:
    """Coverage of people of poor households; whoever does not have it is listed by name."""
    kept = person.in_poor_household
    compulsory = (person.age >= p["who.schooling.compulsory_first_age"]) & (
        person.age <= p["who.schooling.compulsory_last_age"]
    )
    return {
        "insured": Covered(person.medical_insurance, kept),
        "in_school": Covered(person.at_school, kept & compulsory),
    }


def _yes_no(name: str, table: Expression, covered: Covered) -> Parts:
    condition, among = covered.condition, covered.among
    """``name``, ``name_known`` and ``name_unknown``: yes, yes or no, and missing, among the rows chosen."""
    return {
        name: table.count(where=among & condition),
        f"{name}_known": table.count(where=among & condition.notnull()),
        f"{name}_unknown": table.count(where=among & condition.isnull()),
    }


def _sum(value: Expression, where: Expression) -> Expression:
    return value.sum(where=where).fill_null(0).cast("int64")


#: Subject table → its parts.
TABLES: Final[Mapping[str, Callable[[Expression, Expression], Parts]]] = {
    "household": household_parts,
    "person": person_parts,
}
#: Subject table → coverage by the name of its part.
COVERAGE: Final[Mapping[str, Callable[[Expression, Expression], Mapping[str, Covered]]]] = {
    "household": household_coverage,
    "person": person_coverage,
}
