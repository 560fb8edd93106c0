"""``bangfu audit``: the whole check of a county's workbooks, without database or server (DESIGN §8)."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from bangfu.cli.output import say, table, wants_json
from bangfu.cli.workbook_county import county_files
from bangfu.divisions import source
from bangfu.policy.words import Words
from bangfu.quality.audit import AuditResult
from bangfu.quality.audit import audit as run_audit
from bangfu.quality.workbooks import STATUSES, write_audit

HELP = """核查登记工作簿并与各部门名单比对,不需要数据库和服务器。每一处疑点写入 --out 指定的工作簿。

Check a registry workbook and match it with the departments' lists; no database or server is needed."""


@click.command("audit", help=HELP)
@click.argument("registry", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--lists",
    "lists",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="名单文件夹。 Folder of lists.",
)
@click.option(
    "--as-of", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="核查日。 Day of the check."
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="疑点工作簿。 Workbook of doubts.",
)
@click.pass_context
def command(ctx: click.Context, registry: Path, lists: Path | None, day: datetime, out: Path) -> None:
    unread: dict[str, Words] = {}
    with county_files(registry, lists, unread) as (workbook, others):
        result = run_audit(workbook, others, day.date(), source.places)
    result.unread |= unread
    names = {row.code: row.name for row in source.rows(result.area)}
    out.parent.mkdir(parents=True, exist_ok=True)
    write_audit(result, out, names)
    _summarise(ctx, result, out)
    disabled = [one.rule for one in result.tallies if one.status == "everybody"]
    for rule in disabled:
        told = Words(
            f"规则“{rule.key}”({rule.where})对几乎全部对象命中,已停用,没有给出它的疑点。请检查规则、名单和数据列。",
            f"Rule “{rule.key}” ({rule.where}) fires for nearly everybody; it was disabled and gave no doubts. Check "
            "the rule, the lists and the columns.",
        )
        click.echo(f"{told.zh}\n{told.en}", err=True)
    sys.exit(1 if result.problems or result.unread or disabled else 0)


def _summarise(ctx: click.Context, result: AuditResult, out: Path) -> None:
    counted = result.by_rule()
    if not wants_json(ctx):
        rows = [
            (
                tally.rule.key,
                tally.rule.title.zh,
                counted[tally.rule.key],
                tally.cannot_tell,
                STATUSES[tally.status].zh,
            )
            for tally in result.tallies
            if counted[tally.rule.key] or tally.status != "ok"
        ]
        click.echo(table(["rule", "规则", "疑点 doubts", "无法判断 cannot tell", ""], rows))
        for name, reason in result.unread.items():
            click.echo(f"{name}: {reason.zh}\n{reason.en}", err=True)
    total, unreadable = len(result.findings), len(result.problems)
    people, lists = f"{result.households} 户、{result.people} 人", len(result.lists)
    say(
        ctx,
        f"共 {people},{lists} 份名单;疑点 {total} 处,看不懂的单元格 {unreadable} 个。已写入 {out}",
        f"{result.households} households, {result.people} people, {lists} lists; {total} doubts, {unreadable} "
        f"unreadable cells. Written to {out}",
        households=result.households,
        people=result.people,
        lists=result.lists,
        doubts=dict(counted),
        unreadable=unreadable,
        unread=list(result.unread),
        not_believed=[tally.rule.key for tally in result.tallies if tally.status != "ok"],
        out=str(out),
        day=result.day.isoformat(),
    )
