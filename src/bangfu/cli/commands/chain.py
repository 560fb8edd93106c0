"""``bangfu chain``: verifies the log's hash chain."""

from __future__ import annotations

import sys

import click

from bangfu.cli.output import say
from bangfu.platform.audit.queries import verify


@click.command("chain")
@click.pass_context
def command(ctx: click.Context) -> None:
    """核验日志的哈希链,指出第一处被改动的记录。 Verify the log's chain; name the first row tampered with."""
    found = verify()
    if found.broken is None:
        say(
            ctx,
            f"日志完整:{found.checked} 条。",
            f"The log is whole: {found.checked} rows.",
            whole=True,
            rows=found.checked,
        )
        return
    why = found.broken.why
    say(
        ctx,
        f"第 {found.broken.seq} 条有问题:{why.zh}",
        f"Row {found.broken.seq} is broken: {why.en}",
        whole=False,
        row=found.broken.seq,
    )
    sys.exit(1)
