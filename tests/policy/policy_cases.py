"""Reading policy cases and asking the rules; cases of one day and the same lists share one evaluation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import yaml

from bangfu.analytics import extracts
from bangfu.analytics.engines import DuckDBEngine, duckdb_engine
from bangfu.analytics.evaluation import key_column, verdict_of
from bangfu.analytics.extracts import Built
from bangfu.analytics.identity_numbers import check_character
from bangfu.analytics.wide_tables import WideTables, wide_tables
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.entitlements import status
from bangfu.policy.parameters import parameters
from bangfu.policy.verdict import Verdict
from tests.analytics.county import Small

FOLDER = Path(__file__).parent / "cases"
STATUS = {code.code: code.key for code in vocabulary.codes("entitlement_status")}
#: Cases about the sheet of an exit, see tests/policy/exit.
SHEETS = FOLDER / "exit" / "sheets"
VERDICTS = {True: Verdict.YES, False: Verdict.NO, "cannot tell": Verdict.CANNOT_TELL}
#: In a row of a list: the cell of the person that the row is about.
SAME = "本人"
NUMBERS = ("证件号码", "身份证号")
KEYS = {"says", "household", "people", "households", "about", "lists", "times", "verdict", "source"}
KEYS |= {"only_these_lists", "due", "received", "status"}


@dataclass(frozen=True)
class Answer:
    """What an entitlement says of a subject: due (fen; True or False in kind or not at all), and the status.

    ``received`` (fen, or how often in kind) is compared where the case names it.
    """

    due: int | bool | None
    status: str
    received: int | None = None


@dataclass(frozen=True)
class Case:
    """One sentence about one subject on one day."""

    rule: str
    subject: str
    day: date
    name: str
    says: str
    source: str
    expected: Verdict | Answer
    about: int | str | None
    households: tuple[Mapping[str, Any], ...]
    lists: Mapping[str, Sequence[Mapping[str, Any]]]
    only_these_lists: bool

    @property
    def group(self) -> tuple[date, tuple[str, ...]]:
        """The day, and the lists that were supplied: none, all, or those that the case names."""
        some = tuple(sorted(self.lists if self.only_these_lists else vocabulary.lists()))
        return self.day, some if self.lists else ()


@dataclass(frozen=True)
class CaseFile:
    """The cases of a rule, or of an entitlement."""

    rule: str
    kind: Literal["rule", "entitlement"]
    day: date
    path: Path
    cases: tuple[Case, ...]
    always_decides: str | None


@cache
def files() -> tuple[CaseFile, ...]:
    """The files of rules."""
    return tuple(one for one in every_file() if one.kind == "rule")


@cache
def entitlement_files() -> tuple[CaseFile, ...]:
    return tuple(one for one in every_file() if one.kind == "entitlement")


@cache
def every_file() -> tuple[CaseFile, ...]:
    paths = [
        path
        for path in sorted(FOLDER.rglob("*.yaml"))
        if path.parents[1].name != "computed" and SHEETS not in path.parents
    ]
    return tuple(_file(path) for path in paths)


def _file(path: Path) -> CaseFile:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    day = date.fromisoformat(path.parent.name)
    name = str(path.relative_to(FOLDER).with_suffix(""))
    kind: Literal["rule", "entitlement"] = "rule" if "rule" in content else "entitlement"
    judged = catalogue.rule if kind == "rule" else catalogue.entitlement
    subject = judged(content[kind], day).subject
    cases = tuple(
        _case(content[kind], subject, day, f"{name}-{n}", node) for n, node in enumerate(content["cases"], 1)
    )
    return CaseFile(content[kind], kind, day, path, cases, content.get("always_decides"))


def _case(rule: str, subject: str, day: date, name: str, node: dict[str, Any]) -> Case:
    assert set(node) <= KEYS, f"{name}: {set(node) - KEYS}"
    households = node.get("households") or [{**node.get("household", {}), "成员": node.get("people", [{}])}]
    return Case(
        rule=rule,
        subject=subject,
        day=day,
        name=name,
        says=node["says"],
        source=str(node["source"]),
        expected=VERDICTS[node["verdict"]]
        if "verdict" in node
        else _answer(node, money=_in_money(rule, subject, day)),
        about=node.get("about"),
        households=tuple(households) * node.get("times", 1),
        lists=node.get("lists", {}),
        only_these_lists=node.get("only_these_lists", False),
    )


def _in_money(key: str, subject: str, day: date) -> bool:
    received = catalogue.entitlement(key, day).received
    return received is not None and vocabulary.table(subject).columns[received].kind == "money"


def _answer(node: dict[str, Any], *, money: bool) -> Answer:
    due, received = node["due"], node.get("received")
    if due == "cannot tell":
        due = None
    elif not isinstance(due, bool):
        due = _fen(due)
    return Answer(due, node["status"], _fen(received) if money and received is not None else received)


def _fen(yuan: Any) -> int:
    fen = Decimal(str(yuan)) * 100
    assert fen == int(fen), f"{yuan} yuan are no whole fen"
    return int(fen)


@cache
def answers(group: tuple[date, tuple[str, ...]]) -> Mapping[str, Answer]:
    """Case → answer for all cases of entitlements of a group, from one snapshot."""
    day, names = group
    small = Small(day)
    small.supplied(*names)
    cases = [case for file in entitlement_files() for case in file.cases if case.group == group]
    subjects = {case.name: _add(case, small) for case in cases}
    around = small.places()
    with duckdb_engine() as engine:
        built = extracts.build(small.extract(), around, parameters(), engine)
        wide = wide_tables(built.snapshot, engine, parameters(), {"person", "household", "village"})
        said = _entitled({case.rule for case in cases}, wide, engine)
        return {case.name: said[case.rule][_key(subjects[case.name], built)] for case in cases}


def _entitled(keys: set[str], wide: WideTables, engine: DuckDBEngine) -> dict[str, dict[int, Answer]]:
    """Entitlement → key of the subject → answer."""
    found: dict[str, dict[int, Answer]] = {}
    for key in sorted(keys):
        one = catalogue.entitlement(key, wide.day)
        table = wide.tables[one.subject]
        due, got = one.due(table, wide.p(one.subject)), one.got(table)
        asked = {"eligible": due.eligible, "got": got, "status": status(due, got, over=one.over)}
        if due.amount is not None:
            asked["amount"] = due.amount
        rows = engine.arrow(table.select(_key=table[key_column(one.subject)], **asked)).to_pylist()
        found[key] = {row["_key"]: _said(row) for row in rows}
    return found


def _said(row: dict[str, Any]) -> Answer:
    due = row["eligible"]
    if due and "amount" in row:
        due = row["amount"]
    return Answer(due, STATUS[row["status"]], row["got"])


@cache
def verdicts(group: tuple[date, tuple[str, ...]]) -> Mapping[str, Verdict]:
    """Case → verdict for all cases of a group, from one snapshot."""
    day, names = group
    small = Small(day)
    small.supplied(*names)
    cases = [case for file in files() for case in file.cases if case.group == group]
    subjects = {case.name: _add(case, small) for case in cases}
    around = small.places()
    with duckdb_engine() as engine:
        built = extracts.build(small.extract(), around, parameters(), engine)
        wide = wide_tables(
            built.snapshot, engine, parameters(), {"person", "household", "village", "civil_affairs"}
        )
        answers = _answers(cases, wide, engine)
        return {case.name: answers[case.rule][_key(subjects[case.name], built)] for case in cases}


def _add(case: Case, small: Small) -> tuple[str, int | str]:
    """Adds the case's households and list rows; the table and place of the row that is judged."""
    subject = case.subject
    first_household, first_person = len(small.households), len(small.people)
    people = [
        one
        for given in case.households
        for one in small.household(given, [_numbered(person) for person in given.get("成员", [{}])])
    ]
    rows: dict[str, int] = {}
    for name, entries in case.lists.items():
        rows[name] = len(small.lists[name])
        for entry in entries:
            of = people[entry["of"] - 1] if "of" in entry else None
            own = {title: cell for title, cell in _numbered(entry).items() if title != "of"}
            small.listed(
                name, of, **{title: of[title] if of and cell == SAME else cell for title, cell in own.items()}
            )
    if subject == "person":
        return subject, first_person + int(case.about or len(people)) - 1
    if subject == "household":
        return subject, first_household + int(case.about or 1) - 1
    if subject == "village":
        return subject, small.households[first_household]["行政村代码"]
    return subject, rows[subject] + int(case.about or 1) - 1


def _numbered(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers that end in ``?`` get their check character, those that end in ``!`` a wrong one."""
    return {title: _checked(cell) if title in NUMBERS else cell for title, cell in cells.items()}


def _checked(cell: Any) -> Any:
    if not isinstance(cell, str) or not cell.endswith(("?", "!")):
        return cell
    right = check_character(cell[:17])
    return cell[:17] + (right if cell.endswith("?") else "1" if right != "1" else "2")


def _key(subject: tuple[str, int | str], built: Built) -> int:
    table, place = subject
    if table == "village":
        return int(place)
    named: pa.Table = {
        "person": built.named.persons,
        "household": built.named.households,
        **built.named.lists,
    }[table]
    key: int = named[key_column(table)][int(place)].as_py()
    return key


def _answers(cases: Sequence[Case], wide: WideTables, engine: DuckDBEngine) -> dict[str, dict[int, Verdict]]:
    """Rule → key of the subject → verdict."""
    rules = {case.rule: catalogue.rule(case.rule, case.day) for case in cases}
    by_subject: dict[str, list[str]] = defaultdict(list)
    for key, rule in rules.items():
        by_subject[rule.subject].append(key)
    found: dict[str, dict[int, Verdict]] = {}
    for subject, keys in by_subject.items():
        if subject not in wide.tables:
            continue
        table, p = wide.tables[subject], wide.p(subject)
        columns = {key: verdict_of(rules[key], table, p) for key in keys}
        rows = engine.arrow(table.select(_key=table[key_column(subject)], **columns)).to_pylist()
        for key in keys:
            found[key] = {row["_key"]: Verdict.of(row[key]) for row in rows}
    return found
