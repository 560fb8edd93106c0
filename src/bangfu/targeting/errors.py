"""Refusals of targeting: each says what is missing or broken, its clause, and the way on."""

from __future__ import annotations

from bangfu.platform.errors import Refused
from bangfu.policy.words import Words


class RoundRunning(Refused):
    code = "targeting.round_running"
    says = Words(
        "没有启动:该村 {since} 启动的识别批次尚未结束。请先结束它,或在原批次中继续办理。",
        "Not started: the village's round of {since} has not ended. End it first, or go on in it.",
    )


class NoVillage(Refused):
    code = "targeting.no_village"
    says = Words(
        "没有保存:“{division}”不是现有的行政村。请重新选择行政村。",
        "Nothing was saved: “{division}” is no village in being. Choose a village.",
    )


class MobilisationNeeded(Refused):
    code = "targeting.mobilisation"
    says = Words(
        "没有启动:须写明宣传动员大会的情况、到会人数和全村户数(S4-58)。请补填后重试。",
        "Not started: say how the mobilisation meeting went, how many attended, and how many households the village "
        "has (S4-58).",
    )


class WrongRoundState(Refused):
    code = "targeting.round_state"
    says = Words(
        "没有保存:识别批次处于“{state}”,不能{what}。{way}",
        "Nothing was saved: the round is at “{state_en}”; it cannot be used to {what_en}. {way_en}",
    )


class NotEverybodyTold(Refused):
    """The problems say who has not been told, and what the roll lacks."""

    code = "targeting.not_told"
    says = Words(
        "没有开始受理:须先告知全村每一户,或留下告知记录(S4-58)。请按下列各项办理。",
        "Applications were not opened: every household must be told first, or an attempt be on record (S4-58). See to "
        "each item below.",
    )


class RowsRefused(Refused):
    """The problems name each row that is refused; no row was saved."""

    code = "targeting.rows"
    says = Words(
        "共{rows}行,其中{refused}行不能办理,全部没有保存。请按下列各项改正后重新提交。",
        "{refused} of {rows} rows are refused, so none was saved. Mend each item below and send them again.",
    )


class PanelIncomplete(Refused):
    """The problems say what the panel lacks."""

    code = "targeting.panel"
    says = Words(
        "评议小组没有确定(S4-62)。请按下列各项补齐后重试。",
        "The review panel was not seated (S4-62). See to each item below first.",
    )


class UnderWay(Refused):
    code = "targeting.under_way"
    says = Words(
        "没有结束:还有{count}件申请正在办理。请先办结或撤回。",
        "The round was not ended: {count} applications are under way. Settle or withdraw them first.",
    )


class AlreadyRecognised(Refused):
    code = "targeting.already_recognised"
    says = Words(
        "没有立案:{village} 自 {since} 起已是贫困村。无需再次识别。",
        "No case was opened: {village} has been a recognised village since {since}; there is nothing to apply for.",
    )


class ListIncomplete(Refused):
    """The problems name each item that lacks."""

    code = "targeting.list_incomplete"
    says = Words(
        "“{checklist}”不能确认完成({clause})。请按下列各项补齐后重试。",
        "“{checklist}” cannot be declared done ({clause}). See to each item below first.",
    )


class UnknownItem(Refused):
    code = "targeting.unknown_item"
    says = Words(
        "没有保存:清单“{checklist}”没有项目“{item}”。请从清单中选择。",
        "Nothing was saved: the checklist “{checklist}” has no item “{item}”. Choose one of it.",
    )


class NotRecognised(Refused):
    code = "targeting.not_recognised"
    says = Words(
        "没有保存:{village} 现在不是贫困村,没有需要登记的达标清单。请先完成村级识别(S1-12)。",
        "Nothing was saved: {village} is no recognised village, so it has no checklist. Recognise it first (S1-12).",
    )


class BadItem(Refused):
    """The problems say what is wrong with the entry."""

    code = "targeting.bad_item"
    says = Words(
        "“{item}”没有登记({clause})。请按下列各项改正后重试。",
        "“{item}” was not entered ({clause}). Mend each item below and try again.",
    )


class AlreadyDone(Refused):
    code = "targeting.already_done"
    says = Words(
        "“{checklist}”已于 {day} 确认完成。请刷新页面查看。",
        "“{checklist}” was declared done on {day}. Reload the page.",
    )


class NothingGiven(Refused):
    code = "targeting.nothing_given"
    says = Words(
        "没有保存:提交的内容里没有任何一行。请先填写或选择。",
        "Nothing was saved: not one row was handed in. Fill in or choose some first.",
    )


class DoubtNeeded(Refused):
    code = "targeting.doubt_needed"
    says = Words(
        "没有立案:须选择该户一项核实属实的疑点({clause})。请在该户的疑点中选择,或先核实疑点。",
        "No case was opened: name a doubt about the household that was verified ({clause}). Choose one of its doubts, "
        "or have one verified first.",
    )


class ByTownship(Refused):
    """A village alone would change how many households or people are on the books. ``household``, ``what``."""

    code = "targeting.by_township"
    says = Words(
        "没有保存:{household} 是在册户,{what}会改变在册户数或人数,由镇扶贫办在户档案中办理(S2-42)。"
        "请把户口簿和理由报镇里。",
        "Nothing was saved: household {household} is on the books, and {what} changes how many are. The township does "
        "it in the household's file (S2-42); send it the household register and the reason.",
    )


class NoticeRefused(Refused):
    """The problems say what may not be made public, or what lacks."""

    code = "targeting.notice"
    says = Words(
        "公示没有发布。请按下列各项改正后重试。",
        "The notice was not published. Mend each item below and try again.",
    )


class NoticeOver(Refused):
    code = "targeting.notice_over"
    says = Words(
        "没有登记:“{title}”已于 {day} 结束。{way}",
        "Nothing was entered: “{title}” ended on {day}. {way_en}",
    )


class NoNotice(Refused):
    code = "targeting.no_notice"
    says = Words(
        "公示没有发布:步骤“{step}”没有公示要求。请在设有公示的步骤发布。",
        "The notice was not published: the step “{step}” has none. Publish it at a step that has.",
    )


class OnlyPublished(Refused):
    code = "targeting.only_published"
    says = Words(
        "没有登记:“{record}”只能由发布公示产生,不能手工登记(S2-43)。请在办件页面或“批量办理”中发布公示。",
        "Nothing was entered: “{record}” comes from publishing the notice, never by hand (S2-43). Publish it on the "
        "page of the case, or for many cases at once.",
    )


class TooManyVoices(Refused):
    code = "targeting.too_many"
    says = Words(
        "没有提交:今天{which}已收到{most}次异议或意见。请明天再试,或直接联系{issuer}(电话{phone},地址{address})。",
        "Nothing was taken: {most} objections or comments came {which_en} today. Try again tomorrow, or turn to "
        "{issuer} (phone {phone}, {address}).",
    )


class BadContact(Refused):
    code = "targeting.bad_contact"
    says = Words(
        "没有提交:联系电话不是电话号码。请填写完整的手机号或带区号的座机号,也可以留空。",
        "Nothing was taken: that is no phone number. Enter the whole number with its area code, or leave it empty.",
    )


class CommentAnswered(Refused):
    code = "targeting.comment_answered"
    says = Words(
        "没有保存:这条意见已由 {by} 于 {day} 答复。请刷新页面查看。",
        "Nothing was saved: {by} answered this comment on {day}. Reload the page.",
    )


class DeliveryRefused(Refused):
    """The problems say what lacks."""

    code = "targeting.delivery"
    says = Words(
        "没有登记送达(S0-14)。请按下列各项补齐后重试。",
        "The delivery was not entered (S0-14). Complete each item below and try again.",
    )


class BatchWaits(Refused):
    code = "targeting.batch_waits"
    says = Words(
        "没有提交:本村 {year} 年度更新已由 {by} 于 {day} 提交,还在等镇里确认。请等镇里处理,或先撤回那一批再提交;"
        "您填写的内容已存为草稿。",
        "Nothing was handed in: {by} handed in the village's update of {year} on {day}, and the township has not "
        "decided it. Wait for it, or take that batch back first; what you typed is kept as a draft.",
    )


class BatchDecided(Refused):
    code = "targeting.batch_decided"
    says = Words(
        "没有办理:这一批已于 {day} 由 {by} 处理,现在是“{state}”。请刷新页面查看;要改数,请重新提交一批。",
        "Nothing was done: {by} dealt with this batch on {day}; it is “{state}” now. Reload the page; to change "
        "figures hand in another batch.",
    )


class OtherPersonNeeded(Refused):
    code = "targeting.other_person"
    says = Words(
        "没有确认:这一批是 {by} 提交的,提交和确认须是两个人(S4-57)。请让镇里其他同志确认。",
        "Not confirmed: {by} handed this batch in, and another person has to confirm it (S4-57). Ask a colleague of "
        "the township.",
    )


class NoNumbers(Refused):
    code = "targeting.no_numbers"
    says = Words(
        "没有读取:工作表“{sheets}”里没有“户编号”列,或没有一列收支数。请用“下载工作簿”得到的表填写后再上传。",
        "Nothing was read: the sheet “{sheets}” has no column of household numbers, or none of figures. Fill in the "
        "workbook that “Download the workbook” gives, and upload it again.",
    )
