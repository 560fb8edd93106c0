"""Sample functions behind the procedure ``permit``, and short ways to act in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.acting import act
from bangfu.platform.procedures.actions.ending import Wish
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.actions.recording import add_record
from bangfu.platform.procedures.models import Act, Case, CaseRecord
from bangfu.platform.procedures.registry import Entry, Outcome, Question, check, effect, guard
from bangfu.policy import procedures
from bangfu.policy.procedures.reading import read_folder
from bangfu.policy.words import Words
from bangfu.policy.working_days import calendar

FOLDER = Path(__file__).parent / "definitions"
PLACE = "610926100201"
CLERK, SECOND_CLERK = Actor("v1", "村甲"), Actor("v2", "村乙")
AUDITOR, OFFICER, SECOND_OFFICER = Actor("t1", "镇甲"), Actor("c1", "县甲"), Actor("c2", "县乙")
VILLAGE = {"role": "village", "level": "village"}
TOWNSHIP = {"role": "township", "level": "township"}
COUNTY = {"role": "county_office", "level": "county"}
PHOTO = StoredFile("a" * 64, "公示.jpg", 10)

WISH = Wish(asked_by="户主甲", asked_on=date(2026, 3, 2), reason="已不需要许可", signatures=("户主甲",))

#: What the sample functions look at and leave behind.
closed_to: set[str] = set()
debtors: set[str] = set()
ended: list[tuple[str, str]] = []


def problem(what: str) -> Problem:
    return Problem(what, Words("不行。", "No."), Words("改正。", "Mend it."))


@guard("sample_may_open")
def may_open(question: Question) -> Iterable[Problem]:
    assert question.case.pk is None
    if question.case.subject_id in closed_to:
        yield problem("to open")


@guard("sample_no_debt")
def no_debt(question: Question) -> Iterable[Problem]:
    if question.case.subject_id in debtors:
        yield problem("debt")


@check("sample_visit")
def visit(entry: Entry) -> Iterable[Problem]:
    if entry.data.get("metres", 0) < int(entry.value("least")):
        yield problem("metres")


@effect("sample_granted")
def granted(outcome: Outcome) -> None:
    if outcome.case.subject_id == "breaks":
        raise RuntimeError("the effect breaks")
    ended.append((outcome.case.subject_id, "granted"))


@effect("sample_denied")
def denied(outcome: Outcome) -> None:
    ended.append((outcome.case.subject_id, "denied"))


def use_sample_procedures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample definitions beside the real ones."""
    known = (*procedures.all_definitions(), *read_folder(FOLDER))
    monkeypatch.setattr(procedures, "all_definitions", lambda: known)
    for one in (closed_to, debtors):
        one.clear()
    ended.clear()


class Day:
    """A clock that tests turn on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, first: date) -> None:
        self.now = first
        monkeypatch.setattr(clock, "today", lambda: self.now)


def opened(subject: str = "plot-1", **parts: Any) -> Case:
    return open_case(
        **{
            "procedure": "permit",
            "subject_id": subject,
            "division_code": PLACE,
            "by": CLERK,
            **VILLAGE,
            **parts,
        }
    )


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def put(case: Case, kind: str, *, by: Actor = CLERK, **parts: Any) -> CaseRecord:
    return add_record(
        **{"case": case.pk, "kind": kind, "revision": fresh(case).revision, "by": by, **VILLAGE, **parts}
    )


def decide(case: Case, step: str, decision: str = "pass", *, by: Actor = CLERK, **parts: Any) -> Act:
    return act(
        **{
            "case": case.pk,
            "step": step,
            "decision": decision,
            "revision": fresh(case).revision,
            "by": by,
            **VILLAGE,
            **parts,
        }
    )


def at_posting(subject: str = "plot-1") -> Case:
    """A case whose request has passed."""
    case = opened(subject)
    put(case, "form", signatures=["户主甲"])
    decide(case, "request")
    return case


def at_audit(day: Day, subject: str = "plot-1") -> Case:
    """A case whose notice is over; the day is a week on."""
    case = at_posting(subject)
    put(case, "poster", files=[PHOTO])
    day.now += timedelta(days=7)
    decide(case, "posting")
    return case


def at_approval(day: Day, subject: str = "plot-1") -> Case:
    """A case that only the county has to approve."""
    case = at_audit(day, subject)
    put(case, "visit", by=AUDITOR, data={"metres": 40}, **TOWNSHIP)
    day.now = calendar().after(day.now, 2, "working")
    decide(case, "audit", by=AUDITOR, **TOWNSHIP)
    return case


def refused(case: Case) -> Case:
    """The same case, refused by the county at its approval."""
    decide(case, "approval", "refuse", by=OFFICER, reason="不符合条件", **COUNTY)
    return fresh(case)
