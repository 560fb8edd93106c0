"""Forms under which a name is found again: variants, traditional characters, sounds, initials."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.analytics import names
from bangfu.policy.vocabulary import codes
from bangfu.policy.yaml_files import HERE, read

state = codes("name_state")
han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王 小 明", "王小明"),
        ("王\u3000小明", "王小明"),
        (" 王小明\t", "王小明"),
        ("王小明\ufeff", "王小明"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提．吐尔逊", "买买提·吐尔逊"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("   ", None),
        ("", None),
        (None, None),
    ],
)
def test_clean(typed: str | None, kept: str | None) -> None:
    assert names.clean(typed) == kept


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("劉喆", "刘哲"),
        ("張堃", "张坤"),
        ("陳麗華", "陈丽华"),
        ("闫红", "阎红"),
        ("付强", "傅強"),
        ("肖峰", "蕭峯"),
        ("王小明", "王小明"),
    ],
)
def test_variants_and_traditional_characters_are_one_name(written: str, meant: str) -> None:
    assert names.normal(written) == names.normal(meant)


def test_every_group_of_variants_folds_to_its_first() -> None:
    for group in read(HERE / "vocabulary" / "name_variants.yaml"):
        assert {names.normal(character) for character in group} == {names.normal(group[0])}, group


def test_no_character_stands_in_two_groups() -> None:
    groups = read(HERE / "vocabulary" / "name_variants.yaml")
    characters = [character for group in groups for character in group]
    assert len(characters) == len(set(characters))


@given(han)
def test_normal_and_sound_are_stable(name: str) -> None:
    assert names.normal(names.normal(name)) == names.normal(name)
    assert names.sound(names.normal(name)) == names.sound(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王建军", "王建君"),  # the same syllables
        ("张三", "章三"),
        ("李四", "李思"),
        ("陈晨", "程诚"),  # en, eng
        ("张力", "臧力"),  # zh, z
        ("石磊", "司磊"),  # sh, s
        ("刘兰", "牛南"),  # l, n
        ("胡芳", "福芳"),  # h, f
        ("林英", "林因"),  # in, ing
    ],
)
def test_names_that_sound_alike_to_a_clerk(one: str, other: str) -> None:
    assert names.sound(one) == names.sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("王建军", "王建国"), ("张伟", "张三"), ("李明", "李"), ("马云", "马三")]
)
def test_names_that_do_not(one: str, other: str) -> None:
    assert names.sound(one) != names.sound(other)


@pytest.mark.parametrize(
    ("text", "letters"),
    [("平利县", "plx"), ("王小明", "wxm"), ("药妇沟村", "yfgc"), ("欧阳春", "oyc"), ("A组", "az"), ("", "")],
)
def test_initials(text: str, letters: str) -> None:
    assert names.initials(text) == letters


@given(han)
def test_one_letter_for_each_character(name: str) -> None:
    assert len(names.initials(name)) == len(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, "missing"),
        ("", "missing"),
        ("王小明", "ok"),
        ("欧阳春花", "ok"),
        ("买买提·吐尔逊", "ok"),
        ("阿卜杜热合曼·阿卜杜拉", "ok"),
        ("㐂田", "ok"),
        ("𠮷田", "ok"),
        ("王1", "characters"),
        ("王小明(大)", "characters"),
        ("王?", "characters"),
        ("Wang Xiaoming", "characters"),
        ("王小明、李四", "characters"),
        ("王", "length"),
        ("王建国李秀英", "length"),
        ("甲乙丙丁·戊己庚辛壬癸子丑寅", "length"),
    ],
)
def test_states(name: str | None, expected: str) -> None:
    assert names.state(name) == getattr(state, expected)
