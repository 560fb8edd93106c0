"""Every rule and every shared fact: one line per file. Adding a file adds its name here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from bangfu.policy import entitlements, facts, rules
from bangfu.policy.entitlement_doubts import doubts_of
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.exit import alerts, leaving
from bangfu.policy.how import (
    assistance,
    education,
    employment,
    household_facts,
    household_receipts,
    housing,
    medical,
    overdue,
    received,
    relief_facts,
    village_industry,
)
from bangfu.policy.who import (
    causes,
    completeness,
    concealment,
    dwelling,
    family,
    health,
    identity,
    income,
    income_records,
    list_facts,
    matches,
    person_facts,
    place,
    schooling,
    standing,
    work,
)
from bangfu.policy.who import facts as who_facts

RULE_FILES = (
    identity,
    family,
    schooling,
    work,
    health,
    income,
    dwelling,
    causes,
    standing,
    place,
    matches,
    concealment,
    completeness,
    overdue,
)
#: Asked of households that have left or are watched, beside the checks of a run.
ALERT_FILES = (alerts,)
#: Asked of the sheet of one exit.
EXIT_FILES = (leaving,)
#: The person itself first, then what lists say of persons, then persons folded onto households.
FACT_FILES = (
    person_facts,
    list_facts,
    income_records,
    received,
    household_receipts,
    who_facts,
    household_facts,
    relief_facts,
    village_industry,
)
ENTITLEMENT_FILES = (education, medical, assistance, housing, employment, village_industry)


@cache
def all_rules() -> tuple[rules.Rule, ...]:
    """Every version of every rule, in the order of the files; the doubts of entitlements come last."""
    found = (*rules.collect(RULE_FILES), *doubts_of(all_entitlements()))
    rules.refuse_overlap(found)
    return found


@cache
def rules_on(day: date) -> tuple[rules.Rule, ...]:
    """The rules in force on ``day``."""
    return tuple(one for one in all_rules() if one.in_force(day))


@cache
def all_alerts() -> tuple[rules.Rule, ...]:
    """Every version of every alert."""
    return rules.collect(ALERT_FILES)


@cache
def alerts_on(day: date) -> tuple[rules.Rule, ...]:
    """The alerts in force on ``day``."""
    return tuple(one for one in all_alerts() if one.in_force(day))


@cache
def all_exit_rules() -> tuple[rules.Rule, ...]:
    """Every version of every rule about leaving."""
    return rules.collect(EXIT_FILES)


@cache
def exit_rules_on(day: date) -> tuple[rules.Rule, ...]:
    """The rules about leaving in force on ``day``."""
    return tuple(one for one in all_exit_rules() if one.in_force(day))


def every_version() -> tuple[rules.Rule, ...]:
    """Checks, alerts and rules about leaving: every version."""
    return (*all_rules(), *all_alerts(), *all_exit_rules())


@cache
def all_facts() -> tuple[facts.Columns | facts.Summary, ...]:
    """Every derived column, in the order they are computed."""
    return facts.collect(FACT_FILES)


def rule(key: str, day: date) -> rules.Rule:
    """The version of ``key`` in force on ``day``; KeyError when there is none."""
    return by_key(day)[key]


@cache
def by_key(day: date) -> Mapping[str, rules.Rule]:
    """Checks, alerts and rules about leaving by key."""
    return {one.key: one for one in (*rules_on(day), *alerts_on(day), *exit_rules_on(day))}


@cache
def all_entitlements() -> tuple[Entitlement, ...]:
    """Every version of every entitlement, in the order of the files."""
    return entitlements.collect(ENTITLEMENT_FILES)


@cache
def entitlements_on(day: date) -> tuple[Entitlement, ...]:
    """The entitlements in force on ``day``."""
    return tuple(one for one in all_entitlements() if one.in_force(day))


def entitlement(key: str, day: date) -> Entitlement:
    """The version of ``key`` in force on ``day``; KeyError when there is none."""
    return {one.key: one for one in entitlements_on(day)}[key]
