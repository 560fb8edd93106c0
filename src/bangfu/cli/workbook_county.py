"""A registry workbook and a folder of lists, as the commands that need no database take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from bangfu.analytics.engines import duckdb_engine
from bangfu.divisions import source
from bangfu.platform.files import inspection, workbooks
from bangfu.platform.files.errors import FileRefused
from bangfu.policy.words import Words
from bangfu.quality.audit import CountyRead, Source, read_county

#: Files with macros are named as refused, not passed over.
SUFFIXES = inspection.SUFFIXES | inspection.MACRO_SUFFIXES


def list_paths(lists: Path | None) -> list[Path]:
    """The workbooks of the folder, in the order of their names."""
    return sorted(path for path in lists.iterdir() if _may_be_list(path)) if lists else []


def opened(path: Path) -> Source:
    """A workbook by its name."""
    return Source(path.name, workbooks.read(path, name=path.name).sheets)


def sources(paths: Iterable[Path], unread: dict[str, Words]) -> Iterator[Source]:
    """The lists that can be opened; the others are noted in ``unread``."""
    for path in paths:
        try:
            yield opened(path)
        except FileRefused as refusal:
            unread[path.name] = Words(refusal.sentence("zh"), refusal.sentence("en"))


def county_of(registry: Path, lists: Path | None, day: date) -> CountyRead:
    """The county of a registry workbook and its lists, as a snapshot; lists that cannot be read are named in it."""
    unread: dict[str, Words] = {}
    with duckdb_engine() as engine:
        found = read_county(
            opened(registry), sources(list_paths(lists), unread), day, source.places, engine=engine
        )
    return replace(found, unread=found.unread | unread)


def _may_be_list(path: Path) -> bool:
    """A workbook, and not the lock file of one that is open."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", ".~"))
