"""docs/where-things-go.md: every package on its floor, every app and platform package named, every path there."""

from __future__ import annotations

import re

from django.apps import apps

from tests.architecture.documents import DOCS, QUOTED, rows
from tests.architecture.sources import PROJECT, SOURCE, floors

GUIDE = DOCS / "where-things-go.md"
#: A path or pattern of files, as the guide writes them: from the package, or from the checkout.
PATH = re.compile(r"^[\w<>*.-]+(/[\w<>*.-]+)+$")


def lines_of_floors() -> dict[str, int]:
    """Package → the floor that the guide's table gives it."""
    return {
        package: int(floor) for floor, packages, _ in rows(GUIDE, 3) for package in QUOTED.findall(packages)
    }


def test_every_package_has_its_line() -> None:
    present = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    told = lines_of_floors()
    assert present - set(told) == set(), "add the package to the table of floors in docs/where-things-go.md"
    assert set(told) - present == set(), "the table of floors names a package that is not there"
    assert told == {package: floors()[package] for package in present}


def test_every_app_is_told_of() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for app in apps.get_app_configs():
        if app.name.startswith("bangfu."):
            last = app.name.rpartition(".")[2]
            assert re.search(rf"\b{last}\b", text), f"docs/where-things-go.md does not say what {app.name} is"


def test_the_closed_list_of_platform() -> None:
    """DESIGN §2: a new package of platform needs a decision, and its name here."""
    (told,) = (what for _, packages, what in rows(GUIDE, 3) if "`platform`" in packages)
    names = set(re.findall(r"[a-z]+", told.partition(":")[0]))
    present = {path.stem for path in (SOURCE / "platform").iterdir() if not path.name.startswith("__")}
    assert present == names


def test_every_path_named_is_there() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    named = {one for one in QUOTED.findall(text) if PATH.match(one)}
    assert len(named) > 10
    patterns = {one: re.sub(r"<\w+>", "*", one) for one in named}
    missing = [
        one
        for one, pattern in patterns.items()
        if not any(SOURCE.glob(pattern)) and not any(PROJECT.glob(pattern)) and not any(SOURCE.rglob(pattern))
    ]
    assert missing == []
