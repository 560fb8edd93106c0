from __future__ import annotations

import json

import pytest

from bangfu.platform.crypto import keys
from bangfu.platform.crypto.errors import BadKeys
from bangfu.platform.errors import exit_code

GOOD = json.loads(keys.new_keys())


def test_new_keys_are_readable_and_never_the_same() -> None:
    first, second = keys.read(keys.new_keys()), keys.read(keys.new_keys())
    assert first.current == 1
    assert len(first.keys[1]) == 16
    assert len(first.index) == 32
    assert first.keys != second.keys
    assert first.index != second.index


def test_one_more_key_becomes_current_and_the_others_stay() -> None:
    before = keys.new_keys()
    after = keys.read(keys.with_new_key(before))
    assert after.current == 2
    assert after.keys[1] == keys.read(before).keys[1]
    assert after.index == keys.read(before).index


def test_the_last_number_is_the_last() -> None:
    text = keys.new_keys()
    for _ in range(keys.HIGHEST_KEY - 1):
        text = keys.with_new_key(text)
    with pytest.raises(BadKeys, match="k31"):
        keys.with_new_key(text)


def test_keys_do_not_show_in_repr() -> None:
    known = keys.read(keys.new_keys())
    assert repr(known) == "FieldKeys(current=1)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "JSON"),
        ("[]", "keys"),
        ('{"keys": {}}', "keys"),
        (json.dumps({**GOOD, "current": "k2"}), "k2"),
        (json.dumps({**GOOD, "current": "1"}), "k31"),
        (json.dumps({**GOOD, "current": None}), "k31"),
        (json.dumps({**GOOD, "index": "AAAA"}), "32"),
        (json.dumps({**GOOD, "index": None}), "base64"),
        (json.dumps({**GOOD, "keys": {"k1": "!"}}), "base64"),
        (json.dumps({**GOOD, "keys": {"k1": "AAAA"}}), "16"),
        (json.dumps({**GOOD, "keys": {"k0": GOOD["keys"]["k1"]}}), "k31"),
        (json.dumps({**GOOD, "keys": {"k32": GOOD["keys"]["k1"]}}), "k31"),
    ],
    # The keys are new in every process: as names of tests they would differ from worker to worker.
    ids=[
        "empty",
        "a list",
        "no index",
        "current unknown",
        "current without k",
        "no current",
        "short index",
        "index null",
        "key no base64",
        "short key",
        "k0",
        "k32",
    ],
)
def test_unusable_keys_are_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(BadKeys) as caught:
        keys.read(text)
    assert said in caught.value.sentence("zh")
    assert said in caught.value.sentence("en")
    assert "Words(" not in str(caught.value)
    assert exit_code(caught.value) == 2


def test_no_refusal_shows_a_key() -> None:
    with pytest.raises(BadKeys) as caught:
        keys.read(json.dumps({**GOOD, "keys": {"k1": "c2VjcmV0"}}))
    assert "c2VjcmV0" not in str(caught.value)
