"""Papers of a village meeting: roster of the review panel, result of the ballot (S4-62, S4-63)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.platform.files.papers.blocks import Column, Ending, Field, Fields, Paper, Signatures, Table, Text
from bangfu.targeting.panels import Ballot
from bangfu.targeting.papers.parts import committee, written


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSheet:
    """The panel of a round: name and group of each member, in order."""

    village: str
    place: str
    year: int
    seated_on: date | None
    members: Sequence[tuple[str, str]]


def roster(sheet: PanelSheet) -> Paper:
    """评议小组名册 with a place to sign for each member (S4-62)."""
    groups = list(dict.fromkeys(group for _, group in sheet.members))
    columns = (
        Column("序号", 0.6),
        Column("姓名", 1.6),
        Column("村民小组", 1.6),
        Column("签到", 2),
        Column("备注", 1.4),
    )
    rows = [(at, name, group, "", "") for at, (name, group) in enumerate(sheet.members, start=1)]
    return Paper(
        name=f"{sheet.village}_{sheet.year}_评议小组名册",
        title="民主评议小组名册",
        subtitle=f"{sheet.village} {sheet.year}年度",
        unit=sheet.place,
        one_page=True,
        blocks=(
            Fields(
                (
                    (
                        Field("成员人数", f"{len(rows)}人,来自{len(groups)}个村民小组"),
                        Field("确定日期", written(sheet.seated_on)),
                    ),
                )
            ),
            Table(columns, rows),
            Signatures(("主持人", "记录人", "监督人")),
            Ending(committee(sheet.village), written(sheet.seated_on)),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotSheet:
    """How the panel voted on each application; without a ballot the row is to be filled in."""

    village: str
    place: str
    year: int
    panel: int
    held_on: date | None
    lines: Sequence[tuple[str, str, int, Ballot | None]]


def ballot_result(sheet: BallotSheet) -> Paper:
    """民主评议票决结果 of all applications of a meeting (S4-63)."""
    columns = (
        Column("序号", 0.6),
        Column("户主姓名", 1.5),
        Column("村民小组", 1.1),
        Column("人口", 0.7),
        Column("到会", 0.8),
        Column("同意", 0.8),
        Column("反对", 0.8),
        Column("弃权", 0.8),
    )
    rows = [(at, *_line(line)) for at, line in enumerate(sheet.lines, start=1)]
    return Paper(
        name=f"{sheet.village}_{sheet.year}_票决结果",
        title="民主评议票决结果",
        subtitle=f"{sheet.village} {sheet.year}年度",
        unit=sheet.place,
        one_page=True,
        blocks=(
            Fields(((Field("评议小组", f"{sheet.panel}人"), Field("会议日期", written(sheet.held_on))),)),
            Table(columns, rows),
            Text(f"以上共{len(rows)}户,票数经当场清点、宣布。"),
            Signatures(("主持人", "唱票人", "计票人", "监票人")),
            Ending(committee(sheet.village), written(sheet.held_on)),
        ),
    )


def _line(line: tuple[str, str, int, Ballot | None]) -> tuple[object, ...]:
    householder, group, members, ballot = line
    votes = (ballot.present, ballot.in_favour, ballot.against, ballot.abstain) if ballot else ("", "", "", "")
    return (householder, group, members, *votes)
