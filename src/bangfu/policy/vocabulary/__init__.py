"""Every table, column and code list once: zh, en, type, unit, code list, personal-data class.

Import templates, screens, exports, snapshot schemas, the data dictionary and the rules all read it (DESIGN §3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile
from bangfu.policy.words import Words

Role = Literal["entered", "facet", "derived"]

#: How a column type lies in a snapshot. Dates are yyyymmdd, money is fen, areas and distances are hundredths:
#: integers answer alike on every engine (STACK, traps).
SNAPSHOT_TYPES: Mapping[str, str] = {
    "code": "int16",
    "codes": "array<int16>",
    "date": "int32",
    "year": "int16",
    "money": "int64",
    "hundredths": "int64",
    "count": "int32",
    "yes_no": "boolean",
    "key": "int64",
}
HIDDEN_CLASSES = frozenset({"identifier", "identity", "contact"})


@dataclass(frozen=True, slots=True)
class Code:
    code: int
    key: str
    title: Words
    labels: tuple[str, ...]


@dataclass(frozen=True)
class CodeList:
    """A code list: ``codes("sex").male == 1``."""

    name: str
    title: Words
    standard: str
    codes: tuple[Code, ...]
    _by_label: dict[str, int] = field(repr=False, compare=False)
    _by_key: dict[str, int] = field(repr=False, compare=False)
    _by_code: dict[int, Code] = field(repr=False, compare=False)

    def __getattr__(self, key: str) -> int:
        try:
            return self.__dict__["_by_key"][key]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(f"code list {self.__dict__.get('name')} has no code {key!r}") from None

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes)

    def read(self, label: str) -> int | None:
        """The code behind a label or a written number, None when unknown."""
        found = self._by_label.get(label)
        if found is None and label.isdecimal() and int(label) in self._by_code:
            return int(label)
        return found

    def label(self, code: int | None, language: str = "zh") -> str:
        """The label of ``code``; the number itself when the list does not have it; empty for None."""
        if code is None:
            return ""
        found = self._by_code.get(code)
        return found.title.text(language) if found else str(code)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``kind`` is the type; ``private`` the personal-data class."""

    table: str
    name: str
    title: Words
    kind: str
    role: Role
    codes: str | None = None
    unit: str | None = None
    private: str = "none"
    required: bool = False
    yearly: bool = False
    import_only: bool = False
    group: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def in_snapshot(self) -> bool:
        """Names, numbers of people and free text never reach a snapshot (DESIGN §2, Snapshot)."""
        return self.kind in SNAPSHOT_TYPES and self.private not in HIDDEN_CLASSES

    @property
    def code_list(self) -> CodeList | None:
        return codes(self.codes) if self.codes else None


@dataclass(frozen=True)
class Table:
    """One table; ``subject`` names the column that a finding about a row is filed under.

    ``received``: a row of the list says that somebody received something.
    """

    name: str
    title: Words
    subject: str
    columns: Mapping[str, Column]
    sheets: tuple[str, ...] = ()
    department: Words | None = None
    file: str | None = None
    received: bool = False

    def of_role(self, role: Role) -> tuple[Column, ...]:
        return tuple(column for column in self.columns.values() if column.role == role)

    @property
    def entered(self) -> tuple[Column, ...]:
        return self.of_role("entered")

    def snapshot_schema(self) -> dict[str, str]:
        """Column name → Ibis type of what lies in a snapshot (entered and facets, not derived)."""
        return {
            column.name: SNAPSHOT_TYPES[column.kind]
            for column in self.columns.values()
            if column.role != "derived" and column.in_snapshot
        }


@cache
def code_lists() -> Mapping[str, CodeList]:
    """All code lists by name."""
    found: dict[str, CodeList] = {}
    for path in sorted((Path(__file__).parent / "codes").glob("*.yaml")):
        for name, node in yaml_files.read_checked(path, "codes").items():
            rows = tuple(
                Code(row[0], row[1], Words(row[2], row[3]), tuple(row[4]) if len(row) > 4 else ())
                for row in node["codes"]
            )
            found[name] = _code_list(name, node, rows)
    return found


def _code_list(name: str, node: Mapping[str, Any], rows: tuple[Code, ...]) -> CodeList:
    by_label: dict[str, int] = {}
    for row in rows:
        for label in (row.title.zh, row.title.en, row.key, *row.labels):
            if by_label.setdefault(label, row.code) != row.code:
                raise BadPolicyFile(
                    where=f"vocabulary/codes: {name}", reason=f"label {label!r} stands for two codes"
                )
    by_key, by_code = {row.key: row.code for row in rows}, {row.code: row for row in rows}
    return CodeList(name, Words.read(node["title"]), node["standard"], rows, by_label, by_key, by_code)


def codes(name: str) -> CodeList:
    """The code list ``name``; KeyError when there is none."""
    return code_lists()[name]


#: The files of tables under ``tables``; ``lists.yaml`` has the departments' lists.
FILES: Final = ("person", "household", "exit")


@cache
def tables() -> Mapping[str, Table]:
    """All tables by name: person, household, village and the departments' lists."""
    folder = Path(__file__).parent / "tables"
    found: dict[str, Table] = {}
    for file in FILES:
        for name, node in yaml_files.read_checked(folder / f"{file}.yaml", "tables").items():
            found[name] = Table(
                name,
                Words.read(node["title"]),
                node["subject"],
                _columns(name, node),
                tuple(node.get("sheet", ())),
            )
    found.update(_lists(yaml_files.read(folder / "lists.yaml")))
    return found


def table(name: str) -> Table:
    """The table ``name``; KeyError when there is none."""
    return tables()[name]


@cache
def defined_at(table_name: str, column: str) -> str:
    """File and line in the vocabulary where a column is defined; the table's own where the column is none of it."""
    folder = Path(__file__).parent / "tables"
    if table_name in lists():
        path, roots = folder / "lists.yaml", [("lists", table_name), ("common",), ()]
    else:
        path = next(
            folder / f"{file}.yaml"
            for file in FILES
            if table_name in yaml_files.read(folder / f"{file}.yaml")
        )
        roots = [(table_name,)]
    known = yaml_files.lines(path)
    steps = [
        (*root, *section, column)
        for root in roots
        for section in (("columns",), ("facets",), ("derived",), ())
    ]
    found = next((one for one in steps if one in known), roots[0])
    return yaml_files.place_of(path, found)


@dataclass(frozen=True, slots=True)
class Figure:
    """A master figure of a division: population, area, villages (S4-02, S4-52)."""

    key: str
    title: Words
    unit: str


@cache
def figures() -> Mapping[str, Figure]:
    """The master figures by key."""
    content = yaml_files.read(Path(__file__).parent / "figures.yaml")
    return {key: Figure(key, Words(node["zh"], node["en"]), node["unit"]) for key, node in content.items()}


@cache
def lists() -> Mapping[str, Table]:
    """The departments' lists (S2-29, S2-45)."""
    return {name: one for name, one in tables().items() if one.department}


def _lists(content: Mapping[str, Any]) -> dict[str, Table]:
    found = {}
    for name, node in content["lists"].items():
        merged = {"columns": {**content["common"], **node["columns"]}, "facets": content["facets"]}
        found[name] = Table(
            name,
            Words.read(node["title"]),
            "entry",
            _columns(name, merged),
            department=Words.read(node["department"]),
            file=node["file"],
            received=node.get("received", False),
        )
    return found


def _columns(table_name: str, node: Mapping[str, Any]) -> dict[str, Column]:
    sections: tuple[tuple[str, Role], ...] = (
        ("columns", "entered"),
        ("facets", "facet"),
        ("derived", "derived"),
    )
    return {
        name: Column(
            table=table_name,
            name=name,
            title=Words(entry["zh"], entry["en"]),
            kind=entry["type"],
            role=role,
            codes=entry.get("codes"),
            unit=entry.get("unit"),
            private=entry.get("class", "none"),
            required=entry.get("required", False),
            yearly=entry.get("yearly", False),
            import_only=entry.get("import_only", False),
            group=entry.get("group"),
            aliases=tuple(entry.get("aliases", ())),
        )
        for section, role in sections
        for name, entry in node.get(section, {}).items()
    }
