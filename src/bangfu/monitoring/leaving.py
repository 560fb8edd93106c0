"""May a village or a county leave: incidence, indicators, and who has to leave before (S2-35, S1-15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bangfu.divisions.models import Division, DivisionAttribute
from bangfu.monitoring.targets import COUNTY_LABELS, VILLAGE_LABELS
from bangfu.platform.errors import Problem
from bangfu.policy.parameters import parameters
from bangfu.policy.villages import checklists
from bangfu.policy.words import Words
from bangfu.registry.queries import incidence
from bangfu.targeting.checklists import lacking
from bangfu.targeting.models import Recognition

_INCIDENCE = Words("贫困发生率", "incidence of poverty")
NINE_ITEMS = "nine_items"
#: Rates that a county's assessment states, in 1/10 000: key → title, parameter, whether more is better.
COUNTY_RATES = {
    "wrong_exit_rate": (Words("错退率", "rate of wrong exits"), "exit.limits.wrong_exit_rate", False),
    "missed_rate": (Words("漏评率", "rate of missed households"), "exit.limits.missed_rate", False),
    "approval_rate": (Words("群众认可度", "approval of the people"), "exit.limits.approval_rate", True),
}


def percent(share: int) -> str:
    """1/10 000 as a percentage: 212 → 2.12%."""
    return f"{share / 100:g}%"


def standing_labels(
    division: str, kinds: tuple[DivisionAttribute.Kind, ...], day: date
) -> list[DivisionAttribute]:
    """The labels of one division that stand on the day."""
    found = DivisionAttribute.objects.filter(division_code=division, kind__in=kinds)
    return list(found.standing_on(day).order_by("kind"))


def incidence_problems(division: str, limit: str, day: date) -> Iterator[Problem]:
    """Incidence above the limit of the region, or one that cannot be told (S2-35)."""
    most = int(parameters()[limit].on(day, division))
    found = incidence(division, day)
    if found.share is None:
        yield Problem(
            _INCIDENCE,
            Words(
                "没有登记农村户籍人口数,无法计算(S2-35)。",
                "The rural population is not stated, so it cannot be told (S2-35).",
            ),
            Words(
                "请先登记该区划的农村户籍人口数及出处。",
                "Enter the rural population of the division with its source.",
            ),
        )
    elif found.share > most:
        yield Problem(
            _INCIDENCE,
            Words(
                f"还有{found.poor}人未脱贫,发生率{percent(found.share)},高于{percent(most)}(S2-35)。",
                f"{found.poor} people are poor still: {percent(found.share)} is above {percent(most)} (S2-35).",
            ),
            Words("请先完成户的脱贫,降到界限以内再办理。", "Bring it down to the limit first."),
        )


def indicator_problems(village: str, data: Mapping[str, Any], day: date) -> Iterator[Problem]:
    """Each of the nine items that was not checked, or is not met; and what the checklist of a village that a case
    recognised still lacks (S1-15)."""
    checklist = checklists()[NINE_ITEMS]
    given = data.get("items")
    rows: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    for item in checklist.items:
        row = rows.get(item.key)
        met = row.get("met") if isinstance(row, Mapping) else None
        if met is not True:
            yield Problem(
                item.title,
                Words("没有核查(S1-15)。", "It was not checked (S1-15).")
                if met is None
                else Words("未达标(S1-15)。", "It is not met (S1-15)."),
                Words("请核查并补齐后重新登记。", "Check it, provide it and enter the sheet again."),
            )
        elif isinstance(row, Mapping) and not str(row.get("evidence", "")).strip():
            yield Problem(
                item.title,
                Words("没有写明依据(S1-15)。", "It does not say on what it rests (S1-15)."),
                Words("请写明验收文件或现场情况。", "Name the acceptance paper or what was seen."),
            )
    if Recognition.objects.filter(division_code=village).exists():
        yield from lacking(village, checklist, day)


def villages_left(county: str, day: date) -> list[tuple[str, str]]:
    """Code and name of the villages of a county that are poor villages still."""
    still = DivisionAttribute.objects.under(county).standing_on(day).filter(kind__in=VILLAGE_LABELS)
    carried = sorted(set(still.values_list("division_code", flat=True)))
    names = dict(Division.objects.filter(code__in=carried).values_list("code", "name"))
    return [(code, names.get(code, code)) for code in carried]


def rate_problems(county: str, data: Mapping[str, Any], day: date) -> Iterator[Problem]:
    """Each rate of the assessment that is missing or beyond its limit (S2-35)."""
    for key, (title, parameter, more) in COUNTY_RATES.items():
        limit, value = int(parameters()[parameter].on(day, county)), data.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
            yield Problem(
                title,
                Words("没有登记,或不是万分之一为单位的比例(S2-35)。", "It is missing or no share (S2-35)."),
                Words("请按评估结果登记。", "Enter what the assessment found."),
            )
        elif (value <= limit) if more else (value >= limit):
            beyond = Words("须高于", "must be above") if more else Words("须低于", "must be below")
            yield Problem(
                title,
                Words(
                    f"为{percent(value)},{beyond.zh}{percent(limit)}(S2-35)。",
                    f"It is {percent(value)} and {beyond.en} {percent(limit)} (S2-35).",
                ),
                Words("请整改后重新评估。", "Mend what is behind it and assess again."),
            )


def county_labels(county: str, day: date) -> list[DivisionAttribute]:
    return standing_labels(county, COUNTY_LABELS, day)
