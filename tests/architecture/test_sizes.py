"""Sizes (STYLE): no file over 500 lines, 95 % at most 350, functions at most 60."""

from __future__ import annotations

import ast

from tests.architecture.sources import PROJECT, python_files

LONGEST_FILE, USUAL_FILE, USUAL_SHARE, LONGEST_FUNCTION = 500, 350, 0.95, 60


def test_files() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    too_long = {
        str(path.relative_to(PROJECT)): count for path, count in lengths.items() if count > LONGEST_FILE
    }
    assert too_long == {}
    usual = sum(count <= USUAL_FILE for count in lengths.values())
    assert usual >= USUAL_SHARE * len(lengths)


def test_functions() -> None:
    too_long = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {node.name} ({node.end_lineno - node.lineno + 1})"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == []
