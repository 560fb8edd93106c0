"""``bangfu explain HOUSEHOLD``: why a household is as the rules see it (DESIGN §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

from bangfu.analytics.explanations import Explanation
from bangfu.cli.local import SCOPE
from bangfu.cli.output import say, wants_json
from bangfu.platform import clock
from bangfu.policy import vocabulary
from bangfu.policy.sentences import sentence, show
from bangfu.policy.verdict import Verdict
from bangfu.quality.explanations import AboutSubject, explain_household
from bangfu.registry.access import household_for


@click.command("explain")
@click.argument("household")
@click.option(
    "--as-of",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="哪一天(默认今天)。 Day, today by default.",
)
@click.option("--all", "every", is_flag=True, help="未命中的规则也列出。 Also the rules that do not fire.")
@click.pass_context
def command(ctx: click.Context, household: str, day: datetime | None, every: bool) -> None:
    """解释一户:每条规则的结论、读了哪些数据、哪些参数和依据。 Explain a household: verdicts, inputs, values and law."""
    on = day.date() if day else clock.today()
    about = explain_household(household_for(SCOPE, household), on)
    if wants_json(ctx):
        say(ctx, "", "", household=household, day=on.isoformat(), subjects=[_as_json(one) for one in about])
        return
    for subject in about:
        click.echo(f"\n{subject.name or '户'} {subject.number}")
        for one in subject.explanations:
            if every or one.verdict is not Verdict.NO:
                _print(one, on)


def _print(one: Explanation, day: date) -> None:
    columns = vocabulary.table(one.rule.subject).columns
    shown = ",".join(
        f"{columns[name].title.zh}={show(columns[name], value)}" for name, value in one.inputs.items()
    )
    click.echo(f"  [{one.verdict.title.zh} {one.verdict.title.en}] {one.rule.title.zh} · {one.rule.law}")
    click.echo(f"      {shown}")
    for parameter, value in one.values:
        click.echo(f"      {parameter.title.zh}:{value.value} · {value.since} · {value.reference}")
    if one.verdict is Verdict.YES:
        click.echo(f"      {sentence(one.rule, one.inputs)}")
    if one.missing:
        click.echo(f"      缺 missing: {'、'.join(columns[name].title.zh for name in one.missing)} ({day})")


def _as_json(subject: AboutSubject) -> Mapping[str, Any]:
    return {
        "kind": subject.kind,
        "number": subject.number,
        "rules": [
            {
                "rule": one.rule.key,
                "verdict": one.verdict.name.lower(),
                "law": one.rule.law,
                "inputs": dict(one.inputs),
                "missing": list(one.missing),
                "values": _values(one),
            }
            for one in subject.explanations
        ],
    }


def _values(one: Explanation) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "key": parameter.key,
            "value": value.value,
            "since": value.since.isoformat(),
            "reference": value.reference,
        }
        for parameter, value in one.values
    ]
