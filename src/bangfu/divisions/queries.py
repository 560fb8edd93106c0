"""Questions that more than one row answers: search, paths, what became of a code, the places of a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.cache import cache

from bangfu.analytics.places import Place, Places
from bangfu.divisions.codes import Level, checked, lineage, scope_prefix
from bangfu.divisions.errors import UnknownArea
from bangfu.divisions.models import Division, Successor
from bangfu.divisions.types import types_in
from bangfu.platform import clock

_BATCH: Final = 500
_PATH_SECONDS: Final = 300


@dataclass(frozen=True)
class Hit:
    """One find of a search: its names from the province down, and what replaces it if it is dead."""

    division: Division
    path: tuple[str, ...]
    dead: bool
    successors: tuple[Division, ...]


def search(text: str, *, prefix: str = "", limit: int = 20, on: date | None = None) -> list[Hit]:
    """The divisions under ``prefix`` that ``text`` may mean, best first; see ``DivisionQuerySet.matching``.

    Dead codes are found too, with what stands for them on the day ``on`` (today).

    Raises:
        BadCode: ``prefix`` is no code.
    """
    day = on or clock.today()
    codes = list(Division.objects.under(prefix).matching(text).values_list("code", flat=True)[:limit])
    rows = Division.objects.in_bulk(codes)
    found = [rows[code] for code in codes]
    names = paths(codes)
    dead = {one.code for one in found if not one.lives_on(day)}
    successors = current_codes_of(dead, day)
    divisions = Division.objects.in_bulk({code for codes in successors.values() for code in codes})
    return [
        Hit(
            one,
            names[one.code],
            one.code in dead,
            tuple(divisions[code] for code in successors.get(one.code, ()) if code != one.code),
        )
        for one in found
    ]


def path(code: str) -> tuple[str, ...]:
    """The names from the province down to ``code``; empty for the nation or an unknown code.

    Raises:
        BadCode: no 12-digit code.
    """
    return paths([code])[code]


def paths(codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The ``path`` of each code; one query for those not cached. A new name shows within five minutes.

    Raises:
        BadCode: one is no 12-digit code.
    """
    wanted = {_path_key(checked(code)): code for code in codes}
    cached = cache.get_many(wanted)
    missing = [code for key, code in wanted.items() if key not in cached]
    read = _read_paths(missing)
    cache.set_many({_path_key(code): names for code, names in read.items() if names}, _PATH_SECONDS)
    return {code: cached[key] if key in cached else read[code] for key, code in wanted.items()}


def forget_paths(codes: Iterable[str]) -> None:
    """Drops the cached paths of divisions whose names changed."""
    cache.delete_many([_path_key(code) for code in codes])


def _path_key(code: str) -> str:
    return f"divisions.path.{code}"


def _read_paths(codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    steps = {code: lineage(code) for code in codes}
    wanted = {step for line in steps.values() for step in line}
    names = {
        code: name
        for batch in _batches(wanted)
        for code, name in Division.objects.filter(code__in=batch).values_list("code", "name")
    }
    return {
        code: tuple(names[step] for step in line if step in names) if code in names else ()
        for code, line in steps.items()
    }


def current_code(code: str, day: date) -> str | None:
    """The one code that stands for ``code`` on ``day``; None when there is none, or several after a split."""
    found = current_codes_of([code], day)[code]
    return found[0] if len(found) == 1 else None


def current_codes_of(codes: Iterable[str], day: date) -> dict[str, tuple[str, ...]]:
    """For each code the codes that stand for it on ``day``, sorted.

    That is itself while it lives, else its successors, however many steps away: several after a split, none
    for a code that nobody knows or that nothing replaced.
    """
    asked = set(codes)
    ends = _ends(asked, day)
    return {code: tuple(sorted(ends[code])) for code in asked}


def _ends(asked: set[str], day: date) -> Mapping[str, set[str]]:
    """Follows changes step by step for all codes at once; a step costs two queries for 500 codes."""
    origins: dict[str, set[str]] = {code: {code} for code in asked}
    ends: dict[str, set[str]] = defaultdict(set)
    seen: set[tuple[str, str]] = set()
    while origins:
        living, nexts = _living(origins, day), _next_codes(origins, day)
        onward: dict[str, set[str]] = defaultdict(set)
        for code, sources in origins.items():
            for source in sources:
                if code in living:
                    ends[source].add(code)
                    continue
                for new in nexts.get(code, ()):
                    if (source, new) not in seen:
                        seen.add((source, new))
                        onward[new].add(source)
        origins = onward
    return ends


def _living(codes: Iterable[str], day: date) -> set[str]:
    return {
        code
        for batch in _batches(codes)
        for code in Division.objects.filter(code__in=batch).living_on(day).values_list("code", flat=True)
    }


def _next_codes(codes: Iterable[str], day: date) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for batch in _batches(codes):
        for old, new in Successor.objects.of(batch, day).values_list("old_code", "new_code"):
            found[old].append(new)
    return found


def _batches(codes: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(codes)
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))


def places_of(area: str, *, on: date | None = None) -> Places:
    """The same as ``source.places``, from the database; what has ended by ``on`` (today) is in it as dead.

    Raises:
        BadCode: ``area`` is no code.
        UnknownArea: no division begins with it.
    """
    prefix, day = scope_prefix(area), on or clock.today()
    around = Division.objects.under(prefix[: Level.CITY.digits])
    types = types_in(prefix, day)
    upper = Division.objects.at_level(Level.PROVINCE, Level.CITY, Level.COUNTY)
    found = [
        Place(code, name, until is not None and until <= day, types.of(code).poor_village)
        for rows in (around, upper)
        for code, name, until in rows.values_list("code", "name", "valid_until")
    ]
    if not any(place.code.startswith(prefix) for place in found):
        raise UnknownArea(area=area)
    return Places.of(found, prefix)
