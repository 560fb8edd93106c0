"""Plain sheets that were handed over: with the day and who took it, or not at all (S0-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

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
from bangfu.targeting.errors import DeliveryRefused, NothingGiven
from bangfu.targeting.notice_models import SheetDelivery
from bangfu.targeting.papers.plain_sheets import sheets_of
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Who took the sheet of a household."""

    household_no: str
    receiver: str


@transaction.atomic
def deliver_sheets(
    *,
    rows: Sequence[Handed],
    delivered_on: date | None,
    by: Actor,
    scope: Scope,
    receipt: StoredFile | None = None,
) -> list[SheetDelivery]:
    """Enter that many households received their sheets on a day, each with what the latest check says; all or none.

    Raises:
        NotAllowed, NothingGiven. DeliveryRefused: the problems name each household that is unknown or has no sheet, and
        whose receiver or day lacks.
    """
    if not rows:
        raise NothingGiven()
    hold_chain()
    numbers = [row.household_no for row in rows]
    visible = Household.objects.visible_to(scope, Capability.ANSWER_DOUBTS)
    found = {one.household_no: one for one in visible.filter(household_no__in=numbers)}
    made = sheets_of(list(found.values()), clock.today())
    problems = [
        Problem(_of(row, one.where), one.why, one.now)
        for row in rows
        for one in _row_problems(row, found, made, delivered_on)
    ]
    if problems:
        raise DeliveryRefused(problems)
    return [
        deliver_sheet(
            household=found[row.household_no],
            sheet=made[found[row.household_no].pk],
            receiver=row.receiver,
            delivered_on=delivered_on,
            by=by,
            scope=scope,
            receipt=receipt,
        )
        for row in rows
    ]


def _of(row: Handed, where: Words | str) -> Words:
    """Which row, and what of it."""
    both = where if isinstance(where, Words) else Words(where, where)
    return Words(f"{row.household_no} {both.zh}", f"{row.household_no} {both.en}")


def _row_problems(
    row: Handed, found: Mapping[str, Household], made: Mapping[UUID, PlainSheet], delivered_on: date | None
) -> list[Problem]:
    household = found.get(row.household_no)
    if household is None:
        return [
            Problem(
                Words("户编号", "the household's number"),
                Words(
                    "没有这一户,或不在您的管辖范围内。",
                    "There is no such household, or it lies outside your area.",
                ),
                Words("请核对户编号。", "Check it."),
            )
        ]
    sheet = made.get(household.pk)
    return _problems(sheet, row.receiver, delivered_on) if sheet is not None else [_NO_SHEET]


_NO_SHEET = Problem(
    Words("明白纸", "the sheet"),
    Words(
        "所在县还没有核查过,还没有明白纸(S0-14)。",
        "The county has not been checked, so there is no sheet (S0-14).",
    ),
    Words("请县里先开始一次核查。", "Ask the county to start a check first."),
)


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
