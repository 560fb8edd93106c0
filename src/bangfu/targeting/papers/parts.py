"""What several papers say alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.platform.files.papers.blocks import Column, Field, Fields, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member as forms list people; ``identity`` is masked already."""

    name: str
    relation: str = ""
    sex: str = ""
    born: date | None = None
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The household that a paper is about; ``place``: county, township and village as one text."""

    household_no: str
    householder: str
    place: str
    village: str
    group: str = ""
    address: str = ""
    phone: str = ""
    members: Sequence[Member] = ()


def written(day: date | None) -> str:
    """2026年3月2日; empty where there is none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def written_month(day: date | None) -> str:
    """1961年4月; empty where there is none."""
    return f"{day.year}年{day.month}月" if day else ""


def committee(village: str) -> str:
    """The committee of a village as a paper addresses it: 药妇沟村委会 → 药妇沟村民委员会."""
    for short, whole in (("村委会", "村民委员会"), ("居委会", "居民委员会")):
        if village.endswith(short):
            return village.removesuffix(short) + whole
    return village if village.endswith("委员会") else f"{village}村民委员会"


def named(family: Family, kind: str) -> str:
    """How the file of a household's paper is called."""
    return f"{family.household_no}_{family.householder}_{kind}"


def head_of(family: Family) -> Fields:
    """Who and where: the first rows of a household's form."""
    return Fields(
        (
            (Field("户主姓名", family.householder), Field("户编号", family.household_no)),
            (
                Field("行政村", family.village),
                Field("村民小组", family.group),
            ),
            (Field("家庭住址", family.address), Field("家庭人口", f"{len(family.members)}人")),
        )
    )


def members_of(family: Family) -> Table:
    """The members, the head first."""
    return Table(
        (
            Column("姓名", 1.5),
            Column("与户主关系", 1.4),
            Column("性别", 0.7),
            Column("出生年月", 1.4),
            Column("证件号码", 2.2),
            Column("备注", 1.1),
        ),
        [
            (one.name, one.relation, one.sex, written_month(one.born), one.identity, "")
            for one in family.members
        ],
    )
