"""A policy officer's slip, met on the command line: one sentence with file and line, exit code 3, and no result.

Each case edits a copy of the policy folder, as an officer would, and starts the program over it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bangfu.divisions import source
from bangfu.policy.yaml_files import HERE

AGAIN = '''

@rule("division_dead", subject="household", since="2015-06-01", law="GB/T 10114")
def division_dead_again(household: Expression, p: Expression) -> Expression:
    """Once more."""
    return household.place_state == state.dead
'''
#: What is done → file, what is replaced, by what, and what the sentence says.
SLIPS = {
    "an unknown key": (
        "how/employment.py",
        'p["who.work.first_age"]',
        'p["who.work.frist_age"]',
        r"how/employment\.py:\d+.*who\.work\.frist_age",
    ),
    "a value without a day": (
        "who/parameters/work.yaml",
        "    1995-01-01:",
        "    sometime:",
        r"who/parameters/work\.yaml:\d+.*sometime",
    ),
    "a day without a value": (
        "who/parameters/work.yaml",
        "    1995-01-01:",
        "    2016-01-01:",
        r"2015-12-31.*who/parameters/work\.yaml:\d+",
    ),
    "two rules in force on one day": (
        "who/place.py",
        "",
        AGAIN,
        r"division_dead.*2015-06-01.*who/place\.py:\d+, policy/who/place\.py:\d+",
    ),
    "a column that is not in the vocabulary": (
        "who/place.py",
        "household.place_state == state.dead",
        "household.place_stat == state.dead",
        r"division_dead.*who/place\.py:\d+.*place_stat",
    ),
    "a division by zero": (
        "how/household_facts.py",
        "household.members.nullif(0)",
        "household.members",
        r"how/household_facts\.py:\d+.*members",
    ),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program without its web assets."""
    folder = tmp_path_factory.mktemp("officer")
    skip = shutil.ignore_patterns("static", "__pycache__", "locale")
    shutil.copytree(HERE.parent, folder / "bangfu", ignore=skip)
    return folder


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_one_sentence_and_no_result(slip: str, tree: Path, few: Path, tmp_path: Path) -> None:
    file, before, after, says = SLIPS[slip]
    path = tree / "bangfu" / "policy" / file
    original = path.read_text(encoding="utf-8")
    assert before in original
    changed = original.replace(before, after, 1) if before else original + after
    path.write_text(changed, encoding="utf-8")
    out = tmp_path / "out"
    try:
        done = _evaluate(tree, few, out)
    finally:
        path.write_text(original, encoding="utf-8")
    assert done.returncode == 3, done.stderr
    chinese, english = done.stderr.strip().splitlines()
    assert re.search(says, chinese), chinese
    assert re.search(says, english), english
    assert not done.stdout.strip()
    assert not out.exists()


def _evaluate(tree: Path, county: Path, out: Path) -> subprocess.CompletedProcess[str]:
    around = {**os.environ, "PYTHONPATH": str(tree), "BANGFU_DIVISIONS": str(source.locate())}
    asked = ["evaluate", str(county / "registry.xlsx"), "--lists", str(county / "lists")]
    asked += ["--as-of", "2015-12-31", "--out", str(out)]
    return subprocess.run(
        [sys.executable, "-m", "bangfu.cli", *asked],
        env=around,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
