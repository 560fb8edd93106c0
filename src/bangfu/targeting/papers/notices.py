"""A public notice on paper: A4 for the file, A3 for the board; the web page shows the same view (S2-43)."""

from __future__ import annotations

from bangfu.platform.files.papers.blocks import Block, Column, Contact, Ending, Paper, Size, Table, Text
from bangfu.targeting.enums import NoticeKind
from bangfu.targeting.notices import PublicNotice
from bangfu.targeting.papers.parts import written

_WIDTHS = {"序号": 0.6, "家庭人口": 0.9, "户主": 1.4, "公示事由": 1.5}


def notice(view: PublicNotice, *, size: Size = "a4") -> Paper:
    """公示, with its table, its days and how to object."""
    blocks: list[Block] = [Text(part) for part in view.text.split("\n") if part.strip()]
    if view.rows:
        columns = tuple(Column(one, _WIDTHS.get(one, 1.6)) for one in view.headings)
        blocks += [Table(columns, view.rows), Text(f"以上共{len(view.rows)}户。")]
    blocks.append(Text(f"{_spell(view)}。公示范围:{view.audience}。"))
    blocks.append(Contact(*_channel(view)))
    blocks.append(Ending(view.issuer, written(view.since)))
    return Paper(
        name=f"{view.title}_{view.since:%Y%m%d}_{size.upper()}",
        title=view.title,
        unit=view.place,
        size=size,
        one_page=True,
        blocks=blocks,
    )


def _spell(view: PublicNotice) -> str:
    what = "征求意见" if view.kind == NoticeKind.CONSULTATION else "公示"
    return f"{what}时间:{written(view.since)}至{written(view.last_day)}"


def _channel(view: PublicNotice) -> tuple[str, list[str], str, str]:
    consulting = view.kind == NoticeKind.CONSULTATION
    lines = [
        f"{'有意见或建议' if consulting else '对公示内容有异议的'},请于{written(view.last_day)}前(含当日)反映:",
        f"电话:{view.phone}",
        f"地址:{view.address}",
    ]
    if view.link:
        lines.append(f"网址:{view.link}")
    return (
        "意见反馈渠道" if consulting else "异议反映渠道",
        lines,
        view.link,
        "扫码反映" if view.link else "",
    )
