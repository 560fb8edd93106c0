"""Pictures across the registry's tables: totals and flows, search, who is like a new person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa
from django.db.models import Count, Q, Sum
from django.db.models.functions import Substr

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.analytics import extracts, matching, names
from bangfu.platform import clock
from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.blind_index import blind_index
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.policy.who.on_the_books import POOR
from bangfu.policy.words import Words
from bangfu.registry import columns
from bangfu.registry.actions.rows_of_people import ID_PURPOSE, number_facets
from bangfu.registry.enums import EventKind
from bangfu.registry.exports import id_keys
from bangfu.registry.models import Event, Household, Membership, Person, Standing, StatedFigure
from bangfu.registry.querysets import members_of, running_on

_standing = codes("standing")


def heads_of(households: Iterable[Any]) -> dict[Any, Person]:
    """Household (id) → its head today; nothing for those without one."""
    spells = Membership.objects.open().filter(household__in=list(households), relation=codes("relation").head)
    return {one.household_id: one.person for one in spells.select_related("person")}


@dataclass(frozen=True)
class Totals:
    households: int
    people: int


def totals(division: str, day: date) -> Totals:
    """Households with a standing other than removed, and their members, on the day (S4-03: derived, never typed)."""
    spells = Standing.objects.on(day).exclude(kind=_standing.removed)
    counted = spells.in_division(division, day).order_by().annotate(size=members_of("household", day))
    found = counted.aggregate(households=Count("pk"), people=Sum("size"))
    return Totals(found["households"], found["people"] or 0)


def standing_counts(division: str, day: date) -> dict[int, int]:
    """Standing → households on the day."""
    spells = Standing.objects.on(day).in_division(division, day)
    return dict(spells.order_by().values_list("kind").annotate(n=Count("pk")))


@dataclass(frozen=True)
class Incidence:
    """Poor people, the rural population they are a share of, the share in 1/10 000; None: the base is not stated."""

    poor: int
    base: int | None
    share: int | None
    source: str = ""

    def change_from(self, earlier: Incidence) -> int | None:
        """Difference in hundredths of a percentage point, not in percent (S3-03)."""
        return None if self.share is None or earlier.share is None else self.share - earlier.share


def incidence(division: str, day: date) -> Incidence:
    """贫困发生率: people registered or returned, of the rural population last stated, rounded half up (S3-03)."""
    members = Membership.objects.on(day).in_division(division, day)
    poor = members.of_counted(day, *POOR).count()
    stated = (
        StatedFigure.objects.filter(division_code=division, figure="rural_population", as_of__lte=day)
        .order_by("-as_of")
        .first()
    )
    if stated is None or stated.value <= 0:
        return Incidence(poor, None, None)
    base = stated.value // 100
    return Incidence(poor, base, (2 * poor * 10_000 + base) // (2 * base), stated.source)


@dataclass(frozen=True)
class Flow:
    """What one kind of event added to the totals in a period; ``events`` are those that added or took something."""

    kind: EventKind
    households: int
    people: int
    events: int


@dataclass(frozen=True)
class Reconciliation:
    """Totals before, what came and went, totals after; ``agrees`` when the sum is right (S2-42)."""

    opening: Totals
    flows: tuple[Flow, ...]
    closing: Totals

    @property
    def agrees(self) -> bool:
        households = self.opening.households + sum(flow.households for flow in self.flows)
        people = self.opening.people + sum(flow.people for flow in self.flows)
        return (households, people) == (self.closing.households, self.closing.people)


def reconciliation(division: str, since: date, until: date) -> Reconciliation:
    """The totals of ``since`` and ``until`` and the events after ``since`` up to ``until``.

    Opening and closing are counted from memberships and standings, flows from events: two independent books.
    """
    moved = Event.objects.in_division(division).filter(day__gt=since, day__lte=until)
    counting = moved.exclude(households=0, people=0).order_by()
    rows = counting.values("kind").annotate(h=Sum("households"), p=Sum("people"), n=Count("pk"))
    flows = [Flow(EventKind(row["kind"]), row["h"], row["p"], row["n"]) for row in rows]
    shown = tuple(sorted(flows, key=lambda flow: flow.kind))
    return Reconciliation(totals(division, since), shown, totals(division, until))


@dataclass(frozen=True)
class Found:
    """A hit of the search box."""

    kind: str
    number: str
    title: str
    where: str


def search(text: str, scope: Scope, *, limit: int = 20) -> list[Found]:
    """People and households by name, initials, last four or whole identity number, or number; best first."""
    text = text.strip()
    if len(text) < 2:
        return []
    day = clock.today()
    people = Membership.objects.on(day).filter(scope.q("household__division_code", Capability.READ_REGISTRY))
    people = people.alias(second=Substr("person__name", 2), third=Substr("person__name", 3))
    hits = people.filter(_person_matches(text)).select_related("person", "household")[:limit]
    found = [
        Found(
            "person",
            one.household.household_no,
            one.person.name or one.person.person_no,
            one.household.division_code,
        )
        for one in hits
    ]
    if text.isdigit() and len(text) >= 4:
        numbers = Household.objects.visible_to(scope).filter(prefix_range("household_no", text))
        found += [
            Found("household", one.household_no, one.household_no, one.division_code)
            for one in numbers[:limit]
        ]
    return found[:limit]


def _person_matches(text: str) -> Q:
    upper = text.upper()
    if len(text) in (15, 18) and upper[:-1].isdigit():
        token = number_facets([upper])["id_token"][0] or blind_index(upper, purpose=ID_PURPOSE)
        return Q(person__id_token=token)
    if text.isdigit() or (len(text) == 4 and upper[:3].isdigit() and upper[3] == "X"):
        tail = Q(person__id_tail=upper) if len(text) == 4 else Q(pk__in=())
        return tail | prefix_range("person__person_no", text) if text.isdigit() else tail
    if text.isascii() and text.isalpha():
        return Q(person__name_initials__gte=text.lower(), person__name_initials__lt=text.lower() + "{")
    return _named(text)


def _named(text: str) -> Q:
    """Names that begin with the text, and given names that do, after a surname of one or two characters.

    An index answers each; a text anywhere in the name would be looked for in every name of the nation.
    """
    asked = Q(pk__in=())
    for place in ("person__name", "second", "third"):
        within = {f"{place}__gte": text, f"{place}__lt": text + "\U0010ffff", f"{place}__startswith": text}
        asked |= Q(**within)
    return asked


@dataclass(frozen=True)
class Likeness:
    """Somebody in the registry who may be the person entered."""

    person: Person
    exact: bool
    score: int
    reasons: tuple[Words, ...]


def like_this(entered: Mapping[str, Any], village: str | None = None) -> list[Likeness]:
    """Who in the whole registry is, or is likely, the person entered; seen at once, before anything is saved.

    Args:
        entered: typed values of ``name``, ``id_number``, ``birth_date`` (yyyymmdd), ``sex``.

    The candidates come by index (number, sound and birth, birth and village), the scores from the lists' matching.
    """
    facets = number_facets([entered.get("id_number")])
    name = names.clean(entered.get("name"))
    birth = entered.get("birth_date") or facets["birth_if_valid"][0]
    candidates = _candidates(facets["id_token"][0], names.sound(name) if name else "", birth, village)
    if not candidates:
        return []
    score = int(parameters()["oversight.matching.likely_score"].on(clock.today()))
    people = pa.concat_tables(
        [_side(one.person, place, one.household.division_code) for place, one in enumerate(candidates)]
    )
    mine = pa.table(
        {
            "name": [entered.get("name")],
            "id_number": pa.array([entered.get("id_number")], pa.string()),
            "birth_date": pa.array([birth], pa.int32()),
            "id_birth": pa.array([birth], pa.int32()),
            "sex": pa.array([entered.get("sex")], pa.int16()),
            "id_sex": pa.array(facets["id_sex"], pa.int16()),
            "id_key": id_keys(facets["id_token"], facets["id_state"]),
            "key": pa.array([0], pa.int64()),
        }
    )
    side = extracts.side(mine, "key", pa.array([int(village) if village else None], pa.int64()))
    links = _matcher(score).match(people, side).table.to_pylist()
    exact = codes("link").exact
    found = [
        Likeness(
            candidates[row["person_key"]].person,
            row["link"] == exact,
            row["score"],
            matching.Links.reasons(row["reasons"]),
        )
        for row in links
    ]
    return sorted(found, key=lambda one: -one.score)


@cache
def _matcher(likely_score: int) -> matching.SmallMatcher:
    """Kept for the process."""
    return matching.SmallMatcher(likely_score)


def _candidates(
    token: bytes | None, sound: str, birth: int | None, village: str | None
) -> Sequence[Membership]:
    asked = Q(pk__in=())
    born = columns.as_date(birth)
    if token:
        asked |= Q(person__id_token=token)
    if sound and born:
        asked |= Q(person__name_sound=sound, person__birth_date=born)
    if born and village:
        asked |= Q(person__birth_date=born, household__division_code=village)
    if sound and village:
        asked |= Q(person__name_sound=sound, household__division_code=village)
    current = Membership.objects.filter(running_on(clock.today()))
    return list(current.filter(asked).select_related("person", "household")[:200])


def _side(one: Person, place: int, division: str) -> pa.Table:
    sealed = columns.sealed_to("person", "id_number", one.pk)
    number = cipher.decrypt(one.id_number, bound_to=sealed) if one.id_number else None
    row = pa.table(
        {
            "name": pa.array([one.name], pa.string()),
            "id_number": pa.array([number], pa.string()),
            "birth_date": pa.array(
                [clock.as_yyyymmdd(one.birth_date) if one.birth_date else None], pa.int32()
            ),
            "id_birth": pa.array([None], pa.int32()),
            "sex": pa.array([one.sex], pa.int16()),
            "id_sex": pa.array([None], pa.int16()),
            "id_key": id_keys([one.id_token], [one.id_state]),
            "key": pa.array([place], pa.int64()),
        }
    )
    return extracts.side(row, "key", pa.array([int(division)] if division.isdigit() else [None], pa.int64()))
