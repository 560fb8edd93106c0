"""README and docs/running.md are true: their commands exist and the short ones run, their settings are read."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bangfu.cli import main
from bangfu.cli.main import COMMANDS
from tests.architecture.documents import DOCS, QUOTED, rows
from tests.architecture.sources import PROJECT, SOURCE, modules

READMES = (PROJECT / "README.md", PROJECT / "README.zh-CN.md")
RUNNING = DOCS / "running.md"
GUIDES = (*READMES, RUNNING, DOCS / "where-things-go.md", *sorted((DOCS / "decisions").glob("*.md")))
#: Where `make setup` puts the command line.
PROGRAM = ".venv/bin/bangfu"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")
COMMENT = re.compile(r"\s+#.*$")


def blocks(path: Path) -> list[str]:
    """The commands of the blocks of shell lines."""
    text = path.read_text(encoding="utf-8")
    return [COMMENT.sub("", line) for block in BLOCK.findall(text) for line in block.splitlines()]


def commands(path: Path, program: str) -> list[list[str]]:
    """Every call of ``program`` that ``path`` names, in blocks and in sentences, as words."""
    sentences = BLOCK.sub("", path.read_text(encoding="utf-8"))
    said = [one.removeprefix(".venv/bin/") for one in (*blocks(path), *QUOTED.findall(sentences))]
    return [shlex.split(one) for one in said if one.startswith(f"{program} ")]


def bangfu_calls() -> Iterator[tuple[str, list[str]]]:
    for path in GUIDES:
        for words in commands(path, "bangfu"):
            yield path.name, words[1:]


def unknown_parts(words: list[str]) -> list[str]:
    """What ``bangfu WORDS`` says that the command line does not know: a command, or an option."""
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group) and rest and rest[0] not in options(command):
        name = rest.pop(0)
        found = command.get_command(click.Context(command), name)
        if found is None:
            return [name]
        command = found
    if command.context_settings.get("ignore_unknown_options"):
        return []
    return [word for word in rest if word.startswith("--") and word not in options(command)]


def options(command: click.Command) -> set[str]:
    return {one for parameter in command.params for one in (*parameter.opts, *parameter.secondary_opts)}


def test_the_guides_name_commands() -> None:
    named = {words[0] for _, words in bangfu_calls()}
    assert {"synth", "audit", "keys", "divisions", "import", "run", "serve", "rotate", "chain"} <= named


def test_every_command_named_exists_with_its_options() -> None:
    wrong = [
        f"{where}: bangfu {' '.join(words)}: {part}"
        for where, words in bangfu_calls()
        for part in unknown_parts(words)
    ]
    assert wrong == [], "correct the document or the command"
    assert unknown_parts(["nonsense"]) == ["nonsense"]
    assert unknown_parts(["synth", "--nonsense"]) == ["--nonsense"]


@pytest.mark.parametrize(
    "name", sorted({words[0] for _, words in bangfu_calls()} & set(COMMANDS) - {"manage"})
)
def test_every_command_named_answers_help(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output


def test_every_command_has_its_place_in_a_guide() -> None:
    """Whoever reads README and docs/running.md learns of every command."""
    named = {
        words[0] for path in (*READMES, RUNNING) for words in (one[1:] for one in commands(path, "bangfu"))
    }
    assert set(COMMANDS) - named == set(), "name the command in docs/running.md"


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_readmes_open_with_exactly_two_commands(path: Path) -> None:
    first = BLOCK.search(path.read_text(encoding="utf-8"))
    assert first is not None
    assert [COMMENT.sub("", line) for line in first[1].splitlines()] == ["make run", "make test"]


def test_both_readmes_give_the_same_commands() -> None:
    assert blocks(READMES[0]) == blocks(READMES[1])


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {words[1] for path in GUIDES for words in commands(path, "make")}
    assert {"run", "test", "check", "bench", "setup"} <= named
    assert named - targets == set()


def test_the_two_lines_of_the_readme_run(tmp_path: Path) -> None:
    """The whole check without database or server: the README's own words, with a smaller county."""
    synth, audit = (line for line in blocks(READMES[0]) if "bangfu " in line)
    assert (shlex.split(synth)[:2], shlex.split(audit)[:2]) == ([PROGRAM, "synth"], [PROGRAM, "audit"])
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE.parent),
        "BANGFU_VAR": str(PROJECT / "var"),
    }
    for line, more in ((synth, ["--households", "200", "--persons", "500"]), (audit, [])):
        done = subprocess.run(
            [sys.executable, "-m", "bangfu.cli", *shlex.split(line)[1:], *more],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert (tmp_path / "doubts.xlsx").stat().st_size > 5_000
    assert (tmp_path / "demo" / "truth.csv").exists()


def test_keys_are_printed_under_the_names_of_their_variables() -> None:
    """`bangfu keys new`, then `bangfu keys add` with what it printed."""
    new = CliRunner().invoke(main, ["keys", "new"])
    values = dict(line.split("=", 1) for line in new.stdout.splitlines())
    assert set(values) == {"BANGFU_SECRET_KEY", "BANGFU_FIELD_KEYS"}
    added = CliRunner().invoke(main, ["keys", "add", values["BANGFU_FIELD_KEYS"]])
    assert added.exit_code == 0
    assert added.stdout.startswith("BANGFU_FIELD_KEYS=")


def settings_read() -> set[str]:
    """Names taken from the environment: ``environ.get("X")``, ``environ["X"]``, ``flag(environ, "X")``."""
    found = set()
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and not ast.unparse(node.func).endswith("environ.setdefault"):
                said = [node.func, *node.args]
                if any("environ" in ast.unparse(one) for one in said):
                    found |= {one.value for one in node.args if _is_name(one)}
            if (
                isinstance(node, ast.Subscript)
                and ast.unparse(node.value).endswith("environ")
                and _is_name(node.slice)
            ):
                found.add(node.slice.value)  # type: ignore[attr-defined]
    return found


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper()


def test_every_setting_has_its_line() -> None:
    read = settings_read()
    assert {"DATABASE_URL", "BANGFU_DEMO", "BANGFU_MAX_UPLOAD", "BANGFU_DIVISIONS"} <= read
    written = {name for name, _, _ in rows(RUNNING, 3) for name in QUOTED.findall(name)}
    assert read - written == set(), (
        "add a line to the table of docs/running.md: | `NAME` | meaning | default |"
    )
    assert written - read == set(), "nothing reads it any more: take the line out of docs/running.md"


def test_links_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(PROJECT)}: {link}"
        for path in (*READMES, *DOCS.rglob("*.md"))
        for link in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / link).exists()
    ]
    assert broken == []
