"""A small county written as workbooks, and a way to run commands on copies of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bangfu.cli import main
from bangfu.cli.synthetic import workbooks
from tests.cast.fixtures import cast, cast_file
from tests.cli.worlds import county

__all__ = ["cast", "cast_file"]


@dataclass(frozen=True)
class Audited:
    """What a run of ``bangfu audit`` said."""

    code: int
    stdout: str
    stderr: str
    out: Path

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.stdout)
        return found


Audit = Callable[..., Audited]
#: The lists that tests spoil, and one beside them.
FEW = ("公安死亡人员", "民政低保特困", "车管车辆", "区划变更", "医保参保")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 households with their lists; read only."""
    folder = tmp_path_factory.mktemp("written")
    workbooks.write(county(4, 300, 750), folder)
    return folder


@pytest.fixture(scope="session")
def few(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county with a few of its lists, each of which is parsed by a process of its own; read only."""
    folder = tmp_path_factory.mktemp("few")
    shutil.copy(written / "registry.xlsx", folder)
    (folder / "lists").mkdir()
    for name in FEW:
        shutil.copy(written / "lists" / f"{name}.xlsx", folder / "lists")
    return folder


@pytest.fixture
def own(few: Path, tmp_path: Path) -> Path:
    """A copy of the county with few lists that a test may spoil."""
    return shutil.copytree(few, tmp_path / "own", ignore=shutil.ignore_patterns("doubts.xlsx"))


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def run_audit(folder: Path, *, json: bool = True, registry: Path | None = None) -> Audited:
    out = folder / "doubts.xlsx"
    options = ["--json"] if json else []
    source = ["--as-of", "2015-12-31", "--lists", folder / "lists"]
    done = invoke(*options, "audit", registry or folder / "registry.xlsx", *source, "--out", out)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Audited(done.exit_code, done.stdout, done.stderr, out)


@pytest.fixture
def audit() -> Audit:
    """``audit(folder, json=True, registry=…)``."""
    return run_audit


@pytest.fixture(scope="session")
def usual(written: Path) -> Audited:
    """What the audit of the untouched county says; read only."""
    return run_audit(written)


@pytest.fixture(scope="session")
def usual_of_few(few: Path) -> Audited:
    """What the audit of the untouched county with few lists says; read only."""
    return run_audit(few)
