"""What a rule may use: tables, parameters, Ibis, this floor. Checked on the source at registration."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bangfu.policy.errors import ImpureRule

#: What would make a rule answer differently tomorrow, or elsewhere, on the same tables. Ibis has some of it.
FORBIDDEN: Final = re.compile(
    r"now|today|utcnow|time|random|uniform|randint|rand|uuid|open|print|input|eval|exec|compile|getenv|environ"
    r"|urlopen|connect|sleep|globals|vars|getattr|setattr|delattr|execute|(read|write)_\w+|to_(csv|parquet|pandas|pyarrow)"
)
SAFE_BUILTINS: Final = re.compile(
    r"abs|all|any|bool|dict|enumerate|filter|float|frozenset|int|isinstance|len|list|map|max|min|range|reversed"
    r"|round|set|sorted|str|sum|tuple|zip"
)
ALLOWED_MODULES: Final = ("ibis", "bangfu.policy", "typing", "collections.abc", "functools", "operator")
Function = ast.FunctionDef


@dataclass(frozen=True)
class _Source:
    """A file of rules: its functions by name and by first line (decorators counted), and its imports."""

    functions: Mapping[str, Function]
    by_line: Mapping[int, Function]
    imports: Mapping[str, str]


def refuse_impure(function: Callable[..., Any], key: str, where: str) -> None:
    """Refuses a function that could answer differently on the same tables.

    The functions of the same file that it calls are held to the same.

    Raises:
        ImpureRule: it uses the clock, chance, files or other programs, imports, changes outer state, or has
            no name and source to be read.
    """
    code = inspect.unwrap(function).__code__
    source = _source(code.co_filename)
    node = source.by_line.get(code.co_firstlineno)
    if node is None:
        raise ImpureRule(rule=key, where=where, name=code.co_name)
    for name in _impure(node, source, set()):
        raise ImpureRule(rule=key, where=where, name=name)


@cache
def _source(path: str) -> _Source:
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    imports: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            imports |= {alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imports |= {alias.asname or alias.name: node.module or "." for alias in node.names}
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    lines = {min([node.lineno, *(one.lineno for one in node.decorator_list)]): node for node in functions}
    return _Source({node.name: node for node in functions}, lines, imports)


def _impure(function: Function, source: _Source, seen: set[str]) -> Iterator[str]:
    """The names by which a function reaches outside."""
    seen.add(function.name)
    own = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    own |= {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    for node in _evaluated(function):
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal):
            yield type(node).__name__.lower()
        elif isinstance(node, ast.Attribute) and FORBIDDEN.fullmatch(node.attr):
            yield node.attr
        elif isinstance(node, ast.Name) and node.id not in own:
            yield from _outside(node.id, source, seen)


def _evaluated(function: Function) -> Iterator[ast.AST]:
    """Everything in a function but the annotations of its arguments."""
    defaults = (*function.args.defaults, *function.args.kw_defaults)
    for part in (*function.decorator_list, *defaults, *function.body):
        if part is not None:
            yield from ast.walk(part)


def _outside(name: str, source: _Source, seen: set[str]) -> Iterator[str]:
    if FORBIDDEN.fullmatch(name):
        yield name
    elif name in source.imports:
        if not source.imports[name].startswith(ALLOWED_MODULES):
            yield name
    elif name in source.functions:
        if name not in seen:
            yield from _impure(source.functions[name], source, seen)
    elif hasattr(builtins, name) and not SAFE_BUILTINS.fullmatch(name):
        yield name
