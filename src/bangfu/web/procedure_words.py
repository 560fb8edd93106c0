"""Titles of what a step asks for besides records: the rules that the definitions name (a test keeps them complete)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bangfu.policy.words import Words

#: Guard → its title.
GUARDS: Final[Mapping[str, Words]] = {
    "households_notified": Words("全村每户已告知", "every household was told"),
    "panel_is_complete": Words("评议小组人数", "size of the review panel"),
    "ballot_carries": Words("票决有效并通过", "the ballot carries"),
    "home_visited_by_township": Words("镇干部已入户", "township staff were at the home"),
    "doubt_is_verified": Words("疑点已核实", "the doubt is verified"),
    "standard_version_given": Words("识别标准版本有效", "the version of the standard is in force"),
    "village_indicators_complete": Words("村级指标齐全", "indicators of the village"),
    "household_is_registered": Words("该户在册", "the household is registered"),
    "household_has_exited": Words("该户已脱贫", "the household has left"),
    "household_is_monitored": Words("该户是监测对象", "the household is monitored"),
    "exit_verdict_allows": Words("政策判定:可以退出", "the policy verdict allows the exit"),
    "standard_is_provincial": Words("脱贫标准由国家或省规定", "the line is fixed by nation or province"),
    "village_incidence_within_limit": Words("贫困发生率在界限以内", "incidence is within the limit"),
    "village_exit_indicators": Words("九项指标达标", "the nine items are met"),
    "villages_have_exited": Words("贫困村已全部出列", "all its villages have left"),
    "county_exit_indicators": Words("县级指标达标", "indicators of the county"),
    "risk_is_gone": Words("风险已消除", "the risk is gone"),
    "not_who_refused": Words("不是原决定人", "somebody who did not refuse it"),
}
