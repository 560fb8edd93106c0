"""Checklists that are data: papers of archives (S2-43), facts compared in three places (S2-46), what a
village must have (S1-15, S1-53)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from bangfu.policy import vocabulary, yaml_files
from bangfu.policy.errors import BadPolicyFile
from bangfu.policy.vocabulary import Column
from bangfu.policy.words import Words

_FILE = yaml_files.HERE / "oversight" / "checklists.yaml"


@dataclass(frozen=True, slots=True)
class ArchivePaper:
    """A paper of the archive; ``when`` says for which households it is needed."""

    key: str
    title: Words
    when: Literal["always", "exited"]


@cache
def archive_papers() -> tuple[ArchivePaper, ...]:
    """The papers of a household in the order of the checklist."""
    return _papers("archive")


@cache
def village_papers() -> tuple[ArchivePaper, ...]:
    """The papers of a village in the order of the checklist; every village needs them all."""
    return _papers("village_archive")


def _papers(checklist: str) -> tuple[ArchivePaper, ...]:
    return tuple(
        ArchivePaper(key, Words(node["zh"], node["en"]), node["when"])
        for key, node in _content()[checklist].items()
    )


def papers_needed(*, exited: bool) -> tuple[ArchivePaper, ...]:
    """The papers that a household needs."""
    return tuple(paper for paper in archive_papers() if paper.when == "always" or exited)


@cache
def three_way_columns(table: Literal["household", "person"]) -> tuple[Column, ...]:
    """The facts of a household or person that are compared.

    Raises:
        BadPolicyFile: the list names a column that the vocabulary does not have.
    """
    columns = vocabulary.table(table).columns
    for name in _content()["three_way"][table]:
        if name not in columns:
            raise BadPolicyFile(
                where=yaml_files.place(_FILE), reason=f"three_way/{table}: unknown column {name!r}"
            )
    return tuple(columns[name] for name in _content()["three_way"][table])


@dataclass(frozen=True, slots=True)
class VillageItem:
    """One item: of the village as a whole, or of each of its households."""

    key: str
    title: Words
    each: Literal["village", "household"]


@dataclass(frozen=True, slots=True)
class VillageChecklist:
    """What a village must have; ``done_by`` is the last day to have it, None where the document sets none."""

    key: str
    title: Words
    law: str
    done_by: date | None
    items: tuple[VillageItem, ...]

    def gaps(self, has: Mapping[str, bool | None]) -> tuple[VillageItem, ...]:
        """The items that the village lacks, or of which nobody knows.

        Raises:
            BadPolicyFile: ``has`` names an item that the list does not have.
        """
        unknown = sorted(set(has) - {one.key for one in self.items})
        if unknown:
            raise BadPolicyFile(
                where=yaml_files.place(_FILE), reason=f"village/{self.key}: no items {unknown}"
            )
        return tuple(one for one in self.items if has.get(one.key) is not True)

    def done(self, has: Mapping[str, bool | None]) -> bool:
        """Whether nothing is lacking: with one gap the village is not done."""
        return not self.gaps(has)

    def overdue(self, has: Mapping[str, bool | None], day: date) -> bool:
        """Whether the last day has passed and something is lacking."""
        return self.done_by is not None and day > self.done_by and not self.done(has)


@cache
def village_checklists() -> Mapping[str, VillageChecklist]:
    """The lists of villages by key."""
    return {
        key: VillageChecklist(
            key,
            Words.read(node["title"]),
            node["law"],
            node.get("done_by"),
            tuple(
                VillageItem(name, Words(item["zh"], item["en"]), item["each"])
                for name, item in node["items"].items()
            ),
        )
        for key, node in _content()["village"].items()
    }


@cache
def _content() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml_files.read(_FILE)
    return content
