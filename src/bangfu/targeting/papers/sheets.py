"""明白纸: one page that tells a household what it is entitled to, and whom to ask (S0-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.platform.files.papers.blocks import Block, Column, Contact, Paper, Slip, Table, Text
from bangfu.targeting.papers.parts import Family, named, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """One thing the household may have: what, how much, how to get it, whom to ask; in plain words."""

    title: str
    amount: str
    how: str
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainSheet:
    """The sheet of one household on a day."""

    family: Family
    day: date
    entitlements: Sequence[Entitlement]
    helper: str = ""
    helper_phone: str = ""
    hotline: str = ""
    link: str = ""


def plain_sheet(sheet: PlainSheet) -> Paper:
    """One page: the list, whom to ask, and the receipt to be cut off (S0-14)."""
    columns = (
        Column("您家可以享受的政策", 1.8, "left"),
        Column("标准", 1.5, "left"),
        Column("怎么办", 2.4, "left"),
        Column("找谁问", 1.3, "left"),
    )
    rows = [(one.title, one.amount, one.how, one.ask) for one in sheet.entitlements]
    asked = [
        f"帮扶责任人:{sheet.helper or '　　　　'}　电话:{sheet.helper_phone or '　　　　　　'}",
        f"政策咨询、反映问题:{sheet.hotline or '　　　　　　'}",
    ]
    family = sheet.family
    body: Block = (
        Table(columns, rows)
        if rows
        else Text("目前没有查到您家可以享受的政策。如有困难,请告诉村干部或帮扶责任人。")
    )
    return Paper(
        name=named(family, "明白纸"),
        title="扶贫政策明白纸",
        subtitle=f"{family.village}{family.group} {family.householder} 户",
        number=f"户编号:{family.household_no}",
        unit=f"{written(sheet.day)}制",
        one_page=True,
        blocks=(
            Text(
                f"{family.householder}:您好!下面是您家按规定可以享受的政策,请看一看,有不明白的随时问。",
                indent=False,
            ),
            body,
            Contact("有事找谁", asked, sheet.link, "扫码查看" if sheet.link else ""),
            Slip(
                "签收回执",
                f"已收到《扶贫政策明白纸》({family.household_no},{written(sheet.day)}制),送达人已逐条讲解。",
                ("签收人", "送达人", "日期"),
            ),
        ),
    )
