"""What a workbook is and whether it is dangerous, told from its outside, before any of it is parsed."""

from __future__ import annotations

import mmap
import struct
import zipfile
from enum import Enum
from pathlib import Path

from bangfu.platform.files.errors import (
    DamagedFile,
    EmptyWorkbook,
    HasMacros,
    NotAWorkbook,
    PasswordProtected,
    ZipBomb,
)
from bangfu.platform.files.limits import ReadLimits


class Kind(Enum):
    """The value is the suffix by which the parser knows the format."""

    XLSX = ".xlsx"
    XLS = ".xls"
    ODS = ".ods"
    TEXT = ".txt"


SUFFIXES = frozenset({".xlsx", ".xls", ".ods", ".csv", ".txt"})
MACRO_SUFFIXES = frozenset({".xlsm", ".xltm", ".xlam"})
TEXT_SUFFIXES = frozenset({".csv", ".txt"})
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_FLAG = 1
_BAD_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError)


def inspect(path: Path, *, name: str, limits: ReadLimits) -> Kind:
    """The kind of the file at ``path``, told by its content. Raises the refusal that fits
    (``files.errors``)."""
    with path.open("rb") as file:
        head = file.read(len(_OLE))
    if not head:
        raise EmptyWorkbook(name=name)
    if head.startswith(_ZIP):
        return _inspect_zip(path, name, limits)
    if head == _OLE:
        if holds_text(path, "_VBA_PROJECT"):
            raise HasMacros(name=name)
        return Kind.XLS
    if Path(name).suffix.lower() in TEXT_SUFFIXES:
        return Kind.TEXT
    raise NotAWorkbook(name=name)


def _inspect_zip(path: Path, name: str, limits: ReadLimits) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except _BAD_ZIP:
        raise DamagedFile(name=name) from None
    unpacked = sum(entry.file_size for entry in entries)
    abnormal = unpacked > limits.calm_unpacked and unpacked > limits.ratio * path.stat().st_size
    if abnormal or unpacked > limits.unpacked or len(entries) > limits.entries:
        raise ZipBomb(name=name)
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise PasswordProtected(name=name)
    names = {entry.filename for entry in entries}
    if any(_is_macro(one) for one in names):
        raise HasMacros(name=name)
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if {"mimetype", "content.xml"} <= names:
        return Kind.ODS
    raise NotAWorkbook(name=name)


def _is_macro(entry: str) -> bool:
    lowered = entry.lower()
    return lowered.endswith("vbaproject.bin") or lowered.startswith(("xl/macrosheets/", "basic/", "scripts/"))


def is_encrypted(path: Path) -> bool:
    """True for a compound file whose content is an encrypted package (a protected .xlsx)."""
    return holds_text(path, "EncryptedPackage")


def holds_text(path: Path, text: str) -> bool:
    """True when the UTF-16 ``text``, such as the name of a stream in a compound file, occurs anywhere in the
    file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(text.encode("utf-16-le")) >= 0
