"""What is encrypted is read back only where it belongs, and only unchanged."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.errors import (
    BadKeys,
    Tampered,
    Undecryptable,
    UnknownCipher,
    UnknownKey,
    WrongKey,
)

WHERE = "sample.person.number:1"
CIPHERS = pytest.mark.parametrize("name", ["sm4-gcm", "aes-gcm"])
fuzzed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def keys(current: str = "k2", **changed: str | None) -> str:
    known = {"k1": "AAECAwQFBgcICQoLDA0ODw==", "k2": "EBESExQVFhcYGRobHB0eHw=="} | changed
    index = base64.b64encode(bytes(range(32))).decode()
    return json.dumps(
        {"current": current, "keys": {name: key for name, key in known.items() if key}, "index": index}
    )


@CIPHERS
@fuzzed
@given(
    plain=st.text(st.characters(exclude_categories=["Cs"])),
    where=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_roundtrip(settings: LazySettings, name: str, plain: str, where: str) -> None:
    settings.BANGFU_CIPHER = name
    token = cipher.encrypt(plain, bound_to=where)
    assert cipher.decrypt(token, bound_to=where) == plain
    assert cipher.decrypt(memoryview(token), bound_to=where) == plain  # type: ignore[arg-type]
    assert len(token) == len(plain.encode()) + cipher.OVERHEAD_BYTES
    assert cipher.encrypt(plain, bound_to=where) != token


@CIPHERS
@fuzzed
@given(
    plain=st.text(max_size=30).filter(str.isprintable),
    here=st.text("ab:", max_size=5),
    there=st.text("ab:", max_size=5),
)
def test_moved_to_another_row_it_cannot_be_read(
    settings: LazySettings, name: str, plain: str, here: str, there: str
) -> None:
    settings.BANGFU_CIPHER = name
    token = cipher.encrypt(plain, bound_to=here)
    if here != there:
        with pytest.raises(Tampered):
            cipher.decrypt(token, bound_to=there)


@CIPHERS
@fuzzed
@given(data=st.data(), plain=st.text("0123456789X", max_size=18))
def test_any_altered_byte_makes_it_unreadable(
    settings: LazySettings, name: str, data: Any, plain: str
) -> None:
    settings.BANGFU_CIPHER = name
    token = bytearray(cipher.encrypt(plain, bound_to=WHERE))
    token[data.draw(st.integers(0, len(token) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Undecryptable):
        cipher.decrypt(bytes(token), bound_to=WHERE)


@given(data=st.data())
def test_cut_or_lengthened_it_cannot_be_read(data: Any) -> None:
    token = cipher.encrypt("610926199001011234", bound_to=WHERE)
    cut = data.draw(st.integers(0, len(token) - 1))
    for changed in (token[:cut], token[cut + 1 :], token + b"\0"):
        with pytest.raises(Undecryptable):
            cipher.decrypt(changed, bound_to=WHERE)


@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_refused_in_words(token: bytes) -> None:
    with pytest.raises(Undecryptable) as caught:
        cipher.decrypt(token, bound_to=WHERE)
    assert WHERE in caught.value.sentence("zh")
    assert WHERE in caught.value.sentence("en")


def test_each_failure_has_its_own_sentence(settings: LazySettings) -> None:
    settings.BANGFU_FIELD_KEYS = keys("k1")
    token = cipher.encrypt("x", bound_to=WHERE)
    settings.BANGFU_FIELD_KEYS = keys("k2")
    assert cipher.decrypt(token, bound_to=WHERE) == "x"
    settings.BANGFU_FIELD_KEYS = keys("k2", k1=None)
    with pytest.raises(UnknownKey, match="k1"):
        cipher.decrypt(token, bound_to=WHERE)
    settings.BANGFU_FIELD_KEYS = keys("k2", k1="ICEiIyQlJicoKSorLC0uLw==")
    with pytest.raises(WrongKey, match="k1"):
        cipher.decrypt(token, bound_to=WHERE)


def test_values_of_both_ciphers_and_several_keys_live_side_by_side(settings: LazySettings) -> None:
    tokens = []
    for current in ("k1", "k2"):
        for name in ("sm4-gcm", "aes-gcm"):
            settings.BANGFU_FIELD_KEYS, settings.BANGFU_CIPHER = keys(current), name
            tokens.append(cipher.encrypt(current + name, bound_to=WHERE))
    assert len({token[0] for token in tokens}) == 4
    assert cipher.decrypt_many(tokens, bound_to=[WHERE] * 4) == [
        "k1sm4-gcm",
        "k1aes-gcm",
        "k2sm4-gcm",
        "k2aes-gcm",
    ]
    assert [cipher.is_current(token) for token in tokens] == [False, False, False, True]


def test_columns_keep_none_and_refuse_unequal_lengths() -> None:
    rows = [f"sample.person.number:{number}" for number in range(3)]
    tokens = cipher.encrypt_many(["a", None, ""], bound_to=rows)
    assert tokens[1] is None
    assert cipher.decrypt_many(tokens, bound_to=rows) == ["a", None, ""]
    with pytest.raises(ValueError, match="zip"):
        cipher.encrypt_many(["a"], bound_to=rows)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_looks_encrypted(text: str) -> None:
    assert not cipher.looks_encrypted(text.encode())
    assert not cipher.looks_encrypted(text.encode() * 31)


def test_an_unknown_cipher_is_refused(settings: LazySettings) -> None:
    settings.BANGFU_CIPHER = "rot13"
    with pytest.raises(UnknownCipher, match="rot13"):
        cipher.encrypt("x", bound_to=WHERE)


def test_keys_are_needed(settings: LazySettings) -> None:
    settings.BANGFU_FIELD_KEYS = "{}"
    with pytest.raises(BadKeys):
        cipher.encrypt("x", bound_to=WHERE)


def test_speed_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    count = 50_000
    rows = [f"sample.person.number:{number}" for number in range(count)]
    start = time.perf_counter()
    tokens = cipher.encrypt_many(["610926199001011234"] * count, bound_to=rows)
    sealed = time.perf_counter() - start
    start = time.perf_counter()
    assert cipher.decrypt_many(tokens, bound_to=rows) == ["610926199001011234"] * count
    opened = time.perf_counter() - start
    with capsys.disabled():
        print(f"\n  SM4-GCM: encrypt {count / sealed:,.0f}/s, decrypt {count / opened:,.0f}/s")
