"""Derived columns that the rules of ``who`` share (vocabulary, sections ``derived``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from bangfu.policy.facts import columns, summary
from bangfu.policy.vocabulary import codes, table
from bangfu.policy.who import on_the_books
from bangfu.policy.who.form import FORM, FormGroup

Expression = Any
Facts = Mapping[str, Expression]

relation, sex = codes("relation"), codes("sex")
id_state, health, labour, school = codes("id_state"), codes("health"), codes("labour"), codes("school_status")

#: What a person's row takes over from the household: person's column → household's column.
FROM_HOUSEHOLD: Mapping[str, str] = {
    "head_birth": "head_birth",
    "head_sex": "head_sex",
    "household_identified_on": "identified_on",
    "household_kept": "kept",
    "household_watched": "watched",
    "household_kind": "household_kind",
    "household_in_reach": "in_reach",
}


@summary("person", to="household", by="household_key", empty={"members": 0, "heads": 0, "spouses": 0})
def household_members(person: Expression, p: Expression) -> Facts:
    """What the members add up to."""
    is_head = person.relation == relation.head
    grown = person.age >= p["who.work.first_age"]
    ill = person.health.isin([health.chronic, health.serious])
    able = person.labour.isin([labour.ordinary, labour.skilled, labour.partial])
    spouse = person.relation.isin([relation.spouse, relation.husband, relation.wife])
    young = person.age < p["who.schooling.student_last_age"]
    counted = {
        "heads": is_head,
        "spouses": spouse,
        "workers": person.work_months > 0,
        "steady_workers": person.work_months >= p["who.work.steady_months"],
        "work_months_unknown": grown & person.work_months.isnull(),
        "able_members": able,
        "unwilling_members": able & ~person.work_wish,
        "labour_unknown": grown & person.labour.isnull(),
        "ill_members": ill,
        "disabled_members": person.is_disabled,
        "health_unknown": person.health.isnull(),
        "students": person.at_school,
        "school_unknown": person.school_status.isnull() & young,
    }
    return {
        "members": person.count().cast("int32"),
        **{name: person.count(where=condition).cast("int32") for name, condition in counted.items()},
        "head_birth": person.birth.min(where=is_head),
        "head_sex": person.sex.min(where=is_head),
    }


@summary("person", to="household", by="household_key")
def household_on_lists(person: Expression, p: Expression) -> Facts:
    """What other departments' lists say of the members; NULL where a list was not supplied."""
    return {
        "low_income_members": person.assisted_low_income.sum().cast("int32"),
        "extremely_poor_members": person.assisted_extremely_poor.sum().cast("int32"),
        "wage_recorded_total": person.wage_recorded.sum().cast("int64"),
        "rent_recorded_total": person.rent_recorded.sum().cast("int64"),
        "dividend_recorded_total": person.dividend_recorded.sum().cast("int64"),
        "subsidy_recorded_total": person.subsidy_recorded.sum().cast("int64"),
        "loan_recorded_total": person.loan_recorded.sum().cast("int64"),
        "helpers": person.helper_rows.sum().cast("int32"),
        "measures": (person.rain_and_dew_rows + person.relocation_rows + person.project_rows)
        .sum()
        .cast("int32"),
    }


@columns("household")
def household_itself(household: Expression, p: Expression) -> Facts:
    """Income by its parts and per head (fen, cut to the fen), how it stands on the books, gaps of the form (S4-59)."""
    parts = (
        household.income_wage
        + household.income_business
        + household.income_property
        + household.income_transfer
    )
    cost = household.production_cost.fill_null(0)
    kept, registered = on_the_books.kept(household), on_the_books.registered(household)
    gap_count = ibis.literal(0, "int32")
    for group in FORM:
        gap_count = gap_count + _is_empty(household, group).cast("int32")
    return {
        "income_parts": parts - cost,
        "income_per_head_computed": (household.income_net // household.members.nullif(0)).cast("int64"),
        "has_exited": on_the_books.has_exited(household),
        "watched": on_the_books.watched(household),
        "kept": kept,
        "is_registered": registered,
        "is_poor": registered & kept,
        "form_gaps": gap_count.cast("int32"),
    }


@columns("person", stage="family")
def person_in_family(person: Expression, p: Expression) -> Facts:
    """The person against the head of the household."""
    return {
        "head_age": ((p.day - person.head_birth) // 10_000).cast("int32"),
        "years_younger": ((person.birth - person.head_birth) // 10_000).cast("int32"),
        "years_older": ((person.head_birth - person.birth) // 10_000).cast("int32"),
    }


@summary("household", to="village", by="village_code", empty={"households": 0, "people": 0})
def village_households(household: Expression, p: Expression) -> Facts:
    """Households and people of the village, and how many different incomes per head they state."""
    stated = household.income_per_head > 0
    return {
        "households": household.count().cast("int32"),
        "people": household.members.sum().cast("int32"),
        "incomes_stated": household.count(where=stated).cast("int32"),
        "distinct_incomes": household.income_per_head.nunique(where=stated).cast("int32"),
    }


def _is_empty(household: Expression, group: FormGroup) -> Expression:
    """Nothing of the group is entered; a list of codes counts as empty when it has none."""
    columns_of = table("household").columns
    empty = ibis.literal(True)
    for name in group.columns:
        value = household[name]
        absent = (
            value.isnull() | (value.length() == 0) if columns_of[name].kind == "codes" else value.isnull()
        )
        empty = empty & absent.fill_null(True)
    return empty
