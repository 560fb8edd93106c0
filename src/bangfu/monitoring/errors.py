"""Refusals of monitoring: each says what is missing or broken, its clause, and the way on."""

from __future__ import annotations

from bangfu.platform.errors import Refused
from bangfu.policy.words import Words


class BadTarget(Refused):
    """The problems say what is wrong with the target or its parts."""

    code = "monitoring.bad_target"
    says = Words(
        "{year}年的减贫任务没有保存(S2-03)。请按下列各项改正后重试。",
        "The target of {year} was not saved (S2-03). Mend each item below and try again.",
    )


class PartsFallShort(Refused):
    code = "monitoring.parts_short"
    says = Words(
        "没有保存:“{division}”{year}年的任务为{target},各下级之和只有{sum},还差{lacking}(S2-03)。请调高下级任务,或先由下级重新分解。",
        "Nothing was saved: the target of {division} for {year} is {target}; its parts make {sum}, {lacking} short "
        "(S2-03). Raise the parts, or let the divisions below divide theirs anew first.",
    )


class PartOfAnother(Refused):
    code = "monitoring.part_of_another"
    says = Words(
        "没有保存:“{division}”的任务由上级“{parent}”分解而来。请由上级重新分解(S2-03)。",
        "Nothing was saved: the target of {division} is a part of that of {parent}, which divides it anew (S2-03).",
    )


class PlanRefused(Refused):
    """The problems name each household; no row was saved."""

    code = "monitoring.plan"
    says = Words(
        "减贫计划没有保存(S4-35)。请按下列各项改正后重试。",
        "The plan was not saved (S4-35). Mend each item below and try again.",
    )


class NothingGiven(Refused):
    code = "monitoring.nothing_given"
    says = Words(
        "没有保存:提交的内容里没有任何一户(S4-76)。退出须逐户办理,请选择要办理的户。",
        "Nothing was saved: not one household was handed in (S4-76). Exit goes household by household; choose some.",
    )


class NotVerified(Refused):
    """The problems name each household without a verification of its own."""

    code = "monitoring.not_verified"
    says = Words(
        "没有办理:退出须逐户核实验收,不能成批代替(S4-76)。请先为下列各户登记核实验收表。",
        "Nothing was done: each household is verified by itself, never in bulk (S4-76). Enter the sheets below.",
    )


class NoLabel(Refused):
    code = "monitoring.no_label"
    says = Words(
        "没有立案:“{division}”现在没有需要退出的贫困标记(S2-35)。请核对区划和认定文件。",
        "No case was opened: {division} carries no label of poverty to end (S2-35). Check division and document.",
    )


class NotMarginal(Refused):
    code = "monitoring.not_marginal"
    says = Words(
        "没有立案:户 {household} 是在册贫困户,不走边缘户救急难(S2-31)。请按在册户的帮扶措施办理。",
        "No case was opened: household {household} is registered as poor, so this path is not its own (S2-31). Use the "
        "measures of registered households.",
    )


class NotVillageOrTownship(Refused):
    code = "monitoring.not_village"
    says = Words(
        "没有立案:户 {household} 纳入监测须由所在村或乡镇提出(S1-43)。请交由村或乡镇办理。",
        "No case was opened: the village of household {household}, or its township, asks that it be monitored (S1-43). "
        "Hand it to them.",
    )


class BadGround(Refused):
    """The problems say what the case cannot rest on."""

    code = "monitoring.bad_ground"
    says = Words(
        "户 {household} 没有立案(S1-43)。请按下列各项改正后重试。",
        "No case about household {household} was opened (S1-43). Mend each item below and try again.",
    )


class BadReport(Refused):
    """The problems say which field cannot be used; none repeats what was typed."""

    code = "monitoring.bad_report"
    says = Words(
        "申报没有提交。请按下列各项改正后重新提交。",
        "The report was not handed in. Mend each item below and send it again.",
    )


class TooManyReports(Refused):
    code = "monitoring.too_many"
    says = Words(
        "今天从这里或用这个号码提交的申报已达{most}次,没有再次提交。请明天再试,或直接联系村委会。",
        "Today {most} reports came from here or with this number; this one was not taken. Try again tomorrow, or go to "
        "the village committee.",
    )


class NoCounty(Refused):
    code = "monitoring.no_county"
    says = Words(
        "没有立案:“{division}”不是现有的{level}。请重新选择。",
        "No case was opened: {division} is no {level_en} in being. Choose again.",
    )
