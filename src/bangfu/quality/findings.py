"""From an outcome's keys back to people, households, villages and list rows, with the values of the sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from bangfu.analytics.evaluation import Outcome, key_column
from bangfu.analytics.extracts import Built
from bangfu.analytics.matching import Links
from bangfu.policy import catalogue
from bangfu.policy.rules import LIKELY, Rule
from bangfu.policy.sentences import sentence
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words


@dataclass(frozen=True)
class Found:
    """What one rule says about one subject.

    ``row`` is the subject's place in its table of named rows (-1 for a village). ``values`` are the raw values of the
    sentence. ``reasons`` is the mask of the best likely match (see ``matching.REASONS``).
    """

    rule: Rule
    subject: str
    row: int
    division_code: str
    household_no: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    score: int | None = None
    reasons: int = 0

    @property
    def text(self) -> Words:
        return Words(sentence(self.rule, self.values, "zh"), sentence(self.rule, self.values, "en"))

    @property
    def match_reasons(self) -> tuple[Words, ...]:
        return Links.reasons(self.reasons)


def findings_of(outcome: Outcome, built: Built) -> Iterator[Found]:
    """Every finding of an outcome, one for each rule and subject."""
    rules = catalogue.by_key(outcome.day)
    people = _People(built)
    seen: set[tuple[str, str]] = set()
    for key, subject in zip(
        outcome.findings["rule"].to_pylist(), outcome.findings["key"].to_pylist(), strict=True
    ):
        rule = rules[key]
        found = people.finding(rule, subject, outcome.values.get(rule.subject, {}).get(subject, {}))
        if (key, found.subject) not in seen:
            seen.add((key, found.subject))
            yield found


def listed_subject(list_name: str, family_no: Any, row_no: int) -> str:
    """A row of a list: by its family number where the department gives one, so that the next upload names it alike."""
    return f"{list_name}:{family_no}" if family_no else f"{list_name}:row {row_no}"


def _nameless(row: int) -> str:
    """The subject of a row of a workbook that has no number."""
    return f"row {row + 1}"


class _People:
    """The named rows of a built snapshot by key."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.tables: Mapping[str, pa.Table] = {
            "person": built.named.persons,
            "household": built.named.households,
            **built.named.lists,
        }
        self._rows: dict[str, dict[int, int]] = {}

    def finding(self, rule: Rule, key: int, values: Mapping[str, Any]) -> Found:
        if rule.subject == "village":
            return Found(rule, f"{key:012d}", -1, f"{key:012d}", "", "", values)
        row = self._row_of(rule.subject, key)
        if rule.subject == "person":
            return self._person(rule, key, row, values)
        if rule.subject == "household":
            number = self._text("household", "household_no", row)
            division = self._text("household", "division_code", row)
            return Found(
                rule, number or _nameless(row), row, division, number, self._heads.get(number, ""), values
            )
        table = self.tables[rule.subject]
        family = table["family_no"][row].as_py() if "family_no" in table.column_names else None
        row_no = table["row_no"][row].as_py() if "row_no" in table.column_names else row + 1
        subject = listed_subject(rule.subject, family, row_no)
        return Found(
            rule,
            subject,
            row,
            self._text(rule.subject, "village_found", row),
            "",
            self._text(rule.subject, "name", row),
            values,
        )

    def _person(self, rule: Rule, key: int, row: int, values: Mapping[str, Any]) -> Found:
        number = self._text("person", "household_no", row)
        score, reasons = None, 0
        if rule.variant == LIKELY and rule.matched:
            score, reasons = self._likely[rule.matched].get(key, (None, 0))
        return Found(
            rule,
            self._text("person", "person_no", row) or _nameless(row),
            row,
            self._divisions.get(number, ""),
            number,
            self._text("person", "name", row),
            values,
            score,
            reasons,
        )

    def _row_of(self, table: str, key: int) -> int:
        if table not in self._rows:
            keys = self.tables[table][key_column(table)].to_pylist()
            self._rows[table] = {one: place for place, one in reversed(list(enumerate(keys)))}
        return self._rows[table][key]

    def _text(self, table: str, column: str, row: int) -> str:
        rows = self.tables[table]
        return (rows[column][row].as_py() or "") if column in rows.column_names else ""

    @cached_property
    def _divisions(self) -> dict[str, str]:
        households = self.built.named.households
        pairs = zip(
            households["household_no"].to_pylist(), households["division_code"].to_pylist(), strict=True
        )
        return {number: code or "" for number, code in pairs}

    @cached_property
    def _heads(self) -> dict[str, str]:
        persons = self.built.named.persons
        rows = zip(*(persons[name].to_pylist() for name in ("household_no", "name", "relation")), strict=True)
        head = codes("relation").head
        return {number: name or "" for number, name, kin in rows if kin == head}

    @cached_property
    def _likely(self) -> dict[str, dict[int, tuple[int, int]]]:
        """List → person key → score and reasons of the best likely match."""
        likely = codes("link").likely
        best: dict[str, dict[int, tuple[int, int]]] = {}
        for name, links in self.built.links.items():
            found = best.setdefault(name, {})
            for row in links.table.to_pylist():
                if row["link"] == likely and row["score"] > found.get(row["person_key"], (0, 0))[0]:
                    found[row["person_key"]] = row["score"], row["reasons"]
        return best
