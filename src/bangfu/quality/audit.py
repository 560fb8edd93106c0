"""The whole check of a county from its workbooks, without database or server (DESIGN §8, ``bangfu audit``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
import pyarrow as pa

from bangfu.analytics import extracts
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.evaluation import Outcome, Tally, evaluate
from bangfu.analytics.extracts import Built, Extract
from bangfu.analytics.matching import Links
from bangfu.analytics.places import Places
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.errors import BangfuError
from bangfu.policy.parameters import Parameters, parameters
from bangfu.policy.rules import LIKELY, Rule
from bangfu.policy.sentences import sentence
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.quality.imports.lists import RECODING, is_recoding, read_list
from bangfu.quality.subjects import listed_subject
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


@dataclass(frozen=True)
class Doubtful:
    """One finding as a clerk reads it."""

    rule: Rule
    subject: str
    sheet: str
    row: int
    division_code: str
    household_no: str
    name: str
    text: Words
    score: int | None = None
    reasons: tuple[Words, ...] = ()


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
        return Counter(one.rule.key for one in self.findings)


@dataclass(frozen=True)
class Source:
    """A workbook by its file name."""

    name: str
    sheets: Sequence[Sheet]


def audit(registry: Source, lists: Iterable[Source], day: date, places_for: PlacesFor, values: Parameters | None = None) -> AuditResult:
    """Reads, checks and cross-matches.

    Args:
        places_for: area prefix and dead codes → the divisions around the area.

    Raises:
        NoHeader, NoHouseholds: the registry cannot be understood. A list that cannot is left out and named in ``unread``.
    """
    reading = read(registry.sheets, plan(registry.sheets, [vocabulary.table("person"), vocabulary.table("household")]))
    households, people = reading.rows("household"), reading.rows("person")
    if not len(households) or not len(people):
        what = ("户信息", "households") if not len(households) else ("人员信息", "people")
        raise NoHouseholds(name=registry.name, what=what[0], what_en=what[1])
    rosters, dead, unread = _read_lists(lists, reading)
    area = _area(households.columns.get("division_code", []))
    places = places_for(area, dead)
    extract = Extract(
        day=day,
        persons=people.arrow(),
        households=_with_found_places(households.arrow(), places),
        lists={name: one.rows(name).arrow() for name, one in rosters.items()},
    )
    engine = DuckDBEngine()
    built = extracts.build(extract, places, values or parameters(), engine)
    outcome = evaluate(built.snapshot, engine=engine, values=values)
    findings = list(_findings(outcome, built, extract, reading, rosters))
    engine.close()
    problems = [*reading.problems, *(problem for one in rosters.values() for problem in one.problems)]
    counts = {name: len(one.rows(name)) for name, one in rosters.items()}
    return AuditResult(day, area, len(households), len(people), findings, outcome.tallies, problems, counts, unread)


def _read_lists(lists: Iterable[Source], registry: Reading) -> tuple[dict[str, Reading], set[str], dict[str, Words]]:
    rosters: dict[str, Reading] = {}
    dead: set[str] = set()
    unread: dict[str, Words] = {}
    for one in lists:
        if is_recoding(one.sheets):
            changes = read(one.sheets, plan(one.sheets, [vocabulary.table(RECODING)])).rows(RECODING)
            dead |= {code for code in changes.columns["old_code"] if code}
            continue
        try:
            found = read_list(one.name, one.sheets)
        except BangfuError as error:
            unread[one.name] = Words(error.sentence("zh"), error.sentence("en"))
            continue
        found.reading.problems = [replace(it, sheet=f"{one.name} {it.sheet}") for it in found.reading.problems]
        rosters[found.list_name] = found.reading
    return rosters, dead, unread


def _area(codes_written: Sequence[str | None]) -> str:
    """The county in which most households lie (6 digits)."""
    counted = Counter(code[:6] for code in codes_written if code)
    return counted.most_common(1)[0][0] if counted else ""


def _with_found_places(households: pa.Table, places: Places) -> pa.Table:
    """Households without a code get that of the village named in the row."""
    code = households["division_code"].to_pylist()
    if all(code):
        return households
    town, village = households["township_name"].to_pylist(), households["village_name"].to_pylist()
    found = [
        one or places.find(f"{where or ''}{name or ''}") for one, where, name in zip(code, town, village, strict=True)
    ]
    place = households.schema.get_field_index("division_code")
    return households.set_column(place, "division_code", pa.array(found, pa.string()))


def _findings(
    outcome: Outcome, built: Built, extract: Extract, reading: Reading, rosters: Mapping[str, Reading]
) -> Iterator[Doubtful]:
    rules = catalogue.by_key(outcome.day)
    about = _About(extract, built, reading, rosters)
    for key, subject in zip(outcome.findings["rule"].to_pylist(), outcome.findings["key"].to_pylist(), strict=True):
        rule = rules[key]
        values = outcome.values.get(rule.subject, {}).get(subject, {})
        text = Words(sentence(rule, values, "zh"), sentence(rule, values, "en"))
        yield about.finding(rule, subject, text)


class _About:
    """Where a subject stands in the workbooks. Without a database the key of a row is its place, from 1."""

    def __init__(self, extract: Extract, built: Built, reading: Reading, rosters: Mapping[str, Reading]) -> None:
        persons, households = extract.persons, extract.households
        self.reading, self.rosters = reading, rosters
        self.person_no, self.names = persons["person_no"].to_pylist(), persons["name"].to_pylist()
        self.of_household = persons["household_no"].to_pylist()
        self.household_no = households["household_no"].to_pylist()
        self.division = households["division_code"].to_pylist()
        self.place_of = dict(zip(self.household_no, self.division, strict=True))
        head = codes("relation").head
        relations = persons["relation"].to_pylist()
        self.heads = {
            number: name for number, name, kin in zip(self.of_household, self.names, relations, strict=True) if kin == head
        }
        self.likely = {name: _best_links(links) for name, links in built.links.items()}
        self.lists = extract.lists

    def finding(self, rule: Rule, key: int, text: Words) -> Doubtful:
        if rule.subject == "person":
            return self._person(rule, key - 1, text)
        if rule.subject == "household":
            number = self.household_no[key - 1]
            place = self.reading.tables["household"].place[key - 1]
            return Doubtful(rule, number, *place, self.division[key - 1] or "", number, self.heads.get(number) or "", text)
        if rule.subject == "village":
            return Doubtful(rule, f"{key:012d}", "", 0, f"{key:012d}", "", "", text)
        return self._listed(rule, key, text)

    def _person(self, rule: Rule, row: int, text: Words) -> Doubtful:
        number = self.of_household[row]
        place = self.reading.tables["person"].place[row]
        score, reasons = None, ()
        if rule.variant == LIKELY and rule.matched:
            score, reasons = self.likely[rule.matched].get(row + 1, (None, ()))
        division = self.place_of.get(number) or ""
        return Doubtful(
            rule, self.person_no[row], *place, division, number or "", self.names[row] or "", text, score, reasons
        )

    def _listed(self, rule: Rule, key: int, text: Words) -> Doubtful:
        table = self.lists[rule.subject]
        row = table.slice(key, 1).to_pylist()[0]
        sheet, number = self.rosters[rule.subject].rows(rule.subject).place[key]
        subject = listed_subject(rule.subject, row.get("family_no"), number)
        title = vocabulary.table(rule.subject).title.zh
        return Doubtful(rule, subject, f"{title} {sheet}", number, "", "", row.get("name") or "", text)


def _best_links(links: Links) -> dict[int, tuple[int, tuple[Words, ...]]]:
    """Person key → score and reasons of the best likely match."""
    likely = codes("link").likely
    best: dict[int, tuple[int, tuple[Words, ...]]] = {}
    for row in links.table.to_pylist():
        if row["link"] == likely and row["score"] > best.get(row["person_key"], (0, ()))[0]:
            best[row["person_key"]] = row["score"], Links.reasons(row["reasons"])
    return best


def disbelieved(tallies: Iterable[Tally]) -> list[Tally]:
    """The tallies of rules that are not believed: they fired for everybody, or could judge nobody."""
    return [tally for tally in tallies if tally.status != "ok"]
