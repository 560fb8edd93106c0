"""An explanation as a page shows it: what was read and from where, the values in force, what would settle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bangfu.analytics.explanations import EntitlementExplanation, Explanation
from bangfu.analytics.settling import Settling
from bangfu.analytics.sources import Sources
from bangfu.policy import vocabulary
from bangfu.policy.entitlements import Entitlement
from bangfu.policy.rules import Rule
from bangfu.policy.sentences import sentence, show
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import Column, codes
from bangfu.quality.explanations import AboutSubject
from bangfu.web.parameters import ShownParameter, shown_parameter
from bangfu.web.speaking import language, said

_status = codes("entitlement_status")


@dataclass(frozen=True)
class Input:
    """One datum that was read; ``origin`` names what a derived one is made of."""

    title: str
    text: str
    origin: str
    missing: bool


@dataclass(frozen=True)
class Shown:
    """One rule or entitlement about one subject. ``sentence`` is said where it fires; ``fires`` opens it."""

    question: Rule | Entitlement
    title: str
    key: str
    sentence: str
    fires: bool
    inputs: Sequence[Input]
    values: Sequence[ShownParameter]
    settled_by: Sequence[str]
    due: int | None = None
    received: int | None = None


@dataclass(frozen=True)
class ShownSubject:
    """The household, a member or the village; what fires or cannot be told apart from the rest, shown when asked
    for."""

    kind: str
    number: str
    name: str
    entitlements: Sequence[Shown]
    rules: Sequence[Shown]
    not_due: int
    silent: int


def shown_subject(about: AboutSubject) -> ShownSubject:
    """In the order of ``AboutSubject``: what needs somebody comes first."""
    due = [one for one in about.entitlements if one.status != _status.not_due]
    rules = [one for one in about.explanations if one.verdict is not Verdict.NO]
    return ShownSubject(
        about.kind,
        about.number,
        about.name,
        [_entitlement(one) for one in due],
        [_rule(one) for one in rules],
        len(about.entitlements) - len(due),
        len(about.explanations) - len(rules),
    )


def silent_rules(about: AboutSubject) -> list[Shown]:
    """The rules that do not fire."""
    return [_rule(one) for one in about.explanations if one.verdict is Verdict.NO]


def not_due(about: AboutSubject) -> list[Shown]:
    """The entitlements of which nothing is due."""
    return [_entitlement(one) for one in about.entitlements if one.status == _status.not_due]


def _rule(one: Explanation) -> Shown:
    fires = one.verdict is Verdict.YES
    text = sentence(one.rule, one.inputs, language()) if fires else ""
    return _shown(one, one.rule, str(int(one.verdict)), text, fires)


def _entitlement(one: EntitlementExplanation) -> Shown:
    text = said(one.entitlement.sentence) if one.status not in (_status.not_due, _status.cannot_tell) else ""
    return _shown(one, one.entitlement, str(one.status), text, one.status != _status.not_due)


def _shown(
    one: Explanation | EntitlementExplanation,
    question: Rule | Entitlement,
    key: str,
    text: str,
    fires: bool,
) -> Shown:
    columns, sources, spoken = (
        vocabulary.table(question.subject).columns,
        one.sources(question.subject),
        language(),
    )
    inputs = [
        Input(
            columns[name].title.text(spoken),
            show(columns[name], value, spoken),
            origin(sources[name], name, spoken),
            value is None,
        )
        for name, value in one.inputs.items()
    ]
    values = [shown_parameter(*pair) for pair in one.values]
    settled = [_settled(way, columns) for way in one.settled_by]
    money = (one.due, one.received) if isinstance(one, EntitlementExplanation) else (None, None)
    return Shown(question, question.title.text(spoken), key, text, fires, inputs, values, settled, *money)


def origin(source: Sources, name: str, spoken: str) -> str:
    """The lists and entered columns behind a derived input; nothing for one that was entered as it is."""
    parts: list[Any] = [one.title for one in source.lists]
    parts += [
        one.title for one in source.entered if one.name != name and one.table in ("person", "household")
    ]
    return "、".join(dict.fromkeys(one.text(spoken) for one in parts))


def _settled(way: Settling, columns: dict[str, Column] | Any) -> str:
    names = "、".join(said(columns[name].title) for name in way.columns)
    told = _("补充“%(names)s”即可判断。") if way.always else _("补充“%(names)s”可能即可判断。")
    return told % {"names": names}
