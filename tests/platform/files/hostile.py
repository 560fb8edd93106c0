"""Workbooks that nobody should open, made on the spot."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import xlsxwriter

MEGABYTE = 1024 * 1024
SECTOR = 512


def workbook(path: Path, rows: list[list[object]], sheet: str = "Sheet1") -> Path:
    """An ordinary .xlsx."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def with_entry(path: Path, source: Path, name: str, content: bytes) -> Path:
    """``source`` with one more (or another) entry."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return path


def zip_bomb(path: Path, source: Path) -> Path:
    """60 MB of blanks in a sheet that zips to nothing."""
    return with_entry(path, source, "xl/worksheets/sheet1.xml", b" " * (60 * MEGABYTE))


def lying_zip_bomb(path: Path, source: Path, megabytes: int) -> Path:
    """A sheet of ``megabytes`` whose directory entries say that it is tiny."""
    head, cell = _sheet_head(source)
    bomb = with_entry(
        path,
        source,
        "xl/worksheets/sheet1.xml",
        head + cell * (megabytes * MEGABYTE // len(cell)) + b"</row></sheetData>",
    )
    content = bytearray(bomb.read_bytes())
    with zipfile.ZipFile(bomb) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    for at in _occurrences(content, struct.pack("<L", entry.file_size)):
        content[at : at + 4] = struct.pack("<L", 1000)
    bomb.write_bytes(content)
    return bomb


def _sheet_head(source: Path) -> tuple[bytes, bytes]:
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="' + namespace + b'"><sheetData><row r="1">', b'<c r="A1"><v>1</v></c>'


def _occurrences(content: bytearray, what: bytes) -> list[int]:
    found, at = [], content.find(what)
    while at >= 0:
        found.append(at)
        at = content.find(what, at + 1)
    return found


def shared_string_bomb(path: Path, source: Path, cells: int) -> Path:
    """One long shared string that very many cells refer to: small on disk, small unpacked, huge when read."""
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    strings = (
        b"<sst " + namespace + b' count="1" uniqueCount="1"><si><t>' + b"A" * 32_000 + b"</t></si></sst>"
    )
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (number, number)
        for number in range(1, cells + 1)
    )
    sheet = b"<worksheet " + namespace + b"><sheetData>" + rows + b"</sheetData></worksheet>"
    middle = with_entry(path.with_suffix(".tmp"), source, "xl/sharedStrings.xml", strings)
    return with_entry(path, middle, "xl/worksheets/sheet1.xml", sheet)


def far_cell(path: Path, source: Path, reference: str) -> Path:
    """A filled A1 and one filled cell far away: a dense reader needs room for everything between."""
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    row = "".join(filter(str.isdigit, reference)).encode()
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="%b"><c r="%b"><v>1</v></c></row>' % (
        row,
        reference.encode(),
    )
    sheet = b"<worksheet " + namespace + b"><sheetData>" + cells + b"</sheetData></worksheet>"
    return with_entry(path, source, "xl/worksheets/sheet1.xml", sheet)


def ods(path: Path, table: str) -> Path:
    """An .ods whose only table has ``table`` as its content."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="T">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def compound(path: Path, streams: list[str]) -> Path:
    """A compound (OLE) file of version 3 with empty streams of these names."""
    header = bytearray(SECTOR)
    header[:8] = bytes.fromhex("D0CF11E0A1B11AE1")
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<LLLLLLLLL", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109L", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128L", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = b"".join(
        _directory_entry(name, kind, child)
        for name, kind, child in [("Root Entry", 5, 1), *((name, 2, 0xFFFFFFFF) for name in streams[:3])]
    )
    path.write_bytes(bytes(header) + table + entries.ljust(SECTOR, b"\0"))
    return path


def _directory_entry(name: str, kind: int, child: int) -> bytes:
    text = name.encode("utf-16-le")
    entry = bytearray(128)
    entry[: len(text)] = text
    struct.pack_into("<HBBLLL", entry, 64, len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    struct.pack_into("<LQ", entry, 116, 0xFFFFFFFE, 0)
    return bytes(entry)
