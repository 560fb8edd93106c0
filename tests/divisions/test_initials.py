"""Pinyin initials without the ending."""

from __future__ import annotations

import pytest

from bangfu.divisions.codes import Level
from bangfu.divisions.initials import initials, stem


@pytest.mark.parametrize(
    ("name", "level", "expected"),
    [
        ("重庆市", Level.PROVINCE, "cq"),
        ("陕西省", Level.PROVINCE, "sx"),
        ("广西壮族自治区", Level.PROVINCE, "gx"),
        ("六安市", Level.CITY, "la"),
        ("市辖区", Level.CITY, "sxq"),
        ("大兴安岭地区", Level.CITY, "dxal"),
        ("平利县", Level.COUNTY, "pl"),
        ("海兴县", Level.COUNTY, "hx"),
        ("东城区", Level.COUNTY, "dc"),
        ("城区", Level.COUNTY, "cq"),
        ("城关镇", Level.TOWNSHIP, "cg"),
        ("东华门街道", Level.TOWNSHIP, "dhm"),
        ("长安街道办事处", Level.TOWNSHIP, "ca"),
        ("药妇沟村委会", Level.VILLAGE, "yfg"),
        ("新村村委会", Level.VILLAGE, "xc"),
        ("丰固村村民委员会", Level.VILLAGE, "fg"),
        ("银闸社区居委会", Level.VILLAGE, "yz"),
        ("苏木嘎查", Level.VILLAGE, "sm"),
        ("A区社区居民委员会", Level.VILLAGE, "aq"),
    ],
)
def test_initials(name: str, level: Level, expected: str) -> None:
    assert initials(name, level) == expected


@pytest.mark.parametrize(("name", "left"), [("城关镇", "城关"), ("镇", "镇"), ("新镇", "新镇")])
def test_a_stem_keeps_two_characters(name: str, left: str) -> None:
    assert stem(name, Level.TOWNSHIP) == left
