"""Reading one cell: what people write into a column of each kind, and why a value cannot be used.

A reader takes a cell as the workbook has it and gives the typed value (codes as numbers, dates as yyyymmdd, money in
fen, areas in hundredths), None for an empty cell; it raises ``Unreadable`` with the reason and the way on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

from bangfu.analytics.identity_numbers import clean as clean_number
from bangfu.policy.vocabulary import Column
from bangfu.policy.words import Words
from bangfu.registry.imports.date_cells import full_date, loose_date
from bangfu.registry.imports.number_cells import count, hundredths, money, year
from bangfu.registry.imports.plain_cells import EXACT_DIGITS, FULL_WIDTH, Unreadable, absent, plain
from bangfu.registry.masking import DOT, mask_of

Reader = Callable[[Any], Any]
YES = frozenset(
    {
        "是",
        "有",
        "y",
        "Y",
        "yes",
        "Yes",
        "YES",
        "√",
        "✓",
        "1",
        "true",
        "True",
        "TRUE",
        "已",
        "参加",
        "已参加",
        "已解决",
        "通",
        "已通",
    }
)
NO = frozenset(
    {
        "否",
        "无",
        "n",
        "N",
        "no",
        "No",
        "NO",
        "×",
        "✗",
        "0",
        "false",
        "False",
        "FALSE",
        "未",
        "没有",
        "未参加",
        "未解决",
        "不通",
        "未通",
    }
)
_SPLIT = re.compile(r"[、,，;；/+\s]+")


def reader(column: Column) -> Reader:
    """The reader for a column, by its kind."""
    if mask_of(column) is not None:
        read = _READERS[column.kind]
        return lambda value: (
            None if isinstance(value, str) and DOT in value else read(value)
        )  # a mask says nothing
    if column.kind in ("code", "codes"):
        return _code_reader(column) if column.kind == "code" else _codes_reader(column)
    if column.kind == "date":
        return full_date if column.name == "birth_date" else loose_date
    return _READERS[column.kind]


def read_column(values: Sequence[Any], column: Column) -> tuple[list[Any], dict[int, Words]]:
    """All cells of a column: the typed values (None where unreadable) and row → reason for those that cannot be used.

    Cells repeat, so every distinct value is read once.
    """
    read = reader(column)
    known: dict[Any, Any] = {}
    typed: list[Any] = []
    problems: dict[int, Words] = {}
    for row, value in enumerate(values):
        key = (
            value if value.__class__ is str else (value.__class__, value)
        )  # 1, 1.0 and True are equal as keys
        if key not in known:
            try:
                known[key] = read(value)
            except Unreadable as error:
                known[key] = error
        found = known[key]
        if isinstance(found, Unreadable):
            problems[row] = found.reason
            found = None
        typed.append(found)
    return typed, problems


def _text(value: Any) -> str | None:
    if absent(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EXACT_DIGITS:
        raise Unreadable(
            "编号被存成了数字,超过15位的部分已丢失。请把这一列设为“文本”格式,再重新填写。",
            "The number is stored as a figure and lost its digits beyond 15. Make the column text and enter it again.",
        )
    return plain(value)


def _name(value: Any) -> str | None:
    return _text(value)


def _id_number(value: Any) -> str | None:
    text = _text(value)
    return clean_number(text) if text else None


def _phone(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    digits = re.sub(r"[\s\-()（）—/、,，;；.]", "", text.translate(FULL_WIDTH))
    if not digits.isdigit() or not 7 <= len(digits) <= 26:
        raise Unreadable(
            f"“{text}”不是电话号码。请填11位手机号或带区号的座机,多个号码用“/”隔开。",
            f"“{text}” is no phone number. Enter a mobile number of 11 digits or a landline with area code.",
        )
    return text


def _yes_no(value: Any) -> bool | None:
    if absent(value):
        return None
    text = plain(value)
    if isinstance(value, bool) or text in YES or text in NO:
        return value if isinstance(value, bool) else text in YES
    raise Unreadable(f"应填“是”或“否”,现为“{text}”。", f"“是” (yes) or “否” (no) is needed, found “{text}”.")


def _division(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    code = text.translate(FULL_WIDTH)
    if not (code.isascii() and code.isdigit()) or len(code) not in (6, 9, 12):
        raise Unreadable(
            f"“{text}”不是区划代码。请填写12位数字的行政村代码。",
            f"“{text}” is no division code. Enter the 12 digits of the village.",
        )
    return code.ljust(12, "0")


def _code_reader(column: Column) -> Reader:
    codes = column.code_list
    assert codes is not None

    def read(value: Any) -> int | None:
        if isinstance(value, str) and (found := codes.read(value.strip())) is not None:
            return found
        if absent(value):
            return None
        text = plain(value)
        found = codes.read(text)
        if found is None:
            found = codes.read(text.replace("(", "（").replace(")", "）").replace(" ", ""))
        if found is None:
            raise _unknown_label(text, column)
        return found

    return read


def _codes_reader(column: Column) -> Reader:
    one = _code_reader(column)

    def read(value: Any) -> list[int] | None:
        if absent(value):
            return None
        whole = column.code_list.read(plain(value)) if column.code_list else None
        if whole is not None:
            return [whole]
        found = [one(part) for part in _SPLIT.split(plain(value)) if part]
        return sorted({code for code in found if code is not None}) or None

    return read


def _unknown_label(text: str, column: Column) -> Unreadable:
    assert column.code_list is not None
    labels = [code.title.zh for code in column.code_list]
    near = get_close_matches(text, labels, n=1, cutoff=0.5)
    shown = "、".join(labels[:8]) + ("…" if len(labels) > 8 else "")
    guess, guess_en = (f"是不是“{near[0]}”?", f" Is it “{near[0]}”?") if near else ("", "")
    return Unreadable(
        f"“{text}”不是{column.title.zh}的可选值。{guess}可填:{shown}。",
        f"“{text}” is no value of “{column.title.en}”.{guess_en} Allowed: {shown}.",
    )


_READERS: dict[str, Reader] = {
    "text": _text,
    "name": _name,
    "id_number": _id_number,
    "phone": _phone,
    "money": money,
    "hundredths": hundredths,
    "count": count,
    "year": year,
    "yes_no": _yes_no,
    "division": _division,
}
