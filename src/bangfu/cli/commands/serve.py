"""``bangfu serve``: the web server (granian) and one worker, until stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

import click
from django.conf import settings

from bangfu.cli.demo_county import LOGINS, PASSWORD


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。 Address.")
@click.option("--port", default=8000, show_default=True, help="端口。 Port.")
@click.option("--workers", default=1, show_default=True, help="网站进程数。 Web processes.")
@click.option("--without-worker", is_flag=True, help="不启动后台任务进程。 Do not start a job worker.")
def command(host: str, port: int, workers: int, without_worker: bool) -> None:
    """启动网站和后台任务。 Start the web server and a worker."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += [
        "--workers",
        str(workers),
        # A worker process that hangs while it stops (seen twice) may not keep the server from ending.
        "--workers-kill-timeout",
        "10",
        # Each thread holds a database connection; more of them would only wait for the processors.
        "--blocking-threads",
        str(2 * (os.cpu_count() or 1) + 1),
        "--no-access-log",
        "--log-level",
        "warning",
        "bangfu.config.wsgi:application",
    ]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing
    processes = [subprocess.Popen(web)]  # noqa: S603
    if not without_worker:
        processes.append(subprocess.Popen([sys.executable, "-m", "bangfu.cli.run_worker"]))
    click.echo(f"\n帮扶 Bangfu: http://{host}:{port}/\n")
    if settings.BANGFU_DEMO:
        click.echo("演示账号(数据全部虚构) Demo logins (everything is invented):")
        for username, title in LOGINS:
            click.echo(f"  {username:<12} {PASSWORD}   {title}")
        click.echo("")
    rest = _rest() if settings.BANGFU_DEMO else None

    def stop(number: int, frame: FrameType | None) -> None:
        if rest:
            rest.kill()  # what it takes in is whole or not there; the next start goes on with it
        for process in processes:
            process.send_signal(signal.SIGTERM)

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, stop)
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(max(process.wait() for process in processes))


def _rest() -> subprocess.Popen[bytes]:
    """What follows of the demo, in a session of its own: only ``stop`` ends it, not an interrupt from the keyboard."""
    return subprocess.Popen([sys.executable, "-m", "bangfu.cli", "demo", "--rest"], start_new_session=True)
