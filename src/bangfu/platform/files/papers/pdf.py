"""Papers as PDF. What they say is handed to typst as JSON beside the template, never written into it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import segno
import typst

from bangfu.platform.files.papers import fonts
from bangfu.platform.files.papers.blocks import Contact, Paper, as_data
from bangfu.platform.files.papers.errors import NothingToPrint

_TEMPLATE = Path(__file__).parent / "paper.typ"


def as_pdf(papers: Sequence[Paper]) -> bytes:
    """One file of all papers, each with pages counted from 1; fonts are embedded.

    Raises:
        NothingToPrint: no paper. NoChineseFont: the machine has none.
    """
    if not papers:
        raise NothingToPrint()
    found = fonts.known(fonts.folder())
    text, titles = fonts.chosen(found.families())
    inputs = {
        "papers": json.dumps([_data(one) for one in papers], ensure_ascii=False),
        "text_fonts": json.dumps(text),
        "title_fonts": json.dumps(titles),
    }
    drawn = typst.compile(
        str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=found, sys_inputs=inputs, format="pdf"
    )
    assert isinstance(drawn, bytes), "a PDF is one file"
    return drawn


def _data(paper: Paper) -> dict[str, Any]:
    data: dict[str, Any] = as_data(paper)
    for block, drawn in zip(paper.blocks, data["blocks"], strict=True):
        if isinstance(block, Contact) and block.link:
            drawn["picture"] = qr_svg(block.link)
    return data


def qr_svg(link: str) -> str:
    """The QR code of an address as SVG, with a quiet border."""
    svg: str = segno.make(link, error="m", micro=False).svg_inline(border=4, scale=4)
    return svg
