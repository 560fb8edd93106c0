"""The items of multidimensional poverty: what each asks of a household; weights and texts: ``deprivation.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import ibis

from bangfu.policy import yaml_files
from bangfu.policy.logic import nobody
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words

Expression = Any
grades = codes("dwelling_grade")


@dataclass(frozen=True)
class Deprivation:
    """One item; ``weight`` is a whole number, so that every share is exact."""

    key: str
    dimension: str
    weight: int
    title: Words
    law: str


def _read() -> tuple[Deprivation, ...]:
    content = yaml_files.read(Path(__file__).with_suffix(".yaml"))
    return tuple(
        Deprivation(key, node["dimension"], node["weight"], Words(node["zh"], node["en"]), node["law"])
        for key, node in content.items()
    )


DEPRIVATIONS: Final = _read()
TOTAL_WEIGHT: Final = sum(one.weight for one in DEPRIVATIONS)
#: What the people of a household add to its row for this purpose alone.
FROM_PEOPLE: Final = ("out_of_school", "schooling_unknown", "uninsured", "insurance_unknown")


def of_people(person: Expression, p: Expression) -> Mapping[str, Expression]:
    """``FROM_PEOPLE``: aggregates of a household's people."""
    pupil = (person.age >= p["who.schooling.compulsory_late_start_age"]) & (
        person.age <= p["who.schooling.compulsory_last_age"]
    )
    return {
        "out_of_school": person.count(where=pupil & ~person.at_school),
        "schooling_unknown": person.count(where=pupil.fill_null(True) & person.at_school.isnull()),
        "uninsured": person.count(where=~person.medical_insurance),
        "insurance_unknown": person.count(where=person.medical_insurance.isnull()),
    }


def deprivations(household: Expression, p: Expression) -> dict[str, Expression]:
    """Key of ``DEPRIVATIONS`` → deprived, not deprived, NULL where it cannot be told."""
    burden = (
        household.spending_schooling * 10_000
        > household.income_net * p["oversight.indicators.schooling_burden"]
    )
    graded = household.dwelling_grade.isin([grades.c, grades.d])
    return {
        "schooling": ~nobody(household.out_of_school, household.schooling_unknown),
        "studying": burden,
        "illness": ~nobody(household.ill_members, household.health_unknown),
        "insurance": ~nobody(household.uninsured, household.insurance_unknown),
        "dwelling": ibis.ifelse(household.dwelling_grade.notnull(), graded, household.dangerous_dwelling),
        "water": ~household.safe_water,
        "power": ~household.domestic_power | ~household.broadcasting,
    }
