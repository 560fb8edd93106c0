"""Papers are drawn as they were said: whatever stands in a field stays text, in the PDF and in the Word file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from bangfu.platform.files.papers import fonts
from bangfu.platform.files.papers.blocks import (
    Block,
    Column,
    Contact,
    Ending,
    Field,
    Fields,
    Opinion,
    Paper,
    Signatures,
    Slip,
    Table,
    Text,
    plain,
)
from bangfu.platform.files.papers.errors import NoChineseFont, NothingToPrint
from bangfu.platform.files.papers.packing import PIECE, draw, write_archive, write_one
from bangfu.platform.files.papers.pdf import as_pdf
from bangfu.platform.files.papers.word import as_docx
from tests.platform.files.papers.reading import fonts_of, pages_of, size_of, squeezed, text_of, word_text

HOSTILE = (
    '#import "@preview/x:1.0.0": *',
    "#panic(1)",
    '#read("/etc/passwd")',
    "$x^2$ *粗* _斜_ `码` <标> @引 // 注 /* 注 */",
    '\\u{41} "]} #{',
    "{{ 7*7 }} {% raw %}",
    "</w:t></w:r><w:p/>&amp;<script>",
    "=1+1",
    "张䶮三",
    "𠮷田",
    "阿卜杜拉·买买提江·艾合买提江",
    "Wolfeschlegelsteinhausenbergerdorff" * 3,
    "名" * 120,
)


def paper(*blocks: Block, name: str = "甲", **parts: object) -> Paper:
    return Paper(name=name, title="审批表", blocks=blocks, **parts)  # type: ignore[arg-type]


def every_block(word: str) -> list[Block]:
    """``word`` in each place of each kind of block that takes a text."""
    return [
        Text(word),
        Text(word, indent=False, align="center", bold=True, scale=1.2),
        Fields(((Field(word, word), Field("组", word)), (Field("址", word, 2),))),
        Table((Column(word, 2, "left"), Column("票", 1)), [(word, 3), (word, word)], blank=2),
        Opinion("意见", word, signers=(word,)),
        Signatures((word,)),
        Contact(word, (word,), "http://10.0.0.1/a/b", word),
        Slip(word, word, (word,)),
        Ending(word, "2026年3月2日"),
    ]


@pytest.mark.parametrize("word", HOSTILE)
def test_text_in_any_place_stays_text(word: str) -> None:
    drawn = paper(*every_block(word), number=word, unit=word, subtitle=word)
    places = 23  # a header that stands again on the next page makes it more
    for said in (text_of(as_pdf([drawn])), word_text(as_docx([drawn]))):
        assert said.count(squeezed(word)) >= places, said


def test_what_no_file_takes_is_left_out() -> None:
    assert plain("甲\x00\x07\u202e乙\ud800丙\ufeff\r\n丁\t戊") == "甲乙丙\n丁 戊"
    drawn = paper(Text("甲\x00\x0b\u202e\ud800乙"))
    assert "甲乙" in text_of(as_pdf([drawn]))
    assert "甲乙" in word_text(as_docx([drawn]))


def test_emoji_are_kept() -> None:
    assert "好😀了" in text_of(as_pdf([paper(Text("好😀了"))]))


def test_fonts_are_embedded_and_chinese() -> None:
    found = fonts_of(as_pdf([paper(*every_block("柳林村"))]))
    assert all(found.values()), found
    assert len(found) >= 2, "a face for text and one for titles"


@pytest.mark.parametrize(
    ("size", "landscape", "wanted"),
    [("a4", False, (210, 297)), ("a3", False, (297, 420)), ("a4", True, (297, 210))],
)
def test_sheets_of_paper(size: str, landscape: bool, wanted: tuple[int, int]) -> None:
    drawn = paper(Text("正文"), size=size, landscape=landscape)
    assert size_of(as_pdf([drawn])) == wanted
    section = docx.Document(io.BytesIO(as_docx([drawn]))).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == wanted


def test_each_paper_counts_its_own_pages() -> None:
    long = paper(*(Text(f"第{at}段" + "文" * 200) for at in range(20)))
    pages = pages_of(as_pdf([long, paper(Text("短"))]))
    length = len(pages) - 1
    assert length > 1
    for number, page in enumerate(pages[:-1], start=1):
        assert page.endswith(f"第{number}页共{length}页")
    assert pages[-1].endswith("第1页共1页")


def test_a_table_has_its_header_on_every_page() -> None:
    rows = [(at, "户主") for at in range(120)]
    pages = pages_of(as_pdf([paper(Table((Column("序号"), Column("表头")), rows))]))
    assert len(pages) > 2
    assert all("表头" in page for page in pages)


def test_letters_get_smaller_to_fit_one_page() -> None:
    def rows(count: int) -> list[tuple[int, str]]:
        return [(at, "户主") for at in range(count)]

    def pages(count: int, *, one_page: bool) -> int:
        table = Table((Column("序号"), Column("户主")), rows(count))
        return len(pages_of(as_pdf([paper(table, one_page=one_page)])))

    assert (pages(36, one_page=False), pages(36, one_page=True)) == (2, 1)
    assert pages(200, one_page=True) == pages(200, one_page=False)


def test_a_long_batch_is_one_file_that_tells_how_far_it_is(tmp_path: Path) -> None:
    heard: list[int] = []
    count = 2 * PIECE + 3
    papers = [paper(Text(f"第{at}户"), name=f"{at}") for at in range(count)]
    write_one(tmp_path / "x.pdf", papers, "pdf", drawn=heard.append)
    assert heard == [PIECE, PIECE, 3]
    pages = pages_of((tmp_path / "x.pdf").read_bytes())
    assert [f"第{at}户" in page for at, page in enumerate(pages)] == [True] * count


def test_an_archive_has_a_file_for_each(tmp_path: Path) -> None:
    heard: list[int] = []
    names = ["户/..\\一", "户/..\\一", "CON:?*", ""]
    papers = [paper(Text(f"第{at}户"), name=name) for at, name in enumerate(names)]
    write_archive(tmp_path / "x.zip", papers, "docx", drawn=heard.append)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        found = archive.namelist()
        texts = [word_text(archive.read(name)) for name in found]
    assert found == ["一.docx", "一 (2).docx", "CON___.docx", "paper.docx"]
    assert [f"第{at}户" in text for at, text in enumerate(texts)] == [True] * 4
    assert heard == [1] * 4


def test_no_paper_is_refused(tmp_path: Path) -> None:
    for form in ("pdf", "docx"):
        with pytest.raises(NothingToPrint):
            draw([], form)  # type: ignore[arg-type]
    with pytest.raises(NothingToPrint):
        write_archive(tmp_path / "x.zip", [], "pdf")


def test_a_machine_without_chinese_fonts_says_what_to_install() -> None:
    with pytest.raises(NoChineseFont) as refused:
        fonts.chosen(["DejaVu Sans", "Libertinus Serif"])
    assert "fonts-noto-cjk" in refused.value.sentence("zh")
    assert str(fonts.folder()) in refused.value.sentence("en")


def test_fonts_of_the_office_come_first() -> None:
    text, titles = fonts.chosen(["Noto Sans CJK SC", "SimSun", "FangSong"])
    assert (text, titles) == (
        ["FangSong", "SimSun", "Noto Sans CJK SC"],
        ["Noto Sans CJK SC", "FangSong", "SimSun"],
    )


def test_the_title_stands_in_the_file() -> None:
    assert PdfReader(io.BytesIO(as_pdf([paper(Text("文"))]))).metadata.title == "审批表"  # type: ignore[union-attr]
