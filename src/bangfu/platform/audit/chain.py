"""The hash chain: what is hashed and how. ``hash = SM3(previous_hash || canonical JSON of the row)``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, date
from decimal import Decimal
from functools import singledispatch
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes

#: What the first row names as the hash before it.
GENESIS = "0" * 64
#: The columns that are hashed, in the order of the table.
HASHED = (
    "seq",
    "at",
    "actor_id",
    "actor_name",
    "address",
    "action",
    "subject_kind",
    "subject_id",
    "division_code",
    "detail",
)


def row_hash(previous_hash: str, row: Mapping[str, Any]) -> str:
    """The hash of ``row`` (the columns of ``HASHED``), 64 hexadecimal digits."""
    content = {name: row[name] for name in HASHED}
    content["at"] = content["at"].astimezone(UTC).isoformat(timespec="microseconds")
    digest = hashes.Hash(hashes.SM3())
    digest.update(previous_hash.encode("ascii"))
    digest.update(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    return digest.finalize().hex()


@singledispatch
def plain(value: Any) -> Any:
    """``value`` as JSON that every database gives back unchanged, so that the chain verifies anywhere.

    PostgreSQL's jsonb rewrites large floats as integers and cannot hold NUL or lone surrogates; so
    whole floats become integers and such characters U+FFFD. Dates, UUIDs and decimals become text.
    Raises TypeError for other types and ValueError for NaN and infinity.
    """
    raise TypeError(f"an audit detail holds JSON, not {type(value).__name__}")


@plain.register
def _(value: bool | int | None) -> Any:
    return value


@plain.register
def _(value: str) -> str:
    return plain_text(value)


@plain.register
def _(value: float) -> float | int:
    if not math.isfinite(value):
        raise ValueError("an audit detail holds no NaN or infinity")
    return int(value) if value.is_integer() else value


@plain.register
def _(value: date) -> str:
    return value.isoformat()


@plain.register(UUID)
@plain.register(Decimal)
def _(value: UUID | Decimal) -> str:
    return str(value)


@plain.register(Mapping)
def _(value: Mapping[object, object]) -> dict[str, Any]:
    return {plain_text(str(name)): plain(one) for name, one in value.items()}


@plain.register(list)
@plain.register(tuple)
def _(value: list[object] | tuple[object, ...]) -> list[Any]:
    return [plain(one) for one in value]


def plain_text(text: str) -> str:
    """``text`` without characters that a database refuses."""
    if text.isprintable():
        return text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
