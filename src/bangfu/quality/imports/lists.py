"""Which department's list a workbook is, and its rows. A new list is one entry in vocabulary/tables/lists.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bangfu.policy import vocabulary
from bangfu.policy.errors import BangfuError
from bangfu.policy.vocabulary import Table
from bangfu.policy.words import Words
from bangfu.registry.imports.headers import Header, Mapping_, best_header, candidates, find_header, suggest
from bangfu.registry.imports.reading import Reading, Sheet, plan, read


class UnknownList(BangfuError):
    """No department's list has these columns."""

    code = "import.unknown_list"
    says = Words(
        "看不出“{name}”是哪个部门的名单。表头应有姓名、身份证号和该名单的主要列,例如:{examples}。"
        "请核对文件,或在上传时指定名单种类。",
        "“{name}” is no list that is known. The header needs name, identity number and the list's own column, such as "
        "{examples}. Check the file, or say which list it is when uploading.",
    )


RECODING = "recoding"


def is_recoding(sheets: Sequence[Sheet]) -> bool:
    """Whether the workbook announces re-codings of divisions (old code, new code, day)."""
    return any(_fit_recoding(sheet) for sheet in sheets)


def _fit_recoding(sheet: Sheet) -> bool:
    table = vocabulary.table(RECODING)
    header = find_header(sheet.rows, sheet.merged, [table])
    names = {name for _, name in suggest(header.titles, [table]).values()} if header else set()
    return {"old_code", "new_code"} <= names


@dataclass(frozen=True)
class ListReading:
    """``list_name``: which list it is."""

    list_name: str
    reading: Reading


def recognise_any(name: str, sheets: Sequence[Sheet]) -> str:
    """``registry`` for a workbook of people and households, else which list it is.

    Raises:
        UnknownList: neither.
    """
    registry = [vocabulary.table("person"), vocabulary.table("household")]
    for sheet in sheets:
        header = find_header(sheet.rows, sheet.merged, registry)
        names = {name for _, name in suggest(header.titles, registry).values()} if header else set()
        if {"household_no", "person_no"} <= names or {"household_no", "household_kind"} <= names:
            return "registry"
    return recognise(name, sheets)


def recognise(name: str, sheets: Sequence[Sheet]) -> str:
    """Which list a workbook is, by its header; its file name decides between equals.

    Raises:
        UnknownList: none fits.
    """
    headers = [list(candidates(sheet.rows, sheet.merged)) for sheet in sheets]
    scores = {
        key: max((_fit(table, own) for own in headers), default=0)
        for key, table in vocabulary.lists().items()
    }
    best = max(scores.values())
    fitting = [key for key, score in scores.items() if score == best and score > 0]
    named = [key for key in fitting if _named(vocabulary.table(key), name)]
    if not fitting:
        examples = "、".join(_own_required(table) for table in vocabulary.lists().values())
        raise UnknownList(name=name, examples=examples)
    return (named or fitting)[0]


def read_list(
    name: str,
    sheets: Sequence[Sheet],
    list_name: str | None = None,
    remembered: Mapping[str, Mapping_] | None = None,
) -> ListReading:
    """Reads a list; ``list_name`` when the clerk said which.

    Raises:
        UnknownList, NoHeader.
    """
    key = list_name or recognise(name, sheets)
    plans = plan(sheets, [vocabulary.table(key)], remembered)
    return ListReading(key, read(sheets, plans))


def _fit(table: Table, headers: Sequence[Header]) -> int:
    """How many columns of the list a sheet with one of these headers has; nothing without its required column and
    somebody to name."""
    header = best_header(headers, [table])
    if header is None:
        return 0
    names = {name for _, name in suggest(header.titles, [table]).values()}
    own = {column.name for column in table.entered if column.required}
    return len(names) if own <= names and names & {"name", "id_number"} else 0


def _named(table: Table, name: str) -> bool:
    words = [table.file or "", table.title.zh]
    words += [table.department.zh] if table.department else []
    return any(word and word in name for word in words)


def _own_required(table: Table) -> str:
    return f"{table.title.zh}({next(column.title.zh for column in table.entered if column.required)})"
