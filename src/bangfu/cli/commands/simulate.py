"""``bangfu simulate``: what if a value were another; who changes, what it costs (DESIGN §8)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.simulation import Effects, Simulation, Variant, simulate
from bangfu.analytics.snapshots import Snapshot
from bangfu.cli.django_start import start
from bangfu.cli.output import say, table, wants_json
from bangfu.cli.workbook_county import county_of
from bangfu.policy.parameters import Change, parameters
from bangfu.quality.simulation_book import write_simulation

HELP = """假如参数改为别的值:谁新符合、谁不再符合、资金增减多少(按资金来源、区划、户类型、致贫原因)。不改动已有结论。

What if values were others: who newly qualifies or drops out, and money by fund, division, kind of household and cause.
Stored verdicts are not touched. A second variant (--or) stands beside the first."""


@click.command("simulate", help=HELP)
@click.option(
    "--set",
    "changes",
    multiple=True,
    required=True,
    metavar="KEY=VALUE@FROM[:AREA]",
    help="第一方案。 First variant.",
)
@click.option(
    "--or", "others", multiple=True, metavar="KEY=VALUE@FROM[:AREA]", help="第二方案。 Second variant."
)
@click.option("--county", metavar="CODE", help="数据库中的县。 A county of the database.")
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path, exists=True),
    help="登记工作簿或快照文件夹,代替数据库。 Registry workbook or snapshot folder, in place of the database.",
)
@click.option(
    "--lists", type=click.Path(path_type=Path, exists=True, file_okay=False), help="名单文件夹。 Lists."
)
@click.option("--as-of", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="哪一天。 Day.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="写出工作簿。 Workbook to write."
)
@click.pass_context
def command(ctx: click.Context, /, **asked: Any) -> None:
    known = parameters()
    variants = [
        Variant(name, tuple(Change.read(text, known) for text in texts))
        for name, texts in (("1", asked["changes"]), ("2", asked["others"]))
        if texts
    ]
    snapshot = _snapshot(ctx, asked["county"], asked["origin"], asked["lists"], asked["day"])
    with duckdb_engine() as engine:
        made = simulate(snapshot, variants, engine=engine)
    out: Path | None = asked["out"]
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_simulation(made, out)
    _summarise(ctx, made, out)
    sys.exit(0)


def _snapshot(
    ctx: click.Context, county: str | None, origin: Path | None, lists: Path | None, day: datetime
) -> Snapshot:
    """From a workbook, a folder, or the county in the database; exactly one of the two must be named."""
    if (county is None) == (origin is None):
        raise click.UsageError("请指定 --county 或 --from 之一。 Name one of --county and --from.", ctx)
    if origin is not None:
        return (
            Snapshot.load(origin) if origin.is_dir() else county_of(origin, lists, day.date()).built.snapshot
        )
    return _of_database(str(county), day.date())


def _of_database(county: str, day: date) -> Snapshot:
    start()
    from bangfu.quality.runs import build

    return build(county.ljust(12, "0"), day).snapshot


def _summarise(ctx: click.Context, made: Simulation, out: Path | None) -> None:
    if not wants_json(ctx):
        for one in made.effects:
            _print(one)
    say(
        ctx,
        f"没有改动已有结论。{f'已写入 {out}' if out else ''}",
        f"Stored verdicts were not touched. {f'Written to {out}' if out else ''}",
        day=made.day.isoformat(),
        out=str(out) if out else None,
        variants=[_as_json(one) for one in made.effects],
    )


def _print(one: Effects) -> None:
    said = ",".join(
        f"{c.key}={c.value}@{c.since}{':' + c.area if c.area else ''}" for c in one.variant.changes
    )
    click.echo(f"\n方案 variant {one.variant.name}: {said}")
    header = [
        "question",
        "之前 before",
        "之后 after",
        "新增 newly",
        "退出 drops out",
        "增 more",
        "减 less",
        "元 yuan",
    ]
    rows = [
        (
            row["question"],
            row["subjects_before"],
            row["subjects_after"],
            row["newly"],
            row["drops_out"],
            row["more"],
            row["less"],
            f"{(row['due_after'] - row['due_before']) / 100:.2f}",
        )
        for row in one.by("question").to_pylist()
    ]
    click.echo(table(header, rows) if rows else "没有规则或政策读取这些参数。 Nothing reads these values.")
    click.echo(
        f"合计 {one.cost / 100:+.2f} 元;受损 {one.losers.num_rows} 户。 "
        f"In all {one.cost / 100:+.2f} yuan; {one.losers.num_rows} households lose."
    )


def _as_json(one: Effects) -> dict[str, Any]:
    return {
        "changes": [
            {"key": c.key, "value": c.value, "from": c.since.isoformat(), "area": c.area}
            for c in one.variant.changes
        ],
        "cost": one.cost,
        "losers": one.losers["household_key"].to_pylist(),
        **{f"by_{name}": _rows(one, name) for name in ("question", "fund", "household_kind", "main_cause")},
        "by_division": one.by_division().to_pylist(),
    }


def _rows(one: Effects, name: str) -> Sequence[dict[str, Any]]:
    rows: list[dict[str, Any]] = one.by(name).to_pylist()
    return rows
