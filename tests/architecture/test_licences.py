"""What Bangfu brings along at run time is under a permissive licence; psycopg (LGPL) is an extra of its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from typing import Any

from packaging.markers import Marker

from tests.architecture.sources import PROJECT

PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|0BSD|Zlib|HPND|CC0)\b",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"\bA?L?GPL|GNU|SSPL|BUSL|Commons Clause|MPL|Mozilla|CC-BY-NC", re.IGNORECASE)


@cache
def locked() -> dict[str, dict[str, Any]]:
    lock = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))
    return {one["name"]: one for one in lock["package"]}


def needed_at_run_time() -> set[str]:
    """Everything that ``bangfu`` without extras needs here, by the lock file."""
    seen: set[str] = set()
    waiting = [("bangfu", ())]
    while waiting:
        name, extras = waiting.pop()
        for wanted, more in _wanted(locked()[name], extras):
            if wanted not in seen or more:
                seen.add(wanted)
                waiting.append((wanted, more))
    return seen


def _wanted(package: dict[str, Any], extras: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    every = list(package.get("dependencies", []))
    for extra in extras:
        every += package.get("optional-dependencies", {}).get(extra, [])
    for one in every:
        if "marker" not in one or Marker(one["marker"]).evaluate():
            yield one["name"], tuple(one.get("extra", ()))


def licence(name: str) -> str:
    """What the installed package says of its licence."""
    about = metadata.metadata(name)
    said = [about.get("License-Expression") or ""]
    said += [one for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    if not any(said):
        said.append((about.get("License") or "").splitlines()[0] if about.get("License") else "")
    return "; ".join(one for one in said if one)


def test_run_time_licences_are_permissive() -> None:
    names = needed_at_run_time()
    assert {"django", "duckdb", "pyarrow", "ibis-framework"} <= names
    said = {name: licence(name) for name in sorted(names)}
    assert {name: one for name, one in said.items() if FORBIDDEN.search(one)} == {}
    assert {name: one for name, one in said.items() if not PERMISSIVE.search(one)} == {}


def test_psycopg_is_not_brought_along() -> None:
    assert not {name for name in needed_at_run_time() if name.startswith("psycopg")}
    assert any(one["name"] == "psycopg" for one in locked()["bangfu"]["optional-dependencies"]["postgresql"])


def test_the_search_sees_the_lgpl() -> None:
    assert FORBIDDEN.search(licence("psycopg"))
