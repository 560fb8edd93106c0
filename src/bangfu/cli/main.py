"""``bangfu``: the group of all commands. A command that needs the database starts Django; the others never do."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from bangfu import __version__
from bangfu.cli import audit, synth
from bangfu.platform.errors import as_json, exit_code
from bangfu.policy.errors import BangfuError


class Bangfu(click.Group):
    """Turns every refusal into one sentence in both languages and the exit code that belongs to it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BangfuError as error:
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


main.add_command(synth.synth)
main.add_command(audit.audit)
