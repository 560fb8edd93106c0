"""Imports and foreign keys go downward only (DESIGN §2)."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.sources import PROJECT, SOURCE, Module, floors, modules, project


def test_import_linter_finds_nothing(tmp_path: Path) -> None:
    """Every contract of pyproject, acyclic_siblings among them, checked by the tool itself."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-logo", "--cache-dir", tmp_path],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_the_contracts_that_matter_are_declared() -> None:
    settings = project()["tool"]["importlinter"]
    by_type = {one["type"]: one for one in settings["contracts"]}
    assert by_type["layers"]["exhaustive"] is True
    assert "django" in by_type["forbidden"]["forbidden_modules"]
    ancestors = set(by_type["acyclic_siblings"]["ancestors"])
    present = {f"bangfu.{path.name}" for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    watched = {
        "bangfu.policy",
        "bangfu.analytics",
        "bangfu.platform",
        "bangfu.registry",
        "bangfu.quality",
        "bangfu.cli",
    }
    assert watched & present <= ancestors


def test_every_package_stands_on_a_floor() -> None:
    packages = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert packages <= set(floors())


def relations() -> list[tuple[str, str, str]]:
    """Package of the model that points, what it is, package of the model it points at."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("bangfu."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if (
                getattr(field, "concrete", False)
                and isinstance(target, type)
                and target.__module__.startswith("bangfu.")
            ):
                own, other = model.__module__.split(".")[1], target.__module__.split(".")[1]
                found.append((own, f"{model._meta.label}.{field.name}", other))
    return found


def test_string_foreign_keys_point_downward() -> None:
    """import-linter cannot see ``ForeignKey("registry.Household")``."""
    assert any(own != other for own, _, other in relations()), (
        "there are relations between packages to look at"
    )
    upward = [what for own, what, other in relations() if own != other and floors()[other] >= floors()[own]]
    assert upward == []


def imported_private_names(module: Module) -> list[str]:
    """Private names that a module takes from another package."""
    own = f"bangfu.{module.package}"
    return [
        f"{module.name}: from {node.module} import {alias.name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bangfu.")
        if not (node.module or "").startswith(own)
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]


def test_private_names_stay_in_their_package() -> None:
    assert [one for module in modules() for one in imported_private_names(module)] == []


def test_no_star_imports() -> None:
    stars = [
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert stars == []


def test_analytics_and_policy_run_without_django() -> None:
    """Imported in a fresh process, neither floor brings Django along."""
    code = "import bangfu.policy.catalogue, bangfu.analytics.extracts, bangfu.analytics.evaluation, sys; "
    done = subprocess.run(
        [sys.executable, "-c", code + "sys.exit('django' in sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
        check=False,
    )
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["utils.py", "core.py", "helpers.py", "common.py", "misc.py"])
def test_no_grab_bags(name: str) -> None:
    assert [str(path) for path in SOURCE.rglob(name)] == []
