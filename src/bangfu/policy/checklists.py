"""Checklists that are data: papers of archives (S2-43), facts compared in three places (S2-46)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@cache
def _content() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml_files.read(_FILE)
    return content
