"""The doubts of entitlements: ``<key>_missing`` and ``<key>_over_paid``, rules like any other.

They are made, not written: what a rule says follows from the texts of the entitlement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bangfu.policy import vocabulary
from bangfu.policy.entitlements import Doubt, Entitlement, missing, over_paid
from bangfu.policy.rules import Rule
from bangfu.policy.words import Words

Expression = Any

_TITLES = {
    "missing": Words("应享未享:{title}", "due and missing: {title}"),
    "over_paid": Words("不应享而享或多享:{title}", "received without being due, or too much: {title}"),
}
_RECORDED = Words("名单上记有 {{{column}}} 元。", "The list records {{{column}}} yuan. ")
_SAID = {
    "missing": Words(
        "“{title}”应享而未享或未足额享受。{recorded}{apply}请向{ask}核实,补办或写明原因。",
        "“{title}” is due and did not come, or not in full. {recorded}{apply} Ask the {ask}; make it good, or write "
        "down why not.",
    ),
    "over_paid": Words(
        "“{title}”不符合条件而享受,或超过应享标准。{recorded}请向{ask}核实依据;确属多享的按程序纠正,不得影响基本生活。",
        "“{title}” came without being due, or came above what is due. {recorded}Ask the {ask} for the ground; correct "
        "it by procedure, and never touch basic living.",
    ),
}
_CONCERN = {"missing": "exclusion", "over_paid": "benefit"}


def doubts_of(entitlements: Iterable[Entitlement]) -> tuple[Rule, ...]:
    """The rules of all ``entitlements``, in their order."""
    return tuple(rule for one in entitlements for rule in _doubts(one))


def _doubts(one: Entitlement) -> Iterator[Rule]:
    for doubt in one.doubts:
        yield Rule(
            key=f"{one.key}_{doubt}",
            subject=one.subject,
            kind="eligibility",
            since=one.since,
            until=one.until,
            law=one.law,
            function=_judge(one, doubt),
            where=one.where,
            title=_title(one, doubt),
            sentence=_sentence(one, doubt),
            concern=_CONCERN[doubt],
            handler=one.handler,
            two_person=doubt == "over_paid",
            from_configuration=one.from_configuration,
        )


def _judge(one: Entitlement, doubt: Doubt) -> Callable[[Expression, Expression], Expression]:
    said = missing if doubt == "missing" else over_paid

    def judge(table: Expression, p: Expression) -> Expression:
        return said(one.due(table, p), one.got(table))

    judge.__doc__ = one.function.__doc__
    return judge


def _title(one: Entitlement, doubt: Doubt) -> Words:
    return Words(*(_TITLES[doubt].text(lang).format(title=one.title.text(lang)) for lang in ("zh", "en")))


def _sentence(one: Entitlement, doubt: Doubt) -> Words:
    """The sentence with the column of what was received left open, where that is money."""
    column = vocabulary.table(one.subject).columns[one.received] if one.received else None
    said = []
    for lang in ("zh", "en"):
        money = column is not None and column.kind == "money"
        recorded = _RECORDED.text(lang).format(column=one.received) if money else ""
        said.append(
            _SAID[doubt]
            .text(lang)
            .format(
                title=one.title.text(lang),
                recorded=recorded,
                apply=one.apply.text(lang),
                ask=one.ask.text(lang),
            )
        )
    return Words(*said)
