"""``bangfu synth``: writes a synthetic county (DESIGN §8)."""

from __future__ import annotations

from pathlib import Path

import click

from bangfu.cli import synthetic
from bangfu.cli.output import expect_very_many_rows, say
from bangfu.cli.synthetic import workbooks
from bangfu.divisions import source

HELP = """写出一个虚构的县:registry.xlsx、lists/*.xlsx 和 truth.csv(每一处埋入的错误)。

Write an invented county: registry.xlsx, lists/*.xlsx and truth.csv (every planted error)."""


@click.command("synth", help=HELP)
@click.option("--county", required=True, metavar="CODE", help="6位县级代码。 Code of the county, 6 digits.")
@click.option(
    "--households", default=23_035, show_default=True, type=click.IntRange(200), help="户数。 Households."
)
@click.option("--persons", default=57_568, show_default=True, type=click.IntRange(400), help="人数。 People.")
@click.option(
    "--random-seed", default=1, show_default=True, help="随机种子。 Seed: the same seed, the same county."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="写到哪个文件夹。 Folder."
)
@click.pass_context
def command(
    ctx: click.Context, *, county: str, households: int, persons: int, random_seed: int, out: Path
) -> None:
    expect_very_many_rows()
    tree = list(source.rows(county))
    neighbours = neighbouring_villages(county)
    made = synthetic.county(
        county, tree, neighbours, households=households, persons=persons, seed=random_seed
    )
    workbooks.write(made, out)
    say(
        ctx,
        f"已写入 {out}:{len(made.households)} 户、{persons} 人、"
        f"{len(made.lists)} 份名单、{len(made.truth)} 处埋入的错误。",
        f"Written to {out}: {len(made.households)} households, {persons} people, {len(made.lists)} lists, "
        f"{len(made.truth)} planted errors.",
        folder=str(out),
        households=len(made.households),
        persons=persons,
        planted=len(made.truth),
    )


def neighbouring_villages(county: str) -> list[source.DivisionRow]:
    """Some villages of another county of the same city."""
    others = [row for row in source.rows(county[:4]) if row.level == 5 and not row.code.startswith(county)]
    return others[:50]
