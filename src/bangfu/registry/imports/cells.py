"""Reading one cell: what people write into a column of each kind, and why a value cannot be used.

A reader takes a cell as the workbook has it and gives the typed value (codes as numbers, dates as yyyymmdd, money in
fen, areas in hundredths), None for an empty cell; it raises ``Unreadable`` with the reason and the way on.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from bangfu.analytics.identity_numbers import clean as clean_number
from bangfu.policy.vocabulary import Column
from bangfu.policy.words import Words
from bangfu.registry.masking import DOT, mask_of

Reader = Callable[[Any], Any]
EMPTY = frozenset({"", "/", "\\", "-", "—", "——", "－", "空", "null", "NULL", "None", "N/A", "n/a", "无数据"})
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
#: Excel keeps 15 digits of a number; a longer one has lost its tail.
EXACT_DIGITS = 10**15
_SERIAL_ZERO = date(1899, 12, 30)
_UNITS = re.compile(r"(元|块|亩|平方米|平米|㎡|m2|m²|公里|千米|km|个月|月|人|户|岁|周岁|天)+$", re.IGNORECASE)
_DATE = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})?\s*日?)?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$"
)
_SPLIT = re.compile(r"[、,，;；/+\s]+")
_FULL_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord("．"): ".",
    ord("，"): ",",
    ord("－"): "-",
}


class Unreadable(Exception):
    """The cell cannot be used; ``reason`` says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.reason = Words(zh, en)


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
        return _full_date if column.name == "birth_date" else _loose_date
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


def plain(value: Any) -> str:
    """A cell as text: numbers without a needless ``.0``, everything trimmed."""
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_DIGITS:
        return str(int(value))
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    return str(value).strip()


def _absent(value: Any) -> bool:
    if value is None or (isinstance(value, str) and value.strip() in EMPTY):
        return True
    if isinstance(value, str) and value.startswith("#") and value.rstrip("!?").isupper():
        raise Unreadable(
            f"公式出错({value})。请改为实际的值。", f"The formula failed ({value}). Enter the value itself."
        )
    return False


def _text(value: Any) -> str | None:
    if _absent(value):
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
    digits = re.sub(r"[\s\-()（）—/、,，;；.]", "", text.translate(_FULL_WIDTH))
    if not digits.isdigit() or not 7 <= len(digits) <= 26:
        raise Unreadable(
            f"“{text}”不是电话号码。请填11位手机号或带区号的座机,多个号码用“/”隔开。",
            f"“{text}” is no phone number. Enter a mobile number of 11 digits or a landline with area code.",
        )
    return text


def _number(value: Any, what: Words) -> Decimal | None:
    if _absent(value):
        return None
    if isinstance(value, bool):
        raise Unreadable(
            f"应填{what.zh},现为“{value}”。请改为数字。", f"{what.en} is needed, found “{value}”."
        )
    if isinstance(value, int | float):
        if isinstance(value, float) and not math.isfinite(value):
            raise Unreadable(
                f"应填{what.zh},现为无穷大。请改为数字。", f"{what.en} is needed, found infinity."
            )
        return Decimal(str(value))
    text = str(value).translate(_FULL_WIDTH).replace(",", "").replace(" ", "").strip()
    text = text.removeprefix("¥").removeprefix("￥").removeprefix("约")
    scale = Decimal(1)
    bare = _UNITS.sub("", text)
    if bare.endswith("万"):
        bare, scale = bare[:-1], Decimal(10_000)
    try:
        number = Decimal(bare) * scale
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Unreadable(
            f"应填{what.zh},现为“{value}”。请只填数字。",
            f"{what.en} is needed, found “{value}”. Enter figures only.",
        )
    return number


def _hundredths(value: Any) -> int | None:
    return _scaled(value, Words("数字", "A figure"))


def _money(value: Any) -> int | None:
    return _scaled(value, Words("金额(元)", "An amount in yuan"))


def _scaled(value: Any, what: Words) -> int | None:
    number = _number(value, what)
    if number is None:
        return None
    if abs(number) >= 10**12:
        raise Unreadable(
            f"{what.zh}过大:{number}。请核对单位。", f"{what.en} is too large: {number}. Check the unit."
        )
    return int((number * 100).to_integral_value("ROUND_HALF_UP"))


def _count(value: Any) -> int | None:
    what = Words("整数", "A whole number")
    number = _number(value, what)
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) >= 2**31:
        raise Unreadable(f"应填整数,现为“{value}”。请改正。", f"A whole number is needed, found “{value}”.")
    return int(number)


def _year(value: Any) -> int | None:
    if isinstance(value, date):
        return value.year
    number = _count(str(value).replace("年", "").replace("度", "") if isinstance(value, str) else value)
    if number is not None and not 1949 <= number <= 2100:
        raise Unreadable(
            f"“{value}”不是年份。请填四位年份,如2015。", f"“{value}” is no year. Enter four digits."
        )
    return number


def _yes_no(value: Any) -> bool | None:
    if _absent(value):
        return None
    text = plain(value)
    if isinstance(value, bool) or text in YES or text in NO:
        return value if isinstance(value, bool) else text in YES
    raise Unreadable(f"应填“是”或“否”,现为“{text}”。", f"“是” (yes) or “否” (no) is needed, found “{text}”.")


def _division(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    code = text.translate(_FULL_WIDTH)
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
        if _absent(value):
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
        if _absent(value):
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


def _full_date(value: Any) -> int | None:
    return _date(value, loose=False)


def _loose_date(value: Any) -> int | None:
    return _date(value, loose=True)


def _date(value: Any, *, loose: bool) -> int | None:
    """yyyymmdd. ``loose``: a year or month alone stands for its last day, as year-end registration writes it."""
    if isinstance(value, date):
        return _packed(value.year, value.month, value.day, value)
    if _absent(value):
        return None
    if isinstance(value, int | float) and 20_000 <= value < 60_000 and not isinstance(value, bool):
        found = _SERIAL_ZERO + timedelta(days=int(value))
        return _packed(found.year, found.month, found.day, value)
    text = plain(value).translate(_FULL_WIDTH)
    parts = _parts(text)
    if parts is None:
        raise _no_date(text)
    year, month, day = parts
    if day is None or month is None:
        if not loose:
            raise Unreadable(
                f"“{text}”缺少月或日。请填完整日期,如1990-03-07。",
                f"“{text}” lacks month or day. Enter a full date.",
            )
        month = 12 if month is None else month
        day = monthrange(year, month)[1] if 1 <= month <= 12 else 1
    return _packed(year, month, day, text)


def _parts(text: str) -> tuple[int, int | None, int | None] | None:
    if text.isascii() and text.isdigit() and len(text) in (4, 6, 8):
        return (
            int(text[:4]),
            int(text[4:6]) if len(text) > 4 else None,
            int(text[6:]) if len(text) > 6 else None,
        )
    if text.endswith(("年", "年度")) and text.rstrip("年度").isdecimal() and len(text.rstrip("年度")) == 4:
        return int(text[:4]), None, None
    match = _DATE.match(text)
    if match is None:
        return None
    return int(match[1]), int(match[2]), int(match[3]) if match[3] else None


def _packed(year: int, month: int, day: int, shown: Any) -> int:
    try:
        date(year, month, day)
    except ValueError:
        raise _no_date(shown) from None
    if not 1850 <= year <= 2100:
        raise _no_date(shown)
    return year * 10_000 + month * 100 + day


def _no_date(shown: Any) -> Unreadable:
    return Unreadable(
        f"“{shown}”不是日期。请写成2015-03-07、2015年3月7日或20150307。",
        f"“{shown}” is no date. Write 2015-03-07, 2015年3月7日 or 20150307.",
    )


_READERS: dict[str, Reader] = {
    "text": _text,
    "name": _name,
    "id_number": _id_number,
    "phone": _phone,
    "money": _money,
    "hundredths": _hundredths,
    "count": _count,
    "year": _year,
    "yes_no": _yes_no,
    "division": _division,
}
