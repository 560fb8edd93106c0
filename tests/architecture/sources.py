"""The code under test: every module of the package with its syntax tree, read once."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src" / "bangfu"
TESTS = PROJECT / "tests"


@dataclass(frozen=True)
class Module:
    """One file; ``name`` as a reader of the repository knows it (``registry/actions/intake.py``)."""

    path: Path
    name: str

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        """The floor's package: ``registry``."""
        return Path(self.name).parts[0]

    @property
    def is_action(self) -> bool:
        return Path(self.name).name == "actions.py" or "actions" in Path(self.name).parts


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, migrations left out."""
    found = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return tuple(Module(path, str(path.relative_to(SOURCE))) for path in found)


def python_files() -> Iterator[Path]:
    """Code and tests, migrations left out."""
    for folder in (SOURCE, TESTS):
        yield from (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def floors() -> dict[str, int]:
    """Package → height of its floor (policy is 0), as the contract in pyproject declares them."""
    contract = next(one for one in project()["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    heights = {}
    for height, line in enumerate(reversed(contract["layers"])):
        for package in line.split("|"):
            heights[package.strip(" ()")] = height
    return heights
