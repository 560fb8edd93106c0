"""The field keys: how they are written, read, made and extended.

``BANGFU_FIELD_KEYS`` is JSON: ``{"current": "k2", "keys": {"k1": "<base64, 16 bytes>", "k2": …}, "index":
"<base64, 32 bytes>"}``. Key names are k1 … k31: the number travels in the header of every ciphertext.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from bangfu.platform.crypto.errors import BadKeys
from bangfu.policy.words import Words

KEY_BYTES = 16
INDEX_BYTES = 32
HIGHEST_KEY = 31
_NAME = re.compile(r"k([1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """All keys of a service. ``keys`` are by number; ``current`` is the one that new values are written
    under."""

    current: int
    keys: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)


def read(text: str) -> FieldKeys:
    """The keys written in ``text``. Raises ``BadKeys``."""
    try:
        node = json.loads(text)
    except ValueError:
        raise BadKeys(reason=Words("不是 JSON", "it is not JSON")) from None
    if not isinstance(node, dict) or not isinstance(node.get("keys"), dict) or not node["keys"]:
        raise BadKeys(reason=Words("缺少 keys", "“keys” is missing"))
    found = {_number(name): _secret(name, value, KEY_BYTES) for name, value in node["keys"].items()}
    current = _number(node.get("current"))
    if current not in found:
        raise BadKeys(
            reason=Words(
                f"current 指向的 k{current} 不在 keys 中", f"“current” names k{current}, which “keys” lacks"
            )
        )
    return FieldKeys(current, found, _secret("index", node.get("index"), INDEX_BYTES))


def _number(name: Any) -> int:
    match = _NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None or int(match[1]) > HIGHEST_KEY:
        raise BadKeys(
            reason=Words(
                f"密钥名称应为 k1 至 k{HIGHEST_KEY}",
                f"a key is named k1 to k{HIGHEST_KEY}, “current” names one of them",
            )
        )
    return int(match[1])


def _secret(name: str, value: Any, length: int) -> bytes:
    try:
        found = base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise BadKeys(reason=Words(f"{name} 不是 base64", f"“{name}” is not base64")) from None
    if len(found) != length:
        raise BadKeys(
            reason=Words(
                f"{name} 应为 {length} 字节", f"“{name}” should be {length} bytes, it is {len(found)}"
            )
        )
    return found


def new_keys() -> str:
    """The text of a first set of keys, from the operating system's randomness (for ``bangfu keys new``)."""
    return json.dumps({"current": "k1", "keys": {"k1": _random(KEY_BYTES)}, "index": _random(INDEX_BYTES)})


def with_new_key(text: str) -> str:
    """``text`` with one more key, made current. Old values stay readable until ``actions.rotate`` has passed.

    The index key stays: changing it would empty every search. Raises ``BadKeys``.
    """
    known = read(text)
    number = max(known.keys) + 1
    if number > HIGHEST_KEY:
        raise BadKeys(
            reason=Words(f"已用到最后一个编号 k{HIGHEST_KEY}", f"the last number, k{HIGHEST_KEY}, is taken")
        )
    node = json.loads(text)
    node["keys"][f"k{number}"] = _random(KEY_BYTES)
    node["current"] = f"k{number}"
    return json.dumps(node)


def _random(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).decode("ascii")


def active() -> FieldKeys:
    """The keys of this service. Raises ``BadKeys``, or the setting's own refusal when there are none."""
    return _read(str(settings.BANGFU_FIELD_KEYS))


_read = lru_cache(maxsize=4)(read)


@lru_cache(maxsize=256)
def derived(key: bytes, purpose: str, length: int) -> bytes:
    """A subkey of ``key`` for one purpose (HKDF with SM3), so that no key serves two algorithms."""
    return HKDF(hashes.SM3(), length, salt=None, info=purpose.encode()).derive(key)
