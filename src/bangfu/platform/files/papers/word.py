"""Papers as Word files, block by block as in the PDF, for offices that fill in or mend them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import segno
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from bangfu.platform.files.papers.blocks import (
    Block,
    Contact,
    Ending,
    Fields,
    Opinion,
    Paper,
    Signatures,
    Slip,
    Table,
    Text,
    plain,
)
from bangfu.platform.files.papers.errors import NothingToPrint

BODY_FONT, TITLE_FONT = "宋体", "黑体"
NO_DAY = "　　年　　月　　日"
_SIDES = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_SHEETS = {"a4": (Mm(210), Mm(297)), "a3": (Mm(297), Mm(420))}


def as_docx(papers: Sequence[Paper], *, drawn: Callable[[int], None] = lambda count: None) -> bytes:
    """One file, a section for each paper with pages counted from 1; ``drawn`` hears of each. Raises NothingToPrint."""
    if not papers:
        raise NothingToPrint()
    document = Document()
    _set_fonts(document)
    document.core_properties.title = plain(papers[0].title)
    document.core_properties.author = ""
    for number, paper in enumerate(papers):
        _begin_section(document, paper, first=number == 0, alone=len(papers) == 1)
        _draw(document, paper)
        drawn(1)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_fonts(document: WordDocument) -> None:
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = BODY_FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    style.paragraph_format.space_after = Pt(0)


def _begin_section(document: WordDocument, paper: Paper, *, first: bool, alone: bool) -> None:
    section: Any = document.sections[0] if first else document.add_section(WD_SECTION.NEW_PAGE)
    width, height = _SHEETS[paper.size]
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if paper.landscape else (width, height)
    side = Mm(30 if paper.size == "a3" else 22)
    section.left_margin = section.right_margin = side
    section.top_margin = section.bottom_margin = Mm(20)
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    section._sectPr.append(numbering)
    if first:
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        total = "NUMPAGES" if alone else "SECTIONPAGES"
        for text, code in (("第 ", "PAGE"), (" 页 共 ", total), (" 页", "")):
            _run(foot, text, size=9)
            if code:
                _field(foot, code)


def _field(paragraph: Paragraph, code: str) -> None:
    """A number that Word counts itself."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)
    _run(paragraph, "1", size=9)
    field.append(paragraph.runs[-1]._r)


def _draw(document: WordDocument, paper: Paper) -> None:
    enlarge = (1.4 if paper.size == "a3" else 1.0) * (1.1 if paper.large else 1.0)
    if paper.number or paper.unit:
        line = document.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(Emu(_room(document)), WD_TAB_ALIGNMENT.RIGHT)
        _run(line, paper.number, size=10)
        line.add_run().add_tab()
        _run(line, paper.unit, size=10)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(6)
    _run(title, paper.title, size=20 * enlarge, bold=True)
    if paper.subtitle:
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(line, paper.subtitle, size=12 * enlarge)
    for block in paper.blocks:
        _WAYS[type(block)](document, block, 12 * enlarge)


def _run(paragraph: Paragraph, text: object, *, size: float, bold: bool = False) -> None:
    """Plain text; python-docx turns line ends into breaks, and escapes everything else."""
    run: Any = paragraph.add_run(plain(text))
    run.bold, run.font.size = bold, Pt(round(size * 2) / 2)
    family = TITLE_FONT if bold else BODY_FONT
    run.font.name = family
    run._element.rPr.rFonts.set(qn("w:eastAsia"), family)


def _text(document: WordDocument, block: Text, size: float) -> None:
    for part in plain(block.text).split("\n"):
        line = document.add_paragraph()
        line.alignment = _SIDES[block.align]
        line.paragraph_format.line_spacing = 1.4
        line.paragraph_format.space_before = Pt(4)
        if block.indent:
            line.paragraph_format.first_line_indent = Pt(2 * size * block.scale)
        _run(line, part, size=size * block.scale, bold=block.bold)


def _room(document: WordDocument) -> int:
    """How wide the text is, in EMU; from the last section itself, for a long file has hundreds."""
    page: Any = document.element.body.sectPr
    return int(page.page_width - page.left_margin - page.right_margin)


def _grid(document: WordDocument, shares: Sequence[float], rows: int) -> Any:
    grid = document.add_table(rows=rows, cols=len(shares), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    unit = _room(document) / sum(shares)
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Emu(int(share * unit))
    for row in grid.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = Emu(int(share * unit))
    return grid


def _fill(cell: _Cell, text: object, *, size: float, bold: bool = False, align: str = "left") -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    line = cell.paragraphs[0]
    line.alignment = _SIDES[align]
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(3)
    _run(line, text, size=size, bold=bold)


def _fields(document: WordDocument, block: Fields, size: float) -> None:
    grid = _grid(document, [1.0, 2.0] * block.across, len(block.rows))
    for row, fields in zip(grid.rows, block.rows, strict=True):
        cells, place = row.cells, 0
        for field in fields:
            _fill(cells[place], field.label, size=size * 0.9, bold=True, align="center")
            last = place + 2 * field.span - 1
            value = cells[place + 1].merge(cells[last]) if field.span > 1 else cells[last]
            _fill(value, field.value, size=size * 0.9)
            place = last + 1


def _table(document: WordDocument, block: Table, size: float) -> None:
    grid = _grid(document, [one.width for one in block.columns], 1 + len(block.rows) + block.blank)
    rows = grid.rows
    repeat = OxmlElement("w:tblHeader")
    rows[0]._tr.get_or_add_trPr().append(repeat)
    for cell, column in zip(rows[0].cells, block.columns, strict=True):
        _fill(cell, column.title, size=size * 0.9, bold=True, align="center")
    for place, values in enumerate(block.rows, start=1):
        for cell, column, value in zip(rows[place].cells, block.columns, values, strict=True):
            _fill(cell, value, size=size * 0.9, align=column.align)
    for row in rows[1 + len(block.rows) :]:
        row.height = Mm(8)


def _opinion(document: WordDocument, block: Opinion, size: float) -> None:
    grid = _grid(document, [1.0, 5.0], 1)
    row = grid.rows[0]
    row.height = Mm(block.height)
    label, space = row.cells
    _fill(label, block.label, size=size * 0.9, bold=True, align="center")
    _fill(space, block.text, size=size * 0.9)
    for words in (
        "　　".join([*(f"{one}:　　　　　　" for one in block.signers), block.seal]),
        block.day or NO_DAY,
    ):
        line = space.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Pt(8)
        _run(line, words, size=size * 0.9)
    space.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM


def _sign(document: WordDocument, labels: Sequence[str], size: float) -> None:
    """Two lines to sign on beside each other."""
    for first in range(0, len(labels), 2):
        line = document.add_paragraph()
        line.paragraph_format.space_before = Pt(12)
        line.paragraph_format.tab_stops.add_tab_stop(Emu(_room(document) // 2))
        for place, label in enumerate(labels[first : first + 2]):
            if place:
                line.add_run().add_tab()
            _run(line, f"{label}:", size=size)
            _run(line, "　　　　　　　", size=size)
            line.runs[-1].underline = True


def _signatures(document: WordDocument, block: Signatures, size: float) -> None:
    _sign(document, block.labels, size)


def _ending(document: WordDocument, block: Ending, size: float) -> None:
    for number, words in enumerate((block.issuer, block.day or NO_DAY, "(盖章处)")):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.left_indent = Emu(_room(document) // 2)
        line.paragraph_format.space_before = Pt(0 if number else 28)
        _run(line, words, size=size if number < 2 else size * 0.8)


def _contact(document: WordDocument, block: Contact, size: float) -> None:
    document.add_paragraph()
    grid = _grid(document, [4.0, 1.3] if block.link else [1.0], 1)
    words = grid.rows[0].cells[0]
    _fill(words, block.title, size=size, bold=True)
    for text in block.lines:
        _run(words.add_paragraph(), text, size=size * 0.9)
    if block.link:
        picture = io.BytesIO()
        segno.make(block.link, error="m", micro=False).save(picture, kind="png", scale=6, border=2)
        picture.seek(0)
        place = grid.rows[0].cells[1]
        place.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        place.paragraphs[0].add_run().add_picture(picture, width=Mm(26))
        caption = place.add_paragraph()
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(caption, block.caption, size=size * 0.75)


def _slip(document: WordDocument, block: Slip, size: float) -> None:
    cut = document.add_paragraph()
    cut.alignment = WD_ALIGN_PARAGRAPH.CENTER
    cut.paragraph_format.space_before = Pt(10)
    _run(cut, "— " * 30, size=9)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(title, block.title, size=size * 1.15, bold=True)
    _text(document, Text(block.text), size)
    _sign(document, block.labels, size)


_WAYS: Mapping[type[Block], Callable[[WordDocument, Any, float], None]] = {
    Text: _text,
    Fields: _fields,
    Table: _table,
    Opinion: _opinion,
    Signatures: _signatures,
    Ending: _ending,
    Contact: _contact,
    Slip: _slip,
}
