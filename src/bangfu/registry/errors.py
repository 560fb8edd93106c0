"""Refusals of the registry."""

from __future__ import annotations

from bangfu.platform.errors import Refused
from bangfu.policy.words import Words


class AlreadyThere(Refused):
    code = "registry.already_there"
    says = Words(
        "{what}“{number}”已经登记。请先搜索该编号,在原有记录上更正。",
        "{what} “{number}” is registered already. Search for it and correct that record.",
    )


class NotAMember(Refused):
    code = "registry.not_a_member"
    says = Words(
        "{name} 在 {day} 不是户 {household} 的成员,不能办理。请核对日期,或先办理迁入。",
        "{name} is no member of household {household} on {day}. Check the day, or record the arrival first.",
    )


class StillAMember(Refused):
    code = "registry.still_a_member"
    says = Words(
        "{name} 在 {day} 仍是户 {household} 的成员。一个人不能同时在两户,请先在原户办理迁出或婚出。",
        "{name} still belongs to household {household} on {day}. Nobody is in two households: "
        "record the departure there first.",
    )


class DatesOutOfOrder(Refused):
    code = "registry.dates"
    says = Words(
        "{what}的日期 {day} 早于 {earlier}({since})。请核对日期。",
        "The day {day} of {what} lies before {earlier} ({since}). Check the dates.",
    )


class InTheFuture(Refused):
    code = "registry.future"
    says = Words(
        "日期 {day} 还没有到。请填写实际发生的日期。",
        "The day {day} has not come yet. Enter the day on which it happened.",
    )


class NothingChanged(Refused):
    code = "registry.nothing_changed"
    says = Words(
        "填写的内容与现有登记完全一致,没有需要保存的更正。",
        "What was entered equals the record; there is nothing to correct.",
    )


class ReasonNeeded(Refused):
    code = "registry.reason"
    says = Words(
        "请写明原因(至少{least}个字),例如“户口簿核对”“入户核实”。",
        "Give the reason (at least {least} characters), such as “checked against the household register”.",
    )


class HeadLeaves(Refused):
    code = "registry.head_leaves"
    says = Words(
        "{name} 是户主,户内还有 {others} 人。请同时指定新的户主。",
        "{name} is the head and {others} members stay. Name the new head in the same step.",
    )


class HeadNotStaying(Refused):
    """``name``, ``household``."""

    code = "registry.head_not_staying"
    says = Words(
        "指定的新户主 {name} 不是户 {household} 留下的成员。没有保存。请在留下的成员中选择户主。",
        "{name}, named as the new head, is not among those who stay in household {household}. Nothing was saved. "
        "Choose one of them.",
    )


class HouseholdEnded(Refused):
    """The household's last standing has ended: it was merged, or nobody is left. ``household``, ``day``."""

    code = "registry.household_ended"
    says = Words(
        "户 {household} 自 {day} 起已不在册(已并户或成员全部离开),不能再增加成员。没有保存。"
        "请在现在所在的户办理,或登记新户。",
        "Household {household} has not been registered since {day} (merged, or nobody was left), so nobody can join "
        "it. Nothing was saved. Use the household where they live now, or register a new one.",
    )


class HasStanding(Refused):
    """The household stands on the books already. ``household``, ``since``."""

    code = "registry.has_standing"
    says = Words(
        "户 {household} 自 {since} 起已在册,不能再次登记建档。没有保存。请在该户档案中查看现有状态。",
        "Household {household} has been on the books since {since} and cannot be registered again. Nothing was saved. "
        "See its standing in its file.",
    )


class NoStanding(Refused):
    code = "registry.no_standing"
    says = Words(
        "户 {household} 在 {day} 没有可结束的在册状态。请核对日期和该户的状态记录。",
        "Household {household} has no standing to end on {day}. Check the day and the household's standings.",
    )


class WrongDivision(Refused):
    code = "registry.wrong_division"
    says = Words(
        "“{division}”不是现行的行政村代码,不能迁往。请从列表中选择村。",
        "“{division}” is no living village. Choose the village from the list.",
    )


class BatchNotReady(Refused):
    code = "registry.batch_not_ready"
    says = Words(
        "这个批次现在是“{state}”,不能{step}。请刷新页面查看最新状态。",
        "This batch is “{state}” now and cannot be taken further ({step}). Reload the page to see where it stands.",
    )


class SecondPersonNeeded(Refused):
    """Somebody confirms what they asked for themselves (S0-48). ``by``: who asked."""

    code = "registry.second_person"
    says = Words(
        "这是 {by} 本人提出的,不能由本人确认。没有保存。请由另一位有确认权限的人员打开本页面确认。",
        "{by} asked for this and cannot confirm it as well. Nothing was saved. Have somebody else who may confirm it "
        "open this page.",
    )


class NothingToConfirm(Refused):
    """A batch changes no standing that could be confirmed, or was confirmed already. ``file``."""

    code = "registry.nothing_to_confirm"
    says = Words(
        "“{file}”没有待确认的状态变动:要么不改变任何户的状态,要么已经确认。没有保存。请刷新页面后继续导入。",
        "“{file}” has no change of standing to confirm: it changes none, or it was confirmed already. Nothing was "
        "saved. Reload the page and go on with the import.",
    )


class KindOfACase(Refused):
    """A new household is entered with a kind that only a case gives (S0-48). ``kind``: its title."""

    code = "registry.kind_of_a_case"
    says = Words(
        "新录入的户不能是“{kind}”:脱贫和监测由相应程序办理。没有保存。请选一般、低保、特困或一般农户后重新提交。",
        "A new household cannot be “{kind}”: exit and monitoring have procedures of their own. Nothing was saved. "
        "Choose general, low income, extremely poor or ordinary, and send the form again.",
    )


class FormIncomplete(Refused):
    """Groups of the basic information form are empty (S4-59). ``missing``, the problems name each."""

    code = "registry.form_incomplete"
    says = Words(
        "基本信息表六组内容须填齐才能登记,还缺:{missing}。没有保存。请补齐后重新提交。",
        "All six groups of the basic information form are needed; still missing: {missing}. Nothing was saved. "
        "Complete them and send the form again.",
    )


class SourceNeeded(Refused):
    code = "registry.source"
    says = Words(
        "基本数据须写明来源(文件名称或统计年鉴)。请补填。",
        "A master figure needs its source (document or yearbook). Enter it.",
    )


class OffByRemoval(Refused):
    """The last member of a household on the books is to be struck off, which would end its standing. ``household``."""

    code = "registry.off_by_removal"
    says = Words(
        "{name} 是在册户 {household} 的最后一名成员,按“误登删除”会使该户退出在册。没有保存。死亡、迁出请按实际填写;"
        "确属误登建档的,请在户档案中凭已核实的疑点办理“清退”(S1-24)。",
        "{name} is the last member of household {household}; striking them off would take it off the books. Nothing "
        "was saved. Record a death or departure as what it was; a household entered by mistake goes by the removal "
        "in its file, on a verified doubt (S1-24).",
    )


class HeadSplits(Refused):
    """The head of a household is among those who leave it for a household of their own. ``name``."""

    code = "registry.head_splits"
    says = Words(
        "{name} 是户主,不能分出去。没有保存。请先办理变更户主,再分户。",
        "{name} is the head and cannot leave in a split. Nothing was saved. Name another head first, then split.",
    )


class AllSplit(Refused):
    """Nobody would stay. ``household``."""

    code = "registry.all_split"
    says = Words(
        "不能把户 {household} 的成员全部分出去。没有保存。整户搬迁请用“迁移”,并入他户请用“并户”。",
        "Nobody would stay in household {household}. Nothing was saved. Use “move” for a whole household, “merge” to "
        "join another one.",
    )


class HeadElsewhere(Refused):
    """The head named is not among the people of the new household. ``name``."""

    code = "registry.head_elsewhere"
    says = Words(
        "新户的户主 {name} 不在分出的人之中。没有保存。请在分出的人中选择户主。",
        "{name}, named as the new head, is not among those who leave. Nothing was saved. Choose one of them.",
    )


class SameHousehold(Refused):
    """A household is to join itself. ``household``."""

    code = "registry.same_household"
    says = Words(
        "户 {household} 不能并入它自己。没有保存。请填写另一户的编号。",
        "Household {household} cannot join itself. Nothing was saved. Enter the number of another household.",
    )
