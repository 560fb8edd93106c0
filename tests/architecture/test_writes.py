"""Only actions write: nobody else calls a writing method of the ORM, the bulk writers, or writing SQL (DESIGN §2)."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.sources import Module, modules

#: Methods that write whatever the arguments; ``update`` and ``save`` have namesakes that take positional arguments.
ALWAYS = frozenset(
    [
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "abulk_create",
        "abulk_update",
        "acreate",
        "aget_or_create",
        "aupdate_or_create",
        "asave",
        "adelete",
        "aupdate",
        "create_user",
        "create_superuser",
        "set_password",
    ]
)
WITHOUT_POSITIONAL = frozenset({"save", "create", "update", "delete"})
BULK = frozenset({"insert", "update", "replace_values"})
WRITING_SQL = re.compile(
    r"^\s*(insert|update|delete|truncate|alter|create\s+table|drop|merge|copy)\b", re.IGNORECASE
)
#: The low level that actions call. Audit and jobs hold their own actions; reports are plain SQL there.
#: Analytics knows no Django: what it writes are tables of its own engine and snapshots.
LOW_LEVEL = ("platform/database/", "analytics/")


def writes(module: Module) -> list[str]:
    """What a module writes, as ``file:line what``."""
    found = []
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and (what := _written(node, node.func))
        ):
            found.append(f"{module.name}:{node.lineno} {what}")
    return found


def _written(call: ast.Call, called: ast.Attribute) -> str | None:
    name = called.attr
    if isinstance(called.value, ast.Name) and called.value.id == "bulk" and name in BULK:
        return f"bulk.{name}"
    if name in ALWAYS or (name in WITHOUT_POSITIONAL and not call.args and not _is_plain(call, called)):
        return f".{name}()"
    if name in ("execute", "executemany") and call.args and WRITING_SQL.match(_leading_text(call.args[0])):
        return "writing SQL"
    return None


def _is_plain(call: ast.Call, called: ast.Attribute) -> bool:
    """``{…}.update(a=1)`` and ``super().update()`` write no row."""
    del call
    return isinstance(called.value, ast.Dict)


def _leading_text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
        return str(node.values[0].value)
    return ""


def test_only_actions_write() -> None:
    outside = [
        one
        for module in modules()
        if not module.is_action and not module.name.startswith(LOW_LEVEL)
        for one in writes(module)
    ]
    assert outside == []


def test_actions_do_write() -> None:
    """The search sees what it looks for."""
    assert any(writes(module) for module in modules() if module.name == "registry/actions/members.py")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("row.save(update_fields=['a'])", True),
        ("Household.objects.create(a=1)", True),
        ("rows.filter(a=1).update(state='x')", True),
        ("rows.delete()", True),
        ("bulk.insert(Event, COLUMNS, rows)", True),
        ("cursor.execute('UPDATE jobs_job SET x = 1')", True),
        ("cursor.execute(f'DELETE FROM {table}')", True),
        ("connection.execute('SELECT 1')", False),
        ("seen.update(found)", False),
        ("digest.update(b'x')", False),
        ("snapshot.save(folder)", False),
    ],
)
def test_the_search(line: str, found: bool) -> None:
    call = ast.parse(line).body[0].value  # type: ignore[attr-defined]
    assert bool(_written(call, call.func)) is found


def test_actions_are_keyword_only_and_say_who() -> None:
    """A write is one verb-named function: keyword-only, told who (STYLE 7)."""
    loose = []
    for module in modules():
        if not module.is_action:
            continue
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and _is_atomic(node) and not node.name.startswith("_"):
                names = {argument.arg for argument in node.args.kwonlyargs}
                if "by" not in names and not _TOLD_OTHERWISE.get(f"{module.name}:{node.name}"):
                    loose.append(f"{module.name}:{node.name}")
    assert loose == []


#: Atomic functions that are told who in another way, and how.
_TOLD_OTHERWISE = {
    "registry/actions/batches.py:note_check": "within the job of the clerk, which has its own audit row",
    "platform/jobs/running/actions.py:start_job": "the worker",
    "platform/jobs/running/actions.py:finish_job": "the job knows who asked",
    "platform/jobs/running/actions.py:refuse_job": "the job knows who asked",
    "platform/jobs/running/actions.py:fail_job": "the job knows who asked",
}


def _is_atomic(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(one) == "transaction.atomic" for one in node.decorator_list)
