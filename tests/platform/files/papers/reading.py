"""What a drawn file says, read back by other programs than those that drew it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

#: Spaces of layout, and places where a long word may break.
_LAYOUT = re.compile(r"[\s\u200b\u3000]+")

_NUMBER = re.compile(r"第\d+页共\d+页$")


def squeezed(text: str) -> str:
    """Without spaces: where lines break is the layout's matter."""
    return _LAYOUT.sub("", text)


def pages_of(content: bytes) -> list[str]:
    """The text of each page, squeezed."""
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def text_of(content: bytes) -> str:
    """The text of all pages, squeezed, without the pages' numbers."""
    return "".join(_NUMBER.sub("", page) for page in pages_of(content))


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of the first page in millimetres."""
    box = PdfReader(io.BytesIO(content)).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def fonts_of(content: bytes) -> dict[str, bool]:
    """Font → whether it is embedded."""
    return dict(_fonts(content))


def _fonts(content: bytes) -> Iterator[tuple[str, bool]]:
    for page in PdfReader(io.BytesIO(content)).pages:
        for found in page["/Resources"]["/Font"].values():  # type: ignore[index]
            font = found.get_object()
            inner: DictionaryObject = (
                font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            )
            kept = inner["/FontDescriptor"].get_object()
            yield str(font["/BaseFont"]), any(f"/FontFile{which}" in kept for which in ("", "2", "3"))


def word_text(content: bytes) -> str:
    """All text of the Word file's body, tables in their place, squeezed."""
    body = docx.Document(io.BytesIO(content)).element.body
    return squeezed("".join(one.text or "" for one in body.iter() if one.tag.endswith("}t")))
