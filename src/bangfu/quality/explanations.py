"""Why a household is as the rules see it: every rule and entitlement about it and its members, as of a day.

The county is read and answered once and kept, until its lists, the values in force or its latest check change, or
something happens to the household asked about. What happens to other households meanwhile does not make anybody wait:
the next check brings it in.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max

from bangfu.analytics.explanations import EntitlementExplanation, Explainer, Explanation
from bangfu.analytics.extracts import Built
from bangfu.divisions.codes import scope_prefix
from bangfu.divisions.models import DivisionAttribute
from bangfu.divisions.queries import paths
from bangfu.platform.database.prefix import prefix_range
from bangfu.platform.errors import NotFound
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.quality.models import ListEntry, Run
from bangfu.quality.runs import build
from bangfu.registry.models import Event, Household, ImportBatch, Standing

#: How many counties and days are kept answered in a process.
MOST_KEPT: Final = 4


@dataclass(frozen=True)
class AboutSubject:
    """Explanations of one subject: the household, a member of it (name and number as the registry has them), or its
    village (``number`` is the code)."""

    kind: str
    number: str
    name: str
    explanations: tuple[Explanation, ...]
    entitlements: tuple[EntitlementExplanation, ...] = ()


@dataclass
class _County:
    """A county as of a day, answered; ``stamp`` tells what it was made from, ``seen`` what was the latest anywhere when
    the county was last compared, ``made`` what was the latest when it was read."""

    built: Built
    explainer: Explainer
    stamp: tuple[object, ...]
    seen: _Latest
    made: _Latest

    @cached_property
    def households(self) -> dict[str, int]:
        """Household number → row."""
        numbers = self.built.named.households["household_no"].to_pylist()
        return {number: row for row, number in reversed(list(enumerate(numbers)))}

    @cached_property
    def members(self) -> dict[str, list[int]]:
        """Household number → rows of its people."""
        found: dict[str, list[int]] = {}
        for row, number in enumerate(self.built.named.persons["household_no"].to_pylist()):
            found.setdefault(number, []).append(row)
        return found


_KEPT: OrderedDict[tuple[str, date], _County] = OrderedDict()
_LOCK = Lock()


def explain_household(household: Household, day: date) -> list[AboutSubject]:
    """The household first, then its members, then its village; rules that fired come first.

    Raises:
        NotFound: the household does not count on the day.
    """
    county = _county(f"{scope_prefix(household.division_code)[:6]:0<12}", day, household)
    row = county.households.get(household.household_no)
    if row is None:
        raise NotFound()
    named = county.built.named
    household_key = named.households["household_key"][row].as_py()
    members = county.members.get(household.household_no, [])
    keys = {named.persons["person_key"][place].as_py(): place for place in members}
    village = named.households["village_code"][row].as_py()
    subjects = {"household": [household_key], "person": list(keys), "village": [village] if village else []}
    rules, due = county.explainer.explain(subjects), county.explainer.entitled(subjects)

    def about(kind: str, key: int, number: str, name: str) -> AboutSubject:
        return AboutSubject(kind, number, name, _ordered(rules, kind, key), _due(due, kind, key))

    return [
        about("household", household_key, household.household_no, ""),
        *(
            about(
                "person", key, _text(named.persons, "person_no", place), _text(named.persons, "name", place)
            )
            for key, place in keys.items()
        ),
        *(about("village", code, f"{code:012d}", _village_name(code)) for code in subjects["village"]),
    ]


def _village_name(code: int) -> str:
    names = paths([f"{code:012d}"])[f"{code:012d}"]
    return names[-1] if names else f"{code:012d}"


def _county(area: str, day: date, household: Household) -> _County:
    """The answered county, made anew when what is asked about may have changed."""
    seen = _Latest.now()
    with _LOCK:
        kept = _KEPT.get((area, day))
        if kept is None or (kept.seen != seen and not _still_holds(kept, area, household)):
            kept = _made(area, day, kept, seen)
        kept.seen = seen
        _KEPT.move_to_end((area, day))
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)[1].explainer.close()
        return kept


def _still_holds(kept: _County, area: str, household: Household) -> bool:
    """Whether lists, values and the latest check are the same and nothing has happened to the household since."""
    mine = (Event.objects.filter(household=household), Standing.objects.filter(household=household))
    since = (kept.made.event, kept.made.standing)
    return kept.stamp == _stamp(area) and not any(
        rows.filter(pk__gt=latest).exists() if latest else rows.exists()
        for rows, latest in zip(mine, since, strict=True)
    )


def _made(area: str, day: date, kept: _County | None, seen: _Latest) -> _County:
    stamp = _stamp(area)
    unchanged = kept.built.named.lists if kept is not None and kept.stamp == stamp else None
    built = build(area, day, unchanged)
    if kept is not None:
        kept.explainer.close()
    _KEPT[area, day] = made = _County(built, Explainer(built.snapshot), stamp, seen, seen)
    return made


@dataclass(frozen=True)
class _Latest:
    """Differs when an event, a standing, a list, a check, a label or a value has come anywhere; keys grow with
    time."""

    event: UUID | None
    standing: UUID | None
    entry: UUID | None
    run: UUID | None
    batch: object
    labels: object
    values: str

    @classmethod
    def now(cls) -> _Latest:
        batch = ImportBatch.objects.order_by("-finished_at").values_list("pk", "finished_at").first()
        event, standing, entry, run = (
            _youngest(model.objects.all()) for model in (Event, Standing, ListEntry, Run)
        )
        return cls(event, standing, entry, run, batch, _labels(), parameters().fingerprint)


def _stamp(area: str) -> tuple[object, ...]:
    """The lists of a county, its latest check, the labels and the values; a list replaced by an empty one leaves fewer
    rows."""
    lists = ListEntry.objects.filter(division_code=area)
    runs = Run.objects.filter(prefix_range("division_code", scope_prefix(area)))
    return (_youngest(lists), lists.count(), _youngest(runs), _labels(), parameters().fingerprint)


def _labels() -> object:
    """Differs when a label of a division has come or ended: whether a village is a poor one (S0-29)."""
    return DivisionAttribute.objects.aggregate(latest=Max("pk"), ended=Count("until"))


def _youngest(rows: Any) -> UUID | None:
    found: UUID | None = rows.order_by("-pk").values_list("pk", flat=True).first()
    return found


def _text(table: Any, column: str, row: int) -> str:
    return table[column][row].as_py() or ""


def _ordered(found: list[Explanation], subject: str, key: int) -> tuple[Explanation, ...]:
    own = [one for one in found if one.rule.subject == subject and one.key == key]
    order = {"YES": 0, "CANNOT_TELL": 1, "NO": 2}
    return tuple(sorted(own, key=lambda one: order[one.verdict.name]))


def _due(found: list[EntitlementExplanation], subject: str, key: int) -> tuple[EntitlementExplanation, ...]:
    """What is missing first, then what cannot be told."""
    said = codes("entitlement_status")
    order = [
        said.due_missing,
        said.due_partly,
        said.over_paid,
        said.cannot_tell,
        said.due_received,
        said.not_due,
    ]
    own = [one for one in found if one.entitlement.subject == subject and one.key == key]
    return tuple(sorted(own, key=lambda one: order.index(one.status)))
