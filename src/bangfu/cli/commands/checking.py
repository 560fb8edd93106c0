"""``bangfu run``: all rules over a county as of a day, the doubts into the database."""

from __future__ import annotations

from datetime import datetime

import click

from bangfu.cli.local import LOCAL, run_here
from bangfu.cli.output import say
from bangfu.quality.actions.requests import request_run


@click.command("run")
@click.option("--county", required=True, metavar="CODE", help="县级代码。 Code of the county.")
@click.option(
    "--as-of", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="核查日。 Day of the check."
)
@click.pass_context
def command(ctx: click.Context, county: str, day: datetime) -> None:
    """对一个县执行全部规则并下发疑点。 Run all rules over a county and give out the doubts."""
    job = run_here(request_run(area=county.ljust(12, "0"), day=day.date(), **LOCAL).pk)
    result = job.result or {}
    say(
        ctx,
        f"核查完成:新增 {result['opened']},重新打开 {result['reopened']},"
        f"自动销号 {result['closed']},未销号 {result['open']}。",
        f"Checked: {result['opened']} new, {result['reopened']} reopened, "
        f"{result['closed']} closed by fact, {result['open']} open.",
        **result,
    )
