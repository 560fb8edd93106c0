"""The command line as a contract: names, help in both languages, Django only where it is needed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bangfu.cli.main import COMMANDS
from bangfu.cli.output import table, width
from tests.architecture.sources import SOURCE
from tests.cli.conftest import invoke

HAN = range(0x4E00, 0x9FFF)
#: The commands of DESIGN §8 that are there: other tools call them by these names.
PROMISED = {"synth", "audit", "explain", "divisions", "import", "snapshot"}


def test_the_promised_commands_are_there() -> None:
    assert set(COMMANDS) >= PROMISED


def test_the_list_of_commands_is_in_both_languages() -> None:
    done = invoke("--help")
    assert done.exit_code == 0
    for name, (_, _, short) in COMMANDS.items():
        assert name in done.output
        assert any(ord(character) in HAN for character in short), name
        assert any(character.isascii() and character.isalpha() for character in short), name


#: ``manage`` hands over to Django, which speaks for itself.
@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"manage"}))
def test_every_command_has_help_in_both_languages(name: str) -> None:
    done = invoke(name, "--help")
    assert done.exit_code == 0, done.output
    assert any(ord(character) in HAN for character in done.output)
    assert "--help" in done.output
    words = [word for word in done.output.split() if word.isascii() and word.isalpha() and len(word) > 3]
    assert len(words) >= 4


@pytest.mark.parametrize("arguments", [[], ["--nonsense"], ["nonsense"], ["synth", "--households", "x"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert invoke(*arguments).exit_code == 2


def test_an_unknown_county_is_a_sentence_and_not_a_traceback() -> None:
    done = invoke("synth", "--county", "999999", "--out", "/nowhere")
    assert done.exit_code == 3
    assert "“999999”" in done.stderr
    assert "999999" in done.stderr.splitlines()[1]


@pytest.mark.parametrize("persons", ["400", "9000"])
def test_impossible_sizes_are_wrong_usage(persons: str) -> None:
    done = invoke(
        "synth", "--county", "610926", "--households", "1000", "--persons", persons, "--out", "/nowhere"
    )
    assert done.exit_code == 2
    assert f"{persons} people" in done.stderr


def test_audit_and_synth_start_no_django() -> None:
    """They run on a machine without settings, keys or database."""
    code = (
        "import sys; from bangfu.cli.commands import audit, synth; "
        "from django.apps import apps; sys.exit(apps.ready)"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE.parent)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_columns_line_up_with_chinese_counted_double() -> None:
    lines = table(["rule", "规则", "数"], [("a", "户主缺失", 7), ("bb", "x", 1234)]).splitlines()
    assert width(lines[1]) == width(lines[2])
    assert lines[1].endswith("7")
    assert lines[2].endswith("1234")
