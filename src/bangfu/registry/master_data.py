"""Master figures of a division against what the system counts and what its parts state (S4-02, S4-52, S3-03).

A contradiction is flagged and kept as it stands; nothing here mends a figure (X-15). Values are hundredths of the
figure's unit; incidence is in hundredths of a percent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.models import Division, DivisionAttribute, VillagersGroup
from bangfu.policy import vocabulary
from bangfu.policy.oversight.reconciliation import Span, quotient, reconcile
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import Figure, codes
from bangfu.policy.words import Words
from bangfu.registry.models import StatedFigure
from bangfu.registry.overview import registered, registered_members
from bangfu.registry.queries import Incidence, incidence, standing_counts

Relation = Literal["equals", "at_least"]
_standing = codes("standing")
#: Figures of which a whole is the sum of its parts.
ADDED: Final = (
    "rural_population", "population", "households", "poor_households", "poor_people", "villages", "groups",
    "poor_villages", "townships", "land_area", "farmland",
)  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """A stated figure against another number; ``relation`` is what the stated one must be to the other."""

    figure: Figure
    against: Words
    stated: int
    other: int | None
    relation: Relation

    @property
    def verdict(self) -> Verdict:
        if self.other is None:
            return Verdict.CANNOT_TELL
        return Verdict.of(
            self.stated == self.other if self.relation == "equals" else self.stated >= self.other
        )

    @property
    def difference(self) -> int | None:
        """Stated less the other."""
        return None if self.other is None else self.stated - self.other


@dataclass(frozen=True)
class MasterFigure:
    """A figure with everything that documents have stated of it, the latest first, and its comparisons."""

    figure: Figure
    stated: tuple[StatedFigure, ...]
    comparisons: tuple[Comparison, ...]


def master_data(division: str, day: date) -> list[MasterFigure]:
    """Every figure of the division, in the order of the vocabulary, as stated by ``day``."""
    stated = _stated([division], day)[division]
    latest = {key: rows[0].value for key, rows in stated.items()}
    counted = counts(division, day)
    parts = _parts(division, day)
    found = []
    for key, figure in vocabulary.figures().items():
        comparisons: list[Comparison] = []
        if key in latest:
            comparisons += _against_counts(figure, latest[key], counted)
            comparisons += _against_others(figure, latest)
            comparisons += _against_parts(figure, latest[key], parts)
        found.append(MasterFigure(figure, tuple(stated.get(key, ())), tuple(comparisons)))
    return found


def counts(division: str, day: date) -> dict[str, int | None]:
    """What the system itself counts, in whole units; None where it holds nothing to count."""
    living = Division.objects.under(division).living_on(day)
    level = level_of(division) or 0
    labels = DivisionAttribute.objects.under(division).standing_on(day)
    poor_villages = labels.filter(kind=DivisionAttribute.Kind.POOR_VILLAGE).count()
    groups = VillagersGroup.objects.filter(village_code__in=living.values("code")).count()
    standings = standing_counts(division, day)
    poor = incidence(division, day)
    return {
        "townships": living.at_level(Level.TOWNSHIP).count() if level < Level.TOWNSHIP else None,
        "villages": living.at_level(Level.VILLAGE).count() if level < Level.VILLAGE else None,
        "poor_villages": poor_villages or None,
        "groups": groups or None,
        "poor_households": standings.get(_standing.registered, 0) + standings.get(_standing.returned, 0),
        "poor_people": poor.poor,
        "incidence": poor.share,
        "households": registered(division, day).count(),
        "population": registered_members(division, day).count(),
        "rural_population": registered_members(division, day).count(),
    }


_COUNTED: Final = Words("系统数出", "counted by the system")
_REGISTERED: Final = Words("系统登记的在册对象", "registered in the system")


def _against_counts(figure: Figure, stated: int, counted: Mapping[str, int | None]) -> list[Comparison]:
    if figure.key not in counted:
        return []
    number = counted[figure.key]
    if figure.key == "incidence":
        return [Comparison(figure, _COUNTED, stated, number, "equals")]
    other = None if number is None else number * 100
    if figure.key in ("households", "population", "rural_population"):
        return [Comparison(figure, _REGISTERED, stated, other, "at_least")]
    return [Comparison(figure, _COUNTED, stated, other, "equals")]


#: Figure → figures of the same division that it holds.
_HOLDS: Final = {
    "population": ("rural_population", "poor_people"),
    "rural_population": ("poor_people",),
    "households": ("poor_households",),
    "villages": ("poor_villages",),
}


def _against_others(figure: Figure, latest: Mapping[str, int]) -> list[Comparison]:
    known = vocabulary.figures()
    return [
        Comparison(figure, known[other].title, latest[figure.key], latest[other], "at_least")
        for other in _HOLDS.get(figure.key, ())
        if other in latest
    ]


def _against_parts(
    figure: Figure, stated: int, parts: Mapping[str, Mapping[str, Sequence[StatedFigure]]]
) -> list[Comparison]:
    """Against the sum of what the divisions below state: equal when all do, no less when some do."""
    values = [rows[figure.key][0].value for rows in parts.values() if figure.key in rows]
    if not values or figure.key not in ADDED:
        return []
    many = Words(
        f"下级合计({len(values)}/{len(parts)}个已填)",
        f"sum of the divisions below ({len(values)} of {len(parts)})",
    )
    return [
        Comparison(figure, many, stated, sum(values), "equals" if len(values) == len(parts) else "at_least")
    ]


def _parts(division: str, day: date) -> dict[str, dict[str, list[StatedFigure]]]:
    below = Division.objects.children_of(division).living_on(day).values_list("code", flat=True)
    return _stated(list(below), day)


def _stated(divisions: list[str], day: date) -> dict[str, dict[str, list[StatedFigure]]]:
    """Division → figure → its statements by ``day``, the latest first."""
    found: dict[str, dict[str, list[StatedFigure]]] = {code: defaultdict(list) for code in divisions}
    rows = StatedFigure.objects.filter(division_code__in=divisions, as_of__lte=day).order_by("-as_of")
    for row in rows:
        found[row.division_code][row.figure].append(row)
    return found


@dataclass(frozen=True)
class Change:
    """Poor people and their share on two days; ``points`` in hundredths of a percentage point, never percent (S3-03).

    ``implied`` is the base that the change of the count and that of the share together mean; it must hold the
    stated base. With a base that changed in between it does not, and that is said.
    """

    since: date
    until: date
    people: int
    points: int | None
    implied: Span | None
    base: int | None
    base_changed: bool

    @property
    def verdict(self) -> Verdict:
        base = None if self.base is None else Span(Decimal(self.base), Decimal(self.base))
        return reconcile(base, self.implied, "equals")


def change_of_incidence(division: str, since: date, until: date) -> tuple[Incidence, Incidence, Change]:
    """Incidence as counted on both days, and whether Δcount and Δshare fit the base."""
    earlier, later = incidence(division, since), incidence(division, until)
    points = later.change_from(earlier)
    people = later.poor - earlier.poor
    return (
        earlier,
        later,
        Change(
            since=since,
            until=until,
            people=people,
            points=points,
            implied=_implied(people, points),
            base=later.base,
            base_changed=earlier.base != later.base,
        ),
    )


def stated_changes(division: str, day: date) -> list[Change]:
    """The same for what documents state: every two following days with both a count and a share."""
    stated = _stated([division], day)[division]
    people = {one.as_of: one.value // 100 for one in stated.get("poor_people", ())}
    shares = {one.as_of: one.value for one in stated.get("incidence", ())}
    bases = {one.as_of: one.value // 100 for one in stated.get("rural_population", ())}
    days = sorted(people.keys() & shares.keys())
    found = []
    for since, until in pairwise(days):
        count, points = people[until] - people[since], shares[until] - shares[since]
        first, last = _in_force(bases, since), _in_force(bases, until)
        found.append(Change(since, until, count, points, _implied(count, points), last, first != last))
    return found


def _in_force(bases: Mapping[date, int], day: date) -> int | None:
    known = [one for one in bases if one <= day]
    return bases[max(known)] if known else None


def _implied(people: int, points: int | None) -> Span | None:
    """The base: people over points; a share is exact to half of its last digit, a difference of two to a whole one."""
    if points is None or people * points < 0:
        return None
    count, change = Decimal(abs(people)), Decimal(abs(points))
    share = Span((change - 1) / 10_000, (change + 1) / 10_000)
    return quotient(Span(count, count), share)
