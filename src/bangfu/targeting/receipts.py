"""Receipts of public pages: drawn at random, read aloud with ease, and useless to whoever guesses."""

from __future__ import annotations

import re
import secrets
from typing import Final

from bangfu.platform.crypto.blind_index import normalised

#: Signs that are easily told apart when read aloud.
SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#: 31 signs, twelve of them: 59 bits.
LENGTH: Final = 12
#: Eight is how long they were once.
_RECEIPT: Final = re.compile(f"^[{SIGNS}]{{8}}$|^[{SIGNS}]{{{LENGTH}}}$")


def new_receipt() -> str:
    """One that nobody had before, and nobody can work out."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def as_typed(text: str) -> str:
    """The receipt that somebody typed, without blanks and dashes; empty where it cannot be one."""
    given = normalised(text).replace("-", "")
    return given if _RECEIPT.match(given) else ""


def in_groups(receipt: str) -> str:
    """In groups of four, as it is shown."""
    return "-".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))
