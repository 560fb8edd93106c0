"""``bangfu evaluate``: all rules over a county's workbooks or a snapshot, every verdict as Parquet (DESIGN §8)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bangfu.analytics.engine_choice import engine_url, open_engine
from bangfu.analytics.partitions import add_county, open_counties
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.verdicts import Written, write_verdicts
from bangfu.cli.output import say, table, wants_json
from bangfu.cli.workbook_county import county_of
from bangfu.policy import catalogue
from bangfu.policy.errors import BangfuError
from bangfu.policy.rules import Rule
from bangfu.policy.words import Words
from bangfu.quality.workbooks import STATUSES

HELP = """对登记工作簿(或快照文件夹)执行全部规则(或 --rule 指定的规则),把每条结论写成 Parquet,按省、县分区。
两种引擎写出的列和值相同。

Run all rules (or those named by --rule) over a registry workbook (or a folder of snapshots) and write every verdict as
Parquet, by province and county. Both engines write the same columns and values."""


class OtherDay(BangfuError):
    """A snapshot is of another day than the one asked."""

    code = "evaluation.other_day"
    says = Words(
        "快照“{folder}”是 {day} 的,不是 {asked} 的。请改用 --as-of {day},或重新生成快照。",
        "The snapshot “{folder}” is of {day}, not of {asked}. Use --as-of {day}, or make it anew.",
    )


class NoSuchRule(BangfuError):
    """No check of that key is in force on the day."""

    code = "evaluation.no_such_rule"
    says = Words(
        "{day} 没有名为“{key}”的现行规则。{near}请检查拼写。",
        "No rule “{key}” is in force on {day}. {near_en}Check the spelling.",
    )


@click.command("evaluate", help=HELP)
@click.argument("registry", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--lists",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="名单文件夹。 Folder of lists.",
)
@click.option(
    "--as-of", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="哪一天。 Day of the verdicts."
)
@click.option(
    "--engine",
    "engine",
    default=None,
    metavar="duckdb|spark[://…]",
    help="引擎,默认取 ENGINE_URL,否则 duckdb。 Engine; ENGINE_URL or duckdb by default.",
)
@click.option(
    "--rule",
    "keys",
    multiple=True,
    metavar="KEY",
    help="只执行这条规则,可重复。 Only this rule; may be repeated.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="写到哪个新文件夹。 New folder.",
)
@click.pass_context
def command(
    ctx: click.Context,
    *,
    registry: Path,
    lists: Path | None,
    day: datetime,
    engine: str | None,
    keys: Sequence[str],
    out: Path,
) -> None:
    url = engine_url(engine)
    rules = _chosen(keys, day.date())
    unread: Mapping[str, Words] = {}
    unreadable = 0
    with TemporaryDirectory(prefix="bangfu-evaluate-") as scratch:
        if registry.is_dir():
            snapshots = _of_folder(registry, day)
        else:
            county = county_of(registry, lists, day.date())
            unread, unreadable = county.unread, len(county.problems)
            add_county(county.built.snapshot, Path(scratch), county.area)
            snapshots = open_counties(Path(scratch)) if url != "duckdb" else [county.built.snapshot]
        with open_engine(url) as opened:
            written = write_verdicts(snapshots, out.absolute(), engine=opened, rules=rules)
    for name, reason in unread.items():
        click.echo(f"{name}: {reason.zh}\n{reason.en}", err=True)
    _summarise(ctx, written, url, unreadable)
    sys.exit(1 if unread or unreadable or written.disbelieved else 0)


def _chosen(keys: Sequence[str], day: date) -> tuple[Rule, ...] | None:
    """The rules of those keys in the order of the catalogue; None, which is all of them, when no key is given.

    Raises:
        NoSuchRule: a key is of no rule in force on the day; the nearest key is named.
    """
    known = {one.key: one for one in catalogue.rules_on(day)}
    for key in keys:
        if key not in known:
            near = "".join(get_close_matches(key, known, n=1))
            zh, en = (f"最接近的是“{near}”。", f"The nearest is “{near}”. ") if near else ("", "")
            raise NoSuchRule(key=key, day=day, near=zh, near_en=en)
    return tuple(one for key, one in known.items() if key in keys) or None


def _of_folder(folder: Path, day: datetime) -> list[Snapshot]:
    """A folder of ``bangfu snapshot``, or of counties side by side.

    Raises:
        OtherDay: it is of another day.
    """
    whole = (folder / "snapshot.json").exists()
    snapshots = [Snapshot.load(folder)] if whole else open_counties(folder)
    for one in snapshots:
        if one.day != day.date():
            raise OtherDay(folder=folder, day=one.day, asked=day.date())
    return snapshots


def _summarise(ctx: click.Context, written: Written, url: str, unreadable: int) -> None:
    if not wants_json(ctx) and written.disbelieved:
        rows = [
            (one.county, one.tally.rule.key, one.tally.rule.where, STATUSES[one.tally.status].zh)
            for one in written.disbelieved
        ]
        click.echo(table(["county", "rule", "file", "没有给出结论 no verdict"], rows))
    subjects = sum(one.tally.subjects for one in written.tallies)
    fired: Counter[str] = Counter()
    for one in written.tallies:
        fired[one.tally.rule.key] += one.tally.yes
    say(
        ctx,
        f"{len(written.tallies)} 组规则与县,共 {subjects} 条结论({url});已写入 {written.folder}",
        f"{len(written.tallies)} rules by county, {subjects} verdicts in all ({url}). Written to {written.folder}",
        folder=str(written.folder),
        engine=url,
        verdicts=subjects,
        unreadable=unreadable,
        rules=dict(fired),
        not_believed=sorted({one.tally.rule.key for one in written.disbelieved}),
    )
