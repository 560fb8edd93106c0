"""What rests on a document: its clauses, and the values, rules and entitlements that cite it (S0-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from bangfu.policy import catalogue, documents
from bangfu.policy.documents import Clause, Document
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.parameters import DatedValue, Parameter, parameters
from bangfu.policy.rules import Rule


@dataclass
class Citing:
    """``values``: parameter, area ("" is everywhere), entry. All versions of rules and entitlements count."""

    clauses: list[Clause] = field(default_factory=list)
    values: list[tuple[Parameter, str, DatedValue]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    entitlements: list[Entitlement] = field(default_factory=list)
    children: list[Document] = field(default_factory=list)


@cache
def citing() -> Mapping[str, Citing]:
    """Key of each document of the register → what cites it."""
    found = {key: Citing() for key in documents.documents()}
    for clause in documents.clauses().values():
        found[clause.document.key].clauses.append(clause)
    for one in documents.documents().values():
        for parent in one.parents:
            found[parent].children.append(one)
    for parameter in parameters().values():
        for area, entries in (("", parameter.values), *parameter.areas.items()):
            for entry in entries:
                for document in documents.cited(entry.reference).documents:
                    found[document.key].values.append((parameter, area, entry))
    for rule in catalogue.all_rules():
        for document in documents.cited(rule.law).documents:
            found[document.key].rules.append(rule)
    for due in catalogue.all_entitlements():
        for document in documents.cited(due.law).documents:
            found[document.key].entitlements.append(due)
    return found
