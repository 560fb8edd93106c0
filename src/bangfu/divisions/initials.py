"""Pinyin initials of a name without its ending, as people type them: 平利县 → pl, 药妇沟村委会 → yfg."""

from __future__ import annotations

import re
from typing import Final

from pypinyin import Style, lazy_pinyin

from bangfu.analytics import names
from bangfu.divisions.codes import Level

#: What may follow a name at each level. At least two characters stay in front, so that 市辖区 keeps a name.
_ENDINGS: Final = {
    Level.PROVINCE: r"省|市|(?:壮族|回族|维吾尔)?自治区",
    Level.CITY: r"市|地区|盟|自治州|林区",
    Level.COUNTY: r"自治县|自治旗|县|市|区|旗|林区|特区",
    Level.TOWNSHIP: r"街道办事处|街道|办事处|民族乡|民族苏木|镇|乡|苏木|区公所",
    Level.VILLAGE: r"(?:村|社区|嘎查|居)?(?:村民|居民|牧民)委员会|(?:社区)?(?:村委会|居委会)|牧委会"
    r"|社区村|社区|嘎查村|嘎查|村|生活区",
}
_STEMS: Final = {level: re.compile(rf"(?<=..)(?:{endings})$") for level, endings in _ENDINGS.items()}
#: Letters typed after the initials of a name, and the endings that they stand for (plx: 平利县).
ENDING_LETTERS: Final = {
    "s": ("省", "市"),
    "x": ("县", "乡"),
    "zzx": ("自治县",),
    "zzz": ("自治州",),
    "q": ("区", "旗"),
    "z": ("镇",),
    "jd": ("街道", "街道办事处"),
    "c": ("村", "村委会", "村民委员会"),
    "cwh": ("村委会",),
    "sq": ("社区", "社区居委会", "社区居民委员会"),
    "jwh": ("居委会",),
}


def stem(name: str, level: Level) -> str:
    """``name`` without the ending that its level gives it (城关镇 → 城关)."""
    return _STEMS[level].sub("", name)


def initials(name: str, level: Level) -> str:
    """Initial letters of the stem's syllables, lower case.

    Down to townships a phrase is read as a phrase (重庆 → cq); 620 000 villages are read sign by sign.
    """
    own = stem(name, level)
    if level is Level.VILLAGE:
        return names.initials(own)
    return "".join(lazy_pinyin(own, style=Style.FIRST_LETTER)).lower()
