"""``bangfu divisions load``: the real tree into the database (DESIGN §8)."""

from __future__ import annotations

import click

from bangfu.cli.output import say
from bangfu.divisions.actions.loading import load_tree
from bangfu.platform.audit.actor import Actor

BY = Actor.system("cli")


@click.group("divisions")
def command() -> None:
    """行政区划。 Administrative divisions."""


@command.command("load")
@click.option(
    "--prefix", default="", metavar="CODE", help="只装入此代码以下。 Only what lies under this code."
)
@click.pass_context
def load(ctx: click.Context, prefix: str) -> None:
    """装入全国五级区划(约66.5万条);可重复执行。 Load the five levels of the nation; may be repeated."""
    loaded = load_tree(by=BY, prefix=prefix)
    say(
        ctx,
        loaded.says.zh,
        loaded.says.en,
        added=loaded.added,
        ended=loaded.ended,
        unchanged=loaded.unchanged,
    )
