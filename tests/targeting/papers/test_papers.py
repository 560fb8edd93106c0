"""Every paper says what it was given, in the PDF and in the Word file, and has a place to sign and to seal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from bangfu.platform.files.papers.blocks import Paper
from bangfu.platform.files.papers.pdf import as_pdf
from bangfu.platform.files.papers.word import as_docx
from bangfu.policy import checklists
from bangfu.quality.archives import PaperState
from bangfu.quality.record_models import ArchivedPaper
from bangfu.targeting.panels import Ballot
from bangfu.targeting.papers import archives, households, meetings, sheets
from bangfu.targeting.papers.households import yuan
from bangfu.targeting.papers.parts import Family, Member, committee
from tests.platform.files.papers.reading import pages_of, squeezed, text_of, word_text

DAY = date(2026, 3, 2)
FAMILY = Family(
    household_no="9901010012010001",
    householder="张䶮三",
    place="青禾县柳林镇",
    village="柳林村",
    group="3组",
    address="柳林村3组17号",
    members=[
        Member(name="张䶮三", relation="户主", sex="男", born=date(1961, 4, 1), identity="●●●●●●1234"),
        Member(name="李秀英", relation="配偶", sex="女", born=date(1963, 7, 9), identity="●●●●●●432X"),
    ],
)
HEAD = ("9901010012010001", "张䶮三", "柳林村", "3组", "柳林村3组17号", "青禾县柳林镇")
MEMBERS = ("李秀英", "配偶", "1961年4月", "1963年7月", "●●●●●●1234", "●●●●●●432X", "2人")


def decision(office: str, **parts: object) -> households.Decision:
    return households.Decision(office=office, **parts)  # type: ignore[arg-type]


def archive(filed: int) -> archives.ArchiveSheet:
    needed = checklists.papers_needed(exited=True)
    return archives.ArchiveSheet(
        family=FAMILY,
        day=DAY,
        papers=[
            PaperState(one, ArchivedPaper(paper=one.key, filed_on=DAY, note="原件") if at < filed else None)
            for at, one in enumerate(needed)
        ],
    )


HELP = [
    sheets.Entitlement(
        title=f"补助{at}", amount=f"每人每月{at}00元", how="村里代办,按月打到一卡通", ask="民政办"
    )
    for at in range(1, 10)
]

PAPERS: dict[str, tuple[Paper, Sequence[str]]] = {
    "application": (
        households.application(households.ApplicationForm(family=FAMILY, statement="房屋漏雨,申请识别")),
        (*HEAD, *MEMBERS, "房屋漏雨,申请识别", "申请人(户主签字或按手印)", "(村委会盖章)"),
    ),
    "nomination": (
        households.nomination(
            households.NominationForm(
                village="柳林村",
                place="青禾县柳林镇",
                group="3组",
                held_on=DAY,
                families=[(FAMILY, "劳动力少")],
            )
        ),
        (
            "柳林村3组",
            "9901010012010001",
            "张䶮三",
            "劳动力少",
            "共提名1户",
            "村民小组长",
            "2026年3月2日",
            "(盖章处)",
        ),
    ),
    "roster": (
        meetings.roster(
            meetings.PanelSheet(
                village="柳林村",
                place="青禾县柳林镇",
                year=2026,
                seated_on=DAY,
                members=[(f"代表{at}", f"{at % 3 + 1}组") for at in range(30)],
            )
        ),
        (
            "30人,来自3个村民小组",
            *(f"{at + 1}代表{at}{at % 3 + 1}组" for at in range(30)),
            "监督人",
            "(盖章处)",
        ),
    ),
    "ballot": (
        meetings.ballot_result(
            meetings.BallotSheet(
                village="柳林村",
                place="青禾县柳林镇",
                year=2026,
                panel=30,
                held_on=DAY,
                lines=[
                    ("张䶮三", "3组", 2, Ballot(present=28, in_favour=25, against=2, abstain=1)),
                    ("李四", "1组", 4, None),
                ],
            )
        ),
        ("30人", "1张䶮三3组2282521", "2李四1组4以上共2户", "监票人", "计票人"),
    ),
    "approval": (
        households.approval(
            households.ApprovalForm(
                family=FAMILY,
                procedure="贫困户识别",
                opened_on=DAY,
                decisions=[decision("村委会审查", text="同意", by="村甲", day=DAY), decision("县级审批")],
                ballot="到会28人,同意25票",
                notices=["村公示:2026年3月2日至2026年3月8日"],
            )
        ),
        (
            *HEAD,
            "贫困户识别审批表",
            "到会28人,同意25票",
            "村公示:2026年3月2日",
            "同意(经办:村甲)",
            "县级审批",
            "(盖章)",
        ),
    ),
    "exit": (
        households.exit_confirmation(
            households.ExitForm(
                family=FAMILY,
                income_year=2025,
                income_total=3_456_789,
                income_per_head=None,
                line=600_000,
                guarantees=[("住房安全", "达标", "B级鉴定"), ("饮水安全", "无法判断", "待检测")],
                helper="赵帮扶",
                visited_on=DAY,
            )
        ),
        (
            *HEAD,
            "34,567.89元",
            "6,000.00元",
            "住房安全达标B级鉴定",
            "饮水安全无法判断待检测",
            "帮扶责任人(赵帮扶)",
        ),
    ),
    "archive": (
        archives.archive_checklist(archive(4)),
        ("应归档10份,已归档4份,尚缺6份", "1贫困户申请书已归档2026年3月2日无原件", "10脱贫确认书缺"),
    ),
    "sheet": (
        sheets.plain_sheet(
            sheets.PlainSheet(
                family=FAMILY,
                day=DAY,
                entitlements=HELP,
                helper="赵帮扶",
                helper_phone="0990-1",
                hotline="0990-2",
            )
        ),
        (
            *(f"补助{at}每人每月{at}00元" for at in range(1, 10)),
            "赵帮扶",
            "0990-1",
            "0990-2",
            "签收人",
            "送达人",
        ),
    ),
}


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_says_what_it_was_given(kind: str) -> None:
    paper, said = PAPERS[kind]
    drawn = as_pdf([paper])
    for text in (text_of(drawn), word_text(as_docx([paper]))):
        assert squeezed(paper.title) in text
        assert [part for part in said if squeezed(part) not in text] == []
    assert len(pages_of(drawn)) == 1


def test_all_papers_in_one_file() -> None:
    pages = pages_of(as_pdf([paper for paper, _ in PAPERS.values()]))
    assert [page for page in pages if not page.endswith("第1页共1页")] == []
    assert len(pages) == len(PAPERS)


def test_a_whole_archive_says_so() -> None:
    assert "已归档10份,齐全" in text_of(as_pdf([archives.archive_checklist(archive(10))]))
    assert (archive(10).missing, archive(3).missing) == (0, 7)


def test_a_sheet_without_entitlements_says_what_to_do() -> None:
    sheet = sheets.PlainSheet(family=FAMILY, day=DAY, entitlements=[])
    assert "目前没有查到" in text_of(as_pdf([sheets.plain_sheet(sheet)]))


def test_forms_without_data_leave_space_to_write() -> None:
    empty = Family(household_no="1", householder="", place="", village="柳林村")
    for paper in (
        households.application(households.ApplicationForm(family=empty)),
        households.nomination(households.NominationForm(village="柳林村", place="", group="1组")),
        households.approval(
            households.ApprovalForm(family=empty, procedure="识别", opened_on=DAY, decisions=[decision("村")])
        ),
    ):
        assert "年月日" in text_of(as_pdf([paper]))


@pytest.mark.parametrize(
    ("fen", "said"), [(123_456, "1,234.56元"), (5, "0.05元"), (-250, "-2.50元"), (0, "0.00元")]
)
def test_money_is_exact(fen: int, said: str) -> None:
    assert yuan(fen) == said


@pytest.mark.parametrize(
    ("village", "addressed"),
    [
        ("药妇沟村委会", "药妇沟村民委员会"),
        ("东城社区居委会", "东城社区居民委员会"),
        ("李村民委员会", "李村民委员会"),
        ("柳林村", "柳林村村民委员会"),
    ],
)
def test_the_committee_is_addressed_by_its_whole_name(village: str, addressed: str) -> None:
    assert committee(village) == addressed
