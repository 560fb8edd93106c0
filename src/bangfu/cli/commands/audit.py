"""``bangfu audit``: the whole check of a county's workbooks, without database or server (DESIGN §8)."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click

from bangfu.cli.output import say, table, wants_json
from bangfu.divisions import source
from bangfu.platform.files import workbooks
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.quality.audit import AuditResult, Doubtful, Source
from bangfu.quality.audit import audit as run_audit

HELP = """核查登记工作簿并与各部门名单比对,不需要数据库和服务器。每一处疑点写入 --out 指定的工作簿。

Check a registry workbook and match it with the departments' lists; no database or server is needed."""
#: Sheet of doubts for each concern, and how it is named in both languages.
CONCERNS = {
    "inclusion": ("疑似不应纳入", "included but doubtful"),
    "exclusion": ("疑似漏纳漏享", "left out but seemingly eligible"),
    "exit": ("退出存疑", "exit in doubt"),
    "benefit": ("待遇存疑", "benefit in doubt"),
    "data": ("数据差错", "errors in the data"),
}
SEVERITIES = {"error": "错误", "warning": "疑似", "notice": "提示"}
HANDLERS = {"village": "村", "township": "乡镇", "county": "县"}
STATUSES = {"everybody": "几乎全部命中,已停用", "nobody_judged": "无法判断(缺名单或该列为空)", "ok": ""}
SUFFIXES = {".xlsx", ".xls", ".ods", ".csv", ".txt"}


@click.command(help=HELP)
@click.argument("registry", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--lists", "lists", type=click.Path(path_type=Path, exists=True, file_okay=False), help="名单文件夹。 Folder of lists.")
@click.option("--as-of", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="核查日。 Day of the check.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="疑点工作簿。 Workbook of doubts.")
@click.pass_context
def audit(ctx: click.Context, registry: Path, lists: Path | None, day: datetime, out: Path) -> None:
    found = sorted(path for path in lists.iterdir() if path.suffix.lower() in SUFFIXES) if lists else []
    result = run_audit(_source(registry), map(_source, found), day.date(), source.places)
    write(result, out)
    _summarise(ctx, result, out)
    sys.exit(1 if result.problems or result.unread else 0)


def _source(path: Path) -> Source:
    return Source(path.name, workbooks.read(path, name=path.name).sheets)


def write(result: AuditResult, out: Path) -> None:
    """The workbook: a summary, a sheet of doubts for each concern, cells that could not be read."""
    towns = {row.code: row.name for row in source.rows(result.area)} if result.area else {}
    with WorkbookWriter(out) as book:
        book.sheet("汇总", _SUMMARY, _summary_rows(result))
        for concern, (title, _) in CONCERNS.items():
            rows = [_row(one, towns) for one in result.findings if one.rule.concern == concern]
            if rows:
                book.sheet(title, _DOUBTS, sorted(rows, key=lambda row: (row[8], row[0], row[1])))
        if result.problems or result.unread:
            book.sheet("看不懂的单元格", _PROBLEMS, _problem_rows(result))


_SUMMARY = [
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
_DOUBTS = [
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
_PROBLEMS = [
    Column("工作表", width=30),
    Column("行号", "number"),
    Column("列", width=20),
    Column("填写的内容", width=30),
    Column("原因和处理办法", width=80),
]


def _summary_rows(result: AuditResult) -> Iterable[list[object]]:
    for tally in result.tallies:
        rule = tally.rule
        law = rule.law + (" (参数为本地配置)" if rule.from_configuration else "")
        yield [
            rule.key,
            rule.title.zh,
            CONCERNS[rule.concern][0],
            SEVERITIES[rule.severity],
            tally.yes,
            tally.no,
            tally.cannot_tell,
            STATUSES[tally.status],
            law,
        ]


def _row(one: Doubtful, towns: dict[str, str]) -> list[object]:
    rule, code = one.rule, one.division_code
    return [
        rule.key,
        one.subject,
        rule.title.zh,
        SEVERITIES[rule.severity],
        one.text.zh,
        one.name,
        one.household_no,
        towns.get(f"{code[:9]}000", ""),
        code,
        towns.get(code, ""),
        HANDLERS[rule.handler],
        one.score,
        "、".join(words.zh for words in one.reasons),
        one.sheet,
        one.row or None,
        rule.law,
    ]


def _problem_rows(result: AuditResult) -> Iterable[list[object]]:
    for problem in result.problems:
        yield [problem.sheet, problem.row, problem.title, problem.value, problem.reason.zh]
    for name, reason in result.unread.items():
        yield [name, None, "", "", reason.zh]


def _summarise(ctx: click.Context, result: AuditResult, out: Path) -> None:
    counted = result.by_rule()
    if not wants_json(ctx):
        rows = [
            (tally.rule.key, tally.rule.title.zh, counted[tally.rule.key], tally.cannot_tell, STATUSES[tally.status])
            for tally in result.tallies
            if counted[tally.rule.key] or tally.status != "ok"
        ]
        click.echo(table(["rule", "规则", "疑点 doubts", "无法判断 cannot tell", ""], rows))
        for name, reason in result.unread.items():
            click.echo(f"{name}: {reason.zh}\n{reason.en}", err=True)
    total, unreadable = len(result.findings), len(result.problems)
    say(
        ctx,
        f"共 {result.households} 户、{result.people} 人,{len(result.lists)} 份名单;疑点 {total} 处,看不懂的单元格 {unreadable} 个。已写入 {out}",
        f"{result.households} households, {result.people} people, {len(result.lists)} lists; {total} doubts, "
        f"{unreadable} unreadable cells. Written to {out}",
        households=result.households,
        people=result.people,
        lists=result.lists,
        doubts=dict(counted),
        unreadable=unreadable,
        unread=list(result.unread),
        not_believed=[tally.rule.key for tally in result.tallies if tally.status != "ok"],
        out=str(out),
        day=date.isoformat(result.day),
    )
