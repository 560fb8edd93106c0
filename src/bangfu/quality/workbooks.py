"""Doubts as sheets: the same columns whether they come from an audit of workbooks or from the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bangfu.analytics.evaluation import Tally
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.policy.rules import Rule
from bangfu.policy.words import Words
from bangfu.quality.audit import AuditResult, Doubtful

#: Concern → sheet title and what it means.
CONCERNS: Final[Mapping[str, Words]] = {
    "inclusion": Words("疑似不应纳入", "included but doubtful"),
    "exclusion": Words("疑似漏纳漏享", "left out but seemingly eligible"),
    "exit": Words("退出存疑", "exit in doubt"),
    "benefit": Words("待遇存疑", "benefit in doubt"),
    "relapse": Words("返贫风险", "risk of falling back"),
    "data": Words("数据差错", "errors in the data"),
}
SEVERITIES: Final[Mapping[str, Words]] = {
    "error": Words("错误", "error"),
    "warning": Words("疑似", "doubtful"),
    "notice": Words("提示", "notice"),
}
HANDLERS: Final[Mapping[str, Words]] = {
    "village": Words("村", "village"),
    "township": Words("乡镇", "township"),
    "county": Words("县", "county"),
}
#: Why a rule is not believed.
STATUSES: Final[Mapping[str, Words]] = {
    "ok": Words("", ""),
    "everybody": Words(
        "几乎全部命中,已停用,请检查名单或数据列",
        "fires for nearly everybody; disabled, check the list or column",
    ),
    "nobody_judged": Words("无法判断:缺名单或该列全空", "cannot judge anybody: list or column missing"),
    "collapsed": Words(
        "上次命中很多而这次为零,未自动销号,请核对名单",
        "many hits last time, none now; nothing was closed, check the list",
    ),
}
SUMMARY: Final = [
    Column("rule", width=30),
    Column("规则", width=34),
    Column("性质", width=16),
    Column("程度"),
    Column("命中", "number", total=True),
    Column("未命中", "number"),
    Column("无法判断", "number"),
    Column("说明", width=34),
    Column("依据", width=24),
]
DOUBTS: Final = [
    Column("rule", width=28),
    Column("subject", "code", width=22),
    Column("规则", width=28),
    Column("程度", width=8),
    Column("问题和处理办法", width=80),
    Column("姓名(户主)"),
    Column("户编号", "code"),
    Column("乡镇"),
    Column("村代码", "code", width=16),
    Column("村", width=20),
    Column("由谁核实", width=10),
    Column("匹配得分", "number"),
    Column("匹配理由", width=36),
    Column("工作表", width=18),
    Column("行号", "number"),
    Column("依据", width=20),
]
PROBLEMS: Final = [
    Column("工作表", width=30),
    Column("行号", "number"),
    Column("列", width=20),
    Column("填写的内容", width=30),
    Column("原因和处理办法", width=80),
]


def write_audit(result: AuditResult, out: Path, divisions: Mapping[str, str]) -> None:
    """The workbook of an audit: summary, a sheet of doubts for each concern, cells that could not be read.

    ``divisions``: 12-digit code → name, for the columns of places.
    """
    with WorkbookWriter(out) as book:
        book.sheet("汇总", SUMMARY, summary_rows(result.tallies))
        for concern, title in CONCERNS.items():
            rows = [doubt_row(one, divisions) for one in result.findings if one.found.rule.concern == concern]
            if rows:
                book.sheet(
                    title.zh, DOUBTS, sorted(rows, key=lambda row: (str(row[8]), str(row[0]), str(row[1])))
                )
        if result.problems or result.unread:
            book.sheet("看不懂的单元格", PROBLEMS, _problem_rows(result))


def summary_rows(tallies: Iterable[Tally]) -> Iterator[list[object]]:
    """One row a rule."""
    for tally in tallies:
        rule = tally.rule
        yield [
            rule.key,
            rule.title.zh,
            CONCERNS[rule.concern].zh,
            SEVERITIES[rule.severity].zh,
            tally.yes,
            tally.no,
            tally.cannot_tell,
            STATUSES[tally.status].zh,
            law_of(rule).zh,
        ]


def law_of(rule: Rule) -> Words:
    """The rule's source, and that its values are this county's own where they are."""
    own = (
        Words(" (数值为本地配置)", " (values are configuration)")
        if rule.from_configuration
        else Words("", "")
    )
    return Words(rule.law + own.zh, rule.law + own.en)


def doubt_row(one: Doubtful, divisions: Mapping[str, str]) -> Sequence[object]:
    """A row of DOUBTS."""
    found, code = one.found, one.found.division_code
    rule = found.rule
    return [
        rule.key,
        found.subject,
        rule.title.zh,
        SEVERITIES[rule.severity].zh,
        found.text.zh,
        found.name,
        found.household_no,
        divisions.get(f"{code[:9]}000", ""),
        code,
        divisions.get(code, ""),
        HANDLERS[rule.handler].zh,
        found.score,
        "、".join(words.zh for words in found.match_reasons),
        one.sheet,
        one.row or None,
        rule.law,
    ]


def _problem_rows(result: AuditResult) -> Iterator[list[object]]:
    for problem in result.problems:
        yield [problem.sheet, problem.row, problem.title, problem.value, problem.reason.zh]
    for name, reason in result.unread.items():
        yield [name, None, "", "", reason.zh]
