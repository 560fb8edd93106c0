"""Households that report themselves, monitored ones, one that fell back, one in an emergency (S1-43, S4-05, S2-31)."""

from __future__ import annotations

from typing import Any, Final

from bangfu.cli.demo_story.hands import Teller, fresh
from bangfu.monitoring.actions.reports import submit_report
from bangfu.monitoring.actions.watching import open_clearance, report_return, request_emergency_help
from bangfu.monitoring.models import SelfReport
from bangfu.monitoring.reports import visitor
from bangfu.platform import clock
from bangfu.platform.procedures.models import Case
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Household
from bangfu.targeting.actions.cases import act_on, record_on

_standing, _cause, _kind = codes("standing"), codes("cause"), codes("monitored_kind")
#: Days ago → what was reported; those of the last days are still to be checked, one of them late.
REPORTS: Final = {
    5: (_cause.disaster, "暴雨冲毁两亩茶园,今年没有收成。"),
    1: (_cause.illness, "老伴住院手术,自付四万元,还要复查。"),
    0: (_cause.labour, "儿子在工地受伤,半年不能务工。"),
}


def tell_watching(teller: Teller) -> None:
    """Reports with their two days, and the three kinds of monitored household with what follows."""
    for days, (difficulty, text) in REPORTS.items():
        with teller.ago(days):
            _report(teller, difficulty, text)
    with teller.ago(9):
        (near,) = teller.enter(teller.place.village, 1)
    began = int(parameters()["exit.watch.kinds_began_on"].on(teller.today, teller.place.village))
    if clock.as_yyyymmdd(teller.today) >= began:  # before that day nobody knew the three kinds
        _monitored(teller, near)
    with teller.ago(2):
        request_emergency_help(
            household_no=near.household_no,
            causes=[_cause.illness],
            text="户主突发脑梗住院,自付医药费三万余元。",
            signed_by="村主任",
            **teller.village,
        )
    with teller.ago(1):
        _falls_back(teller)


def _report(teller: Teller, difficulty: int, text: str) -> Case:
    receipt = submit_report(
        division_code=teller.place.village,
        name=teller.inventor.name(1),
        number=teller.inventor.phone(),
        difficulty=difficulty,
        text=text,
        by=visitor("192.0.2.7"),
    )
    made: Case = SelfReport.objects.select_related("case").get(receipt=receipt.number).case
    return made


def _monitored(teller: Teller, near: Household) -> None:
    """One of each kind, by the way of a report; the village asks to clear the risk of the first."""
    for kind, household in (
        (_kind.unstable_exit, _first(teller, _standing.exited)),
        (_kind.marginal, near),
        (_kind.sudden, _first(teller, _standing.registered)),
    ):
        if household is None:
            continue
        with teller.ago(8):
            case = _report(teller, _cause.illness, "家里有人住院,开支很大,收入减少。")
        with teller.ago(7):
            visit = {"visitors": ["王强"], "visited_on": clock.today().isoformat(), "text": "情况属实。"}
            _go_on(case, "home_visit", visit, teller.village, signatures=["王强"])
        with teller.ago(6):
            _go_on(case, "township_opinion", {"opinion": "建议纳入监测。"}, teller.township)
        with teller.ago(5):
            data = {"household_no": household.household_no, "kind": kind}
            _go_on(case, "monitored_kind", data, teller.county)
    left = _first(teller, _standing.exited)
    if left is not None:
        with teller.ago(1):
            open_clearance(household_no=left.household_no, **teller.village)


def _first(teller: Teller, standing: int) -> Household | None:
    """The last household of the village with the standing: the first ones are on their way out."""
    found = Household.objects.in_division(teller.place.village, teller.today)
    found = found.standing_on(teller.today, standing)
    last: Household | None = found.order_by("household_no").last()
    return last


def _go_on(case: Case, kind: str, data: dict[str, Any], acts: dict[str, Any], **parts: Any) -> None:
    """The record of the step, and a pass."""
    record_on(case=case.pk, kind=kind, revision=fresh(case).revision, data=data, **acts, **parts)
    now = fresh(case)
    act_on(case=now.pk, step=now.step, decision="pass", revision=now.revision, **acts)


def _falls_back(teller: Teller) -> None:
    """A household elsewhere in the township that the registry has as exited is reported as poor again."""
    left = Household.objects.in_division(teller.place.township, teller.today)
    left = left.exclude(division_code=teller.place.village).filter(division_code__in=teller.names)
    household = left.standing_on(teller.today, _standing.exited).order_by("household_no").first()
    if household is not None:
        report_return(
            household_no=household.household_no,
            causes=[_cause.illness, _cause.labour],
            text="户主患重病,花费八万元,家庭失去主要劳动力。",
            signed_by="村主任",
            **teller.clerk_of(household.division_code),
        )
