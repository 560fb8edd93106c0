"""``bangfu import FILE``: takes a registry workbook or a department's list into the database, as the wizard does."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import click

from bangfu.cli.local import LOCAL, run_here
from bangfu.cli.output import say, wants_json
from bangfu.divisions.codes import checked
from bangfu.platform.files import store, workbooks
from bangfu.policy import vocabulary
from bangfu.quality.imports.lists import recognise
from bangfu.registry.actions.batches import CHECKED, UNMAPPED, accept_batch, confirm_standings, upload_batch
from bangfu.registry.batches import REGISTRY
from bangfu.registry.models import ImportBatch

HELP = """导入登记工作簿,或某个部门的名单。有问题的行写入退回工作簿。

Import a registry workbook or a department's list. Bad rows go into the returned workbook."""


@click.command("import", help=HELP)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--county", required=True, metavar="CODE", help="县级代码。 Code of the county.")
@click.option(
    "--as-of", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="数据日期。 Day of the data."
)
@click.option(
    "--list",
    "list_name",
    is_flag=False,
    flag_value="auto",
    default=None,
    help="部门名单(可自动识别)。 A department's list.",
)
@click.option(
    "--admit-doubtful",
    is_flag=True,
    help="可疑行也收入,作为疑点。 Take doubtful rows in; rules raise doubts.",
)
@click.option(
    "--hold-households", is_flag=True, help="有错的户整户退回。 Return households with a bad row whole."
)
@click.option(
    "--confirm-standings",
    "confirmed",
    is_flag=True,
    help="确认工作簿引起的在册状态变动(记入审计)。 Confirm what the workbook changes of standings (audited).",
)
@click.option(
    "--returned",
    type=click.Path(path_type=Path, dir_okay=False),
    help="退回工作簿写到哪里。 Where bad rows go.",
)
@click.pass_context
def command(
    ctx: click.Context,
    *,
    file: Path,
    county: str,
    day: datetime,
    list_name: str | None,
    admit_doubtful: bool,
    hold_households: bool,
    confirmed: bool,
    returned: Path | None,
) -> None:
    batch = take_file(
        file,
        county=county,
        day=day.date(),
        list_name=list_name,
        admit_doubtful=admit_doubtful,
        hold_households=hold_households,
        confirm=confirmed,
    )
    if batch.state == UNMAPPED:
        _say_refusal(ctx, batch)
    taken, bad = batch.report.get("taken", {}), batch.report["problems"]["rows"]
    if bad and returned is not None:
        with store.fetch(batch.returned_sha256) as content:
            returned.write_bytes(content.read())
    where = f",退回的行已写入 {returned}" if bad and returned else ""
    waiting = 0 if batch.confirmed_digest else (batch.report.get("standings") or {}).get("count", 0)
    zh = f"其中 {waiting} 户会改变在册状态,核对后加 --confirm-standings 再导入。" if waiting else ""
    en = f" {waiting} households would change their standing: check them, then add --confirm-standings."
    say(
        ctx,
        f"已导入:{taken};退回 {bad} 行{where}。{zh}",
        f"Taken in: {taken}; {bad} rows returned{f', written to {returned}' if where else ''}."
        + (en if waiting else ""),
        taken=taken,
        returned_rows=bad,
    )
    sys.exit(1 if bad else 0)


def _known_list(name: str) -> str:
    """``name``, when it is a department's list. Raises click.BadParameter."""
    if name not in vocabulary.lists():
        known = ", ".join(vocabulary.lists())
        raise click.BadParameter(
            f"“{name}” 不是名单种类。 Not a list. 可用 Choose from: {known}", param_hint="--list"
        )
    return name


def _say_refusal(ctx: click.Context, batch: ImportBatch) -> NoReturn:
    """The columns are not understood: what the check says of them, and the way on. Ends the command."""
    refusal = batch.report["refusal"]
    if wants_json(ctx):
        click.echo(json.dumps(refusal["zh"], ensure_ascii=False))
    else:
        for language in ("zh", "en"):
            click.echo(refusal[language]["sentence"], err=True)
    sys.exit(3)


def take_file(
    file: Path,
    *,
    county: str,
    day: date,
    list_name: str | None = None,
    admit_doubtful: bool,
    hold_households: bool,
    confirm: bool = False,
) -> ImportBatch:
    """Upload, check and accept in one go, by the actions and jobs that the screens use.

    ``confirm``: the operator of the machine lets the workbook change standings; else such households come back.
    """
    code = checked(county.ljust(12, "0"))
    format_key = REGISTRY
    if list_name == "auto":
        format_key = recognise(file.name, workbooks.read(file, name=file.name).sheets)
    elif list_name:
        format_key = _known_list(list_name)
    with file.open("rb") as content:
        stored = store.keep(content, name=file.name)
    batch = upload_batch(stored=stored, format_key=format_key, division_code=code, day=day, **LOCAL)
    run_here(batch.job_id)
    batch.refresh_from_db()
    if batch.state == CHECKED:
        if confirm and (batch.report.get("standings") or {}).get("count"):
            confirm_standings(batch=batch, operator=True, **LOCAL)
        accept_batch(batch=batch, admit_doubtful=admit_doubtful, hold_households=hold_households, **LOCAL)
        batch.refresh_from_db()
        run_here(batch.job_id)
        batch.refresh_from_db()
    return batch
