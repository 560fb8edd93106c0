"""``bangfu snapshot``: the registry as of a day as Parquet, without names and numbers of people (DESIGN §8)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from django.db import transaction

from bangfu.cli.local import BY
from bangfu.cli.output import say
from bangfu.platform.audit.actions import record
from bangfu.quality.runs import build


@click.command("snapshot")
@click.option("--county", required=True, metavar="CODE", help="县级代码。 Code of the county.")
@click.option(
    "--as-of", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="快照日。 Day of the snapshot."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="写到哪个文件夹。 Folder."
)
@click.pass_context
def command(ctx: click.Context, county: str, day: datetime, out: Path) -> None:
    """写出某日快照:不含姓名和证件号码。 Write the snapshot of a day: no names, no identity numbers."""
    area = county.ljust(12, "0")
    built = build(area, day.date())
    built.snapshot.save(out)
    with transaction.atomic():
        detail = {"day": day.date().isoformat(), "folder": str(out)}
        record(
            by=BY,
            action="registry.snapshot",
            subject_kind="area",
            subject_id=area,
            division_code=area,
            detail=detail,
        )
    rows = {name: table.num_rows for name, table in built.snapshot.tables.items()}
    say(ctx, f"已写入 {out}:{rows}", f"Written to {out}: {rows}", folder=str(out), rows=rows)
