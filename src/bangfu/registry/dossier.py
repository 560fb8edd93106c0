"""Everything the registry knows of one household: one file for each household (一户一档, S2-43, S2-46)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import codes
from bangfu.policy.who.form import FormGroup, missing_groups
from bangfu.registry.columns import household_columns, typed, year_columns
from bangfu.registry.models import Event, Household, HouseholdYear, Membership, Standing

_relation = codes("relation")


@dataclass(frozen=True)
class Dossier:
    """``members``: the head first. ``former``: those who left. ``missing``: empty groups of the form."""

    household: Household
    day: date
    members: tuple[Membership, ...]
    former: tuple[Membership, ...]
    years: tuple[HouseholdYear, ...]
    standings: tuple[Standing, ...]
    events: tuple[Event, ...]
    missing: tuple[FormGroup, ...]

    @property
    def head(self) -> Membership | None:
        """The member who is the head; None when there is none, or nobody."""
        return next((one for one in self.members if one.relation == _relation.head), None)

    @property
    def standing(self) -> Standing | None:
        """The spell that holds on the day."""
        return next((one for one in self.standings if _holds(one, self.day)), None)


def dossier(household: Household, day: date) -> Dossier:
    """The household's file as it stands on ``day``; its history is complete. Four queries."""
    spells = list(household.memberships.select_related("person"))
    present = [one for one in spells if _holds(one, day)]
    years = tuple(household.years.all())
    return Dossier(
        household=household,
        day=day,
        members=tuple(sorted(present, key=_rank)),
        former=tuple(one for one in spells if one.since <= day and not _holds(one, day)),
        years=years,
        standings=tuple(household.standings.all()),
        events=tuple(household.events.select_related("person")),
        missing=missing_groups(form_values(household, years)),
    )


def form_values(household: Household, years: tuple[HouseholdYear, ...]) -> dict[str, Any]:
    """Column → typed value of the household and of its latest year."""
    values = {column.name: typed(column)(getattr(household, column.name)) for column in household_columns()}
    if years:
        values |= {column.name: getattr(years[0], column.name) for column in year_columns()}
        values["income_year"] = years[0].income_year
    return values


def _holds(spell: Any, day: date) -> bool:
    """Whether the membership or standing runs on the day."""
    return bool(spell.since <= day and (spell.until is None or spell.until > day))


def _rank(one: Membership) -> tuple[bool, int, date]:
    relation = one.relation if one.relation is not None else vocabulary.codes("relation").not_related
    return relation != _relation.head, relation, one.person.birth_date or date.max
