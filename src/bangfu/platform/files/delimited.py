"""Tables as plain text: which encoding, which separator, which rows."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata

from bangfu.platform.files.errors import DamagedFile, NotAWorkbook, SheetTooBig
from bangfu.platform.files.limits import ReadLimits

SEPARATORS = ",;\t"
SAMPLE_CHARACTERS = 16_384
LONGEST_CELL = 1_000_000
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\x1a")


def read_rows(content: bytes, *, name: str, limits: ReadLimits) -> list[list[str]]:
    """The rows of a text table, all of the same width. Raises NotAWorkbook, DamagedFile or SheetTooBig."""
    text = decode(content, name=name)
    rows: list[list[str]] = []
    width = 0
    csv.field_size_limit(LONGEST_CELL)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator(text)):
            rows.append(row)
            width = max(width, len(row))
            if len(rows) > limits.rows or width > limits.columns:
                raise SheetTooBig(name=name, sheet=name, rows=limits.rows, columns=limits.columns)
    except csv.Error:
        raise DamagedFile(name=name) from None
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows


def decode(content: bytes, *, name: str) -> str:
    """The text in UTF-8, UTF-16 or GB 18030 (which holds GBK), the first that fits strictly. Raises
    NotAWorkbook."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text[:SAMPLE_CHARACTERS]):
            return text.rstrip("\x1a")
    raise NotAWorkbook(name=name)


def _encodings(content: bytes) -> tuple[str, ...]:
    """UTF-16 only by its mark: almost any bytes would fit it."""
    return ("utf-16",) if content.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")


def _is_text(sample: str) -> bool:
    return not any(
        unicodedata.category(character) in ("Cc", "Cn", "Co") and character not in _ALLOWED_CONTROLS
        for character in set(sample)
    )


def separator(text: str) -> str:
    """Comma, semicolon or tab: by the standard library's sniffer, else the most frequent in the first
    line."""
    sample = text[:SAMPLE_CHARACTERS]
    try:
        return csv.Sniffer().sniff(sample, SEPARATORS).delimiter
    except csv.Error:
        first = sample.partition("\n")[0]
        return max(SEPARATORS, key=first.count)
