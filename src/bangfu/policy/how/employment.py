"""A skill for everybody able to work, an industry item, a job for families without any, a way on for school leavers.

S0-22, S0-30, S3-14, S4-79, S4-80.
"""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.entitlements import Due, entitlement
from bangfu.policy.logic import known, within
from bangfu.policy.vocabulary import codes

Expression = Any

labour = codes("labour")


@entitlement(
    "skill", subject="person", period="once", since="2014-01-01", law="S0-22", received="skills", over=False
)
def skill(person: Expression, p: Expression) -> Due:
    """Able to work and not skilled yet, of working age: at least one skill."""
    able = person.labour.isin([labour.ordinary, labour.partial])
    of_age = within(person.age, p["who.work.first_age"], p["how.employment.last_age"])
    return Due(person.household_in_reach & able & of_age & ~person.at_school)


@entitlement(
    "household_skill",
    subject="household",
    period="once",
    since="2014-01-01",
    law="S4-80",
    received="skills_total",
    over=False,
    doubts=(),
)
def household_skill(household: Expression, p: Expression) -> Due:
    """A household with somebody able to work masters one or two skills. A list; the doubts are about persons (X-09)."""
    return Due(household.in_reach & (household.able_members > 0))


@entitlement(
    "transfer_job",
    subject="household",
    period="year",
    since="2014-01-01",
    law="S4-79",
    received="placements_total",
    over=False,
)
def transfer_job(household: Expression, p: Expression) -> Due:
    """Nobody works away although somebody could: at least one job. Families with nobody able, or nobody of those who
    wishes to, are left out; where no wish is on record, the offer is the question.
    """
    idle = ibis.ifelse(
        household.workers > 0, False, ibis.ifelse(household.work_months_unknown > 0, None, True)
    )
    candidates = household.able_members - household.unwilling_members
    return Due(household.in_reach & (candidates > 0) & idle)


@entitlement(
    "school_leaver",
    subject="person",
    period="once",
    since="2014-01-01",
    law="S3-14",
    received="trainings",
    over=False,
)
def school_leaver(person: Expression, p: Expression) -> Due:
    """两后生: finished junior or senior middle school, no school, no job: training or vocational school."""
    of_age = within(person.age, p["how.employment.leaver_first_age"], p["how.employment.leaver_last_age"])
    minor = person.work_months.isnull() & (person.age < p["who.work.first_age"])
    idle = ~person.at_school & (known(minor) | (person.work_months == 0))
    return Due(person.household_in_reach & of_age & person.left_school & idle)


@entitlement(
    "industry_item",
    subject="household",
    period="year",
    since="2014-01-01",
    law="S0-30",
    received="industry_items",
    over=False,
    doubts=(),
)
def industry_item(household: Expression, p: Expression) -> Due:
    """A household with somebody able to work takes up at least one item of characteristic planting or breeding."""
    return Due(household.in_reach & (household.able_members > 0))
