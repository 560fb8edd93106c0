"""Cells with figures: amounts in fen, hundredths, counts, years."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bangfu.policy.words import Words
from bangfu.registry.imports.plain_cells import FULL_WIDTH, Unreadable, absent

_UNITS = re.compile(r"(元|块|亩|平方米|平米|㎡|m2|m²|公里|千米|km|个月|月|人|户|岁|周岁|天)+$", re.IGNORECASE)


def _number(value: Any, what: Words) -> Decimal | None:
    if absent(value):
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
    text = str(value).translate(FULL_WIDTH).replace(",", "").replace(" ", "").strip()
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


def hundredths(value: Any) -> int | None:
    return _scaled(value, Words("数字", "A figure"))


def money(value: Any) -> int | None:
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


def count(value: Any) -> int | None:
    what = Words("整数", "A whole number")
    number = _number(value, what)
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) >= 2**31:
        raise Unreadable(f"应填整数,现为“{value}”。请改正。", f"A whole number is needed, found “{value}”.")
    return int(number)


def year(value: Any) -> int | None:
    if isinstance(value, date):
        return value.year
    number = count(str(value).replace("年", "").replace("度", "") if isinstance(value, str) else value)
    if number is not None and not 1949 <= number <= 2100:
        raise Unreadable(
            f"“{value}”不是年份。请填四位年份,如2015。", f"“{value}” is no year. Enter four digits."
        )
    return number
