"""Plain sheets that were handed over: with the day and who took it, or not at all (S0-14)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.files.store import StoredFile
from bangfu.policy.words import Words
from bangfu.registry.models import Household
from bangfu.targeting.errors import DeliveryRefused
from bangfu.targeting.notice_models import SheetDelivery
from bangfu.targeting.papers.sheets import PlainSheet


@transaction.atomic
def deliver_sheet(
    *,
    household: Household,
    sheet: PlainSheet,
    receiver: str,
    delivered_on: date | None,
    by: Actor,
    scope: Scope,
    receipt: StoredFile | None = None,
) -> SheetDelivery:
    """Enter that a household received its sheet, with what stood on it.

    Raises:
        NotFound, NotAllowed. DeliveryRefused: no day, no receiver, or a day before the sheet or after today.
    """
    hold_chain()
    scope.require(Capability.ANSWER_DOUBTS, household.division_code)
    problems = _problems(sheet, receiver, delivered_on)
    if problems or delivered_on is None:
        raise DeliveryRefused(problems)
    row = SheetDelivery.objects.create(
        household=household,
        sheet_day=sheet.day,
        content=[[one.title, one.amount, one.how, one.ask] for one in sheet.entitlements],
        delivered_on=delivered_on,
        receiver=receiver.strip(),
        delivered_by=by.name or by.id,
        file_name=receipt.name if receipt else "",
        file_sha256=receipt.sha256 if receipt else "",
        day=clock.today(),
    )
    record(
        by=by,
        action="targeting.deliver_sheet",
        subject_kind="household",
        subject_id=household.household_no,
        division_code=household.division_code,
        detail={"sheet": sheet.day.isoformat(), "delivered": delivered_on.isoformat()},
    )
    return row


def _problems(sheet: PlainSheet, receiver: str, delivered_on: date | None) -> list[Problem]:
    problems = []
    if not receiver.strip():
        problems.append(
            Problem(
                Words("签收人", "the receiver"),
                Words("没有填写(S0-14)。", "It is missing (S0-14)."),
                Words("请填写在回执上签字的人。", "Enter who signed the receipt."),
            )
        )
    day = Words("送达日期", "the day of delivery")
    if delivered_on is None:
        problems.append(
            Problem(
                day,
                Words("没有填写(S0-14)。", "It is missing (S0-14)."),
                Words("请填写实际送达的日期。", "Enter the day on which it was handed over."),
            )
        )
    elif not sheet.day <= delivered_on <= clock.today():
        problems.append(
            Problem(
                day,
                Words(
                    f"{delivered_on} 不在明白纸日期({sheet.day})到今天之间。",
                    f"{delivered_on} does not lie between the sheet's day ({sheet.day}) and today.",
                ),
                Words("请填写实际送达的日期。", "Enter the day on which it was handed over."),
            )
        )
    return problems
