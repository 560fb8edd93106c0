"""``bangfu procedures``: the procedures as they are defined, and their pages for the docs."""

from __future__ import annotations

from pathlib import Path

import click

from bangfu.cli.output import say, table
from bangfu.policy.procedures import all_definitions
from bangfu.policy.procedures.pages import pages


@click.command("procedures")
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="写出说明页的文件夹。 Folder for the pages of the docs.",
)
@click.pass_context
def command(ctx: click.Context, folder: Path | None) -> None:
    """列出全部程序,或写出说明页。 List all procedures, or write their pages."""
    if folder is None:
        found = all_definitions()
        rows = [[one.procedure, one.version, one.title.zh, one.title.en, len(one.steps)] for one in found]
        listed = table(["procedure", "version", "程序", "title", "steps"], rows)
        names = [{"procedure": one.procedure, "version": one.version} for one in found]
        say(ctx, listed, f"{len(found)} versions.", procedures=names)
        return
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    say(ctx, f"已写出 {len(written)} 页。", f"{len(written)} pages written.", pages=len(written))
