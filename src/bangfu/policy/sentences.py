"""Filling the sentence of a rule with a subject's values, as a clerk reads them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any

from bangfu.policy import vocabulary
from bangfu.policy.rules import Rule
from bangfu.policy.vocabulary import Column
from bangfu.policy.words import Words

EMPTY = Words("未填", "not entered")
YES_NO = {True: Words("是", "yes"), False: Words("否", "no")}


@cache
def columns_named(sentence: Words) -> tuple[str, ...]:
    """The columns whose values a sentence shows."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(sentence.zh) if name))


def sentence(rule: Rule, values: Mapping[str, Any], language: str = "zh") -> str:
    """The rule's sentence in ``language`` with ``values`` (raw, as in a snapshot) shown as people write them."""
    columns = vocabulary.table(rule.subject).columns
    shown = {name: show(columns[name], values.get(name), language) for name in columns_named(rule.sentence)}
    return rule.sentence.text(language).format_map(shown)


def show(column: Column, value: Any, language: str = "zh") -> str:
    """A raw value of ``column`` as text: codes by label, fen as yuan, hundredths as decimals, yyyymmdd as ISO."""
    if value is None or value == []:
        return EMPTY.text(language)
    if column.codes:
        labels = column.code_list
        assert labels is not None
        several = value if isinstance(value, list) else [value]
        comma = ", " if language.startswith("en") else "、"
        return comma.join(labels.label(code, language) for code in several)
    if column.kind == "yes_no":
        return YES_NO[value].text(language)
    if column.kind == "date":
        return f"{value // 10_000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"
    if column.kind in ("money", "hundredths"):
        whole, rest = divmod(abs(value), 100)
        return f"{'-' if value < 0 else ''}{whole}" + (f".{rest:02d}" if rest else "")
    return str(value)
