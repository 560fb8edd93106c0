"""Checks of identity: the number, the name, and what the number says against what is entered."""

from __future__ import annotations

from typing import Any

from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

id_state, name_state, id_kind, sex = codes("id_state"), codes("name_state"), codes("id_kind"), codes("sex")
GB_ID = "GB 11643-1999"


@rule("id_missing", subject="person", since="2014-01-01", law="S4-59")
def id_missing(person: Expression, p: Expression) -> Expression:
    """No identity number is entered."""
    return person.id_state == id_state.missing


@rule("id_malformed", subject="person", since="2014-01-01", law=GB_ID)
def id_malformed(person: Expression, p: Expression) -> Expression:
    """Neither 18 nor 15 characters, or characters that cannot stand in a number."""
    return person.id_state.isin([id_state.length, id_state.characters])


@rule("id_checksum", subject="person", since="2014-01-01", law=GB_ID)
def id_checksum(person: Expression, p: Expression) -> Expression:
    """The 18th character is not the check character of the first 17 (ISO 7064 MOD 11-2)."""
    return person.id_state == id_state.checksum


@rule("id_birth_impossible", subject="person", since="2014-01-01", law=GB_ID)
def id_birth_impossible(person: Expression, p: Expression) -> Expression:
    """Digits 7 to 14 are no date, or a date after the day."""
    return (person.id_state == id_state.birth) | (person.id_birth > p.day).fill_null(False)


@rule("id_legacy", subject="person", since="2014-01-01", law=GB_ID)
def id_legacy(person: Expression, p: Expression) -> Expression:
    """A number of the first generation (15 digits), out of use since 2013."""
    return person.id_state == id_state.legacy


@rule("id_area_unknown", subject="person", since="2014-01-01", law="GB/T 2260")
def id_area_unknown(person: Expression, p: Expression) -> Expression:
    """The first six digits never were a county: a warning only, for lists of dissolved counties differ."""
    return (person.id_state == id_state.ok) & ~person.id_area_known


@rule("id_sex_mismatch", subject="person", since="2014-01-01", law=GB_ID)
def id_sex_mismatch(person: Expression, p: Expression) -> Expression:
    """The 17th digit says another sex than the entry."""
    return person.usable_id & person.sex.isin([sex.male, sex.female]) & (person.sex != person.id_sex)


@rule("id_birth_mismatch", subject="person", since="2014-01-01", law=GB_ID)
def id_birth_mismatch(person: Expression, p: Expression) -> Expression:
    """The number says another date of birth than the entry."""
    return person.usable_id & (person.birth_date != person.id_birth)


@rule("id_duplicate_in_household", subject="person", since="2014-01-01", law="S2-45")
def id_duplicate_in_household(person: Expression, p: Expression) -> Expression:
    """One number stands for two people of one household."""
    return person.usable_id & (person.id_copies_here > 1)


@rule("id_duplicate_across", subject="person", since="2014-01-01", law="S2-45")
def id_duplicate_across(person: Expression, p: Expression) -> Expression:
    """One number stands in two households."""
    return person.usable_id & (person.id_households > 1)


@rule("name_malformed", subject="person", since="2014-01-01", law="S4-59")
def name_malformed(person: Expression, p: Expression) -> Expression:
    """No name, digits or symbols in it, or an unusual length."""
    return person.name_state != name_state.ok


@rule("person_no_duplicate", subject="person", since="2014-01-01", law="S2-45")
def person_no_duplicate(person: Expression, p: Expression) -> Expression:
    """Two rows carry one person number."""
    return person.person_no_copies > 1


@rule("household_unknown", subject="person", since="2014-01-01", law="S2-45")
def household_unknown(person: Expression, p: Expression) -> Expression:
    """The person's household number has no household."""
    return ~person.household_known
