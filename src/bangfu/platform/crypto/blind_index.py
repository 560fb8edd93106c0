"""Keyed fingerprints: exact search over encrypted columns, and tokens that stand for people in snapshots.

Both are HMAC-SM3 under the index key. The purpose is part of what is hashed, so that equal values in two
columns, or in the database and in a snapshot, do not show that they are equal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from cryptography.hazmat.primitives import hashes, hmac

from bangfu.platform.crypto import keys

_POSITIVE = (1 << 63) - 1


def normalised(value: str) -> str:
    """How values are compared: full-width forms folded (NFKC), no white space, upper case (``x`` of an ID
    number)."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


def blind_index(value: str, *, purpose: str) -> bytes:
    """32 bytes that are equal exactly when the normalised values and purposes are."""
    return _fingerprint(_primed("index", purpose), normalised(value).encode())


def blind_index_many(values: Iterable[str | None], *, purpose: str) -> list[bytes | None]:
    """``blind_index`` for a column; None stays None."""
    primed = _primed("index", purpose)
    return [None if value is None else _fingerprint(primed, normalised(value).encode()) for value in values]


def token64(value: bytes, *, purpose: str) -> int:
    """A keyed stand-in for ``value`` (a blind index, a primary key): an integer from 0 to 2⁶³ − 1."""
    return _token(_primed("token", purpose), value)


def token64_many(values: Iterable[bytes | None], *, purpose: str) -> list[int | None]:
    """``token64`` for a column; None stays None."""
    primed = _primed("token", purpose)
    return [None if value is None else _token(primed, value) for value in values]


def _primed(kind: str, purpose: str) -> hmac.HMAC:
    if "\0" in purpose:
        raise ValueError("a purpose has no NUL character")
    primed = hmac.HMAC(keys.derived(keys.active().index, f"bangfu {kind}", 32), hashes.SM3())
    primed.update(purpose.encode() + b"\0")
    return primed


def _fingerprint(primed: hmac.HMAC, value: bytes) -> bytes:
    mac = primed.copy()
    mac.update(value)
    return mac.finalize()


def _token(primed: hmac.HMAC, value: bytes) -> int:
    return int.from_bytes(_fingerprint(primed, value)[:8], "big") & _POSITIVE
