"""The sheet of an exit verification on a page: what was found, and what the policy engine says of it (S0-46)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.monitoring.signers import strangers
from bangfu.monitoring.verdicts import Judgement, RuleAnswer, judge
from bangfu.monitoring.verifications import INCOMES, ExitVerification, read_sheet, title_of
from bangfu.platform.procedures.models import Case, CaseRecord
from bangfu.platform.procedures.queries import CasePage
from bangfu.policy.exit.leaving import SUBJECT
from bangfu.policy.sentences import show
from bangfu.policy.vocabulary import table
from bangfu.registry.models import Household
from bangfu.web.parameters import ShownParameter, shown_parameter
from bangfu.web.speaking import language, said


@dataclass(frozen=True)
class ShownAnswer:
    """One rule's verdict with what it read, what is missing, and the values in force."""

    title: str
    clause: str
    verdict: int
    inputs: Sequence[tuple[str, str]]
    missing: Sequence[str]
    parameters: Sequence[ShownParameter]


@dataclass(frozen=True)
class ShownSheet:
    """The newest sheet of a case, judged by the rules of the day on which it went on record."""

    sheet: ExitVerification
    incomes: Sequence[tuple[str, int | None]]
    guarantees: Sequence[tuple[str, str, str]]
    judgement: Judgement
    answers: Sequence[ShownAnswer]
    strangers: Sequence[str] = ()

    @property
    def ready(self) -> int:
        return int(self.judgement.ready)


def judged(page: CasePage, case: Case) -> ShownSheet | None:
    """The newest valid sheet of the case with its verdict; None where there is none."""
    rows = page.records.get("exit_verification", ())
    sheet, _wrong = read_sheet(rows[-1].data) if rows else (None, [])
    if sheet is None:
        return None
    found = judge(sheet, rows[-1].day, case.division_code)
    return ShownSheet(
        sheet=sheet,
        incomes=[(said(title_of(name)), getattr(sheet, name)) for name in INCOMES],
        guarantees=[(said(title_of(one.key)), one.answer, one.evidence) for one in sheet.guarantees],
        judgement=found,
        answers=[_answer(one) for one in found.answers],
        strangers=_strangers(sheet, rows[-1], case),
    )


def _strangers(sheet: ExitVerification, record: CaseRecord, case: Case) -> list[str]:
    """What does not fit of the signatures, whether somebody explained it or not."""
    home = Household.objects.filter(pk=case.subject_id).first()
    found = strangers(sheet.helper, sheet.householder, home, record.day) if home else ()
    return [said(one.why) for one in found]


def _answer(one: RuleAnswer) -> ShownAnswer:
    columns: Any = table(SUBJECT).columns
    return ShownAnswer(
        title=said(one.rule.title),
        clause=one.rule.law,
        verdict=int(one.verdict),
        inputs=[
            (said(columns[name].title), show(columns[name], value, language()))
            for name, value in one.inputs.items()
            if name in columns
        ],
        missing=[said(columns[name].title) for name in one.missing if name in columns],
        parameters=[shown_parameter(*each) for each in one.values],
    )
