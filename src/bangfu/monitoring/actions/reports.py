"""A household reports itself through a public page, without an account (five fields); the village takes it up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.divisions.models import Division
from bangfu.monitoring.access import report_for
from bangfu.monitoring.errors import BadReport, TooManyReports
from bangfu.monitoring.models import SelfReport
from bangfu.monitoring.sealing import REPORT_ADDRESS, REPORT_NUMBER, number_of
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record, sensitive_read
from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.blind_index import blind_index, normalised
from bangfu.platform.errors import Problem
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.models import new_id
from bangfu.targeting.receipts import new_receipt

#: A phone number, or an identity number.
_NUMBER: Final = re.compile(r"^(\d{7,15}|\d{17}[\dX])$")
_TEXT, _NAME = (4, 500), (2, 30)
_cause = codes("cause")


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that the public page answers: nothing that was typed comes back."""

    number: str
    check_by: str


@transaction.atomic
def submit_report(
    *, division_code: str, name: str, number: str, difficulty: int, text: str, by: Actor
) -> Receipt:
    """Take a report: village, name, one number (phone or identity card), kind of difficulty (code list cause), and what
    happened. The system opens its case, so the village has it on its worklist today.

    ``by``: see ``monitoring.reports.visitor``; a keyed token of its address is kept for the limit of the day.

    Raises:
        BadReport: with the fields that cannot be used. TooManyReports: from the address, or with the number, today.
    """
    written = normalised(number).replace("-", "")
    problems = list(_problems(division_code, name, written, difficulty, text))
    if problems:
        raise BadReport(problems)
    hold_chain()
    day = clock.today()
    address_token = blind_index(by.address, purpose=REPORT_ADDRESS)
    number_token = blind_index(written, purpose=REPORT_NUMBER)
    most = int(parameters()["exit.watch.reports_a_day"].on(day, division_code))
    if SelfReport.objects.alike(day, address_token, number_token).count() >= most:
        raise TooManyReports(most=most)
    key = new_id()
    case = open_case(
        procedure="self_report",
        subject_id=str(key),
        division_code=division_code,
        by=by,
        role="",
        level="",
    )
    report = SelfReport.objects.create(
        id=key,
        receipt=new_receipt(),
        division_code=division_code,
        name=name.strip(),
        number=cipher.encrypt(written, bound_to=number_of(key)),
        number_tail=written[-4:],
        number_token=number_token,
        difficulty=difficulty,
        text=text.strip(),
        address_token=address_token,
        day=day,
        at=clock.now(),
        case=case,
    )
    record(
        by=by,
        action="monitoring.self_report",
        subject_kind="report",
        subject_id=str(key),
        division_code=division_code,
        detail={"case": case.pk, "difficulty": difficulty},
    )
    due = case.current.due
    check_by = due.after(day, division_code).isoformat() if due else ""
    return Receipt(report.receipt, check_by)


@transaction.atomic
def reveal_number(*, report: SelfReport, reason: str, by: Actor, scope: Scope) -> str:
    """The number in plain text, to whoever may unmask there, with a reason and a line in the log.

    Raises:
        NotAllowed, NotFound. ReasonRequired: no reason.
    """
    hold_chain()
    scope.require(Capability.UNMASK, report.division_code)
    row = report_for(scope, report.pk)
    sensitive_read(
        by=by,
        what="report_number",
        reason=reason,
        subject_kind="report",
        subject_id=str(row.pk),
        division_code=row.division_code,
    )
    return cipher.decrypt(row.number, bound_to=number_of(row.pk)) if row.number else ""


def _problems(division: str, name: str, number: str, difficulty: object, text: str) -> Iterator[Problem]:
    village = Division.objects.filter(code=division, level=Level.VILLAGE).living_on(clock.today())
    if not village.exists():
        yield _field(
            Words("所在村", "village"),
            Words("没有选择所在的村。", "No village is chosen."),
            Words("请从列表中选择。", "Choose it from the list."),
        )
    if not _NAME[0] <= len(name.strip()) <= _NAME[1]:
        yield _field(
            Words("姓名", "name"),
            Words("没有填写,或长度不对。", "It is missing or of no length a name has."),
            Words("请填写户主或申报人的姓名。", "Enter the name of the householder, or your own."),
        )
    if not _NUMBER.match(number):
        yield _field(
            Words("电话或身份证号", "phone or identity number"),
            Words("不是电话号码或身份证号码。", "It is neither a phone nor an identity number."),
            Words("请核对后重新填写。", "Check it and enter it again."),
        )
    if difficulty not in {one.code for one in _cause}:
        yield _field(
            Words("困难类别", "kind of difficulty"),
            Words("没有选择。", "None is chosen."),
            Words("请选择最接近的一项。", "Choose the nearest one."),
        )
    if not _TEXT[0] <= len(text.strip()) <= _TEXT[1]:
        yield _field(
            Words("困难情况", "what happened"),
            Words(f"须写{_TEXT[0]}至{_TEXT[1]}个字。", f"It takes {_TEXT[0]} to {_TEXT[1]} characters."),
            Words("请简单写明发生了什么。", "Say briefly what happened."),
        )


def _field(where: Words, why: Words, now: Words) -> Problem:
    return Problem(where, why, now)
