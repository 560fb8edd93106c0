"""Cross-matches with other departments' lists (S2-29, S2-45). A match is a doubt, never a removal (S1-24).

Rules that name a list as ``matched`` stand twice: by equal number, and for somebody who is likely the same person.
Rules on absence need that nobody was found by either way; they cannot tell where the list was not supplied.
"""

from __future__ import annotations

from typing import Any

from bangfu.policy.list_logic import found, missing
from bangfu.policy.logic import known, within
from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes
from bangfu.policy.who.list_facts import running

Expression = Any

link, assistance, kinds = codes("link"), codes("assistance_kind"), codes("household_kind")
school, grade = codes("school_status"), codes("disability_grade")


@rule("dead_but_registered", subject="person", since="2014-01-01", law="S2-45", matched="deaths")
def dead_but_registered(person: Expression, p: Expression, how: str) -> Expression:
    """On the list of deaths."""
    return found(person, "deaths", how)


@rule("owns_car", subject="person", since="2014-01-01", law="S2-45", matched="vehicles")
def owns_car(person: Expression, p: Expression, how: str) -> Expression:
    """Owner of a car, minibus, lorry or machine, of a household still registered."""
    return person.household_kept & found(person, "cars", how)


@rule("owns_business", subject="person", since="2014-01-01", law="S2-45", matched="businesses")
def owns_business(person: Expression, p: Expression, how: str) -> Expression:
    """Runs a company or shop that trades, of a household still registered."""
    return person.household_kept & found(person, "businesses", how)


@rule("owns_town_house", subject="person", since="2014-01-01", law="S2-45", matched="housing")
def owns_town_house(person: Expression, p: Expression, how: str) -> Expression:
    """Owner of a flat or shop bought in town, of a household still registered."""
    return person.household_kept & found(person, "houses", how)


@rule("on_payroll", subject="person", since="2014-01-01", law="S2-45", matched="payroll")
def on_payroll(person: Expression, p: Expression, how: str) -> Expression:
    """On the budget's payroll, of a household still registered."""
    return person.household_kept & found(person, "payroll", how)


@rule("job_unrecorded", subject="person", since="2014-01-01", law="S1-24", matched="human_resources")
def job_unrecorded(person: Expression, p: Expression, how: str) -> Expression:
    """Employed for months by contract, entered without months of work."""
    return found(person, "jobs", how) & (person.work_months.fill_null(0) == 0)


@rule("school_age_off_roll", subject="person", since="2014-01-01", law="S0-18")
def school_age_off_roll(person: Expression, p: Expression) -> Expression:
    """Of compulsory school age, and not on the school roll."""
    of_age = within(
        person.age, p["who.schooling.compulsory_late_start_age"], p["who.schooling.compulsory_last_age"]
    )
    return of_age & missing(person, "roll")


@rule("student_off_roll", subject="person", since="2014-01-01", law="S0-20")
def student_off_roll(person: Expression, p: Expression) -> Expression:
    """Entered as at senior or vocational school, and not on the roll; aid would miss the student."""
    return person.school_status.isin([school.senior_middle, school.vocational]) & missing(person, "roll")


@rule("enrolled_unrecorded", subject="person", since="2014-01-01", law="S0-20", matched="enrolment")
def enrolled_unrecorded(person: Expression, p: Expression, how: str) -> Expression:
    """On the school roll, entered as not enrolled."""
    return found(person, "roll", how) & ~person.at_school


@rule("insured_off_list", subject="person", since="2014-01-01", law="S4-89")
def insured_off_list(person: Expression, p: Expression) -> Expression:
    """Entered as insured, and not on the list of medical insurance."""
    return person.medical_insurance & missing(person, "insured")


@rule("disability_off_list", subject="person", since="2014-01-01", law="S4-46")
def disability_off_list(person: Expression, p: Expression) -> Expression:
    """A grade of disability is entered, and there is no certificate."""
    return person.disability_grade.notnull() & missing(person, "certificate")


@rule("disability_unrecorded", subject="person", since="2014-01-01", law="S4-46", matched="disability")
def disability_unrecorded(person: Expression, p: Expression, how: str) -> Expression:
    """Holds a certificate, entered without disability."""
    return found(person, "certificate", how) & known(~person.is_disabled)


@rule("disability_contradicted", subject="person", since="2014-01-01", law="S4-46", matched="disability")
def disability_contradicted(person: Expression, p: Expression, how: str) -> Expression:
    """The certificate says another kind or grade."""
    other_kind = (person.certificate_kind != person.disability_kind).fill_null(False)
    other_grade = (person.certificate_grade != person.disability_grade).fill_null(False)
    return found(person, "certificate", how) & (other_kind | other_grade)


@rule("allowance_off_list", subject="household", since="2014-01-01", law="S2-27")
def allowance_off_list(household: Expression, p: Expression) -> Expression:
    """Entered as on subsistence allowance, and nobody of it is on the list."""
    return (household.household_kind == kinds.low_income) & (household.low_income_members == 0)


@rule("support_off_list", subject="household", since="2014-01-01", law="S1-52")
def support_off_list(household: Expression, p: Expression) -> Expression:
    """Entered as supported, and nobody of it is on the list of the extremely poor."""
    return (household.household_kind == kinds.extremely_poor) & (household.extremely_poor_members == 0)


@rule("allowance_unrecorded", subject="household", since="2014-01-01", law="S2-27")
def allowance_unrecorded(household: Expression, p: Expression) -> Expression:
    """Somebody is on the allowance list, and the household is entered as a general one."""
    return (household.household_kind == kinds.general) & (household.low_income_members > 0)


@rule("wage_concealed", subject="household", since="2014-01-01", law="S1-24")
def wage_concealed(household: Expression, p: Expression) -> Expression:
    """Wages on record are well over the wage declared: verify, never exit by itself."""
    declared = household.income_wage + p["who.income.wage_tolerance"]
    return household.wage_recorded_total > declared


@rule("allowance_unregistered", subject="civil_affairs", since="2014-01-01", law="S2-27")
def allowance_unregistered(entry: Expression, p: Expression) -> Expression:
    """A family on subsistence allowance of which nobody is registered: perhaps left out."""
    return _family_unregistered(entry, assistance.low_income, p)


@rule("support_unregistered", subject="civil_affairs", since="2014-01-01", law="S1-52")
def support_unregistered(entry: Expression, p: Expression) -> Expression:
    """Somebody supported as extremely poor who is not registered: perhaps left out."""
    return _family_unregistered(entry, assistance.extremely_poor, p)


def _family_unregistered(entry: Expression, kind: int, p: Expression) -> Expression:
    return (entry.assistance_kind == kind) & entry.family_first & running(entry, p) & ~entry.family_linked
