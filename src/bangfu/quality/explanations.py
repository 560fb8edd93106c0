"""Why a household is as the rules see it: every rule about it and its members, from the registry as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.explanations import Explanation, explain
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.errors import NotFound
from bangfu.quality.runs import build
from bangfu.registry.models import Household


@dataclass(frozen=True)
class AboutSubject:
    """Explanations of one subject: the household, or a member of it (name and number as the registry has them)."""

    kind: str
    number: str
    name: str
    explanations: tuple[Explanation, ...]


def explain_household(household: Household, day: date) -> list[AboutSubject]:
    """The household first, then its members; rules that fired come first.

    Raises:
        NotFound: the household has no standing on the day.
    """
    county = f"{scope_prefix(household.division_code)[:6]:0<12}"
    built = build(county, day)
    numbers = built.named.households["household_no"].to_pylist()
    if household.household_no not in numbers:
        raise NotFound()
    row = numbers.index(household.household_no)
    persons = built.named.persons
    members = [
        place
        for place, number in enumerate(persons["household_no"].to_pylist())
        if number == household.household_no
    ]
    household_key = built.named.households["household_key"][row].as_py()
    keys = {persons["person_key"][place].as_py(): place for place in members}
    with duckdb_engine() as engine:
        found = explain(built.snapshot, {"household": [household_key], "person": list(keys)}, engine=engine)
    about = [
        AboutSubject("household", household.household_no, "", _ordered(found, "household", household_key))
    ]
    for key, place in keys.items():
        number, name = persons["person_no"][place].as_py(), persons["name"][place].as_py() or ""
        about.append(AboutSubject("person", number, name, _ordered(found, "person", key)))
    return about


def _ordered(found: list[Explanation], subject: str, key: int) -> tuple[Explanation, ...]:
    own = [one for one in found if one.rule.subject == subject and one.key == key]
    order = {"YES": 0, "CANNOT_TELL": 1, "NO": 2}
    return tuple(sorted(own, key=lambda one: order[one.verdict.name]))
