"""The parameters that a rule names in its source: ``p["who.income.sum_tolerance"]``. Looked up before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bangfu.policy import yaml_files
from bangfu.policy.errors import UnknownParameterRead
from bangfu.policy.parameters import parameters


def keys_read(function: Callable[..., Any]) -> Iterator[tuple[str, int]]:
    """Keys written out in the function, each with its line; keys put together from parts are not seen."""
    code = function.__code__
    for node in _functions(code.co_filename):
        if node.name == code.co_name and _first_line(node) == code.co_firstlineno:
            for one in ast.walk(node):
                if (
                    isinstance(one, ast.Subscript)
                    and isinstance(one.value, ast.Name)
                    and one.value.id == "p"
                    and isinstance(one.slice, ast.Constant)
                ):
                    yield str(one.slice.value), one.lineno


def refuse_unknown_keys(function: Callable[..., Any], key: str) -> None:
    """UnknownParameterRead, with file and line, when a rule names a parameter that no file defines."""
    known = parameters()
    for asked, line in keys_read(function):
        if asked not in known:
            where = f"{yaml_files.place(Path(function.__code__.co_filename))}:{line}"
            raise UnknownParameterRead(rule=key, key=asked, where=where)


@cache
def _functions(path: str) -> tuple[ast.FunctionDef, ...]:
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(one.lineno for one in node.decorator_list)])
