"""What stands behind the names in the definitions of monitoring (policy/procedures)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from bangfu.monitoring.actions import deciding
from bangfu.monitoring.grounds import cause_problems, text_problem
from bangfu.monitoring.leaving import (
    incidence_problems,
    indicator_problems,
    rate_problems,
    villages_left,
)
from bangfu.monitoring.verdicts import judge, verdict_problems
from bangfu.monitoring.verifications import entry_problems, read_sheet
from bangfu.monitoring.watch import MONITORED, alerts_of
from bangfu.platform import clock
from bangfu.platform.errors import Problem
from bangfu.platform.procedures.registry import Entry, Question, check, effect, guard
from bangfu.policy.exit.leaving import LINE
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.models import Household, Standing

_standing, _kind = codes("standing"), codes("monitored_kind")
_HOUSEHOLD = Words("户", "the household")

effect("exit_household")(deciding.exit_household)
effect("exit_village")(deciding.exit_village)
effect("exit_county")(deciding.exit_county)
effect("clear_risk")(deciding.clear_risk)
effect("return_household")(deciding.return_household)
effect("give_emergency_help")(deciding.give_emergency_help)
effect("start_monitoring")(deciding.start_monitoring)


@guard("household_is_registered")
def household_is_registered(question: Question) -> Iterable[Problem]:
    """Only a household on the books as poor can leave them (S4-76)."""
    if _stands(question.case.subject_id) not in (_standing.registered, _standing.returned):
        yield Problem(
            _HOUSEHOLD,
            Words("该户现在不是在册贫困户(S4-76)。", "It is not registered as poor (S4-76)."),
            Words("请核对户编号和在册状态。", "Check its number and its standing."),
        )


@guard("household_has_exited")
def household_has_exited(question: Question) -> Iterable[Problem]:
    """Only a household that has left can fall back (S4-05)."""
    if _stands(question.case.subject_id) != _standing.exited:
        yield Problem(
            _HOUSEHOLD,
            Words(
                "该户现在不是已脱贫户,不能认定返贫(S4-05)。",
                "It has not left, so it cannot return (S4-05).",
            ),
            Words("没有脱贫的按在册户帮扶;边缘户走救急难。", "Help it as what it is."),
        )


@guard("household_is_monitored")
def household_is_monitored(question: Question) -> Iterable[Problem]:
    """There is a risk to be cleared (S1-43)."""
    household = Household.objects.filter(pk=_key(question.case.subject_id)).first()
    if household is None or household.monitored_kind is None or household.risk_cleared:
        yield Problem(
            _HOUSEHOLD,
            Words("该户现在不是监测对象(S1-43)。", "It is not monitored (S1-43)."),
            Words("请核对户编号和监测类别。", "Check its number and its kind."),
        )


@guard("household_is_not_monitored")
def household_is_not_monitored(question: Question) -> Iterable[Problem]:
    """One whose risk is not cleared is watched already (S1-43)."""
    if Household.objects.filter(MONITORED, pk=_key(question.case.subject_id)).exists():
        yield Problem(
            _HOUSEHOLD,
            Words(
                "该户已是监测对象,风险尚未消除(S1-43)。",
                "It is monitored, and its risk is not cleared (S1-43).",
            ),
            Words("请在监测对象名单中继续跟踪。", "Go on watching it in the list of monitored households."),
        )


@check("exit_verification")
def exit_verification(entry: Entry) -> Iterable[Problem]:
    """Every income and guarantee is answered with what it rests on, and fits the day and the registry (S4-76)."""
    yield from entry_problems(entry.data, household=_key(entry.case.subject_id), day=entry.day)


@guard("exit_verdict_allows")
def exit_verdict_allows(question: Question) -> Iterable[Problem]:
    """The policy engine says yes to the newest sheet, by the line of the day on which it went on record (S0-46)."""
    found = question.latest("exit_verification")
    if found is None:
        return  # that the sheet is missing the machine says itself
    sheet, wrong = read_sheet(found.data)
    yield from wrong
    if sheet is None:
        return
    if not {sheet.helper, sheet.householder} <= {str(name).strip() for name in found.signatures}:
        yield Problem(
            Words("脱贫核实验收表", "the verification sheet"),
            Words(
                "签名人不是表上的帮扶责任人和户主(S4-76)。",
                "Those who signed are not the helper and householder named on it (S4-76).",
            ),
            Words("请由两人签名后重新登记。", "Let both sign, and enter it again."),
        )
    yield from verdict_problems(judge(sheet, found.day, question.case.division_code))


@guard("standard_is_provincial")
def standard_is_provincial(question: Question) -> Iterable[Problem]:
    """The line is the nation's or the province's; no county moves it (S2-02)."""
    code = question.case.division_code
    below = [area for area in parameters()[LINE].areas if len(area) > 2 and code.startswith(area)]
    for area in below:
        yield Problem(
            Words("脱贫标准", "the line"),
            Words(
                f"{area} 自行设定了标准;标准只能由国家或省规定(S2-02)。",
                f"{area} has set a line of its own; only nation or province fixes it (S2-02).",
            ),
            Words("请取消该地的标准后办理。", "Take that value out first."),
        )


@guard("village_incidence_within_limit")
def village_incidence_within_limit(question: Question) -> Iterable[Problem]:
    """A village leaves only while its incidence is within the limit of its region (S2-35)."""
    yield from incidence_problems(question.case.division_code, "exit.limits.village_incidence", question.day)


@guard("village_exit_indicators")
def village_exit_indicators(question: Question) -> Iterable[Problem]:
    """The nine items are checked and met (S1-15)."""
    found = question.latest("village_indicators")
    if found is not None:
        yield from indicator_problems(question.case.division_code, found.data, question.day)


@guard("villages_have_exited")
def villages_have_exited(question: Question) -> Iterable[Problem]:
    """A county leaves only after its villages (S2-35)."""
    still = villages_left(question.case.division_code, question.day)
    if still:
        named = "、".join(name for _code, name in still[:10])
        yield Problem(
            Words("贫困村", "poor villages"),
            Words(
                f"还有{len(still)}个贫困村没有出列:{named}(S2-35)。",
                f"{len(still)} villages have not left: {named} (S2-35).",
            ),
            Words("请先办理这些村的出列。", "Let these leave first."),
        )


@guard("county_exit_indicators")
def county_exit_indicators(question: Question) -> Iterable[Problem]:
    """Incidence, wrong exits, missed households and approval are within their limits (S2-35)."""
    code, day = question.case.division_code, question.day
    yield from incidence_problems(code, "exit.limits.county_incidence", day)
    stated = question.latest("assessment_report") or question.latest("county_application")
    if stated is not None:
        yield from rate_problems(code, stated.data, day)


@guard("risk_is_gone")
def risk_is_gone(question: Question) -> Iterable[Problem]:
    """No warning is open, and the household was watched long enough (S1-43)."""
    household = Household.objects.filter(pk=_key(question.case.subject_id)).first()
    if household is None:
        return
    for doubt in alerts_of(household):
        rule = doubt.rule_text()
        yield Problem(
            rule.title if rule else Words(doubt.rule, doubt.rule),
            Words("预警还没有销号(S1-43)。", "The warning is not settled (S1-43)."),
            Words("请先核实并处理这条预警。", "Look into it and settle it first."),
        )
    least = int(parameters()["exit.watch.least_days"].on(question.day, question.case.division_code))
    found_on, where = household.risk_found_on, Words("监测时间", "time of monitoring")
    if found_on is None:
        yield Problem(
            where,
            Words(
                f"没有登记风险识别时间,无法判断是否监测满{least}天(S1-43)。",
                f"The day on which the risk was found is not on record: whether it was watched for {least} days cannot "
                "be told (S1-43).",
            ),
            Words(
                "请由乡镇或县里在登记工作簿该户一行补填风险识别时间后导入,由县级另一人在批次页面确认。",
                "Let the township or the county fill it in in the household's row of the registry workbook and import "
                "that; somebody else of the county confirms it on the page of the batch.",
            ),
        )
    elif question.day < found_on + timedelta(days=least):
        until = found_on + timedelta(days=least)
        yield Problem(
            where,
            Words(
                f"自 {found_on} 起监测不满{least}天(S1-43)。",
                f"It has not been watched for {least} days from {found_on} (S1-43).",
            ),
            Words(f"请继续监测,{until} 或以后办理。", f"Go on watching; act on {until} or later."),
        )


@check("return_cause")
def return_cause(entry: Entry) -> Iterable[Problem]:
    """At least one known cause, the main one first, and what happened (S4-74)."""
    yield from cause_problems(entry.data.get("causes"), "S4-74")
    yield from text_problem(entry.data.get("text"), Words("返贫情况", "what happened"), "S4-74")


@check("emergency")
def emergency(entry: Entry) -> Iterable[Problem]:
    """What struck the household, and how (S2-31)."""
    yield from cause_problems(entry.data.get("causes"), "S2-31")
    yield from text_problem(entry.data.get("text"), Words("困难情况", "what happened"), "S2-31")


@check("monitored_kind")
def monitored_kind(entry: Entry) -> Iterable[Problem]:
    """One of the three kinds, of a household of the village whose standing fits it."""
    kind, number = entry.data.get("kind"), str(entry.data.get("household_no") or "")
    began = int(parameters()["exit.watch.kinds_began_on"].on(entry.day, entry.case.division_code))
    title = Words("监测类别", "the kind")
    if clock.as_yyyymmdd(entry.day) < began:
        yield Problem(
            title,
            Words(f"三类监测对象自 {began} 起才有。", f"The three kinds are known since {began}."),
            Words("请在此日期以后办理。", "Act on that day or later."),
        )
    if kind not in {one.code for one in _kind}:
        yield Problem(
            title,
            Words("不是三类监测对象之一。", "It is none of the three kinds."),
            Words("请选择脱贫不稳定户、边缘易致贫户或突发严重困难户。", "Choose one of the three."),
        )
    found = Household.objects.filter(household_no=number, division_code=entry.case.division_code).first()
    if found is None:
        yield Problem(
            Words("户编号", "household number"),
            Words("本村没有这一户。", "The village has no such household."),
            Words("请选择申报的户;没有建档的先录入基本信息。", "Choose the household; enter its form first."),
        )
        return
    if entry.case.subject_kind == "household" and str(found.pk) != entry.case.subject_id:
        yield Problem(
            Words("户编号", "household number"),
            Words("这件办件是另一户的。", "The case is about another household."),
            Words("请填写本办件的户编号。", "Enter the number of the household of this case."),
        )
    stands = _stands(str(found.pk))
    if kind == _kind.unstable_exit and stands != _standing.exited:
        yield Problem(
            title,
            Words("脱贫不稳定户须是已脱贫户。", "An unstable exited household has to have left."),
            Words("请按该户情况选择类别。", "Choose the kind that fits."),
        )
    if kind == _kind.marginal and stands in (_standing.registered, _standing.returned, _standing.exited):
        yield Problem(
            title,
            Words("边缘易致贫户须不在建档立卡名册中。", "A marginal household is not on the books."),
            Words("请按该户情况选择类别。", "Choose the kind that fits."),
        )


def _stands(household: str) -> int | None:
    """The household's standing now."""
    spell = Standing.objects.open().filter(household_id=_key(household)).first()
    return int(spell.kind) if spell else None


def _key(household: str) -> UUID:
    """The household's key; that of nobody where the case is about something else."""
    try:
        return UUID(household)
    except ValueError:
        return UUID(int=0)
