"""Refusals of procedures: each names the step, what is broken, its clause, and the way on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bangfu.platform.errors import Problem, Refused, Stale, WrongUsage
from bangfu.policy.words import Words


class UnknownFunction(WrongUsage):
    """A definition names a guard, check or effect that no domain has registered."""

    code = "procedures.unknown_function"
    says = Words(
        "程序定义引用了“{name}”({kind}),但没有对应的功能,因此没有办理。请联系系统管理员。",
        "A procedure names “{name}” ({kind}), for which there is no function; nothing was done. Tell the system "
        "administrator.",
    )


class AlreadyOpen(Refused):
    code = "procedures.already_open"
    says = Words(
        "“{procedure}”没有立案:该对象已有一件正在办理(办件 {case},{since} 起)。请在原办件中继续办理。",
        "“{procedure}” was not opened: a case about the same subject is under way (case {case}, since {since}). Go on "
        "there.",
    )


class CannotOpen(Refused):
    """The problems say what has to be done first."""

    code = "procedures.cannot_open"
    says = Words(
        "“{procedure}”没有立案({clause})。请先办理下列各项。",
        "“{procedure}” was not opened ({clause}). See to each item below first.",
    )


class NotOpen(Refused):
    code = "procedures.not_open"
    says = Words(
        "办件 {case} 的状态是“{state}”,不能再办理。如对结果有异议,请提出申诉或另行立案。",
        "Case {case} is “{state}”; nothing can be done in it any more. Appeal, or open a new case.",
    )


class StaleAct(Stale):
    """Somebody acted on the case meanwhile; the problems say who, when and what."""

    code = "procedures.stale"


class WrongStep(Refused):
    code = "procedures.wrong_step"
    says = Words(
        "办件 {case} 现在处于“{current}”,不能办理“{asked}”。各步骤须按顺序办理,不能跳过({clause})。"
        "请先办理“{current}”。",
        "Case {case} stands at “{current}”; “{asked}” cannot be done. Steps come in their order and none is skipped "
        "({clause}). Do “{current}” first.",
    )


class NotYours(Refused):
    code = "procedures.not_yours"
    says = Words(
        "“{step}”须由{role}({level})办理({clause}),您现在以{given}的身份办理,没有保存。请交由该岗位人员办理。",
        "“{step}” is done by {role} ({level}) ({clause}); you act as {given}. Nothing was saved. Hand it to somebody "
        "who holds that post.",
    )


class NoSuchDecision(Refused):
    code = "procedures.no_such_decision"
    says = Words(
        "“{step}”不能作出“{decision}”的决定;可选:{allowed}({clause})。请重新选择。",
        "“{step}” knows no decision “{decision}”; there are: {allowed} ({clause}). Choose again.",
    )


class WrongReturn(Refused):
    code = "procedures.wrong_return"
    says = Words(
        "“{step}”只能退回到:{allowed}({clause})。请选择其中一步。",
        "“{step}” returns only to: {allowed} ({clause}). Choose one of them.",
    )


class ReasonNeeded(Refused):
    code = "procedures.reason_needed"
    says = Words(
        "没有保存:须写明理由(至少{least}个字),当事人会看到。请填写后重试。",
        "Nothing was saved: this needs its reason (at least {least} characters), which those concerned will read. "
        "Write it and try again.",
    )


class NotReady(Refused):
    """The problems name every missing record and broken rule."""

    code = "procedures.not_ready"
    says = Words(
        "办件 {case} 的“{step}”还不能通过,没有保存。请按下列各项办理后重试。",
        "“{step}” of case {case} cannot pass yet; nothing was saved. See to each item below and try again.",
    )


class RecordRefused(Refused):
    """The problems say what is wrong with a record; ``by_case``: number of a case → those of its record."""

    by_case: Mapping[int, Sequence[Problem]] = MappingProxyType({})

    code = "procedures.record_refused"
    says = Words(
        "“{record}”没有登记({clause})。请按下列各项改正后重试。",
        "“{record}” was not put on record ({clause}). Mend each item below and try again.",
    )


class UnknownRecord(Refused):
    code = "procedures.unknown_record"
    says = Words(
        "程序“{procedure}”没有“{record}”这种材料。请从该步骤的材料清单中选择。",
        "The procedure “{procedure}” has no record “{record}”. Choose from the step's list.",
    )


class RecordOutOfTime(Refused):
    code = "procedures.record_out_of_time"
    says = Words(
        "“{record}”属于“{step}”,而办件现在处于“{current}”,不能{how}。{way}",
        "“{record}” belongs to “{step}”, and the case stands at “{current}”: it cannot be {how_en}. {way_en}",
    )


class NotHigher(Refused):
    code = "procedures.not_higher"
    says = Words(
        "“{step}”由{level}办理,只有更高层级才能代为决定;您的层级是{given}。请报上级办理。",
        "“{step}” is done at the level {level}; only a higher one may decide in its place, yours is {given}. Ask the "
        "level above.",
    )


class CannotOverride(Refused):
    code = "procedures.cannot_override"
    says = Words(
        "“{step}”的“{what}”不能免除:顺序、期限、回避和异议在任何层级都不能免除,其他要求只有程序写明的才能免除。请按规定补齐。",
        "“{what}” of “{step}” cannot be lifted: order, time, different persons and objections are lifted by nobody, "
        "anything else only where the procedure says so. See to what is missing.",
    )


class NotWithdrawable(Refused):
    code = "procedures.not_withdrawable"
    says = Words(
        "办件 {case} 没有撤回:“{procedure}”不是当事人申请的,当事人和经办的一级都不能撤回。当事人的意见请作为陈述登记;"
        "认为不成立的,请由现在的步骤不予通过。",
        "Case {case} was not withdrawn: nobody applied for “{procedure}”, so neither they nor the office in "
        "charge can take it back. Enter what they say as their statement; where there is no ground, the present step "
        "refuses it.",
    )


class WishNeeded(Refused):
    """The problems say what lacks."""

    code = "procedures.wish_needed"
    says = Words(
        "没有撤回:只有当事人本人要求才能撤回,须留下凭据。请按下列各项补齐后重试。",
        "Nothing was withdrawn: only the wish of those concerned takes a case back, and it is kept. Complete each item "
        "below and try again.",
    )


class NoAppeal(Refused):
    code = "procedures.no_appeal"
    says = Words(
        "办件 {case} 不能申诉:{why}。{way}",
        "Case {case} cannot be appealed: {why_en}. {way_en}",
    )


class AlreadyAnswered(Refused):
    code = "procedures.already_answered"
    says = Words(
        "这项异议已由{by}于{day}答复。请刷新页面查看。",
        "This objection was answered by {by} on {day}. Reload the page.",
    )


class OwnObjection(Refused):
    code = "procedures.own_objection"
    says = Words(
        "登记异议的人不能答复同一项异议。请由另一名工作人员答复。",
        "Whoever entered an objection cannot answer it. Let somebody else answer.",
    )


class OwnDecision(Refused):
    code = "procedures.own_decision"
    says = Words(
        "没有答复:异议针对的“{step}”是您办理的,您不能答复这项异议。请由另一名工作人员或上一级答复。",
        "Nothing was answered: you decided “{step}”, which the objection attacks. Let somebody else answer it, or the "
        "level above.",
    )


class TextNeeded(Refused):
    code = "procedures.text_needed"
    says = Words(
        "没有保存:请写明{what}(至少{least}个字)。",
        "Nothing was saved: write {what} (at least {least} characters).",
    )
