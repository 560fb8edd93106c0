"""The register of policy documents, and what a reference of a value or rule leads to (S0-01, S0-02, S0-53, S1-01)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile, SameNumberTwice
from bangfu.policy.words import Words

Kind = Literal["policy", "interpretation", "suggestion", "draft", "law", "standard", "report"]
FOLDER = Path(__file__).parent
CONFIGURATION = "configuration"
#: What binds: a suggestion, draft or report is the ground of nothing by itself.
BINDING: frozenset[Kind] = frozenset({"policy", "interpretation", "law", "standard"})
_CLAUSE = re.compile(r"S[0-4]-\d{2}")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零\d]+条")


@dataclass(frozen=True, slots=True)
class Document:
    """A document: ``issued_on`` is not ``published_on`` (S0-53); None where the source does not say.

    ``parents`` are keys of the documents it rests on; ``areas`` the division prefixes it holds in, "" the nation.
    """

    key: str
    number: str | None
    title: Words
    issuer: Words
    kind: Kind
    issued_on: date | None
    published_on: date | None
    parents: tuple[str, ...]
    areas: tuple[str, ...]
    names: tuple[str, ...]
    where: str

    @property
    def binding(self) -> bool:
        """Whether a rule may rest on it alone (S1-01: a suggestion is a proposal, not a rule)."""
        return self.kind in BINDING

    def holds_in(self, area: str) -> bool:
        """Whether the document speaks for the division."""
        return any(area.startswith(prefix) for prefix in self.areas)


@dataclass(frozen=True, slots=True)
class Clause:
    """A row of the clause catalogue: where it stands in its document, and what it is about."""

    key: str
    document: Document
    where: str
    about: str


@dataclass(frozen=True, slots=True)
class Cited:
    """What a reference leads to. ``configuration``: no document gives the value, the county has set it."""

    reference: str
    documents: tuple[Document, ...]
    clauses: tuple[Clause, ...]
    articles: tuple[str, ...]
    configuration: bool

    @property
    def leads_somewhere(self) -> bool:
        return self.configuration or bool(self.documents)


@cache
def documents() -> Mapping[str, Document]:
    """All documents by key.

    Raises:
        SameNumberTwice: two documents carry one number (S0-01).
        BadPolicyFile: a file does not fit, a key stands in two files, or a parent is not in the register.
    """
    return register(path for path in sorted(FOLDER.glob("*.yaml")) if path.stem != "clauses")


def register(paths: Iterable[Path]) -> Mapping[str, Document]:
    """The documents of some files; see ``documents``."""
    found: dict[str, Document] = {}
    numbers: dict[str, Document] = {}
    for path in paths:
        lines = yaml_files.lines(path)
        for key, node in yaml_files.read_checked(path, "documents").items():
            where = f"{yaml_files.place(path)}:{lines[(key,)]}"
            if key in found:
                raise BadPolicyFile(where=where, reason=f"{key} stands in {found[key].where} already")
            one = found[key] = _document(key, node, where)
            if one.number:
                other = numbers.setdefault(one.number, one)
                if other is not one:
                    raise SameNumberTwice(number=one.number, where=where, other=other.where)
    for one in found.values():
        for parent in one.parents:
            if parent not in found or parent == one.key:
                raise BadPolicyFile(where=one.where, reason=f"{one.key}/parents: no such document {parent!r}")
    return found


@cache
def clauses() -> Mapping[str, Clause]:
    """The rows of the clause catalogue by id."""
    content = yaml_files.read(FOLDER / "clauses.yaml")
    known = documents()
    return {
        key: Clause(key, known[document], where, about) for key, (document, where, about) in content.items()
    }


@cache
def cited(reference: str) -> Cited:
    """What a reference leads to: documents by number or name with the articles named, and clause rows."""
    rows = tuple(clauses()[key] for key in dict.fromkeys(_CLAUSE.findall(reference)) if key in clauses())
    named = [
        one
        for one in documents().values()
        if any(text in reference for text in (one.number, one.title.zh, *one.names) if text)
    ]
    found = tuple(dict.fromkeys([*(row.document for row in rows), *named]))
    articles = tuple(_ARTICLE.findall(reference))
    return Cited(reference, found, rows, articles, CONFIGURATION in reference)


def _document(key: str, node: Mapping[str, Any], where: str) -> Document:
    return Document(
        key=key,
        number=node.get("number"),
        title=Words.read(node["title"]),
        issuer=Words.read(node["issuer"]),
        kind=node["kind"],
        issued_on=_day(node["issued_on"]),
        published_on=_day(node.get("published_on")),
        parents=tuple(node.get("parents", ())),
        areas=tuple(node["areas"]),
        names=tuple(node.get("names", ())),
        where=where,
    )


def _day(written: str | date | None) -> date | None:
    return date.fromisoformat(str(written)) if written else None
