"""Refusals of the quality floor."""

from __future__ import annotations

from bangfu.platform.errors import Refused
from bangfu.policy.words import Words


class AlreadySettled(Refused):
    code = "quality.already_settled"
    says = Words(
        "这个疑点现在是“{state}”,不能再{step}。请刷新页面查看最新情况。",
        "This doubt is “{state}” now, so this step ({step}) is not open. Reload the page to see where it stands.",
    )


class TextNeeded(Refused):
    code = "quality.text_needed"
    says = Words(
        "请写明核实情况(至少{least}个字):看了什么、问了谁、结果如何。",
        "Say what was checked (at least {least} characters): what was seen, who was asked, what came of it.",
    )


class EvidenceNeeded(Refused):
    code = "quality.evidence_needed"
    says = Words(
        "“不属实”的结论会直接影响对象资格,须附证据(照片、证明或截图)。请上传一个文件。",
        "This finding bears on somebody's status and needs evidence (photo, certificate, screenshot). Attach a file.",
    )


class SamePerson(Refused):
    code = "quality.same_person"
    says = Words(
        "复核人不能是核实人本人。请由另一名工作人员复核。",
        "Whoever checked cannot verify the finding. Let somebody else verify it.",
    )


class LowerLevel(Refused):
    code = "quality.lower_level"
    says = Words(
        "没有复核:核实结论是上级的{by}作出的,下级不能复核。请由同级或更上一级的另一名工作人员复核。",
        "Not verified: {by}, of a higher level, made the finding, and no lower level verifies it. Let somebody else of "
        "the same level or above verify it.",
    )


class FieldEvidenceNeeded(Refused):
    code = "quality.field_evidence"
    says = Words(
        "“{what}”的实际情况须有实地依据(入户看了什么、问了谁)。没有依据不能填写,更不能改写原来核实的“{before}”。请补写依据。",
        "What was found on the spot for “{what}” needs its evidence (what was seen, who was asked). Without it nothing "
        "is entered, and what was found before (“{before}”) is not overwritten. Write the evidence.",
    )


class NotACounty(Refused):
    """Rules are run over a county: lists are supplied for a county, and doubles cross its townships. ``area``."""

    code = "quality.not_a_county"
    says = Words(
        "核查以县为单位进行(部门名单按县提供,重复登记要跨乡镇比对),“{area}”不是县级代码。请选择县。",
        "Checks run over a whole county (lists are supplied for a county, and doubles cross townships); “{area}” is "
        "none. Choose the county.",
    )


class UnknownFact(Refused):
    code = "quality.unknown_fact"
    says = Words(
        "“{what}”不在三方核对的项目中。请从列表中选择项目。",
        "“{what}” is not among the facts that are compared. Choose one from the list.",
    )


class UnknownPaper(Refused):
    code = "quality.unknown_paper"
    says = Words(
        "档案清单中没有“{what}”。请从清单中选择。",
        "The checklist has no paper “{what}”. Choose one from the list.",
    )


class GoalNeeded(Refused):
    code = "quality.goal_needed"
    says = Words(
        "请写明目标和依据(哪份规划、哪次会议)。没有依据的目标不登记。",
        "Say what the goal is and what it rests on (which plan, which meeting). A goal without it is not recorded.",
    )


class GoalThere(Refused):
    code = "quality.goal_there"
    says = Words(
        "这个村已有目标“{goal}”。请写成另一个目标,或在原目标上登记完成。",
        "The village has the goal “{goal}” already. Write another one, or note that it is reached.",
    )


class GoalOutOfOrder(Refused):
    code = "quality.goal_dates"
    says = Words(
        "日期 {day} 须晚于目标确定日期 {earlier}。请核对日期。",
        "The day {day} must come after the goal was set ({earlier}). Check the days.",
    )


class NothingTried(Refused):
    code = "quality.nothing_tried"
    says = Words(
        "没有选择要测算的参数。请至少在方案一中选一个参数,填写新的值和起始日期。",
        "No parameter was chosen. Choose at least one for the first variant, with its new value and first day.",
    )


class NotYetThen(Refused):
    code = "quality.not_yet_then"
    says = Words(
        "方案从 {since} 起,晚于测算日 {day},测算日那天还没有变化。请把起始日期改为 {day} 或以前。",
        "The value holds from {since}, after the day {day} of the trial: nothing would change yet. "
        "Let it begin on {day} or before.",
    )
