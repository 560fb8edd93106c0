"""``bangfu``: the group of all commands. A command is imported when called, Django only for those that need it."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any, Final

import click

from bangfu import __version__
from bangfu.policy.errors import BangfuError

#: Command → module under ``commands``, whether it needs the database, and its line in the list.
COMMANDS: Final[dict[str, tuple[str, bool, str]]] = {
    "audit": ("audit", False, "核查工作簿,不需要数据库。 Check workbooks without a database."),
    "evaluate": (
        "evaluate",
        False,
        "全部规则的结论写成 Parquet。 Verdicts of all rules as Parquet.",
    ),
    "simulate": ("simulate", False, "假如改变参数会怎样。 What if a value were another."),
    "synth": ("synth", False, "写出一个虚构的县。 Write an invented county."),
    "keys": ("keys", False, "生成密钥。 Make keys."),
    "demo": ("demo", True, "准备演示县。 Prepare the demo county."),
    "serve": ("serve", True, "启动网站和后台任务。 Start web server and worker."),
    "worker": ("worker", True, "只启动后台任务。 Start a worker only."),
    "divisions": ("divisions", True, "行政区划。 Administrative divisions."),
    "import": ("importing", True, "导入登记或部门名单。 Import the registry or a list."),
    "run": ("checking", True, "对一个县执行全部规则。 Run all rules over a county."),
    "snapshot": ("snapshot", True, "写出某日快照。 Write the snapshot of a day."),
    "explain": ("explain", True, "解释一户为何命中。 Explain a household."),
    "procedures": ("procedures", False, "办理程序及其说明页。 Procedures and their pages."),
    "policy": ("policy", True, "政策参数的复核。 Re-checking of policy values."),
    "users": ("users", True, "第一个管理员。 The first administrator."),
    "chain": ("chain", True, "核验日志链。 Verify the audit log."),
    "rotate": ("rotate", True, "更换加密密钥。 Re-encrypt under the current key."),
    "manage": ("manage", True, "Django 管理命令。 Django's own commands."),
}


class Bangfu(click.Group):
    """Finds commands by the table, and turns every refusal into one sentence and its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, needs_database, short = COMMANDS[name]
        if needs_database:
            from bangfu.cli.django_start import start

            start()
        command: click.Command = import_module(f"bangfu.cli.commands.{module}").command
        command.short_help = short
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 Commands"):
            formatter.write_dl([(name, short) for name, (_, _, short) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BangfuError as error:
            from bangfu.platform.errors import as_json, exit_code

            if ctx.params.get("as_json"):
                click.echo(json.dumps(as_json(error), ensure_ascii=False))
            else:
                click.echo(error.sentence("zh"), err=True)
                click.echo(error.sentence("en"), err=True)
            sys.exit(exit_code(error))


@click.group(cls=Bangfu, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "--version", "-V")
@click.option("--json", "as_json", is_flag=True, help="机器可读的结果。 Machine-readable result.")
@click.pass_context
def main(ctx: click.Context, as_json: bool) -> None:
    """帮扶:精准扶贫工作系统。 Bangfu: the working system of a targeted anti-poverty administration."""
    ctx.obj = {"json": as_json}
