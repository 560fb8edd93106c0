"""What kind of county and of village a place is on a day: poor by its labels, not poor, or nobody has said (S1-02).

A place without a label is not poor where such labels are on record for others of its county (villages) or of its
province (counties); where none is, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from bangfu.divisions.codes import Level, scope_prefix
from bangfu.divisions.models import Division, DivisionAttribute

_Kind = DivisionAttribute.Kind
POOR_COUNTY: Final = (
    _Kind.NATIONAL_POOR_COUNTY,
    _Kind.PROVINCIAL_POOR_COUNTY,
    _Kind.KEY_COUNTY,
    _Kind.DEEP_POVERTY_COUNTY,
)
POOR_VILLAGE: Final = (_Kind.POOR_VILLAGE, _Kind.DEEP_POVERTY_VILLAGE)
#: poor, other (not poor), unknown (nobody has said).
Answer = Literal["poor", "other", "unknown"]
ANSWERS: Final[tuple[Answer, ...]] = ("poor", "other", "unknown")


@dataclass(frozen=True)
class PlaceType:
    """Yes, no, or None where nobody has said."""

    poor_county: bool | None
    poor_village: bool | None

    @property
    def county(self) -> Answer:
        return _said(self.poor_county)

    @property
    def village(self) -> Answer:
        return _said(self.poor_village)


@dataclass(frozen=True)
class Types:
    """The labels of a day; ``of`` says what they make of a village (12-digit code)."""

    poor_counties: frozenset[str]
    poor_villages: frozenset[str]
    labelled_provinces: frozenset[str]
    labelled_counties: frozenset[str]

    def of(self, village: str) -> PlaceType:
        county = village[: Level.COUNTY.digits]
        known = village[: Level.PROVINCE.digits] in self.labelled_provinces
        poor_county = True if county in self.poor_counties else False if known else None
        labelled = county in self.labelled_counties
        poor_village = True if village in self.poor_villages else False if labelled else None
        return PlaceType(poor_county, poor_village)


def types_in(area: str, day: date) -> Types:
    """The types of all villages of ``area``. Raises BadCode."""
    prefix = scope_prefix(area)
    villages = DivisionAttribute.objects.under(prefix[: Level.COUNTY.digits]).filter(kind__in=POOR_VILLAGE)
    counties = DivisionAttribute.objects.under(prefix[: Level.PROVINCE.digits]).filter(kind__in=POOR_COUNTY)
    return Types(
        frozenset(code[: Level.COUNTY.digits] for code in _codes(counties.standing_on(day))),
        frozenset(_codes(villages.standing_on(day))),
        frozenset(code[: Level.PROVINCE.digits] for code in _codes(counties)),
        frozenset(code[: Level.COUNTY.digits] for code in _codes(villages)),
    )


def by_village(area: str, day: date) -> Mapping[str, PlaceType]:
    """Living village of ``area`` → its type. Raises BadCode."""
    types = types_in(area, day)
    living = Division.objects.under(area).at_level(Level.VILLAGE).living_on(day)
    return {code: types.of(code) for code in living.values_list("code", flat=True)}


def typed(rows: Any, place: Any, day: date, *, county: str = "", village: str = "") -> Any:
    """The ``rows`` whose village (the expression ``place``) has these answers; "" asks nothing.

    The same as ``Types.of``, asked by the database.
    """
    labels = DivisionAttribute.objects.all()
    asked = rows.alias(_place=place)
    if village:
        asked = asked.alias(_county=Substr("_place", 1, Level.COUNTY.digits))
        own = labels.filter(kind__in=POOR_VILLAGE)
        poor = Q(_place__in=own.standing_on(day).values("division_code"))
        asked = asked.filter(_answers(village, poor, Q(_county__in=_heads(own, Level.COUNTY))))
    if county:
        whole = Concat(Substr("_place", 1, Level.COUNTY.digits), Value("000000"))
        asked = asked.alias(_whole=whole, _province=Substr("_place", 1, Level.PROVINCE.digits))
        own = labels.filter(kind__in=POOR_COUNTY)
        poor = Q(_whole__in=own.standing_on(day).values("division_code"))
        asked = asked.filter(_answers(county, poor, Q(_province__in=_heads(own, Level.PROVINCE))))
    return asked


def _answers(wanted: str, poor: Q, known: Q) -> Q:
    return {"poor": poor, "other": ~poor & known, "unknown": ~poor & ~known}[wanted]


def _heads(labels: Any, level: Level) -> Any:
    """The leading digits of the codes that carry a label, as a subquery."""
    return labels.annotate(_head=Substr("division_code", 1, level.digits)).values("_head")


def _codes(labels: Any) -> Iterable[str]:
    return set(labels.values_list("division_code", flat=True))


def _said(answer: bool | None) -> Answer:
    return "unknown" if answer is None else "poor" if answer else "other"
