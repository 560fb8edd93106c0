"""Checks of the family: head, spouse, generations, number of members."""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

relation, sex, marital = codes("relation"), codes("sex"), codes("marital")
SPOUSE = [relation.spouse, relation.husband, relation.wife]
CHILDREN = [
    *range(relation.son, relation.adopted_son + 1),
    *range(relation.daughter, relation.adopted_daughter + 1),
]
PARENTS = list(range(relation.parents, relation.stepmother + 1))
GRANDCHILDREN = [relation.grandchild, relation.grandson, relation.granddaughter]
GRANDCHILDREN += [relation.daughters_son, relation.daughters_daughter]
WEDDED = [marital.married, marital.first_marriage, marital.remarried, marital.resumed_marriage]
FORM = "S4-59"


@rule("head_missing", subject="household", since="2014-01-01", law=FORM)
def head_missing(household: Expression, p: Expression) -> Expression:
    """Members, but no head among them."""
    return (household.members > 0) & (household.heads == 0)


@rule("head_multiple", subject="household", since="2014-01-01", law=FORM)
def head_multiple(household: Expression, p: Expression) -> Expression:
    """More than one head."""
    return household.heads > 1


@rule("spouse_multiple", subject="household", since="2014-01-01", law=FORM)
def spouse_multiple(household: Expression, p: Expression) -> Expression:
    """More than one spouse of the head."""
    return household.spouses > 1


@rule("household_empty", subject="household", since="2014-01-01", law=FORM)
def household_empty(household: Expression, p: Expression) -> Expression:
    """A household without people. A second row of one number is another doubt (household_no_duplicate)."""
    return (household.members == 0) & (household.household_no_copies == 1)


@rule("household_no_duplicate", subject="household", since="2014-01-01", law="S2-45")
def household_no_duplicate(household: Expression, p: Expression) -> Expression:
    """Two rows carry one household number."""
    return household.household_no_copies > 1


@rule("member_count_mismatch", subject="household", since="2014-01-01", law="S4-03")
def member_count_mismatch(household: Expression, p: Expression) -> Expression:
    """The number of members stated is not the number of people on record; totals are derived, never typed."""
    return (household.members > 0) & (household.stated_members != household.members)


@rule("household_oversized", subject="household", since="2014-01-01", law="S2-45")
def household_oversized(household: Expression, p: Expression) -> Expression:
    """More members than a household is believed to have."""
    return household.members > p["who.family.most_members"]


@rule("head_underage", subject="person", since="2014-01-01", law=FORM)
def head_underage(person: Expression, p: Expression) -> Expression:
    """The head is a child."""
    return (
        (person.relation == relation.head) & (person.age < p["who.family.head_first_age"]) & (person.age >= 0)
    )


@rule("spouse_same_sex", subject="person", since="2014-01-01", law=FORM)
def spouse_same_sex(person: Expression, p: Expression) -> Expression:
    """Spouse and head are entered with one sex: one of the two, or the relation, is wrong."""
    entered = person.sex.isin([sex.male, sex.female])
    return person.relation.isin(SPOUSE) & entered & (person.sex == person.head_sex)


@rule("child_not_younger", subject="person", since="2014-01-01", law=FORM)
def child_not_younger(person: Expression, p: Expression) -> Expression:
    """A child of the head is too close in age, or older."""
    return person.relation.isin(CHILDREN) & (person.years_younger < p["who.family.parent_gap"])


@rule("parent_not_older", subject="person", since="2014-01-01", law=FORM)
def parent_not_older(person: Expression, p: Expression) -> Expression:
    """A parent of the head is too close in age, or younger."""
    return person.relation.isin(PARENTS) & (person.years_older < p["who.family.parent_gap"])


@rule("grandchild_not_younger", subject="person", since="2014-01-01", law=FORM)
def grandchild_not_younger(person: Expression, p: Expression) -> Expression:
    """A grandchild of the head is too close in age."""
    return person.relation.isin(GRANDCHILDREN) & (person.years_younger < p["who.family.grandparent_gap"])


@rule("age_impossible", subject="person", since="2014-01-01", law=FORM)
def age_impossible(person: Expression, p: Expression) -> Expression:
    """Born after the day, or older than is believed."""
    return (person.birth_date > p.day) | (person.age > p["who.family.oldest_age"])


@rule("married_underage", subject="person", since="2014-01-01", law="婚姻法第六条")
def married_underage(person: Expression, p: Expression) -> Expression:
    """Entered as married, years below the age of marriage."""
    legal = ibis.ifelse(
        person.sex == sex.male,
        p["who.family.marriage_first_age_man"],
        p["who.family.marriage_first_age_woman"],
    )
    return person.marital.isin(WEDDED) & (person.age < legal - p["who.family.marriage_tolerance"])
