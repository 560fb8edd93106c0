"""``bangfu worker``: does queued jobs until stopped."""

from __future__ import annotations

import click

from bangfu.platform.jobs import worker


@click.command("worker")
@click.option("--until-empty", is_flag=True, help="队列空了就停止。 Stop when the queue is empty.")
def command(until_empty: bool) -> None:
    """执行后台任务。 Do queued jobs."""
    worker.run(batch=until_empty)
