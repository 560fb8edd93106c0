"""What a step asks for besides records, in words: the rules that the definitions name (a test keeps them complete)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bangfu.policy.words import Words


@dataclass(frozen=True, slots=True)
class Guard:
    """The title of a rule, and the way on where it is not met: the text of a link, and where that leads.

    ``place``: ``record:<kind>`` for a record of the same case, empty where only somebody else can go on, else a place
    of ``web.ways``.
    """

    title: Words
    way: Words
    place: str


_SHEET = Words("看核实验收表和判定", "see the sheet and its verdict")
_FILE = Words("看该户的档案", "see the household's file")
_INDICATORS = Words("登记指标核查表", "enter the indicators as checked")

#: Guard → its title and the way on.
GUARDS: Final[Mapping[str, Guard]] = {
    "households_notified": Guard(
        Words("全村每户已告知", "every household was told"), Words("登记告知", "enter who was told"), "told"
    ),
    "panel_is_complete": Guard(
        Words("评议小组人数", "size of the review panel"),
        Words("补齐评议小组名册", "complete the roster of the panel"),
        "panel",
    ),
    "ballot_carries": Guard(
        Words("票决有效并通过", "the ballot carries"), Words("登记票数", "enter the votes"), "ballots"
    ),
    "home_visited_by_township": Guard(
        Words("镇干部已入户", "township staff were at the home"),
        Words("登记入户调查", "enter the home visit"),
        "record:home_visit",
    ),
    "doubt_is_verified": Guard(
        Words("疑点已核实", "the doubt is verified"), Words("去核实疑点", "verify the doubt"), "doubt"
    ),
    "standard_version_given": Guard(
        Words("识别标准版本有效", "the version of the standard is in force"),
        Words("重新登记申请书", "enter the application again"),
        "record:village_application",
    ),
    "village_indicators_complete": Guard(
        Words("村级指标齐全", "indicators of the village"), _INDICATORS, "record:village_indicators"
    ),
    "household_is_registered": Guard(Words("该户在册", "the household is registered"), _FILE, "household"),
    "household_has_exited": Guard(Words("该户已脱贫", "the household has left"), _FILE, "household"),
    "household_is_monitored": Guard(
        Words("该户是监测对象", "the household is monitored"), _FILE, "household"
    ),
    "household_is_not_monitored": Guard(
        Words("该户还不是监测对象", "the household is not monitored yet"), _FILE, "household"
    ),
    "exit_verdict_allows": Guard(
        Words("政策判定:可以退出", "the policy verdict allows the exit"), _SHEET, "verdict"
    ),
    "standard_is_provincial": Guard(
        Words("脱贫标准由国家或省规定", "the line is fixed by nation or province"),
        Words("看脱贫标准的取值", "see the values of the line"),
        "line",
    ),
    "village_incidence_within_limit": Guard(
        Words("贫困发生率在界限以内", "incidence is within the limit"),
        Words("看在册户和退出情况", "see who is on the books and who left"),
        "exits",
    ),
    "village_exit_indicators": Guard(
        Words("九项指标达标", "the nine items are met"), _INDICATORS, "record:village_indicators"
    ),
    "villages_have_exited": Guard(
        Words("贫困村已全部出列", "all its villages have left"),
        Words("看贫困村出列的办件", "see the cases of its villages"),
        "village_exits",
    ),
    "county_exit_indicators": Guard(
        Words("县级指标达标", "indicators of the county"),
        Words("登记专项评估结果", "enter the result of the assessment"),
        "record:assessment_report",
    ),
    "risk_is_gone": Guard(
        Words("风险已消除", "the risk is gone"),
        Words("看该户的预警", "see the household's warnings"),
        "warnings",
    ),
    "not_who_refused": Guard(
        Words("不是原决定人", "somebody who did not refuse it"),
        Words("须由另一人办理", "somebody else has to do it"),
        "",
    ),
}
