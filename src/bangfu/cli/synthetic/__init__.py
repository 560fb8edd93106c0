"""``bangfu synth``: a synthetic county on the real village tree, with every planted error written down.

Calibrated to Pingli as the source describes it (S4-03, S4-19; clauses.md §2): household sizes, people on allowance and
supported, causes. Nobody in it exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from bangfu.cli.synthetic import (
    benefits,
    economy,
    families,
    plants_benefits,  # noqa: F401  (they register)
    plants_households,
    plants_matches,
    plants_persons,  # noqa: F401
    records,
)
from bangfu.cli.synthetic.families import FamilyMaker
from bangfu.cli.synthetic.invention import Inventor
from bangfu.cli.synthetic.kit import PLANS, Kit, Plan
from bangfu.cli.synthetic.model import County, Household
from bangfu.cli.synthetic.rosters import Rosters
from bangfu.divisions.errors import UnknownArea
from bangfu.divisions.source import DivisionRow

#: So many households show which wants are rare.
ENOUGH_TO_TELL = 4_000
#: How many errors of each rule a county of Pingli's size gets; at least two in a small one.
EACH, PINGLI = 24, 23_035


def county(
    area: str,
    tree: Iterable[DivisionRow],
    neighbours: Iterable[DivisionRow],
    *,
    households: int,
    persons: int,
    seed: int,
) -> County:
    """A county of exactly ``households`` household rows and ``persons`` person rows.

    Args:
        area: county code, 6 digits.
        tree: the divisions of the county. ``neighbours``: villages of another county, for the misplaced households.

    Raises:
        UnknownArea: the tree has no such county. ImpossibleSizes: so many people do not fit into the households.
    """
    random = Random(seed)  # noqa: S311  (invented people, not secrets)
    made = _frame(area, tree)
    inventor = Inventor(random, area)
    maker = FamilyMaker(random, inventor)
    each = max(2, round(EACH * households / PINGLI))
    counts = {plan.rule: max(1, round(each * plan.share)) for plan in PLANS}
    added_people = sum(counts[plan.rule] * plan.persons for plan in PLANS)
    added_households = sum(counts[plan.rule] * plan.households for plan in PLANS)
    plain, people = households - added_households, persons - added_people
    if not plain <= people <= families.LARGEST * plain:
        raise families.ImpossibleSizes(households=households, persons=persons, most=families.LARGEST)
    made.households = _families(made, maker, random, plain, people)
    rosters = Rosters(made, random, inventor)
    kit = Kit(made, random, inventor, maker, rosters, [row.code for row in neighbours])
    _plant(kit, counts, each)
    _fill_up(kit, households, persons)
    rosters.write()
    records.write(rosters, random)
    for put in kit.late:
        put()
    plants_matches.unregistered_families(kit, each)
    made.truth |= set(benefits.assistance_truth(made))
    for rows in made.lists.values():
        random.shuffle(rows)
    return made


def _frame(area: str, tree: Iterable[DivisionRow]) -> County:
    rows = list(tree)
    name = next((row.name for row in rows if row.code == f"{area}000000" and row.level == 3), None)
    if name is None:
        raise UnknownArea(area=area)
    townships = {row.code: row.name for row in rows if row.level == 4}
    return County(area, name, {row.code: row.name for row in rows if row.level == 5}, townships)


def _families(
    made: County, maker: FamilyMaker, random: Random, households: int, persons: int
) -> list[Household]:
    """Most households live in poor villages, of which the source counts 90 (R-18); village sizes differ."""
    codes = sorted(made.villages)
    weights = {
        code: random.lognormvariate(0, 0.45) * (1.0 if place % 5 < 3 else 0.25)
        for place, code in enumerate(codes)
    }
    homes = sorted(random.choices(codes, [weights[code] for code in codes], k=households))
    serial: dict[str, int] = {}
    found = []
    for village, size in zip(homes, families.sizes(households, persons, random), strict=True):
        serial[village] = serial.get(village, 0) + 1
        found.append(maker.household(f"{village}{serial[village]:04d}", village, size))
    economy.assign_kinds(found, random)
    for one in found:
        economy.fill(one, random)
        one.written_place = one.division_code
    return found


def _plant(kit: Kit, counts: dict[str, int], each: int) -> None:
    """Rare wants first, so that the common ones do not use up their households."""
    kit.free = kit.random.sample(kit.county.households, len(kit.county.households))
    some = kit.free[:ENOUGH_TO_TELL]
    supply = {plan.rule: sum(1 for one in some if plan.want(one)) for plan in PLANS}
    for plan in sorted(PLANS, key=lambda one: supply[one.rule]):
        for one in list(kit.households(plan.want, counts[plan.rule])):
            plan.plant(kit, one)
    plants_matches.likely_but_fine(kit, each)
    plants_households.income_copied(kit, max(1, each // 12))


def _fill_up(kit: Kit, households: int, persons: int) -> None:
    """Where a want found too few households, the rows it would have added are made up by ordinary ones."""
    lacking = households - len(kit.county.households)
    people = persons - sum(1 for _ in kit.county.persons())
    plain = [
        one
        for one in kit.free
        if one.size <= 4 and one.household_kind == 1 and one.main_cause == 9 and not one.exited
    ]
    village = sorted(kit.county.villages)[0]
    for number in range(lacking):
        made = kit.maker.household(f"{village}{8000 + number:04d}", village, 1)
        economy.fill(made, kit.random)
        made.written_place = village
        kit.county.households.append(made)
        people -= 1
    for one in plain[: max(people, 0)]:
        kit.relative(one, 35)


__all__ = ["EACH", "PLANS", "County", "Plan", "county"]
