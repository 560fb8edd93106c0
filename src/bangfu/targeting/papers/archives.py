"""The checklist of a household's archive (S2-43)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.platform.files.papers.blocks import Column, Paper, Signatures, Table, Text
from bangfu.quality.archives import PaperState
from bangfu.targeting.papers.parts import Family, head_of, named, written


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSheet:
    """Which papers a household's archive needs, and where each lies."""

    family: Family
    day: date
    papers: Sequence[PaperState]

    @property
    def missing(self) -> int:
        return sum(one.filed is None for one in self.papers)


def archive_checklist(sheet: ArchiveSheet) -> Paper:
    """档案目录 with what lacks; lies on top of the folder."""
    columns = (
        Column("序号", 0.6),
        Column("资料名称", 2.6, "left"),
        Column("是否归档", 1.1),
        Column("归档日期", 1.8),
        Column("扫描件", 0.8),
        Column("备注", 1.2, "left"),
    )
    total = len(sheet.papers)
    verdict = "齐全" if not sheet.missing else f"尚缺{sheet.missing}份"
    return Paper(
        name=named(sheet.family, "档案目录"),
        title="贫困户档案目录",
        number=f"户编号:{sheet.family.household_no}",
        unit=sheet.family.place,
        one_page=True,
        blocks=(
            head_of(sheet.family),
            Table(columns, [_row(at, one) for at, one in enumerate(sheet.papers, start=1)]),
            Text(f"截至{written(sheet.day)},应归档{total}份,已归档{total - sheet.missing}份,{verdict}。"),
            Signatures(("建档人", "审核人", "日期")),
        ),
    )


def _row(at: int, one: PaperState) -> tuple[object, ...]:
    filed = one.filed
    if filed is None:
        return (at, one.paper.title.zh, "缺", "", "", "")
    return (
        at,
        one.paper.title.zh,
        "已归档",
        written(filed.filed_on),
        "有" if filed.file_sha256 else "无",
        filed.note,
    )
