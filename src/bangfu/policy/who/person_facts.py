"""Derived columns of the person's own row, and of rows that share its identity number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangfu.policy.facts import columns, summary
from bangfu.policy.vocabulary import codes

Expression = Any
Facts = Mapping[str, Expression]

id_state, health, school = codes("id_state"), codes("health"), codes("school_status")


@columns("person")
def person_itself(person: Expression, p: Expression) -> Facts:
    """Age in full years on the day; dates are yyyymmdd, so a difference divided by 10 000 counts birthdays."""
    birth = person.birth_date.coalesce(person.id_birth)
    return {
        "birth": birth,
        "age": ((p.day - birth) // 10_000).cast("int32"),
        "usable_id": person.id_state.isin([id_state.ok, id_state.legacy]),
        "is_disabled": (person.health == health.disabled) | person.disability_grade.notnull(),
        "at_school": (person.school_status > school.not_enrolled) & (person.school_status != school.dropout),
    }


def _repeated(person: Expression, p: Expression) -> Expression:
    """Entry has seen the number more than once; where entry did not look, everybody is counted."""
    return person.usable_id & person.id_key.notnull() & person.id_repeated.fill_null(True)


@summary("person", to="person", by="id_key", only=_repeated, empty={"id_copies": 1, "id_households": 1})
def same_number(person: Expression, p: Expression) -> Facts:
    """How often one identity number stands in the registry, and in how many households."""
    return {
        "id_copies": person.count().cast("int32"),
        "id_households": person.household_key.nunique().cast("int32"),
    }


def _shared(person: Expression, p: Expression) -> Expression:
    return person.id_copies > 1


@summary(
    "person", to="person", by="id_key", within="household_key", only=_shared, empty={"id_copies_here": 1}
)
def same_number_here(person: Expression, p: Expression) -> Facts:
    """How often one identity number stands in the person's own household."""
    return {"id_copies_here": person.count().cast("int32")}
