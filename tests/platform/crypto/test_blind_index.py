from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from bangfu.platform.crypto import keys
from bangfu.platform.crypto.blind_index import (
    blind_index,
    blind_index_many,
    normalised,
    token64,
    token64_many,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    "written", ["61092619900101123x", " 610926 19900101123X\n", "６１０９２６１９９００１０１１２３Ｘ"]
)
def test_the_same_number_written_differently_is_found(written: str) -> None:
    assert blind_index(written, purpose="id") == blind_index("61092619900101123X", purpose="id")


@given(one=TEXT, other=TEXT)
def test_indexes_are_equal_exactly_when_values_are(one: str, other: str) -> None:
    same = blind_index(one, purpose="id") == blind_index(other, purpose="id")
    assert same == (normalised(one) == normalised(other))


def test_purposes_do_not_meet() -> None:
    assert blind_index("1", purpose="id") != blind_index("1", purpose="phone")
    assert token64(b"1", purpose="a") != token64(b"1", purpose="b")
    with pytest.raises(ValueError, match="NUL"):
        blind_index("1", purpose="id\0")


def test_without_the_key_nothing_can_be_computed(settings: LazySettings) -> None:
    first = blind_index("1", purpose="id")
    node = json.loads(str(settings.BANGFU_FIELD_KEYS))
    node["index"] = json.loads(keys.new_keys())["index"]
    settings.BANGFU_FIELD_KEYS = json.dumps(node)
    assert blind_index("1", purpose="id") != first


def test_it_is_hmac_sm3() -> None:
    """Independently recomputed, so that another system with the key can search too."""
    subkey = keys.derived(keys.active().index, "bangfu index", 32)
    mac = hmac.HMAC(subkey, hashes.SM3())
    mac.update(b"id\x0013800000000")
    assert blind_index("138 0000 0000", purpose="id") == mac.finalize()


@given(st.lists(st.none() | TEXT, max_size=5))
def test_columns_agree_with_single_values(values: list[str | None]) -> None:
    indexes = blind_index_many(values, purpose="id")
    assert indexes == [None if value is None else blind_index(value, purpose="id") for value in values]
    assert token64_many(indexes, purpose="s") == [
        None if index is None else token64(index, purpose="s") for index in indexes
    ]


@given(st.binary())
def test_tokens_fit_a_signed_64_bit_column(value: bytes) -> None:
    assert 0 <= token64(value, purpose="s") < 2**63
