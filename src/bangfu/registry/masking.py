"""How sealed values stand on a screen that may not show them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bangfu.policy.vocabulary import Column

DOT = "●"
_LONG_NUMBER = re.compile(r"[0-9]{10,}[0-9Xx]")


def masked_number(number: str | None) -> str:
    """First three and last four characters of an identity number (610***********1234)."""
    if not number:
        return ""
    if len(number) < 10:
        return DOT * len(number)
    return f"{number[:3]}{DOT * (len(number) - 7)}{number[-4:]}"


def masked_tail(tail: str) -> str:
    """An identity number of which only the tail is at hand."""
    return f"{DOT * 6}{tail}" if tail else ""


def masked_phone(number: str | None) -> str:
    """First three and last four digits of a phone number."""
    if not number:
        return ""
    return (
        f"{number[:3]}{DOT * max(len(number) - 7, 1)}{number[-4:]}" if len(number) >= 7 else DOT * len(number)
    )


def without_long_numbers(text: str) -> str:
    """``text`` with every number as long as a phone's masked: for reports, which are kept in the clear."""
    return _LONG_NUMBER.sub(lambda found: masked_number(found[0]), text)


_BY_KIND: Final = {"id_number": masked_number, "phone": masked_phone}


def mask_of(column: Column) -> Callable[[str], str] | None:
    """How a column is masked where it may not be shown in the clear; None where it may."""
    return masked_number if column.name == "bank_account" else _BY_KIND.get(column.kind)
