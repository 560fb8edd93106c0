"""``bangfu policy``: which values nobody has compared with their source for a year, and noting that somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from bangfu.cli.output import say, table
from bangfu.platform import clock
from bangfu.policy.rechecking import not_rechecked, note_checked


@click.group("policy")
def command() -> None:
    """政策参数:哪些一年以上没有与来源核对,登记核对。

    Policy values: which were not compared with their source for a year, and noting a comparison.
    """


@command.command("stale")
@click.option(
    "--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="哪一天(默认今天)。 Day, today by default."
)
@click.pass_context
def stale(ctx: click.Context, day: datetime | None) -> None:
    """列出一年以上没有复核的参数,附文件和行号。 List the values not re-checked for a year, with file and line."""
    found = not_rechecked(day.date() if day else clock.today())
    rows = [[one.key, one.title.zh, one.checked_on or "—", one.checked_by or "", one.where] for one in found]
    listed = table(["key", "参数", "复核 checked", "复核人 by", "file"], rows) + "\n" if rows else ""
    say(
        ctx,
        f"{listed}一年以上没有复核的参数 {len(rows)} 个。",
        f"{len(rows)} values were not re-checked for a year.",
        stale=[one.key for one in found],
    )


@command.command("checked")
@click.argument("keys", nargs=-1, required=True, metavar="KEY…")
@click.option(
    "--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="复核日期。 Day of the check."
)
@click.option("--by", "name", required=True, help="复核人。 Who has checked.")
@click.pass_context
def checked(ctx: click.Context, keys: Sequence[str], day: datetime, name: str) -> None:
    """登记:已把参数与来源逐一核对。写入参数所在的 YAML 文件,其余内容不变。

    Note that the values were compared with their source: written into their YAML files, nothing else changes.
    """
    noted = note_checked(keys, on=day.date(), by=name, today=clock.today())
    say(
        ctx,
        "".join(f"{one.key}({one.where})\n" for one in noted)
        + f"已登记 {len(noted)} 个参数的复核。请提交改动的文件。",
        f"{len(noted)} checks were noted. Commit the files that changed.",
        checked=[one.key for one in noted],
    )
