"""The entitlement rules as OpenFisca variables: what is due and how much, in yuan; parameters are Bangfu's own YAML.

Codes are those of Bangfu's vocabulary. OpenFisca knows no NULL: no grade of disability and no months of work are 0.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

DAY = 20151231
KINDS_IN_REACH = (1, 2, 3, 11, 12)
LOW_INCOME, EXTREMELY_POOR = 2, 3
GRADE_C, GRADE_D = 3, 4
TIERS = ("first", "second", "third")
Person = build_entity("person", "people", "a person", is_person=True)
Household = build_entity(
    "household", "households", "a household", roles=[{"key": "member", "plural": "members"}]
)


def made(name, entity, kind, formula=None):
    """A variable of the month, by its formula; an input without one."""
    rest = {} if formula is None else {"formula": formula}
    given = {"value_type": kind, "entity": entity, "definition_period": DateUnit.MONTH, "label": name}
    return type(name, (Variable,), {**given, **rest})


def isin(values, wanted):
    return np.logical_or.reduce([values == one for one in wanted])


def counted(condition):
    """How many members of the household meet the condition of a person and period."""
    return lambda household, period, parameters: household.sum(
        condition(household.members, period, parameters)
    )


def _both(low, name, high):
    """A person's value lies between two parameters."""

    def formula(person, period, parameters):
        value = person(name, period)
        return (value >= low(parameters(period))) & (value <= high(parameters(period)))

    return formula


def _aid(stages, items):
    def eligible(person, period, parameters):
        return person.household("in_reach", period) & isin(person("school_status", period), stages)

    def amount(parameters):
        aid = parameters.how.student_aid
        return sum(max(getattr(getattr(aid, item), tier) for tier in TIERS) for item in items)

    return eligible, amount


def _at_school(person, period, parameters):
    status = person("school_status", period)
    return (status > 0) & (status != 85)


def _is_disabled(person, period, parameters):
    return (person("health", period) == 60) | (person("disability_grade", period) > 0)


def _skill(person, period, parameters):
    values = parameters(period)
    age = person("age", period)
    of_age = (age >= values.who.work.first_age) & (age <= values.how.employment.last_age)
    able = isin(person("labour", period), (1, 5))
    return person.household("in_reach", period) & able & of_age & ~person("at_school", period)


def _cap(person, period, parameters):
    caps = parameters(period).how.medical.inpatient_cap
    level = person("hospital_highest", period)
    return np.select([level == 1, level == 2, level == 3], [caps.county, caps.city, caps.province], 0)


def _over_cap(person, period, parameters):
    over = person("own_inpatient", period) > person("cap", period)
    return person.household("in_reach", period) & over


def _relief_base(person, period, parameters):
    return np.where(
        person("key_class", period), person("own_inpatient", period), person("own_listed", period)
    )


def _relief(person, period, parameters):
    shares = parameters(period).how.medical.relief_share
    rest = np.minimum(person("relief_base", period), person("cap", period))
    return rest * np.where(person("key_class", period), shares.key, shares.registered)


def _safety_net(household, period, parameters):
    kind = household("household_kind", period)
    grouped = (
        (kind == EXTREMELY_POOR)
        | (household("able_members", period) == 0)
        | (household("disabled_members", period) > 0)
        | (household("elderly_members", period) > 0)
        | (household("ill_members", period) > 0)
    )
    return household("in_reach", period) & grouped


def _allowance(household, period, parameters):
    values = parameters(period).how.assistance
    own = household("income_net", period) - household("income_transfer", period) * (
        1 - values.counted_transfer
    )
    under = own / household("members", period) < values.allowance_standard
    return under & (household("household_kind", period) != EXTREMELY_POOR)


def _able(household, period, parameters):
    return household("in_reach", period) & (household("able_members", period) > 0)


def _renovated(household, period, parameters):
    return isin(household("dwelling_grade", period), (GRADE_C, GRADE_D))


def _renovation(household, period, parameters):
    values, grade = parameters(period).how.renovation, household("dwelling_grade", period)
    return np.where(grade == GRADE_C, values.grade_c, values.grade_d)


INPUTS = {
    Person: {
        "birth_date": int,
        "school_status": int,
        "health": int,
        "disability_grade": int,
        "labour": int,
        "work_months": int,
        "own_inpatient": float,
        "own_listed": float,
        "own_chronic": float,
        "hospital_highest": int,
    },
    Household: {"household_kind": int, "dwelling_grade": int, "income_net": float, "income_transfer": float},
}
SHARED = [
    made("age", Person, int, lambda one, at, _: (DAY - one("birth_date", at)) // 10_000),
    made("at_school", Person, bool, _at_school),
    made("is_disabled", Person, bool, _is_disabled),
    made("key_class", Person, bool, lambda one, at, _: isin(one.household("household_kind", at), (2, 3))),
    made("cap", Person, float, _cap),
    made("relief_base", Person, float, _relief_base),
    made("in_reach", Household, bool, lambda one, at, _: isin(one("household_kind", at), KINDS_IN_REACH)),
    made("members", Household, int, lambda one, at, _: one.nb_persons()),
    made("able_members", Household, int, counted(lambda one, at, _: isin(one("labour", at), (1, 2, 5)))),
    made("workers", Household, int, counted(lambda one, at, _: one("work_months", at) > 0)),
    made("disabled_members", Household, int, counted(lambda one, at, _: one("is_disabled", at))),
    made("ill_members", Household, int, counted(lambda one, at, _: isin(one("health", at), (30, 40)))),
    made(
        "elderly_members",
        Household,
        int,
        counted(lambda one, at, p: one("age", at) >= p(at).how.safety_net.elderly_age),
    ),
]  # fmt: skip


def _reach(person, period, parameters):
    return person.household("in_reach", period)


def _graded(grades):
    return lambda one, at, _: one("is_disabled", at) & isin(one("disability_grade", at), grades)


def _living(person, period, parameters):
    poor = person.household("household_kind", period) == LOW_INCOME
    return poor & _graded((1, 2, 3, 4))(person, period, parameters)


def _flat(amount):
    """The same for everybody eligible."""
    return lambda subject, period, parameters: np.full(subject.count, amount(parameters(period)))


_AIDS = {
    "student_aid_preschool": ((10,), ("preschool_grant",)),
    # No school roll says who boards: the meals are certain, the living allowance is not.
    "student_aid_compulsory": ((20, 30, 80), ("compulsory_meals",)),
    "student_aid_senior": ((40,), ("senior_grant", "senior_fees")),
    "student_aid_vocational": ((45,), ("vocational_grant", "vocational_fees")),
    "student_aid_higher": ((50, 60), ("higher_grant",)),
}
#: Entitlement → entity, eligible, amount (None in kind).
RULES = {
    **{key: (Person, aid[0], _flat(aid[1])) for key, given in _AIDS.items() for aid in [_aid(*given)]},
    "rain_and_dew": (Person, _aid((45, 50), ())[0], _flat(lambda p: p.how.rain_and_dew.term)),
    "preschool_place": (
        Person,
        _both(lambda p: p.how.preschool.first_age, "age", lambda p: p.how.preschool.last_age),
        None,
    ),
    "compulsory_place": (
        Person,
        _both(
            lambda p: p.who.schooling.compulsory_late_start_age,
            "age",
            lambda p: p.who.schooling.compulsory_last_age,
        ),
        None,
    ),
    "skill": (Person, _skill, None),
    "disability_living": (Person, _living, _flat(lambda p: p.how.disability.living_monthly)),
    "disability_care": (Person, _graded((1, 2)), _flat(lambda p: p.how.disability.care_monthly)),
    "medical_insurance": (Person, _reach, None),
    "inpatient_cap": (Person, _over_cap, lambda one, at, _: one("own_inpatient", at) - one("cap", at)),
    "chronic_outpatient": (
        Person,
        lambda one, at, _: one.household("in_reach", at) & (one("own_chronic", at) > 0),
        lambda one, at, p: one("own_chronic", at) * p(at).how.medical.chronic_share,
    ),
    "medical_relief": (
        Person,
        lambda one, at, _: one.household("in_reach", at) & (one("relief_base", at) > 0),
        _relief,
    ),
    "subsistence_allowance": (Household, _allowance, None),
    "safety_net": (Household, _safety_net, None),
    "household_skill": (Household, _able, None),
    "industry_item": (Household, _able, None),
    "transfer_job": (
        Household,
        lambda one, at, p: _able(one, at, p) & (one("workers", at) == 0),
        None,
    ),
    "house_renovation": (Household, _renovated, _renovation),
}  # fmt: skip


def _due(key, amount):
    """The amount where it is due, nothing elsewhere."""
    return lambda one, at, p: np.where(one(f"{key}_eligible", at), amount(one, at, p), 0)


def system(policy: Path) -> TaxBenefitSystem:
    """Every variable, and the parameters of the folders ``who`` and ``how`` as they are."""
    made_of = TaxBenefitSystem([Household, Person])
    root = ParameterNode("", data={})
    for question in ("who", "how"):
        folder = policy / question / "parameters"
        root.add_child(question, ParameterNode(question, directory_path=str(folder)))
    made_of.parameters = root
    for entity, names in INPUTS.items():
        made_of.add_variables(*(made(name, entity, kind) for name, kind in names.items()))
    made_of.add_variables(*SHARED)
    for key, (entity, eligible, amount) in RULES.items():
        made_of.add_variable(made(f"{key}_eligible", entity, bool, eligible))
        if amount is not None:
            made_of.add_variable(made(f"{key}_due", entity, float, _due(key, amount)))
    return made_of
