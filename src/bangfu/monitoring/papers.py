"""The exit confirmation, filled in from the verification on record and the verdict of the rules (S4-76, S0-46)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from bangfu.monitoring.verdicts import judge_many
from bangfu.monitoring.verifications import ANSWERS, INCOMES, ExitVerification, read_sheet, title_of
from bangfu.platform.files.papers.blocks import Paper
from bangfu.platform.procedures.models import Case
from bangfu.platform.procedures.situations import situations
from bangfu.policy.words import Words
from bangfu.registry.models import Household
from bangfu.targeting.papers.filling import families
from bangfu.targeting.papers.households import ExitForm, exit_confirmation
from bangfu.targeting.papers.parts import Family
from bangfu.targeting.papers.printing import Wanted, printed

_SAID = {True: "达标", False: "未达标", None: "无法判断"}


@printed("exit_confirmation", Words("脱贫确认书", "exit confirmations"), archived_as="exit_confirmation")
def exit_confirmations(wanted: Wanted) -> Sequence[Paper]:
    """Those of the division whose exit was verified and is under way or has passed."""
    cases = Case.objects.of("household_exit").within(wanted.division_code)
    if wanted.only:
        cases = cases.filter(pk__in=wanted.only)
    return [exit_confirmation(form) for form in exit_forms(list(cases.order_by("id")), wanted)]


def exit_forms(cases: Sequence[Case], wanted: Wanted) -> list[ExitForm]:
    """What each verification says, by the line of the day on which it went on record.

    A case without a whole verification has no paper yet.
    """
    now = situations(list(cases))
    found: list[tuple[Case, ExitVerification]] = []
    by_day: dict[date, list[ExitVerification]] = defaultdict(list)
    for case in cases:
        records = now[case.pk].records.get("exit_verification")
        sheet = read_sheet(records[-1].data)[0] if records else None
        if records and sheet is not None:
            found.append((case, sheet))
            by_day[records[-1].day].append(sheet)
    known = families(
        list(Household.objects.filter(pk__in=[case.subject_id for case, _ in found])), wanted.day
    )
    said = {
        id(sheet): verdict
        for day, sheets in by_day.items()
        for sheet, verdict in zip(sheets, judge_many(sheets, day, wanted.division_code), strict=True)
    }
    return [
        _form(known[case.subject_id], sheet, said[id(sheet)].income_per_head, said[id(sheet)].line)
        for case, sheet in found
        if case.subject_id in known
    ]


def _form(family: Family, sheet: ExitVerification, per_head: int | None, line: int) -> ExitForm:
    return ExitForm(
        family=family,
        income_year=sheet.income_year,
        income_total=_total(sheet),
        income_per_head=per_head,
        line=line,
        guarantees=[
            (title_of(one.key).zh, _SAID[ANSWERS[one.answer]], one.evidence) for one in sheet.guarantees
        ],
        helper=sheet.helper,
        visited_on=sheet.visited_on,
    )


def _total(sheet: ExitVerification) -> int | None:
    """Net income of the household in fen: the four kinds less what production cost; None where one is not known."""
    values = [getattr(sheet, name) for name in INCOMES]
    if any(value is None for value in values):
        return None
    *kinds, cost = values
    return int(sum(kinds) - cost)
