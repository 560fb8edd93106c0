"""What the household's people received, folded onto the household."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from bangfu.policy.facts import summary

Expression = Any
Facts = Mapping[str, Expression]


def _total(person: Expression, value: Expression, kind: str) -> Expression:
    """The members' sum; NULL as soon as one member's is."""
    unknown = person.count(where=value.isnull()) > 0
    return ibis.ifelse(unknown, ibis.null(kind), value.sum().cast(kind))


def _got(value: Expression) -> Expression:
    return (value > 0).cast("int32")


@summary("person", to="household", by="household_key")
def household_received(person: Expression, p: Expression) -> Facts:
    """What came to the household through any of its members."""
    return {
        "renovation_total": _total(person, person.renovation_subsidy, "int64"),
        "grade_on_list": person.renovation_grade.max(),
        "relocations": person.relocation_rows.sum().cast("int32"),
        "turnkey_total": _total(person, person.turnkey_homes, "int32"),
        "turnkey_declined_total": _total(person, person.turnkey_declined, "int32"),
        "homes_of_class_total": _total(person, person.homes_of_class, "int32"),
        "placements_total": _total(person, person.placements, "int32"),
        "industry_items": _total(person, person.industry_rows, "int32"),
        "skills_total": _total(person, person.skills, "int32"),
        "assisted_members": (person.assisted_low_income + person.assisted_extremely_poor).sum().cast("int32"),
        "subsidised_members": _total(
            person, _got(person.disability_living_paid + person.disability_care_paid), "int32"
        ),
        "relieved_members": _total(person, _got(person.relief_paid), "int32"),
        "age_unknown": person.count(where=person.age.isnull()).cast("int32"),
        "elderly_members": person.count(where=person.age >= p["how.safety_net.elderly_age"]).cast("int32"),
    }
