"""A cell as text, whether it is empty, and why one cannot be used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bangfu.policy.words import Words

EMPTY = frozenset({"", "/", "\\", "-", "—", "——", "－", "空", "null", "NULL", "None", "N/A", "n/a", "无数据"})
#: Excel keeps 15 digits of a number; a longer one has lost its tail.
EXACT_DIGITS = 10**15
FULL_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord("．"): ".",
    ord("，"): ",",
    ord("－"): "-",
}


class Unreadable(Exception):
    """The cell cannot be used; ``reason`` says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.reason = Words(zh, en)


def plain(value: Any) -> str:
    """A cell as text: numbers without a needless ``.0``, everything trimmed."""
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_DIGITS:
        return str(int(value))
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    return str(value).strip()


def absent(value: Any) -> bool:
    if value is None or (isinstance(value, str) and value.strip() in EMPTY):
        return True
    if isinstance(value, str) and value.startswith("#") and value.rstrip("!?").isupper():
        raise Unreadable(
            f"公式出错({value})。请改为实际的值。", f"The formula failed ({value}). Enter the value itself."
        )
    return False
