"""The households of 青禾县 as a clerk would write them into a workbook, and what other departments say of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from tests.cast.places import BRIDGE, OTHER_VILLAGE, SUMMIT, WILLOW

DAY: Final = date(2015, 12, 31)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(birth: str, order: int, area: str = "610926") -> str:
    """A valid number: ``order`` is odd for men and even for women. The area is a real one, the people are not."""
    digits = f"{area}{birth.replace('-', '')}{order:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    return digits + "10X98765432"[rest]


def _with_wrong_check(number: str) -> str:
    """The number with another last digit."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


_STONE: Final = identity("1963-04-04", 73)


def household(village: str, number: int, **facts: Any) -> dict[str, Any]:
    """A complete household of the registry; ``facts`` say what is different."""
    return {
        "户编号": f"{village}{number:04d}",
        "行政村代码": village,
        "村民小组": "1组",
        "联系电话": f"1390915{number:04d}",
        "户类型": "一般贫困户",
        "脱贫标志": "未脱贫",
        "首次识别时间": "2014-05-10",
        "主要致贫原因": "缺技术",
        "脱贫依靠": "产业、就业",
        "房屋等级": "B级",
        "是否危房户": "否",
        "住房面积": "86.5",
        "是否解决安全饮用水": "是",
        "入户路类型": "水泥路",
        "与村主干路距离": "0.4",
        "是否通生活用电": "是",
        "是否通广播电视": "是",
        "有无卫生厕所": "是",
        "主要燃料类型": "柴草",
        "耕地面积": "3.2",
        "林地面积": "5",
        "收入年度": "2015",
        "工资性收入": "0",
        "生产经营性收入": "3000",
        "财产性收入": "0",
        "转移性收入": "1000",
        "生产经营性支出": "800",
        "医疗支出": "900",
        "教育支出": "0",
        "存款": "2000",
        "负债": "0",
        **facts,
    }


def person(name: str, relation: str, sex: str, birth: str, order: int, **facts: Any) -> dict[str, Any]:
    """A person; ``facts`` say what is different from a healthy grown-up who stays at home."""
    return {
        "姓名": name,
        "证件类型": "居民身份证",
        "证件号码": identity(birth, order),
        "性别": sex,
        "出生日期": birth,
        "民族": "汉族",
        "与户主关系": relation,
        "婚姻状况": "已婚",
        "文化程度": "小学",
        "在校生状况": "非在校生",
        "健康状况": "健康",
        "劳动技能": "普通劳动力",
        "务工时间": "0",
        "是否参加基本医疗保险": "是",
        "是否参加大病保险": "是",
        "是否参加养老保险": "是",
        "人员识别时间": "2014-05-10",
        **facts,
    }


_PUPIL: Final = {
    "婚姻状况": "未婚",
    "在校生状况": "小学",
    "文化程度": "小学",
    "劳动技能": "无劳动力",
    "是否参加养老保险": "否",
}
_OLD: Final = {"婚姻状况": "丧偶", "劳动技能": "丧失劳动力"}
_ALONE: Final = {"婚姻状况": "未婚"}

Story = tuple[dict[str, Any], tuple[dict[str, Any], ...]]
#: Each household with its people, the head first.
STORIES: Final[tuple[Story, ...]] = (
    (
        household(WILLOW, 1, 工资性收入="6000"),
        (
            person("李大山", "户主", "男", "1972-03-07", 11, 务工时间="6", 务工区域="省外务工"),
            person("周巧云", "配偶", "女", "1974-08-19", 22),
            person("李明", "之子", "男", "2004-10-02", 33, **_PUPIL),
            person("何桂英", "之母", "女", "1946-01-25", 44, **_OLD),
        ),
    ),
    (
        household(WILLOW, 2),
        (
            person("王秀英", "户主", "女", "1948-06-30", 46, **_OLD),
            person("王小宝", "之孙子", "男", "2005-02-14", 55, **_PUPIL),
        ),
    ),
    (
        household(WILLOW, 3),
        (
            person("张建国", "户主", "男", "1970-11-11", 57),
            person("罗小琴", "配偶", "女", "1972-12-01", 62),
            person("张小梅", "之女", "女", "2003-09-09", 64, **_PUPIL),
        ),
    ),
    (
        household(WILLOW, 4, 主要致贫原因="", 脱贫依靠=""),
        (person("赵小满", "户主", "男", "1966-05-21", 71, **_ALONE),),
    ),
    (
        household(WILLOW, 5),
        (
            person("陈石头", "户主", "男", "1963-04-04", 73, 证件号码=_with_wrong_check(_STONE)),
            person("孟春花", "配偶", "女", "1965-07-15", 82),
        ),
    ),
    (
        household(WILLOW, 6),
        (
            person("杨有福", "户主", "男", "1975-02-28", 91),
            person("高玉兰", "配偶", "女", "1976-03-18", 92),
            person("杨柳", "之女", "女", "2004-06-01", 94, **_PUPIL),
            person("杨树", "之子", "男", "2006-07-07", 95, **_PUPIL),
        ),
    ),
    (
        household(WILLOW, 7, 户类型="脱贫户", 脱贫标志="已脱贫", 脱贫时间="2014-12-20", 工资性收入="16000"),
        (
            person("刘桂花", "户主", "女", "1969-10-10", 102),
            person("邓成", "配偶", "男", "1967-11-30", 103, 务工时间="10", 务工区域="县外省内务工"),
        ),
    ),
    (
        household(WILLOW, 8),
        (
            person("孙长贵", "户主", "男", "1960-01-09", 111),
            person("钱秀芝", "配偶", "女", "1962-02-17", 112),
            person("孙文", "之子", "男", "1986-03-23", 113, 文化程度="初中"),
            person("孙武", "之子", "男", "1990-08-08", 115, 文化程度="初中", **_ALONE),
            person("林燕", "之儿媳", "女", "1988-09-29", 116, 文化程度="初中"),
        ),
    ),
    (
        household(BRIDGE, 1),
        (
            person("周平", "户主", "男", "1971-07-01", 121),
            person("冯兰", "配偶", "女", "1973-01-02", 122),
        ),
    ),
    (
        household(BRIDGE, 2),
        (person("周萍", "户主", "男", "1971-07-01", 121, **_ALONE),),
    ),
    (
        household(BRIDGE, 3, 户类型="特困供养贫困户", 主要致贫原因="缺劳力", 脱贫依靠="低保兜底"),
        (person("吴老五", "户主", "男", "1941-03-03", 131, **{**_OLD, **_ALONE}),),
    ),
    (
        household(SUMMIT, 1),
        (
            person("郑云", "户主", "男", "1978-05-05", 141, **_ALONE),
            person("郑海", "弟", "男", "1982-06-06", 143, **_ALONE),
        ),
    ),
)
FOREIGN: Final[Story] = (
    household(OTHER_VILLAGE, 1),
    (person("马远", "户主", "男", "1969-09-19", 151, **_ALONE),),
)


def sheets(stories: tuple[Story, ...]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the sheets 户 and 人; sums follow from their parts."""
    households, people = [], []
    for one, members in stories:
        households.append({**one, **_sums(one, len(members))})
        people += [
            {**member, "户编号": one["户编号"], "人编号": f"{one['户编号']}{place:02d}"}
            for place, member in enumerate(members, start=1)
        ]
    return households, people


def _sums(one: dict[str, Any], members: int) -> dict[str, str]:
    parts = ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入")
    net = sum(int(one[part]) for part in parts) - int(one["生产经营性支出"])
    return {"人数": str(members), "家庭年纯收入": str(net), "人均纯收入": f"{net / members:.2f}"}


def _in_list(*names: str) -> Iterator[dict[str, Any]]:
    for _household, members in STORIES:
        for one in members:
            if not names or one["姓名"] in names:
                right = _STONE if one["姓名"] == "陈石头" else one["证件号码"]
                yield {"姓名": one["姓名"], "身份证号": right}


def lists() -> dict[str, list[dict[str, Any]]]:
    """List → its rows."""
    pupils = [one["姓名"] for _h, members in STORIES for one in members if one["在校生状况"] == "小学"]
    return {
        "deaths": [{**one, "死亡日期": "2015-11-02"} for one in _in_list("王秀英")],
        "vehicles": [
            {**one, "车辆类型": "小型轿车", "状态": "正常", "车牌号": "云A00001"}
            for one in _in_list("张建国")
        ],
        "civil_affairs": [
            *({**one, "救助类别": "农村低保", "家庭编号": "DB001"} for one in _in_list("杨有福", "高玉兰")),
            *({**one, "救助类别": "特困供养", "家庭编号": "TK001"} for one in _in_list("吴老五")),
        ],
        "enrolment": [
            {**one, "学段": "小学", "学校": "柳林小学", "学籍状态": "正常"} for one in _in_list(*pupils)
        ],
        "medical_insurance": [
            {**one, "参保类型": "城乡居民基本医疗保险", "参保年度": "2015"} for one in _in_list()
        ],
    }
