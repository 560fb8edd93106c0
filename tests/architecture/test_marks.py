"""Nothing half done: no bare ``type: ignore``, no to-do, no stub, no pending migration."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.sources import Module, modules
from tests.conftest import LONG

BARE_IGNORE = re.compile(r"type:\s*ignore(?!\[)")
TESTS = Path(__file__).parents[1]
PENDING = re.compile(r"\b(TODO|FIXME|XXX|HACK|TBD)\b")


def comments(module: Module) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def test_every_ignore_names_its_code() -> None:
    bare = [f"{m.name}:{line}" for m in modules() for line, text in comments(m) if BARE_IGNORE.search(text)]
    assert bare == []


def test_nothing_is_put_off() -> None:
    pending = [
        f"{m.name}:{line}"
        for m in modules()
        for line, text in enumerate(m.text.splitlines(), 1)
        if PENDING.search(text)
    ]
    assert pending == []


def test_the_searches_find() -> None:
    assert BARE_IGNORE.search("# type: ignore")
    assert not BARE_IGNORE.search("# type: ignore[arg-type]")
    assert PENDING.search("# TODO: later")


def is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A body of nothing but a docstring with ``pass`` or ``…``."""
    body = [
        one
        for one in node.body
        if not (
            isinstance(one, ast.Expr)
            and isinstance(one.value, ast.Constant)
            and isinstance(one.value.value, str)
        )
    ]
    return all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and one.value.value is ...)
        for one in body
    ) and bool(body)


def test_no_stubs() -> None:
    """A method of a Protocol says ``…``; nothing else does."""
    stubs = []
    for module in modules():
        protocols = {
            id(method)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)
            for method in node.body
        }
        stubs += [
            f"{module.name}:{node.lineno} {node.name}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and is_stub(node)
            and id(node) not in protocols
        ]
    assert stubs == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    out = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, stderr=out)
    except SystemExit:
        pytest.fail(out.getvalue())


def test_the_long_files_that_come_first_are_there() -> None:
    """A file that was renamed would lose its place without a word."""
    assert [name for name in LONG if not (TESTS / name).exists()] == []
