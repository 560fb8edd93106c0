"""Reports of households as the village works through them, with their last days and marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.monitoring.models import SelfReport
from bangfu.platform.audit.actor import Actor
from bangfu.platform.procedures.enums import CaseState
from bangfu.policy.parameters import parameters
from bangfu.policy.words import Words
from bangfu.policy.working_days import calendar
from bangfu.targeting.voices import ReceiptState

Mark = Literal["", "orange", "red"]


def visitor(address: str) -> Actor:
    """Whoever uses the public page, by network address; the system opens the case for them."""
    return Actor("system:self_report", "self_report", address)


@dataclass(frozen=True)
class ReportLine:
    """A report with the last day of its present step and of the whole; a mark for each: orange soon, red late."""

    report: SelfReport
    step_due: date | None
    step_mark: Mark
    whole_due: date | None
    whole_mark: Mark


def report_lines(scope: Scope, division: str, day: date, *, open_only: bool = True) -> list[ReportLine]:
    """The reports of a division that the scope reads, oldest first."""
    found = SelfReport.objects.visible_to(scope, Capability.READ_REGISTRY).within(division)
    rows: Iterable[SelfReport] = found.select_related("case").order_by("at")
    return [_line(one, day) for one in rows if one.case.is_open or not open_only]


def state_of(receipt: str) -> ReceiptState | None:
    """How far the report with the receipt is, and why it was refused; None where there is none."""
    report = SelfReport.objects.select_related("case").filter(receipt=receipt).first()
    if report is None:
        return None
    case, what = report.case, Words("困难申报", "report of a difficulty")
    if case.is_open:
        title = case.current.title
        state = Words(f"正在办理:{title.zh}", f"under way: {title.en}")
        return ReceiptState(what, report.day, state)
    if case.state == CaseState.PASSED:
        state = Words("已通过,已列为监测对象", "passed: the household is monitored")
        return ReceiptState(what, report.day, state, "", case.closed_on)
    state = Words(str(CaseState(case.state).label), case.state)
    last = case.acts.last()
    return ReceiptState(
        what, report.day, state, last.reason if last and last.decision else "", case.closed_on
    )


def _line(report: SelfReport, day: date) -> ReportLine:
    case, step = report.case, report.case.current
    due = step.due.after(case.step_since, case.division_code) if step.due and case.is_open else None
    whole = case.definition.due
    last = whole.after(case.opened_on, case.division_code) if whole else None
    until = day if case.closed_on is None else case.closed_on
    place = case.division_code
    return ReportLine(report, due, mark(due, day, place), last, _whole_mark(last, until, place, case.is_open))


def _whole_mark(last: date | None, until: date, place: str, is_open: bool) -> Mark:
    found = mark(last, until, place)
    return found if is_open or found == "red" else ""


def mark(last: date | None, day: date, division: str) -> Mark:
    """Red after the last day; orange so many working days before it (a parameter) and on it."""
    if last is None:
        return ""
    if day > last:
        return "red"
    near = int(parameters()["exit.watch.orange_days"].on(day, division))
    return "orange" if calendar().after(day, near, "working") >= last else ""
