"""Whether every household of a round has been told (S4-58)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from bangfu.platform import clock
from bangfu.platform.errors import Problem
from bangfu.policy.words import Words
from bangfu.registry.models import Household, StatedFigure
from bangfu.targeting.models import Notification, RollHousehold, Round

#: So many households are named in a refusal; the page lists all.
NAMED = 20
_FIGURE: Final = "households"
_SHORTEST_REASON: Final = 4
ROLL = Words("全村户名册", "the roll of the village")


@dataclass(frozen=True)
class Told:
    """How far a round is with telling: households on the roll, told, tried in vain, not tried."""

    stated: int
    listed: int
    reached: int
    tried: int

    @property
    def untried(self) -> int:
        return self.listed - self.reached - self.tried

    @property
    def complete(self) -> bool:
        """Every household of the village is on the roll, and told or tried."""
        return self.listed == self.stated and self.untried == 0


def roll_of(one: Round) -> QuerySet[RollHousehold]:
    """The roll, each household with ``was_reached`` and ``was_tried``."""
    attempts = Notification.objects.filter(entry=OuterRef("pk"))
    return one.roll.annotate(
        was_reached=Exists(attempts.filter(reached=True)), was_tried=Exists(attempts)
    ).select_related("household")


def told(one: Round) -> Told:
    """The counts: as long as the lists of ``roll_of`` behind them."""
    listed = one.roll.count()
    reached = one.roll.filter(notifications__reached=True).distinct().count()
    tried = one.roll.filter(notifications__isnull=False).distinct().count()
    return Told(one.households, listed, reached, tried - reached)


@dataclass(frozen=True)
class Known:
    """How many households a village is known to have, and who says so."""

    households: int
    source: Words


def known_households(village: str, day: date) -> Known:
    """The larger of the newest stated figure of the village and the registry's count."""
    counted = Household.objects.filter(division_code=village).peopled_on(day).count()
    stated = (
        StatedFigure.objects.filter(division_code=village, figure=_FIGURE, as_of__lte=day)
        .order_by("-as_of")
        .first()
    )
    if stated is not None and stated.value // 100 > counted:
        return Known(
            stated.value // 100,
            Words(
                f"基本数据({stated.source},{stated.as_of})",
                f"the stated figure ({stated.source}, {stated.as_of})",
            ),
        )
    return Known(counted, Words("户籍册", "the registry"))


def fewer_than(one: Round, day: date) -> Known | None:
    """What is known of the village, where the round counts fewer households; else None."""
    known = known_households(one.division_code, day)
    return known if one.households < known.households else None


def fewer_problems(one: Round) -> Iterator[Problem]:
    """That the village counts fewer households than are known, and does not say why."""
    known = fewer_than(one, clock.today())
    if known is not None and len(one.why_fewer) < _SHORTEST_REASON:
        yield Problem(
            Words("全村户数", "households of the village"),
            Words(
                f"填报{one.households}户,少于{known.source.zh}的{known.households}户(S4-58)。",
                f"It says {one.households}, fewer than the {known.households} of {known.source.en} (S4-58).",
            ),
            Words(
                "请更正全村户数,或在“更正名册”中写明少于的原因,乡镇会看到。",
                "Correct the number, or say why it is less; the township sees that.",
            ),
        )


def untold_problems(one: Round) -> Iterator[Problem]:
    """What keeps the round from opening: households that the roll lacks, and those that nobody tried to tell."""
    counts = told(one)
    if counts.listed != one.households:
        yield Problem(
            ROLL,
            Words(
                f"名册有{counts.listed}户,全村{one.households}户(S4-58)。",
                f"The roll has {counts.listed} households, the village {one.households} (S4-58).",
            ),
            Words(
                "请补全名册,或更正全村户数。",
                "Complete the roll, or correct the number of households.",
            ),
        )
    if not counts.untried:
        return
    missing = one.roll.filter(notifications=None)[:NAMED]
    for entry in missing:
        yield Problem(
            f"{entry.serial} {entry.householder}",
            Words("没有告知记录(S4-58)。", "There is no record that the household was told (S4-58)."),
            Words(
                "请以会议、入户或电话告知并登记;没有联系上的也须登记。",
                "Tell them at a meeting, by a visit or by phone and enter it; enter a vain attempt as well.",
            ),
        )
    if counts.untried > NAMED:
        yield Problem(
            ROLL,
            Words(
                f"另有{counts.untried - NAMED}户没有告知记录。",
                f"{counts.untried - NAMED} more are without a record.",
            ),
            Words("请在名册中按“未告知”筛选查看。", "See them on the roll, filtered by “not told”."),
        )
