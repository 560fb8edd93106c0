"""A synthetic county as files: ``registry.xlsx``, ``lists/*.xlsx``, ``truth.csv``, ``about.json``."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bangfu.cli.demo_county import LISTS
from bangfu.cli.synthetic.model import DAY, County
from bangfu.cli.synthetic.tables import entry_value, household_values
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Column as Meaning
from bangfu.registry.workbooks import sheet_column, shown_column

NOTICE = "本县人员、户和名单均为虚构,仅供演示和测试。 / Invented: no person, household or list in it is real."


def write(county: County, folder: Path) -> None:
    """Writes the county; the folder is made when it is not there. A file is there only once it is whole.

    The lists that the demo takes in first are written first: it works on them while the registry is written.
    """
    (folder / "lists").mkdir(parents=True, exist_ok=True)
    with _book(folder / "lists" / "区划变更.xlsx") as book:
        meanings = vocabulary.table("recoding").entered
        book.sheet(
            "区划变更",
            [sheet_column(one) for one in meanings],
            ((old, new, "旧村", day) for old, new, day in county.changes),
        )
    for name in LISTS:
        _write_list(county, name, folder)
    _write_registry(county, folder)
    for name in county.lists:
        if name not in LISTS:
            _write_list(county, name, folder)
    write_truth(county, folder)


def _write_registry(county: County, folder: Path) -> None:
    with _book(folder / "registry.xlsx") as book:
        meanings = vocabulary.table("household").entered
        households = [shown(one, household_values(one, county)) for one in meanings]
        book.sheet("户", [sheet_column(one) for one in meanings], zip(*households, strict=True))
        meanings = vocabulary.table("person").entered
        people = list(county.persons())
        given = [shown(one, [getattr(person, one.name) for person in people]) for one in meanings]
        book.sheet("人", [sheet_column(one) for one in meanings], zip(*given, strict=True))
        book.sheet("说明", [Column("说明", width=80)], [[NOTICE]])


def _write_list(county: County, name: str, folder: Path) -> None:
    table = vocabulary.table(name)
    with _book(folder / "lists" / f"{table.file}.xlsx") as book:
        columns = [sheet_column(one) for one in table.entered]
        given = [shown(one, [entry_value(row, one) for row in county.lists[name]]) for one in table.entered]
        book.sheet(table.title.zh, columns, zip(*given, strict=True))


@contextmanager
def _book(path: Path) -> Iterator[WorkbookWriter]:
    part = path.with_suffix(".part")
    with WorkbookWriter(part) as book:
        yield book
    part.replace(path)


def write_truth(county: County, folder: Path) -> None:
    """Every planted error, how likely matches were spoilt, and what only looks like an error."""
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("rule", "subject"), *sorted(county.truth)])
    with (folder / "classes.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = [(*key, way) for key, way in sorted(county.classes.items())]
        csv.writer(stream).writerows([("rule", "subject", "class"), *rows])
    about = {
        "notice": NOTICE,
        "county": county.area,
        "day": DAY.isoformat(),
        "households": len(county.households),
        "persons": sum(1 for _ in county.persons()),
        "lists": {name: len(rows) for name, rows in county.lists.items()},
        "planted": dict(sorted(Counter(rule for rule, _ in county.truth).items())),
        "look_alikes": county.alike,
    }
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")


def shown(meaning: Meaning, values: Sequence[Any]) -> list[Any]:
    """The values of a column as people write them; yuan as fen for the writer."""
    if meaning.kind == "money":
        return [None if value is None else round(value * 100) for value in values]
    return list(values) if meaning.kind == "hundredths" else shown_column(meaning, values)
