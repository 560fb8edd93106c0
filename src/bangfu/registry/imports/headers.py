"""Finding the header of somebody's sheet and what each column means; merged and two-storey headers included."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Column, Table
from bangfu.registry.imports.plain_cells import plain
from bangfu.registry.imports.problems import TwoColumns

#: A header stands within the first rows, and has at most this many storeys.
SEARCHED_ROWS, STOREYS = 15, 3
#: Columns that the returned workbook adds; a re-upload ignores them.
ADDED = ("退回原因", "原行号")
_NOISE = re.compile(r"[\s*＊:：\ufeff]+")
_BRACKETS = str.maketrans("（）【】［］", "()[][]")
_CLOSE_ENOUGH = 0.86


@dataclass(frozen=True, slots=True)
class Header:
    """``rows``: first and last row of the header (0-based, inclusive). ``titles``: one for each column."""

    first: int
    last: int
    titles: tuple[str, ...]

    @property
    def signature(self) -> str:
        """The same for every workbook with these titles: the key under which a clerk's mapping is remembered."""
        own = [normal(title) for title in self.titles if title not in ADDED]
        return hashlib.sha256("\n".join(own).rstrip().encode()).hexdigest()[:32]


#: Column of the sheet (0-based) → (table, column of the vocabulary).
Mapping_ = dict[int, tuple[str, str]]


@lru_cache(4096)
def normal(title: str) -> str:
    """A title without spaces, stars, colons, and with one kind of brackets."""
    return _NOISE.sub("", title).translate(_BRACKETS)


def find_header(
    rows: Sequence[Sequence[Any]], merged: Iterable[tuple[int, int, int, int]], tables: Sequence[Table]
) -> Header | None:
    """The header that is understood best among the first rows; None when no title is known.

    Args:
        rows: the sheet. ``merged``: top, left, bottom, right of merged cells (0-based, inclusive).
        tables: the tables whose column names count.
    """
    return best_header(candidates(rows, merged), tables)


def best_header(headers: Iterable[Header], tables: Sequence[Table]) -> Header | None:
    """Of what may be the header the one that is understood best; None when no title is known."""
    known = _names(tables)
    best: tuple[tuple[int, int, int], Header] | None = None
    for one in headers:
        hits = sum(normal(title) in known for title in one.titles)
        fit = hits, -one.last, one.first  # of equals the upper one with the fewest storeys
        if hits and (best is None or fit > best[0]):
            best = fit, one
    return best[1] if best else None


def remembered_header(
    rows: Sequence[Sequence[Any]], merged: Iterable[tuple[int, int, int, int]], signatures: Container[str]
) -> Header | None:
    """The header among the first rows whose signature a clerk has mapped before; None when there is none."""
    return next((one for one in candidates(rows, merged) if one.signature in signatures), None)


def candidates(
    rows: Sequence[Sequence[Any]], merged: Iterable[tuple[int, int, int, int]]
) -> Iterator[Header]:
    """What may be the header: from above, one storey before several."""
    top = filled([list(row) for row in rows[: SEARCHED_ROWS + STOREYS]], merged)
    texts = [[plain(cell) for cell in row] for row in top]
    for last in range(min(SEARCHED_ROWS, len(texts))):
        for first in range(last, max(last - STOREYS, -1), -1):
            yield Header(first, last, tuple(_titles(texts[first : last + 1])))


def fullest_row(rows: Sequence[Sequence[Any]]) -> Header | None:
    """The first of the rows with the most texts, shown to a clerk where no title is known; None on an empty sheet."""
    top = [[plain(cell) for cell in row] for row in rows[:SEARCHED_ROWS]]
    if not any(any(row) for row in top):
        return None
    place = max(
        range(len(top)), key=lambda row: (sum(bool(cell) and not cell.isdigit() for cell in top[row]), -row)
    )
    return Header(place, place, tuple(top[place]))


def filled(rows: list[list[Any]], merged: Iterable[tuple[int, int, int, int]]) -> list[list[Any]]:
    """Rows with every cell of a merged area carrying the area's value."""
    for top, left, bottom, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = value
    return rows


def _titles(storeys: list[list[str]]) -> list[str]:
    """One title a column: the lowest storey that says something; the storeys above only where it repeats elsewhere."""
    width = max((len(row) for row in storeys), default=0)
    titles = []
    for column in range(width):
        words = [row[column] for row in storeys if column < len(row) and row[column]]
        titles.append(words[-1] if words else "")
    return titles


def suggest(titles: Sequence[str], tables: Sequence[Table]) -> Mapping_:
    """What each column most likely means; columns that nothing fits are left out."""
    known = _names(tables)
    taken: set[tuple[str, str]] = set()
    found: Mapping_ = {}
    for column, title in enumerate(titles):
        meaning = known.get(normal(title))
        if meaning and meaning not in taken and title not in ADDED:
            found[column] = meaning
            taken.add(meaning)
    for column, title in enumerate(titles):
        if column in found or not normal(title) or title in ADDED:
            continue
        meaning = _nearest(normal(title), known)
        if meaning and meaning not in taken:
            found[column] = meaning
            taken.add(meaning)
    return found


def _nearest(title: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    close = get_close_matches(title, known, n=1, cutoff=_CLOSE_ENOUGH)
    return known[close[0]] if close else None


def _names(tables: Sequence[Table]) -> dict[str, tuple[str, str]]:
    """Every way to write a column's title → (table, column). Earlier tables win."""
    found: dict[str, tuple[str, str]] = {}
    for pick in (_titles_of, _aliases_of):
        for table in tables:
            for column in table.entered:
                for name in pick(column):
                    found.setdefault(normal(name), (table.name, column.name))
    return found


def _titles_of(column: Column) -> tuple[str, ...]:
    return (column.title.zh, column.title.en)


def _aliases_of(column: Column) -> tuple[str, ...]:
    return (*column.aliases, column.name)


def checked(mapping: Mapping_, titles: Sequence[str], sheet: str) -> Mapping_:
    """The mapping, when no meaning stands twice; TwoColumns otherwise."""
    seen: dict[tuple[str, str], int] = {}
    for column, meaning in mapping.items():
        if meaning in seen:
            raise TwoColumns(
                sheet=sheet,
                meaning=vocabulary.table(meaning[0]).columns[meaning[1]].title.zh,
                first=titles[seen[meaning]],
                second=titles[column],
            )
        seen[meaning] = column
    return mapping
