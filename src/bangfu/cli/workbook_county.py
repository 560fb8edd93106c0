"""A registry workbook and a folder of lists, as the commands that need no database take them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from bangfu.analytics.engines import duckdb_engine
from bangfu.divisions import source
from bangfu.platform.files import inspection, workbooks
from bangfu.platform.files.errors import FileRefused
from bangfu.policy.words import Words
from bangfu.quality.audit import CountyRead, Source, read_county

#: Parsed sheets are large: more of them ahead would cost memory and save nothing on two cores.
AHEAD = 2
#: Files with macros are named as refused, not passed over.
SUFFIXES = inspection.SUFFIXES | inspection.MACRO_SUFFIXES


def list_paths(lists: Path | None) -> list[Path]:
    """The workbooks of the folder, in the order of their names."""
    return sorted(path for path in lists.iterdir() if _may_be_list(path)) if lists else []


def opened(path: Path) -> Source:
    """A workbook by its name."""
    return Source(path.name, workbooks.read(path, name=path.name).sheets)


@contextmanager
def county_files(
    registry: Path, lists: Path | None, unread: dict[str, Words]
) -> Iterator[tuple[Source, Iterator[Source]]]:
    """The registry, and the lists that can be opened; the others are noted in ``unread``.

    Raises:
        FileRefused: the registry cannot be opened.
    """
    paths = list_paths(lists)
    parser = ThreadPoolExecutor(AHEAD)
    try:
        ahead = _read_ahead([registry, *paths], parser)
        yield next(ahead).result(), _readable(paths, ahead, unread)
    finally:
        parser.shutdown(cancel_futures=True)


def _read_ahead(paths: Sequence[Path], parser: ThreadPoolExecutor) -> Iterator[Future[Source]]:
    """The next ``AHEAD`` files are parsed, each in a child process, while the caller works on one."""
    parsing = deque(parser.submit(opened, path) for path in paths[:AHEAD])
    for path in paths[AHEAD:]:
        parsing.append(parser.submit(opened, path))
        yield parsing.popleft()
    yield from parsing


def _readable(
    paths: Sequence[Path], files: Iterator[Future[Source]], unread: dict[str, Words]
) -> Iterator[Source]:
    for path, file in zip(paths, files, strict=True):
        try:
            yield file.result()
        except FileRefused as refusal:
            unread[path.name] = Words(refusal.sentence("zh"), refusal.sentence("en"))


def county_of(registry: Path, lists: Path | None, day: date) -> CountyRead:
    """The county of a registry workbook and its lists, as a snapshot; lists that cannot be read are named in it."""
    unread: dict[str, Words] = {}
    with county_files(registry, lists, unread) as (workbook, others), duckdb_engine() as engine:
        found = read_county(workbook, others, day, source.places, engine=engine)
    return replace(found, unread=found.unread | unread)


def _may_be_list(path: Path) -> bool:
    """A workbook, and not the lock file of one that is open."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", ".~"))
