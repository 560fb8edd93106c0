"""The floor knows no domain and nothing above it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import bangfu.platform

FLOOR = Path(bangfu.platform.__file__).parent
MEMBERS = {"audit", "clock", "crypto", "database", "errors", "files", "jobs", "procedures", "worklist"}
DOMAIN = re.compile(
    r"\b(household|village|township|poverty|poor|helper|farmer|benefit|subsid\w+|cadre)s?\b|贫困|农户|村|户|帮扶|扶贫",
    re.IGNORECASE,
)
BELOW = ("bangfu.platform", "bangfu.policy", "bangfu.analytics")


def sources() -> list[Path]:
    return [path for path in FLOOR.rglob("*.py") if "__pycache__" not in path.parts]


def test_the_list_is_closed() -> None:
    found = {path.stem for path in FLOOR.iterdir() if path.name not in ("__init__.py", "__pycache__")}
    assert found <= MEMBERS


def test_no_domain_word() -> None:
    found = [
        f"{path.relative_to(FLOOR)}: {match.group()}"
        for path in sources()
        for match in DOMAIN.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_import_from_above() -> None:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("bangfu.") or name.startswith(BELOW), (path, name)
