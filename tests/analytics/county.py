"""A small invented county, written with a clerk's own titles and labels, as an evaluation takes it.

An ordinary household is complete and raises no doubt; a test says only what is different about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa

from bangfu.analytics.extracts import Extract
from bangfu.analytics.identity_numbers import check_character
from bangfu.analytics.places import Place, Places
from bangfu.analytics.snapshots import ARROW_TYPES
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, Column, codes
from bangfu.registry.imports.cells import reader

DAY = date(2015, 12, 31)
AREA, TOWN = "610926", "610926100000"
#: Codes that a test may write: merged away, of no village, of the township, of another county.
DEAD, UNKNOWN, FOREIGN = "610926100901", "610926100999", "610924100201"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳秀敏静强磊军洋艳勇杰娟涛明超兰霞平刚桂英华"
Cells = Mapping[str, Any]
#: A cell of a household that says what its village is.
VILLAGE_TYPE = vocabulary.table("village").columns["poor_village"].title.zh


def number(birth: date, serial: int, area: str = "612429") -> str:
    """A valid identity number; odd serials are men's."""
    body = f"{area}{birth:%Y%m%d}{serial % 1000:03d}"
    return body + check_character(body)


def village(place: int) -> str:
    """Code of the n-th village."""
    return f"6109261{place // 700:02d}{201 + place % 700:03d}"


def places(villages: int = 2_000) -> Places:
    """Townships and villages of the county, one dead village, one village of the neighbour."""
    towns = sorted({f"{village(n)[:9]}000" for n in range(villages)})
    rows = [Place(code, f"第{code[7:9]}镇") for code in towns]
    rows += [Place(village(n), f"第{n:04d}号村村民委员会") for n in range(villages)]
    rows += [
        Place(DEAD, "旧村村委会", dead=True),
        Place(FOREIGN, "邻县村委会"),
        Place("610924100000", "邻县镇"),
    ]
    rows += [
        Place("610926000000", "平利县"),
        Place("610924000000", "紫阳县"),
        Place("610900000000", "安康市"),
    ]
    return Places.of(rows, AREA)


@dataclass
class Invention:
    """Gives everybody another name, day of birth and number."""

    made: int = 0

    def name(self) -> str:
        n = self.made
        return SURNAMES[n % 20] + GIVEN[n // 20 % 23] + GIVEN[(n // 460 + n) % 23]

    def birth(self, age: int, day: date) -> date:
        """A birthday in the first half of the year, so that it has been on most days of reports."""
        return date(day.year - age, 1 + self.made // 28 % 6, 1 + self.made % 28)

    def person(self, given: Cells, household_no: str, place: int, day: date) -> dict[str, Any]:
        """All cells of a person; ``年龄`` stands for a day of birth."""
        self.made += 1
        age = int(given.get("年龄", 40))
        birth = self.birth(age, day)
        if isinstance(given.get("出生日期"), date):
            birth, age = given["出生日期"], day.year - given["出生日期"].year
        sex = given.get("性别", "男")
        serial = 2 * (self.made % 490) + (sex != "女")
        cells = {
            "人编号": f"{household_no}{place:02d}",
            "户编号": household_no,
            "姓名": self.name(),
            "证件类型": "居民身份证",
            "证件号码": number(birth, serial, AREA if birth.year > 1992 else "612429"),
            "性别": "男",
            "出生日期": birth,
            "民族": "汉族",
            "与户主关系": "户主" if place == 1 else "其他亲属",
            "婚姻状况": "未婚",
            "健康状况": "健康",
            "是否参加基本医疗保险": "是",
            "是否参加大病保险": "是",
            "人员识别时间": max(date(2014, 4, 1), birth),
        }
        return cells | _by_age(age) | {title: cell for title, cell in given.items() if title != "年龄"}


def _by_age(age: int) -> dict[str, Any]:
    """Schooling and work of somebody of that age."""
    if age < 3:
        return {"文化程度": "学龄前儿童", "在校生状况": "非在校生", "劳动技能": "无劳动力"}
    if age < 7:
        return {"文化程度": "学龄前儿童", "在校生状况": "学前教育", "劳动技能": "无劳动力"}
    if age < 13:
        return {"文化程度": "小学", "在校生状况": "小学", "劳动技能": "无劳动力"}
    if age < 16:
        return {"文化程度": "小学", "在校生状况": "初中", "劳动技能": "无劳动力"}
    able = "普通劳动力" if age < 60 else "弱劳动力"
    return {"文化程度": "初中", "在校生状况": "非在校生", "劳动技能": able, "务工时间": 0}


def household_cells(given: Cells, household_no: str, code: str, people: int) -> dict[str, Any]:
    """All cells of a household: safe dwelling, sums that come out, 2 600 yuan for each."""
    net = 2600 * people
    cells = {
        "户编号": household_no,
        "行政村代码": code,
        "户类型": "一般贫困户",
        "脱贫标志": "未脱贫",
        "首次识别时间": date(2014, 4, 1),
        "人数": people,
        "主要致贫原因": "缺资金",
        "其他致贫原因": "交通条件落后",
        "脱贫依靠": "产业",
        "房屋等级": "B级",
        "是否危房户": "否",
        "住房面积": 25 * people,
        "是否解决安全饮用水": "是",
        "耕地面积": 2 * people,
        "收入年度": 2015,
        "工资性收入": 0,
        "生产经营性收入": net - 500,
        "财产性收入": 0,
        "转移性收入": 500,
        "生产经营性支出": 0,
        "家庭年纯收入": net,
        "人均纯收入": 2600,
        "医疗支出": 300,
        "存款": 1000,
    }
    return cells | {title: cell for title, cell in given.items() if title != "成员"}


@dataclass
class Small:
    """Households and lists as they are written; ``extract`` reads them as an import would."""

    day: date = DAY
    invention: Invention = field(default_factory=Invention)
    households: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def household(self, given: Cells | None = None, people: Sequence[Cells] = ({},)) -> list[dict[str, Any]]:
        """Adds a household in a village of its own and returns its people's cells."""
        given = given or {}
        place = len(self.households)
        code = given.get("行政村代码", village(place))
        household_no = given.get("户编号", f"{village(place)}{place % 10_000:04d}")
        self.households.append(household_cells(given, household_no, code, len(people)))
        mine = [self.invention.person(one, household_no, n, self.day) for n, one in enumerate(people, 1)]
        self.people += mine
        return mine

    def listed(self, name: str, person: Cells | None = None, **cells: Any) -> None:
        """Adds a row to a list: the person's name, number and village, and the list's own ``cells`` by title."""
        row: dict[str, Any] = {}
        if person is not None:
            code = next(h["行政村代码"] for h in self.households if h["户编号"] == person["户编号"])
            row = {"姓名": person["姓名"], "身份证号": person["证件号码"], "所在村": code}
        self.lists.setdefault(name, []).append(row | cells)

    def supplied(self, *names: str) -> None:
        """These lists were supplied, with or without rows."""
        for name in names:
            self.lists.setdefault(name, [])

    def places(self) -> Places:
        """``places``, in which those villages are poor or not that a household's cells say so of."""
        said = {h["行政村代码"]: h.pop(VILLAGE_TYPE) == "是" for h in self.households if VILLAGE_TYPE in h}
        around = places()
        villages = {
            code: replace(one, poor=said.get(code, one.poor)) for code, one in around.villages.items()
        }
        return replace(around, villages=villages)

    def extract(self) -> Extract:
        return Extract(
            day=self.day,
            persons=table("person", self.people),
            households=table("household", self.households),
            lists={name: table(name, rows) for name, rows in self.lists.items()},
        )


def table(name: str, rows: Sequence[Cells]) -> pa.Table:
    """Rows of cells by Chinese title as a typed table, each cell read as import reads it."""
    titles = {title for row in rows for title in row}
    facets = vocabulary.table(name).of_role("facet")
    columns = (*vocabulary.table(name).entered, *(one for one in facets if one.title.zh in titles))
    unknown = titles - {column.title.zh for column in columns}
    if unknown:
        raise KeyError(f"{name} has no column {'、'.join(sorted(unknown))}")
    return pa.table(
        {column.name: _array(column, (row.get(column.title.zh) for row in rows)) for column in columns}
    )


def _array(column: Column, cells: Iterable[Any]) -> pa.Array:
    read = reader(column)
    kind = SNAPSHOT_TYPES.get(column.kind)
    return pa.array([read(cell) for cell in cells], ARROW_TYPES[kind] if kind else pa.string())


def label(name: str, key: str) -> str:
    """The Chinese label of a code."""
    code_list = codes(name)
    return code_list.label(getattr(code_list, key))
