"""What a clerk reads: raw values shown as people write them, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy import catalogue, vocabulary
from bangfu.policy.errors import BangfuError, UndatedParameter
from bangfu.policy.sentences import EMPTY, columns_named, sentence, show
from bangfu.policy.verdict import Verdict
from bangfu.policy.words import Words

DAY = date(2015, 12, 31)
person, household = vocabulary.table("person").columns, vocabulary.table("household").columns


@pytest.mark.parametrize(
    ("column", "value", "zh", "en"),
    [
        (person["sex"], 1, "男", "male"),
        (person["sex"], 7, "7", "7"),
        (household["other_causes"], [1, 3], "因病、因学", "illness, cost of schooling"),
        (household["other_causes"], [], "未填", "not entered"),
        (person["birth_date"], 20050501, "2005-05-01", "2005-05-01"),
        (household["income_net"], 285_500, "2855", "2855"),
        (household["income_net"], -30, "-0.30", "-0.30"),
        (household["income_net"], 123_405, "1234.05", "1234.05"),
        (household["farmland"], 350, "3.50", "3.50"),
        (household["safe_water"], False, "否", "no"),
        (person["age"], 0, "0", "0"),
        (person["age"], None, "未填", "not entered"),
        (household["village_code"], 610926100201, "610926100201", "610926100201"),
    ],
)
def test_values_as_people_write_them(column: vocabulary.Column, value: Any, zh: str, en: str) -> None:
    assert show(column, value) == zh
    assert show(column, value, "en") == en


@given(st.integers(-(10**12), 10**12))
def test_fen_and_back(fen: int) -> None:
    """No figure is rounded on the way to the screen."""
    text = show(household["income_net"], fen)
    sign = -1 if text.startswith("-") else 1
    whole, _, rest = text.lstrip("-").partition(".")
    assert sign * (int(whole) * 100 + int(rest or 0)) == fen


def test_a_sentence_with_its_values() -> None:
    rule = catalogue.rule("member_count_mismatch", DAY)
    values = {"stated_members": 4, "members": 3}
    assert sentence(rule, values) == "户表填报 4 人,人员表实有 3 人。请查清漏登或多登的人。"
    assert sentence(rule, values, "en").startswith("The form states 4 members, the registry has 3.")


@pytest.mark.parametrize("rule", catalogue.all_rules(), ids=lambda one: one.key)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_can_be_said_without_any_value(rule: Any, language: str) -> None:
    """A missing value is named as missing; no sentence breaks on it."""
    said = sentence(rule, {}, language)
    assert "{" not in said
    assert said.count(EMPTY.text(language)) >= len(columns_named(rule.sentence))


def test_verdicts_have_three_values() -> None:
    """DESIGN §1.3."""
    assert [Verdict.of(value) for value in (True, False, None)] == [
        Verdict.YES,
        Verdict.NO,
        Verdict.CANNOT_TELL,
    ]
    assert Verdict.CANNOT_TELL.title == Words("无法判断", "cannot tell")


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "是"), ("zh-hans", "是"), ("en", "yes"), ("en-gb", "yes"), ("fr", "是")]
)
def test_chinese_comes_first(language: str, text: str) -> None:
    assert Words("是", "yes").text(language) == text


def every_error() -> list[type[BangfuError]]:
    """All refusals of the house, however deep."""
    import bangfu.quality.audit
    import bangfu.quality.errors
    import bangfu.quality.imports.lists
    import bangfu.registry.errors

    del bangfu
    found: list[type[BangfuError]] = []
    waiting = [BangfuError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("bangfu."):
            found.append(kind)
    return sorted(set(found), key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_refusals_are_full_sentences_in_both_languages(kind: type[BangfuError]) -> None:
    """STYLE 10: what happened, why, what to do now."""
    from string import Formatter

    fields = [
        {name for _, name, _, _ in Formatter().parse(kind.says.text(lang)) if name} for lang in ("zh", "en")
    ]
    # ``way`` is the last sentence where it differs from case to case.
    assert kind.says.zh.rstrip().endswith(("。", ")", "?", "。{way}"))
    assert kind.says.en.rstrip().endswith((".", ")", "?", ". {way_en}"))
    assert {name.rstrip("_") for name in fields[0]} <= {
        name.removesuffix("_en") for name in fields[1]
    } | fields[1]
    assert kind.code


def test_codes_of_refusals_are_unique() -> None:
    """A machine tells refusals apart by their code. A subclass that only narrows a base may keep the base's."""
    seen: dict[str, type[BangfuError]] = {}
    for kind in every_error():
        if "code" in vars(kind):
            assert seen.setdefault(kind.code, kind) is kind, kind


def test_an_error_says_itself_in_chinese() -> None:
    error = UndatedParameter(key="a", day="2015-01-01", where="b")
    assert str(error) == error.sentence("zh")
    assert "has no value in force on 2015-01-01" in error.sentence("en")
