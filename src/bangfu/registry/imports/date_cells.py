"""Cells with days, as people write them: yyyymmdd."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from bangfu.registry.imports.plain_cells import FULL_WIDTH, Unreadable, absent, plain

_SERIAL_ZERO = date(1899, 12, 30)
_DATE = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})?\s*日?)?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$"
)


def full_date(value: Any) -> int | None:
    return _date(value, loose=False)


def loose_date(value: Any) -> int | None:
    return _date(value, loose=True)


def _date(value: Any, *, loose: bool) -> int | None:
    """yyyymmdd. ``loose``: a year or month alone stands for its last day, as year-end registration writes it."""
    if isinstance(value, date):
        return _packed(value.year, value.month, value.day, value)
    if absent(value):
        return None
    if isinstance(value, int | float) and 20_000 <= value < 60_000 and not isinstance(value, bool):
        found = _SERIAL_ZERO + timedelta(days=int(value))
        return _packed(found.year, found.month, found.day, value)
    text = plain(value).translate(FULL_WIDTH)
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
