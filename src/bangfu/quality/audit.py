"""The whole check of a county from its workbooks, without database or server (DESIGN §8, ``bangfu audit``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from typing import Any

import pyarrow as pa

from bangfu.analytics import extracts
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.evaluation import Tally, evaluate
from bangfu.analytics.extracts import Built, Extract
from bangfu.analytics.places import Places
from bangfu.divisions import source
from bangfu.divisions.codes import Level
from bangfu.policy import vocabulary
from bangfu.policy.errors import BangfuError
from bangfu.policy.parameters import Parameters, parameters
from bangfu.policy.words import Words
from bangfu.quality.findings import Found, findings_of
from bangfu.quality.imports.lists import RECODING, is_recoding, read_list
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Reading, Sheet, plan, read

PlacesFor = Callable[[str, Iterable[str]], Places]


class NoHouseholds(BangfuError):
    """The registry workbook has people, or nothing, but no households."""

    code = "audit.no_households"
    says = Words(
        "“{name}”中没有读到{what}。请确认工作簿有“户编号”列的户信息,和有“人编号、户编号”的人员信息。",
        "No {what_en} were read from “{name}”. The workbook needs households with a household number and people with "
        "person and household numbers.",
    )


class NoCounty(BangfuError):
    """Neither codes nor names say which county the registry is of."""

    code = "audit.no_county"
    says = Words(
        "看不出“{name}”是哪个县的登记:没有行政村代码,县名也对不上唯一的县。请填写“行政村代码”列,或“县”列的全称。",
        "Which county “{name}” is of cannot be told: no village codes, and the county's name fits no single one. "
        "Fill in the village codes, or the full name of the county.",
    )


@dataclass(frozen=True)
class Doubtful:
    """One finding, and where its subject stands in the workbooks."""

    found: Found
    sheet: str
    row: int


@dataclass
class AuditResult:
    """What was found, what could not be read, and what each rule said."""

    day: date
    area: str
    households: int
    people: int
    findings: list[Doubtful]
    tallies: tuple[Tally, ...]
    problems: list[Problem]
    lists: dict[str, int]
    unread: dict[str, Words] = field(default_factory=dict)

    def by_rule(self) -> Counter[str]:
        return Counter(one.found.rule.key for one in self.findings)


@dataclass(frozen=True)
class Source:
    """A workbook by its file name."""

    name: str
    sheets: Sequence[Sheet]


def audit(
    registry: Source,
    lists: Iterable[Source],
    day: date,
    places_for: PlacesFor,
    values: Parameters | None = None,
) -> AuditResult:
    """Reads, checks and cross-matches.

    Args:
        places_for: area prefix and dead codes → the divisions around the area.

    Raises:
        NoHeader, NoHouseholds, NoCounty: the registry cannot be understood. A list that cannot is left out and named
            in ``unread``; several files of one list are read as one.
    """
    engine = DuckDBEngine()
    county = read_county(registry, lists, day, places_for, engine=engine, values=values)
    built, reading, rosters = county.built, county.reading, county.rosters
    outcome = evaluate(built.snapshot, engine=engine, values=values)
    findings = list(_placed(findings_of(outcome, built), reading, rosters))
    engine.close()
    counts = {name: len(one.rows(name)) for name, one in rosters.items()}
    return AuditResult(
        day=day,
        area=county.area,
        households=len(reading.rows("household")),
        people=len(reading.rows("person")),
        findings=findings,
        tallies=outcome.tallies,
        problems=county.problems,
        lists=counts,
        unread=county.unread,
    )


@dataclass(frozen=True)
class CountyRead:
    """A county's workbooks as they were understood, and the snapshot made of them."""

    area: str
    reading: Reading
    rosters: Mapping[str, Reading]
    problems: list[Problem]
    unread: dict[str, Words]
    built: Built


def read_county(
    registry: Source,
    lists: Iterable[Source],
    day: date,
    places_for: PlacesFor,
    *,
    engine: DuckDBEngine,
    values: Parameters | None = None,
) -> CountyRead:
    """From workbooks to a snapshot; see ``audit`` for the arguments and what is refused."""
    reading = read(
        registry.sheets, plan(registry.sheets, [vocabulary.table("person"), vocabulary.table("household")])
    )
    households, people = reading.rows("household"), reading.rows("person")
    if not len(households) or not len(people):
        what = ("户信息", "households") if not len(households) else ("人员信息", "people")
        raise NoHouseholds(name=registry.name, what=what[0], what_en=what[1])
    rosters, dead, problems, unread = _read_lists(lists, day)
    area = _area(households.columns)
    if not area:
        raise NoCounty(name=registry.name)
    places = places_for(area, dead)
    extract = Extract(
        day=day,
        persons=people.arrow(),
        households=_with_found_places(households.arrow(), places),
        lists={name: one.rows(name).arrow() for name, one in rosters.items()},
    )
    built = extracts.build(extract, places, values or parameters(), engine)
    problems = [
        *reading.problems,
        *problems,
        *(problem for one in rosters.values() for problem in one.problems),
    ]
    return CountyRead(area, reading, rosters, problems, unread, built)


def _read_lists(
    lists: Iterable[Source], day: date
) -> tuple[dict[str, Reading], set[str], list[Problem], dict[str, Words]]:
    """List name → its rows (of all files that are this list), codes dead on the day, problems, files not understood."""
    rosters: dict[str, Reading] = {}
    dead: set[str] = set()
    problems: list[Problem] = []
    unread: dict[str, Words] = {}
    for one in lists:
        if is_recoding(one.sheets):
            changes = read(one.sheets, plan(one.sheets, [vocabulary.table(RECODING)]))
            problems += [replace(it, sheet=f"{one.name} {it.sheet}") for it in changes.problems]
            dead |= _dead_on(changes.rows(RECODING).columns, day)
            continue
        try:
            found = read_list(one.name, one.sheets)
        except BangfuError as error:
            unread[one.name] = Words(error.sentence("zh"), error.sentence("en"))
            continue
        rosters.setdefault(found.list_name, Reading()).add(found.reading, one.name)
    return rosters, dead, problems, unread


def _dead_on(changes: Mapping[str, Sequence[Any]], day: date) -> set[str]:
    """Codes that were replaced by the day; a change without a date counts."""
    on = day.year * 10_000 + day.month * 100 + day.day
    codes = changes.get("old_code", ())  # a list without rows has no columns
    dated = changes.get("changed_on") or [None] * len(codes)
    pairs = zip(codes, dated, strict=True)
    return {code for code, changed in pairs if code and (changed is None or changed <= on)}


def _area(households: Mapping[str, Sequence[Any]]) -> str:
    """The county in which most households lie (6 digits), by their codes, or else by its name."""
    counted: Counter[str] = Counter(code[:6] for code in households.get("division_code", ()) if code)
    if counted:
        return counted.most_common(1)[0][0]
    named = Counter(name for name in households.get("county_name", ()) if name)
    return _county_called(named.most_common(1)[0][0]) if named else ""


def _county_called(name: str) -> str:
    """The code of the only county of that name, empty when there is none or more than one."""
    upper = takewhile(lambda row: row.level <= Level.COUNTY, source.rows())
    found = [row.code[:6] for row in upper if row.level == Level.COUNTY and row.name == name]
    return found[0] if len(found) == 1 else ""


def _with_found_places(households: pa.Table, places: Places) -> pa.Table:
    """Households without a code get that of the village named in the row."""
    code = households["division_code"].to_pylist()
    if all(code):
        return households
    town, village = households["township_name"].to_pylist(), households["village_name"].to_pylist()
    found = [
        one or places.find(f"{where or ''}{name or ''}")
        for one, where, name in zip(code, town, village, strict=True)
    ]
    place = households.schema.get_field_index("division_code")
    return households.set_column(place, "division_code", pa.array(found, pa.string()))


def _placed(found: Iterable[Found], reading: Reading, rosters: Mapping[str, Reading]) -> Iterator[Doubtful]:
    """Findings with the sheet and row in which their subject stands."""
    for one in found:
        sheet, row = "", 0
        if one.rule.subject in ("person", "household"):
            sheet, row = reading.tables[one.rule.subject].place[one.row]
        elif one.rule.subject in rosters:
            sheet, row = rosters[one.rule.subject].rows(one.rule.subject).place[one.row]
        yield Doubtful(one, sheet, row)


def disbelieved(tallies: Iterable[Tally]) -> list[Tally]:
    """The tallies of rules that are not believed: they fired for everybody, or could judge nobody."""
    return [tally for tally in tallies if tally.status != "ok"]
