"""Many papers as one file to print, or as an archive with a file for each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from pypdf import PdfWriter

from bangfu.platform.files.papers.blocks import Paper, plain
from bangfu.platform.files.papers.errors import NothingToPrint
from bangfu.platform.files.papers.pdf import as_pdf
from bangfu.platform.files.papers.word import as_docx
from bangfu.platform.files.store import shown_name

Format = Literal["pdf", "docx"]
#: A zip's own time, so that the same papers give the same file.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


#: So many papers are drawn at once: what a piece costs in fonts, and how often somebody hears how far it is.
PIECE = 25


def draw(papers: Sequence[Paper], form: Format) -> bytes:
    """One file of all papers. Raises NothingToPrint, NoChineseFont."""
    return as_docx(papers) if form == "docx" else as_pdf(papers)


def write_one(
    path: Path, papers: Sequence[Paper], form: Format, *, drawn: Callable[[int], None] = lambda count: None
) -> None:
    """One file of all papers, to be printed in one go; ``drawn`` hears of each piece that is done.

    Raises:
        NothingToPrint, NoChineseFont.
    """
    if form == "docx":
        path.write_bytes(as_docx(papers, drawn=drawn))
        return
    if len(papers) <= PIECE:
        path.write_bytes(as_pdf(papers))
        drawn(len(papers))
        return
    with PdfWriter() as whole:
        for first in range(0, len(papers), PIECE):
            piece = papers[first : first + PIECE]
            whole.append(io.BytesIO(as_pdf(piece)))
            drawn(len(piece))
        whole.add_metadata({"/Title": plain(papers[0].title)})
        whole.write(path)


def write_archive(
    path: Path, papers: Sequence[Paper], form: Format, *, drawn: Callable[[int], None] = lambda count: None
) -> None:
    """A zip with a file for each paper, named after it; ``drawn`` hears of each that is done.

    Raises:
        NothingToPrint, NoChineseFont.
    """
    if not papers:
        raise NothingToPrint()
    used: set[str] = set()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for paper in papers:
            entry = zipfile.ZipInfo(_unique(paper.name, form, used), _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, draw([paper], form))
            drawn(1)


def _unique(name: str, form: Format, used: set[str]) -> str:
    """A name that no system minds, and that is there once."""
    stem = (
        "".join("_" if one in '<>:"|?*/\\' else one for one in shown_name(name)).strip(". ")[:80] or "paper"
    )
    found, number = f"{stem}.{form}", 1
    while found.lower() in used:
        number += 1
        found = f"{stem} ({number}).{form}"
    used.add(found.lower())
    return found
