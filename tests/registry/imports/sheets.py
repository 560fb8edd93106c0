"""Sheets as ``platform.files.workbooks`` gives them, written by a test."""

from __future__ import annotations

from typing import Any

from bangfu.platform.files.workbooks import Sheet

HOUSEHOLDS = ["户编号", "行政村代码", "人数", "户类型", "脱贫标志", "首次识别时间", "家庭年纯收入"]
PEOPLE = ["人编号", "户编号", "姓名", "证件号码", "性别", "出生日期", "与户主关系"]
VILLAGE = "610926100201"


def sheet(name: str, *rows: list[Any], merged: list[tuple[int, int, int, int]] | None = None) -> Sheet:
    width = max(map(len, rows), default=0)
    return Sheet(
        name,
        [[*("" if cell is None else cell for cell in row), *[""] * (width - len(row))] for row in rows],
        merged or [],
    )


def registry(households: list[list[Any]], people: list[list[Any]]) -> list[Sheet]:
    """The two sheets of Bangfu's own form."""
    return [sheet("户", HOUSEHOLDS, *households), sheet("人", PEOPLE, *people)]
