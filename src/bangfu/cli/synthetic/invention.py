"""Inventing names and identity numbers. Names are drawn by sound and use; numbers have a valid check digit."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random
from typing import Final

from bangfu.analytics import names
from bangfu.analytics.identity_numbers import check_character

SURNAMES: Final[list[str]] = [
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭蔡潘田董袁于余叶",
    *"蒋杜苏魏程吕丁沈任姚卢钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙",
    *"黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤柯",
    "欧阳",
    *"储詹",
]
MEN = (
    "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢阳建亮成"
    "峰志国庆海山福贵财兴发全有德才学文武义仁信忠良民安康"
)
WOMEN = (
    "芳娜敏静丽艳娟霞燕玲桂英华慧红梅兰秀珍萍莉翠云菊香莲花凤琴美玉月巧春秋"
    "雪晶晶倩婷婷雅洁颖瑶琳佳欣悦怡彩银翠爱勤会"
)
BOTH = "金玉春明华平安文清晓小国世永立先启忠荣正光明东西南北新大中天长元运泽润家传仕昌成承"
#: Area codes on the cards of the region: the county today, its code before the prefecture became a city, neighbours.
OLD_AREAS = ("612429", "612401", "612427")


class Inventor:
    """Names and numbers, none given twice."""

    def __init__(self, random: Random, area: str) -> None:
        self.random = random
        self.area = area
        self._used: set[str] = set()
        self._serial = 0

    def surname(self) -> str:
        rank = min(int(self.random.paretovariate(0.9)) - 1, len(SURNAMES) - 1)
        return SURNAMES[rank if rank < len(SURNAMES) // 2 else self.random.randrange(len(SURNAMES))]

    def name(self, sex: int, surname: str | None = None) -> str:
        own = MEN if sex == 1 else WOMEN
        first = surname or self.surname()
        if self.random.random() < 0.22:
            return first + self.random.choice(own)
        return (
            first + self.random.choice(BOTH if self.random.random() < 0.55 else own) + self.random.choice(own)
        )

    def number(self, birth: date, sex: int, *, area: str | None = None) -> str:
        """A valid number, not used before."""
        where = area or (self.area if birth.year >= 1992 or self.random.random() < 0.2 else self._old_area())
        while True:
            order = self.random.randrange(1, 999)
            order += (order % 2) != (sex % 2)
            body = f"{where}{birth:%Y%m%d}{order:03d}"
            number = body + check_character(body)
            if number not in self._used:
                self._used.add(number)
                return number

    def twin_of(self, number: str) -> str:
        """The number registered next, on the same day and of the same sex."""
        for step in range(2, 999, 2):
            body = f"{number[:14]}{(int(number[14:17]) + step) % 1000:03d}"
            found = body + check_character(body)
            if found not in self._used:
                self._used.add(found)
                return found
        raise ValueError(number)

    def _old_area(self) -> str:
        return OLD_AREAS[0] if self.random.random() < 0.8 else self.random.choice(OLD_AREAS)

    def phone(self) -> str:
        """Of a range that no operator gives to people (140 is for machines)."""
        self._serial += 1
        return f"140{self._serial:08d}"


def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for character in sorted(
        set(MEN + WOMEN + BOTH + "威卫伦军君俊均郡钧磊蕾垒芳方房防敏闽丽利莉力历静净靖晶慧惠会汇")
    ):
        found[names.sound(character)].append(character)
    return found


SOUNDS = _by_sound()


def homophone(name: str, random: Random) -> str | None:
    """The name with one character of the given name replaced by one that sounds alike; None when there is none."""
    for place in random.sample(range(1, len(name)), len(name) - 1):
        others = [
            one
            for one in SOUNDS.get(names.sound(name[place]), ())
            if names.normal(one) != names.normal(name[place])
        ]
        if others:
            return name[:place] + random.choice(others) + name[place + 1 :]
    return None


def one_off(name: str, sex: int, random: Random) -> str | None:
    """A three-character name with another last character that sounds different."""
    if len(name) < 3:
        return None
    own = [one for one in (MEN if sex == 1 else WOMEN) if names.sound(one) != names.sound(name[-1])]
    return name[:-1] + random.choice(own)
