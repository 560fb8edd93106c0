"""``bangfu explain HOUSEHOLD``: why a household is as the rules see it (DESIGN §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from bangfu.analytics.explanations import EntitlementExplanation, Explanation
from bangfu.analytics.settling import Settling
from bangfu.analytics.sources import Sources
from bangfu.cli.local import SCOPE
from bangfu.cli.output import say, wants_json
from bangfu.platform import clock
from bangfu.policy import vocabulary
from bangfu.policy.sentences import sentence, show
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import Column, codes
from bangfu.quality.explanations import AboutSubject, explain_household
from bangfu.registry.access import household_for

STATES = codes("entitlement_status")
STATE_KEYS = {code.code: code.key for code in STATES}


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
    """解释一户:每条规则和每项应享政策的结论、读了哪些数据、数据从哪里来、哪些参数和依据、补哪项数据就能判断。

    Explain a household: verdicts and entitlements, inputs and where they come from, values and law, and which datum
    would settle what cannot be told.
    """
    on = day.date() if day else clock.today()
    about = explain_household(household_for(SCOPE, household), on)
    if wants_json(ctx):
        say(ctx, "", "", household=household, day=on.isoformat(), subjects=[_as_json(one) for one in about])
        return
    for subject in about:
        click.echo(f"\n{subject.name or '户'} {subject.number}")
        for one in subject.explanations:
            if every or one.verdict is not Verdict.NO:
                _print(one)
        for due in subject.entitlements:
            if every or due.status != STATES.not_due:
                _print_due(due)


def _print(one: Explanation) -> None:
    click.echo(f"  [{one.verdict.title.zh} {one.verdict.title.en}] {one.rule.title.zh} · {one.rule.law}")
    _print_inputs(one, one.rule.subject)
    if one.verdict is Verdict.YES:
        click.echo(f"      {sentence(one.rule, one.inputs)}")


def _print_due(one: EntitlementExplanation) -> None:
    state = f"{STATES.label(one.status)} {STATES.label(one.status, 'en')}"
    click.echo(f"  [{state}] {one.entitlement.title.zh} · {one.entitlement.law}")
    if one.due is not None or one.received is not None:
        click.echo(f"      应享 due {_yuan(one.due)} · 已享 received {_yuan(one.received)}")
    _print_inputs(one, one.entitlement.subject)


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else f"{fen / 100:.2f}"


def _print_inputs(one: Explanation | EntitlementExplanation, subject: str) -> None:
    """Inputs with their sources, values with their law, and what would settle it."""
    columns, sources = vocabulary.table(subject).columns, one.sources(subject)
    for name, value in one.inputs.items():
        click.echo(
            f"      {columns[name].title.zh}={show(columns[name], value)}{_origin(sources[name], name)}"
        )
    for parameter, entry in one.values:
        click.echo(f"      {parameter.title.zh}:{entry.value} · {entry.since} · {entry.reference}")
    for way in one.settled_by:
        click.echo(f"      {_settled(way, columns)}")


def _origin(source: Sources, name: str) -> str:
    """What a derived input is made of; nothing for one that was entered as it is."""
    parts = [one.title.zh for one in source.lists]
    parts += [
        one.title.zh for one in source.entered if one.name != name and one.table in ("person", "household")
    ]
    return f"(来自 {'、'.join(dict.fromkeys(parts))})" if parts else ""


def _settled(way: Settling, columns: Mapping[str, Column]) -> str:
    names = "、".join(columns[name].title.zh for name in way.columns)
    sure = "即可判断 settles it" if way.always else "可能即可判断 may settle it"
    return f"补充 add {names}:{sure}"


def _as_json(subject: AboutSubject) -> Mapping[str, Any]:
    return {
        "kind": subject.kind,
        "number": subject.number,
        "rules": [
            {
                "rule": one.rule.key,
                "verdict": one.verdict.name.lower(),
                "law": one.rule.law,
                **_why(one, one.rule.subject),
            }
            for one in subject.explanations
        ],
        "entitlements": [
            {
                "entitlement": one.entitlement.key,
                "status": STATE_KEYS[one.status],
                "due": one.due,
                "received": one.received,
                "law": one.entitlement.law,
                **_why(one, one.entitlement.subject),
            }
            for one in subject.entitlements
        ],
    }


def _why(one: Explanation | EntitlementExplanation, subject: str) -> Mapping[str, Any]:
    return {
        "inputs": dict(one.inputs),
        "sources": {
            name: {
                "entered": [f"{column.table}.{column.name}" for column in source.entered],
                "lists": [table.name for table in source.lists],
            }
            for name, source in one.sources(subject).items()
        },
        "missing": list(one.missing),
        "settled_by": [{"columns": list(way.columns), "always": way.always} for way in one.settled_by],
        "values": _values(one),
    }


def _values(one: Explanation | EntitlementExplanation) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "key": parameter.key,
            "value": value.value,
            "since": value.since.isoformat(),
            "reference": value.reference,
        }
        for parameter, value in one.values
    ]
