"""Checks of work: months, ages, ability to work."""

from __future__ import annotations

from typing import Any

from bangfu.policy.logic import known
from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

labour, grade = codes("labour"), codes("disability_grade")
FULL = [labour.ordinary, labour.skilled]
UNABLE = [labour.lost, labour.none]


@rule("work_months_range", subject="person", since="2014-01-01", law="S2-45")
def work_months_range(person: Expression, p: Expression) -> Expression:
    """A year has twelve months. No months entered: nothing is out of range."""
    return known((person.work_months < 0) | (person.work_months > 12))


@rule("underage_working", subject="person", since="2014-01-01", law="劳动法第十五条")
def underage_working(person: Expression, p: Expression) -> Expression:
    """Months of work before the age of work. No months entered: no work is claimed."""
    return (person.age < p["who.work.first_age"]) & known(person.work_months > 0)


@rule("work_place_incomplete", subject="person", since="2014-01-01", law="S4-59")
def work_place_incomplete(person: Expression, p: Expression) -> Expression:
    """Months of work without a place, or a place without months."""
    works = known(person.work_months > 0)
    return works != person.work_place.notnull()


@rule("labour_age", subject="person", since="2014-01-01", law="S4-60")
def labour_age(person: Expression, p: Expression) -> Expression:
    """Entered as full labour, but a child or very old."""
    outside = (person.age < p["who.work.first_age"]) | (person.age > p["who.work.labour_last_age"])
    return person.labour.isin(FULL) & outside


@rule("labour_disability", subject="person", since="2014-01-01", law="S2-26")
def labour_disability(person: Expression, p: Expression) -> Expression:
    """Entered as full labour with a disability of the first grade."""
    return person.labour.isin(FULL) & known(person.disability_grade == grade.first)


@rule("unable_working", subject="person", since="2014-01-01", law="S2-26")
def unable_working(person: Expression, p: Expression) -> Expression:
    """Entered as unable to work, with months of work."""
    return person.labour.isin(UNABLE) & known(person.work_months > p["who.work.unable_months"])
