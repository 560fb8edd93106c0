"""What the departments' lists say that people received, folded onto the person's row.

Only rows with the same identity number count. A row of somebody who is only likely the same person, or one without
an amount, makes the answer NULL: check that first. A list that was not supplied gives NULL everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from bangfu.policy.facts import summary
from bangfu.policy.how.terms import term_of
from bangfu.policy.logic import known
from bangfu.policy.vocabulary import codes
from bangfu.policy.who.list_facts import matched, running

Expression = Any
Facts = Mapping[str, Expression]

link, item, subsidy = codes("link"), codes("aid_item"), codes("disability_subsidy")
care, mode, home = codes("care_kind"), codes("relocation_mode"), codes("relocation_class")
employment, measure, state = codes("employment_kind"), codes("measure_kind"), codes("record_state")
AID: Mapping[str, tuple[int, ...]] = {
    "aid_preschool": (item.preschool_grant,),
    "aid_compulsory": (item.compulsory_living, item.compulsory_meals),
    "aid_senior": (item.senior_grant, item.senior_fees),
    "aid_vocational": (item.vocational_grant, item.vocational_fees),
    "aid_higher": (item.higher_grant,),
}


def _unsure(entry: Expression, condition: Expression) -> Expression:
    return entry.count(where=condition & (entry.link == link.likely)) > 0


def _sum(entry: Expression, value: Expression, condition: Expression) -> Expression:
    """The sum of ``value`` (fen) over the rows that are surely the person's."""
    mine = condition & (entry.link == link.exact)
    unsure = entry.count(where=condition & ((entry.link == link.likely) | value.isnull())) > 0
    return ibis.ifelse(unsure, ibis.null("int64"), value.sum(where=mine).fill_null(0).cast("int64"))


def _count(entry: Expression, condition: Expression) -> Expression:
    """How many rows are surely the person's."""
    mine = entry.count(where=condition & (entry.link == link.exact)).cast("int32")
    return ibis.ifelse(_unsure(entry, condition), ibis.null("int32"), mine)


def _settled(entry: Expression, p: Expression) -> Expression:
    """Matched, and settled in the year of the day, up to the day."""
    return matched(entry, p) & within_year(entry.settled_on, p)


def within_year(value: Expression, p: Expression) -> Expression:
    """A date in the calendar year of the day, and not after the day."""
    return (value // 10_000 == p.day // 10_000) & (value <= p.day)


@summary("student_aid", to="person", by="person_key", only=matched, empty=dict.fromkeys(AID, 0))
def student_aid(entry: Expression, p: Expression) -> Facts:
    """Aid of the term, by stage: the items of a stage add up."""
    this_term = known(entry.term == term_of(p.day))
    return {
        name: _sum(entry, entry.paid, this_term & entry.aid_item.isin(items)) for name, items in AID.items()
    }


@summary("rain_and_dew", to="person", by="person_key", only=matched, empty={"rain_and_dew_paid": 0})
def rain_and_dew_of_term(entry: Expression, p: Expression) -> Facts:
    """Rain and Dew of the term; a term paid twice shows as twice the amount."""
    return {"rain_and_dew_paid": _sum(entry, entry.paid, known(entry.term == term_of(p.day)))}


_MEDICAL = (
    "own_inpatient",
    "own_inpatient_listed",
    "own_chronic",
    "inpatient_top_up",
    "chronic_top_up",
    "relief_paid",
)


@summary("medical_settlements", to="person", by="person_key", only=_settled, empty=dict.fromkeys(_MEDICAL, 0))
def settlements(entry: Expression, p: Expression) -> Facts:
    """Own payments of the year and what came on top; a settlement without a top-up or relief had none."""
    inpatient = entry.care_kind == care.inpatient
    chronic = entry.care_kind == care.chronic_outpatient
    unlevelled = entry.count(where=inpatient & entry.hospital_level.isnull()) > 0
    maybe_listed = inpatient & entry.disease_listed.fill_null(True)
    listed_payment = ibis.ifelse(entry.disease_listed.isnull(), ibis.null("int64"), entry.own_payment)
    return {
        "own_inpatient": _sum(entry, entry.own_payment, inpatient),
        "own_inpatient_listed": _sum(entry, listed_payment, maybe_listed),
        "own_chronic": _sum(entry, entry.own_payment, chronic),
        "hospital_highest": ibis.ifelse(
            unlevelled, ibis.null("int16"), entry.hospital_level.max(where=inpatient)
        ),
        "inpatient_top_up": _sum(entry, entry.top_up.fill_null(0), inpatient),
        "chronic_top_up": _sum(entry, entry.top_up.fill_null(0), chronic),
        "relief_paid": _sum(entry, entry.relief.fill_null(0), inpatient),
    }


@summary(
    "disability_subsidies",
    to="person",
    by="person_key",
    only=matched,
    empty={"disability_living_paid": 0, "disability_care_paid": 0},
)
def disability_subsidies(entry: Expression, p: Expression) -> Facts:
    """The two subsidies that run on the day (fen a month)."""
    now_on = running(entry, p)
    return {
        "disability_living_paid": _sum(entry, entry.monthly, now_on & (entry.subsidy_kind == subsidy.living)),
        "disability_care_paid": _sum(entry, entry.monthly, now_on & (entry.subsidy_kind == subsidy.care)),
    }


@summary("medical_insurance", to="person", by="person_key", only=matched, empty={"insured_rows": 0})
def insured_in_year(entry: Expression, p: Expression) -> Facts:
    """Insured in the year of the day; a row without a year counts."""
    return {"insured_rows": _count(entry, known(entry.year == p.day // 10_000) | entry.year.isnull())}


@summary("training", to="person", by="person_key", only=matched, empty={"skills": 0, "trainings": 0})
def skill_training(entry: Expression, p: Expression) -> Facts:
    """Skills are trainings that ended with a certificate; a training without a date counts as held."""
    held = known(entry.finished_on <= p.day) | entry.finished_on.isnull()
    return {"skills": _count(entry, held & known(entry.certified)), "trainings": _count(entry, held)}


@summary("graduates", to="person", by="person_key", only=matched, empty={"left_school": False})
def school_leavers(entry: Expression, p: Expression) -> Facts:
    """Finished junior or senior middle school and did not go on (S3-14)."""
    mine = (entry.link == link.exact) & (known(entry.graduated_on <= p.day) | entry.graduated_on.isnull())
    stopped = entry.count(where=mine & ~entry.went_on) > 0
    return {"left_school": ibis.ifelse(_unsure(entry, ibis.literal(True)), ibis.null("boolean"), stopped)}


@summary("human_resources", to="person", by="person_key", only=matched, empty={"placements": 0})
def placements(entry: Expression, p: Expression) -> Facts:
    """Employment of any form with months paid (S4-79)."""
    kinds = [employment.contract, employment.flexible, employment.self_employed]
    return {"placements": _count(entry, entry.employment_kind.isin(kinds) & known(entry.months > 0))}


@summary("enrolment", to="person", by="person_key", only=matched)
def boarders(entry: Expression, p: Expression) -> Facts:
    """Whether the school roll has the pupil as a boarder; NULL where no row says it, or only of somebody likely."""
    said = (entry.link == link.exact) & (known(entry.state != state.ended) | entry.state.isnull())
    return {"boards": entry.boarding.max(where=said)}


@summary("projects", to="person", by="person_key", only=matched, empty={"industry_rows": 0})
def industry_projects(entry: Expression, p: Expression) -> Facts:
    """Industry projects that reached the person's household up to the year of the day (S0-30, S1-45)."""
    begun = known(entry.year <= p.day // 10_000) | entry.year.isnull()
    return {"industry_rows": _count(entry, begun & (entry.measure_kind == measure.industry))}


@summary("renovation", to="person", by="person_key", only=matched, empty={"renovation_subsidy": 0})
def renovation(entry: Expression, p: Expression) -> Facts:
    """The renovation of the house, approved or done."""
    every = ibis.literal(True)
    return {
        "renovation_subsidy": _sum(entry, entry.subsidy, every),
        "renovation_grade": entry.grade_before.max(where=entry.link == link.exact),
    }


@summary(
    "relocation",
    to="person",
    by="person_key",
    only=matched,
    empty={"turnkey_homes": 0, "turnkey_declined": 0, "homes_of_class": 0},
)
def homes(entry: Expression, p: Expression) -> Facts:
    """Homes by mode (S4-10): a turn-key home is one only when the household paid nothing for it. The mode on record as
    the household's wish comes before that of its class (X-22)."""
    free = known(entry.relocation_mode == mode.turnkey) & (entry.self_paid.fill_null(0) == 0)
    wanted = entry.wished_mode.coalesce(mode_of(entry.relocation_class).cast("int16"))
    fits = wanted.isnull() | known(entry.relocation_mode == wanted)
    return {
        "turnkey_homes": _count(entry, free),
        "turnkey_declined": _count(entry, known(entry.wished_mode != mode.turnkey)),
        "homes_of_class": _count(entry, fits),
    }


def mode_of(relocation_class: Expression) -> Expression:
    """Class → mode (S4-10): business-minded to a central site, ordinary dispersed with land, extremely poor turnkey."""
    return ibis.cases(
        (relocation_class == home.business, mode.central),
        (relocation_class == home.ordinary, mode.dispersed),
        (relocation_class == home.extremely_poor, mode.turnkey),
    )
