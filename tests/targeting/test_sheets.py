"""Plain sheets of a village (S0-14): what stands on them, who has theirs, entering many deliveries at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.policy.vocabulary import codes
from bangfu.quality.models import Run
from bangfu.quality.result_models import EntitlementLine, EntitlementTotal
from bangfu.registry.models import Household
from bangfu.targeting import sheets
from bangfu.targeting.actions.sheets import Handed, deliver_sheets
from bangfu.targeting.errors import DeliveryRefused, NothingGiven
from bangfu.targeting.notice_models import SheetDelivery
from bangfu.targeting.papers.plain_sheets import sheets_of
from bangfu.targeting.papers.printing import PRINTS, Wanted
from tests.cast.places import COUNTY, WILLOW
from tests.postgresql import both_databases
from tests.targeting.test_subjects import on_books
from tests.targeting.world import CLERK, ELSEWHERE, HELPER, Day

pytestmark = both_databases
SAID = codes("entitlement_status")


def checked(household: Household, day: date) -> Run:
    """A run of the day in which the household's disability subsidy is missing, its insurance there."""
    run = Run.objects.create(
        division_code=COUNTY, day=day, started_at=clock.now(), by_id="test", by_name="县办"
    )
    counts = dict.fromkeys(("not_due", "due_received", "due_missing", "due_partly", "over_paid"), 0)
    money = dict.fromkeys(("cannot_tell", "due", "received", "missing", "over"), 0)
    EntitlementTotal.objects.create(
        run=run, village_code=WILLOW, entitlement="disability_living", **counts, **money
    )
    person = household.memberships.get(relation=codes("relation").head).person
    for key, status, due, received in (
        ("disability_living", SAID.due_missing, 6_000, 0),
        ("medical_insurance", SAID.due_received, None, None),
        ("disability_care", SAID.not_due, None, None),
    ):
        EntitlementLine.objects.create(
            run=run,
            household=household,
            person=person,
            division_code=WILLOW,
            entitlement=key,
            status=status,
            due=due,
            received=received,
        )
    return run


def hand_over(*numbers: str, **parts: Any) -> list[SheetDelivery]:
    rows = [Handed(household_no=number, receiver=f"收{number[-4:]}") for number in numbers]
    return deliver_sheets(**{"rows": rows, "delivered_on": clock.today(), **HELPER.acts, **parts})


def test_the_sheet_says_what_is_missing_and_what_is_had(day: Day) -> None:  # S0-14
    (household,) = on_books(1)
    assert sheets_of([household], day.now) == {}, "no check, no sheet"
    checked(household, day.now)
    sheet = sheets_of([household], day.now)[household.pk]
    missing, had = sheet.entitlements
    assert "户主0001" in missing.title
    assert missing.amount == "每月60元"
    assert had.how.startswith("您家正在享受")
    wanted = Wanted(division_code=WILLOW, day=day.now)
    (paper,) = PRINTS["plain_sheet"].make(wanted)
    assert paper.one_page


def test_who_has_theirs_and_who_has_not(day: Day) -> None:
    one, other, third = on_books(3)
    checked(one, day.now)
    day.on(1)
    hand_over(one.household_no, third.household_no)
    (village,) = sheets.progress(CLERK.scope, WILLOW, 2026, day.now)
    assert (village.households, village.delivered, village.missing) == (3, 2, 1)
    missing = sheets.households_in(WILLOW, 2026, day.now, sheets.MISSING)
    assert list(missing) == [other]
    delivery = sheets.deliveries_of([one, other], 2026)[one.pk]
    assert (delivery.receiver, delivery.delivered_by) == ("收0001", HELPER.actor.name)
    assert delivery.content[0][1] == "每月60元", "what stood on it is kept"
    (last_year,) = sheets.progress(CLERK.scope, WILLOW, 2025, day.now)
    assert last_year.delivered == 0


def test_all_or_none_and_each_row_says_why(day: Day) -> None:
    one, other = on_books(2)
    with pytest.raises(NothingGiven):
        hand_over()
    with pytest.raises(DeliveryRefused) as refused:
        hand_over(one.household_no)
    assert "核查" in refused.value.problems[0].why.zh, "there is no sheet before a check"
    checked(one, day.now)
    rows = [
        Handed(household_no=one.household_no, receiver="户主"),
        Handed(household_no=other.household_no, receiver=" "),
        Handed(household_no="99", receiver="某人"),
    ]
    with pytest.raises(DeliveryRefused) as refused:
        deliver_sheets(rows=rows, delivered_on=day.now, **HELPER.acts)
    assert len(refused.value.problems) == 2
    with pytest.raises(DeliveryRefused):
        hand_over(one.household_no, delivered_on=day.now - timedelta(days=1))
    with pytest.raises(DeliveryRefused):
        hand_over(one.household_no, **ELSEWHERE.acts)
    assert not SheetDelivery.objects.exists()
    with pytest.raises(NotFound):
        sheets.progress(ELSEWHERE.scope, WILLOW, 2026, day.now)
