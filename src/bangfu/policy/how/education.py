"""Student aid of all stages, Rain and Dew, pre-school and compulsory education (S0-19, S0-20, S1-58, S1-59, S2-22).

Student aid: whoever is registered gets the highest tier of each item; the items of a stage add up; no stage is
left out.
"""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.entitlements import Due, entitlement
from bangfu.policy.logic import within
from bangfu.policy.vocabulary import codes

Expression = Any

school = codes("school_status")
TIERS = ("first", "second", "third")


def highest(p: Expression, item: str) -> Expression:
    """The highest tier of an item of student aid (fen a term)."""
    return ibis.greatest(*(ibis.literal(0, "int64") + p[f"how.student_aid.{item}.{tier}"] for tier in TIERS))


def _aid(person: Expression, p: Expression, stages: list[int], items: tuple[str, ...]) -> Due:
    """At one of the stages: the highest tiers of the items, added up."""
    total = ibis.literal(0, "int64")
    for item in items:
        total = total + highest(p, item)
    return Due(person.household_in_reach & person.school_status.isin(stages), total)


@entitlement(
    "student_aid_preschool",
    subject="person",
    period="term",
    since="2014-01-01",
    law="S2-22",
    received="aid_preschool",
)
def student_aid_preschool(person: Expression, p: Expression) -> Due:
    """At kindergarten: care and food."""
    return _aid(person, p, [school.kindergarten], ("preschool_grant",))


@entitlement(
    "student_aid_compulsory",
    subject="person",
    period="term",
    since="2014-01-01",
    law="S2-22",
    received="aid_compulsory",
)
def student_aid_compulsory(person: Expression, p: Expression) -> Due:
    """At primary, junior middle or special school: meals, and the living allowance of boarders.

    Where the school roll does not say who boards, only the meals are certain: less is too little, both items leave
    nothing open, and between them nobody can tell the amount.
    """
    stages = [school.primary, school.junior_middle, school.special]
    meals = highest(p, "compulsory_meals")
    both = meals + highest(p, "compulsory_living")
    came = person.aid_compulsory
    amount = ibis.cases(
        (person.boards, both),
        (~person.boards, meals),
        (came >= both, both),
        (came >= meals, ibis.null("int64")),
        else_=meals,
    ).cast("int64")
    return Due(person.household_in_reach & person.school_status.isin(stages), amount)


@entitlement(
    "student_aid_senior",
    subject="person",
    period="term",
    since="2014-01-01",
    law="S2-22",
    received="aid_senior",
)
def student_aid_senior(person: Expression, p: Expression) -> Due:
    """At senior middle school: grant and fees waived."""
    return _aid(person, p, [school.senior_middle], ("senior_grant", "senior_fees"))


@entitlement(
    "student_aid_vocational",
    subject="person",
    period="term",
    since="2014-01-01",
    law="S2-22",
    received="aid_vocational",
)
def student_aid_vocational(person: Expression, p: Expression) -> Due:
    """At secondary vocational school: grant and fees waived; Rain and Dew comes on top."""
    return _aid(person, p, [school.vocational], ("vocational_grant", "vocational_fees"))


@entitlement(
    "student_aid_higher",
    subject="person",
    period="term",
    since="2014-01-01",
    law="S2-22",
    received="aid_higher",
)
def student_aid_higher(person: Expression, p: Expression) -> Due:
    """At college or university: the national grant."""
    return _aid(person, p, [school.college, school.bachelor], ("higher_grant",))


@entitlement(
    "rain_and_dew",
    subject="person",
    period="term",
    since="2014-01-01",
    law="S0-19",
    received="rain_and_dew_paid",
)
def rain_and_dew(person: Expression, p: Expression) -> Due:
    """At secondary or higher vocational school, once for each term; a second payment of the term is too much."""
    stages = [school.vocational, school.college]
    amount = ibis.literal(0, "int64") + p["how.rain_and_dew.term"]
    return Due(person.household_in_reach & person.school_status.isin(stages), amount)


@entitlement(
    "preschool_place",
    subject="person",
    period="year",
    since="2014-01-01",
    law="S1-59",
    received="at_school",
    over=False,
)
def preschool_place(person: Expression, p: Expression) -> Due:
    """Every child of pre-school age has a place (the text gives no age)."""
    return Due(within(person.age, p["how.preschool.first_age"], p["how.preschool.last_age"]))


@entitlement(
    "compulsory_place",
    subject="person",
    period="year",
    since="2014-01-01",
    law="S1-58",
    received="at_school",
    over=False,
    doubts=(),
)
def compulsory_place(person: Expression, p: Expression) -> Due:
    """No child of compulsory school age drops out. The doubts ``school_age_…`` ask about each child."""
    first, last = p["who.schooling.compulsory_late_start_age"], p["who.schooling.compulsory_last_age"]
    return Due(within(person.age, first, last))
