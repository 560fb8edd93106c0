"""What the departments' lists say of a person: rows matched to the person, folded onto the person's row.

``…_exact`` counts rows with the same identity number, ``…_likely`` rows of somebody who is likely the same person.
A list that was not supplied gives NULL everywhere: cannot tell, never a silent no.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangfu.policy.facts import summary
from bangfu.policy.logic import known
from bangfu.policy.vocabulary import codes

Expression = Any
Facts = Mapping[str, Expression]

link, state = codes("link"), codes("record_state")
assistance, vehicle = codes("assistance_kind"), codes("vehicle_kind")
business, house, post, employment = (
    codes("business_kind"),
    codes("house_kind"),
    codes("payroll_kind"),
    codes("employment_kind"),
)


def matched(entry: Expression, p: Expression) -> Expression:
    return entry.link.notnull() & entry.person_key.notnull()


def _counts(name: str, entry: Expression, condition: Expression) -> Facts:
    def count(how: int) -> Expression:
        return entry.count(where=(entry.link == how) & condition).cast("int32")

    return {f"{name}_exact": count(link.exact), f"{name}_likely": count(link.likely)}


def _none(*names: str) -> dict[str, int | None]:
    return {f"{name}_{how}": 0 for name in names for how in ("exact", "likely")}


def _live(entry: Expression) -> Expression:
    """Not ended; an empty state counts as live."""
    return known(entry.state != state.ended) | entry.state.isnull()


def _held(entry: Expression, since: Expression, p: Expression) -> Expression:
    """Live, and not registered or issued after the day only; an empty date counts as before."""
    return _live(entry) & (known(since <= p.day) | since.isnull())


@summary("deaths", to="person", by="person_key", only=matched, empty=_none("deaths"))
def deaths(entry: Expression, p: Expression) -> Facts:
    """Died on or before the day; a list row without a date counts as died."""
    died = known(entry.died_on <= p.day) | entry.died_on.isnull()
    return {**_counts("deaths", entry, died), "died_on": entry.died_on.min(where=died)}


@summary("vehicles", to="person", by="person_key", only=matched, empty=_none("cars"))
def cars(entry: Expression, p: Expression) -> Facts:
    """Cars, minibuses, lorries, machinery; a motorcycle, farm tricycle, tractor or aid for the disabled is no sign."""
    counted = entry.vehicle_kind.isin([vehicle.car, vehicle.van, vehicle.truck, vehicle.machinery])
    return _counts("cars", entry, counted & _held(entry, entry.registered_on, p))


@summary("businesses", to="person", by="person_key", only=matched, empty=_none("businesses"))
def businesses(entry: Expression, p: Expression) -> Facts:
    """Companies and shops that trade; membership of a farmers' cooperative is a measure of help, not a sign."""
    counted = entry.business_kind.isin([business.company, business.individual, business.sole])
    return _counts("businesses", entry, counted & _held(entry, entry.registered_on, p))


@summary("housing", to="person", by="person_key", only=matched, empty=_none("houses"))
def houses(entry: Expression, p: Expression) -> Facts:
    """Flats and shops bought in town; the own plot, a resettlement house or public rental is no sign."""
    counted = entry.house_kind.isin([house.commercial, house.shop])
    return _counts("houses", entry, counted & _held(entry, entry.registered_on, p))


@summary("payroll", to="person", by="person_key", only=matched, empty=_none("payroll"))
def payroll(entry: Expression, p: Expression) -> Facts:
    """On the budget's payroll; public-welfare posts are given to poor people and village cadres are no staff."""
    return _counts(
        "payroll", entry, entry.payroll_kind.isin([post.civil_servant, post.institution, post.retired])
    )


@summary(
    "human_resources",
    to="person",
    by="person_key",
    only=matched,
    empty={**_none("jobs"), "wage_recorded": 0},
)
def jobs(entry: Expression, p: Expression) -> Facts:
    """Contracts that lasted the steady months, and the year's wage by equal number only (fen)."""
    steady = (entry.employment_kind == employment.contract) & (entry.months >= p["who.work.steady_months"])
    wage = (entry.monthly_wage * entry.months).sum(where=steady & (entry.link == link.exact))
    return {**_counts("jobs", entry, steady), "wage_recorded": wage.fill_null(0).cast("int64")}


@summary("enrolment", to="person", by="person_key", only=matched, empty=_none("roll"))
def school_roll(entry: Expression, p: Expression) -> Facts:
    """Enrolled now, and the highest stage."""
    return {**_counts("roll", entry, _live(entry)), "roll_stage": entry.school_stage.max(where=_live(entry))}


@summary("medical_insurance", to="person", by="person_key", only=matched, empty=_none("insured"))
def insured(entry: Expression, p: Expression) -> Facts:
    """Insured in the year of the day; a row without a year counts."""
    return _counts("insured", entry, known(entry.year == p.day // 10_000) | entry.year.isnull())


@summary("disability", to="person", by="person_key", only=matched, empty=_none("certificate"))
def certificates(entry: Expression, p: Expression) -> Facts:
    """A valid certificate; the heaviest grade where there are several."""
    valid = _held(entry, entry.issued_on, p)
    return {
        **_counts("certificate", entry, valid),
        "certificate_kind": entry.disability_kind.min(where=valid),
        "certificate_grade": entry.disability_grade.min(where=valid),
    }


@summary(
    "civil_affairs",
    to="person",
    by="person_key",
    only=matched,
    empty={**_none("assisted"), "assisted_low_income": 0, "assisted_extremely_poor": 0},
)
def assisted(entry: Expression, p: Expression) -> Facts:
    """On the civil-affairs list on the day, by either way of matching."""
    now_on = running(entry, p)

    def of_kind(kind: int) -> Expression:
        return entry.count(where=(entry.assistance_kind == kind) & now_on).cast("int32")

    return {
        **_counts("assisted", entry, now_on),
        "assisted_low_income": of_kind(assistance.low_income),
        "assisted_extremely_poor": of_kind(assistance.extremely_poor),
    }


@summary("helpers", to="person", by="person_key", only=matched, empty={"helper_rows": 0})
def helpers(entry: Expression, p: Expression) -> Facts:
    """Paired with a helper on the day, by either way of matching (S2-44)."""
    return {"helper_rows": entry.count(where=running(entry, p)).cast("int32")}


@summary("rain_and_dew", to="person", by="person_key", only=matched, empty={"rain_and_dew_rows": 0})
def rain_and_dew(entry: Expression, p: Expression) -> Facts:
    """Payments of the Rain and Dew plan (S2-44)."""
    return {"rain_and_dew_rows": entry.count().cast("int32")}


@summary("relocation", to="person", by="person_key", only=matched, empty={"relocation_rows": 0})
def relocation(entry: Expression, p: Expression) -> Facts:
    """Named for relocation (S2-44)."""
    return {"relocation_rows": entry.count().cast("int32")}


@summary("projects", to="person", by="person_key", only=matched, empty={"project_rows": 0})
def projects(entry: Expression, p: Expression) -> Facts:
    """Benefits from fiscal projects (S2-44)."""
    return {"project_rows": entry.count().cast("int32")}


def running(entry: Expression, p: Expression) -> Expression:
    """The assistance has begun and has not ended on the day; an empty date is open."""
    begun = known(entry.started_on <= p.day) | entry.started_on.isnull()
    ended = known(entry.ended_on <= p.day)
    return begun & ~ended
