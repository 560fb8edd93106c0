"""Checks of schooling: stage against age, compulsory schooling, pupils who work."""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.logic import known, within
from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

school, education = codes("school_status"), codes("education")
AGES = "who.schooling.stage_ages."


@rule("school_stage_age", subject="person", since="2014-01-01", law="S0-18")
def school_stage_age(person: Expression, p: Expression) -> Expression:
    """The school stage does not suit the age."""

    def unfit(stages: list[int], which: str) -> tuple[Expression, Expression]:
        fits = within(person.age, p[f"{AGES}{which}_first"], p[f"{AGES}{which}_last"])
        return person.school_status.isin(stages), ~fits

    return ibis.cases(
        (person.school_status.isnull(), ibis.null("boolean")),
        unfit([school.kindergarten], "kindergarten"),
        unfit([school.primary], "primary"),
        unfit([school.junior_middle], "junior"),
        unfit([school.senior_middle, school.vocational], "senior"),
        unfit([school.college, school.bachelor, school.postgraduate], "higher"),
        else_=False,
    )


@rule("education_beyond_age", subject="person", since="2014-01-01", law="GB/T 4658-2006")
def education_beyond_age(person: Expression, p: Expression) -> Expression:
    """More education attained than the age allows; stages are one step behind those at school."""
    return ibis.cases(
        (person.education.isin([education.illiterate, education.preschool, education.primary]), False),
        (person.education == education.junior_middle, person.age < p[f"{AGES}junior_first"]),
        (
            person.education.isin([education.senior_middle, education.vocational]),
            person.age < p[f"{AGES}senior_first"],
        ),
        (
            person.education.isin([education.college, education.bachelor, education.postgraduate]),
            person.age < p[f"{AGES}higher_first"],
        ),
        else_=ibis.null("boolean"),
    )


@rule("school_age_not_enrolled", subject="person", since="2014-01-01", law="S1-58")
def school_age_not_enrolled(person: Expression, p: Expression) -> Expression:
    """Of compulsory school age and entered as not enrolled or dropped out."""
    of_age = within(
        person.age, p["who.schooling.compulsory_late_start_age"], p["who.schooling.compulsory_last_age"]
    )
    finished = person.education.isin([education.junior_middle, education.senior_middle, education.vocational])
    return of_age & ~person.at_school & ~finished.fill_null(False)


@rule("student_working", subject="person", since="2014-01-01", law="S2-45")
def student_working(person: Expression, p: Expression) -> Expression:
    """At school, and more months of work than the holidays have. No months entered: no work is claimed."""
    return person.at_school & known(person.work_months > p["who.work.student_months"])
