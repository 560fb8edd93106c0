"""Authenticated encryption of single text values, bound to the row and column that hold them.

A ciphertext is ``header (1) · fingerprint (2) · nonce (12) · encrypted text · tag (16)``. The header is the
bits ``10``, one bit for the algorithm and five for the key's number, so values under several keys and ciphers
live side by side; no UTF-8 text begins so, and a plain value stored by mistake is recognised. The fingerprint
tells a replaced key from an altered value. Header, fingerprint and ``bound_to`` are authenticated. Nonces are
random: a key should be changed before it has written 2³² values (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from django.conf import settings

from bangfu.platform.crypto import keys
from bangfu.platform.crypto.errors import Tampered, UnknownCipher, UnknownKey, WrongKey
from bangfu.platform.crypto.keys import FieldKeys

NONCE_BYTES = 12
TAG_BYTES = 16
PREFIX_BYTES = 3
OVERHEAD_BYTES = PREFIX_BYTES + NONCE_BYTES + TAG_BYTES
_MARK, _NUMBER = 0b10, 0b11111
CIPHERS: dict[str, int] = {"sm4-gcm": 0, "aes-gcm": 1}
_ALGORITHMS: dict[int, type[algorithms.SM4] | type[algorithms.AES]] = {0: algorithms.SM4, 1: algorithms.AES}


class _Sealer(NamedTuple):
    prefix: bytes
    algorithm: CipherAlgorithm


def encrypt(plain: str, *, bound_to: str) -> bytes:
    """``plain`` under the current key and cipher; readable again only with the same ``bound_to``.

    ``bound_to`` names the row and column, such as ``"registry.person.id_number:<uuid>"``. The result is 31
    bytes longer than the UTF-8 text. Raises ``UnknownCipher`` or ``BadKeys``.
    """
    return _encrypt(_current_sealer(), plain, bound_to)


def decrypt(token: bytes, *, bound_to: str) -> str:
    """The text behind ``token``. Raises ``UnknownKey``, ``WrongKey`` or ``Tampered`` (also for a foreign
    row)."""
    return _decrypt(keys.active(), token, bound_to)


def encrypt_many(plains: Iterable[str | None], *, bound_to: Iterable[str]) -> list[bytes | None]:
    """``encrypt`` for a column; None stays None. Raises ValueError when the two lengths differ."""
    sealer = _current_sealer()
    return [
        None if plain is None else _encrypt(sealer, plain, row)
        for plain, row in zip(plains, bound_to, strict=True)
    ]


def decrypt_many(tokens: Iterable[bytes | None], *, bound_to: Iterable[str]) -> list[str | None]:
    """``decrypt`` for a column; None stays None. The first value that fails raises."""
    active = keys.active()
    return [
        None if token is None else _decrypt(active, token, row)
        for token, row in zip(tokens, bound_to, strict=True)
    ]


def is_current(token: bytes) -> bool:
    """True when ``token`` lies under today's key and cipher."""
    return bytes(token[:PREFIX_BYTES]) == _current_sealer().prefix


def looks_encrypted(token: bytes) -> bool:
    """True when ``token`` has the header and length of a ciphertext (a plain value stored by mistake has
    not)."""
    return len(token) >= OVERHEAD_BYTES and token[0] >> 6 == _MARK and token[0] & _NUMBER > 0


def _current_sealer() -> _Sealer:
    active = keys.active()
    algorithm = CIPHERS.get(settings.BANGFU_CIPHER)
    if algorithm is None:
        raise UnknownCipher(cipher=settings.BANGFU_CIPHER)
    return _sealer(algorithm, active.current, active.keys[active.current])


@lru_cache(maxsize=128)
def _sealer(algorithm: int, number: int, key: bytes) -> _Sealer:
    fingerprint = keys.derived(key, f"bangfu field fingerprint {algorithm}", 2)
    subkey = keys.derived(key, f"bangfu field cipher {algorithm}", keys.KEY_BYTES)
    return _Sealer(
        bytes([_MARK << 6 | algorithm << 5 | number]) + fingerprint, _ALGORITHMS[algorithm](subkey)
    )


def _encrypt(sealer: _Sealer, plain: str, bound_to: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    encryptor = Cipher(sealer.algorithm, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(sealer.prefix + bound_to.encode())
    sealed = encryptor.update(plain.encode()) + encryptor.finalize()
    return sealer.prefix + nonce + sealed + encryptor.tag


def _decrypt(active: FieldKeys, token: bytes, bound_to: str) -> str:
    token = bytes(token)
    if not looks_encrypted(token):
        raise Tampered(where=bound_to)
    algorithm, number = token[0] >> 5 & 1, token[0] & _NUMBER
    if number not in active.keys:
        raise UnknownKey(where=bound_to, number=number)
    sealer = _sealer(algorithm, number, active.keys[number])
    if token[:PREFIX_BYTES] != sealer.prefix:
        raise WrongKey(where=bound_to, number=number)
    nonce = token[PREFIX_BYTES : PREFIX_BYTES + NONCE_BYTES]
    decryptor = Cipher(sealer.algorithm, modes.GCM(nonce, token[-TAG_BYTES:])).decryptor()
    decryptor.authenticate_additional_data(sealer.prefix + bound_to.encode())
    try:
        plain = decryptor.update(token[PREFIX_BYTES + NONCE_BYTES : -TAG_BYTES]) + decryptor.finalize()
    except InvalidTag:
        raise Tampered(where=bound_to) from None
    return plain.decode()
