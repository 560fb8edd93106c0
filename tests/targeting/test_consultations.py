"""Drafts put up for comments (S2-01), and plain sheets that were handed over (S0-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.platform.procedures.errors import TextNeeded
from bangfu.registry.models import Household
from bangfu.targeting.actions.consultations import answer_comment, comment_on, open_consultation
from bangfu.targeting.actions.sheets import deliver_sheet
from bangfu.targeting.errors import CommentAnswered, DeliveryRefused, NoticeOver, NoticeRefused, TooManyVoices
from bangfu.targeting.notice_models import SheetDelivery
from bangfu.targeting.notices import WindowState, window_state
from bangfu.targeting.papers.filling import families
from bangfu.targeting.papers.sheets import Entitlement, PlainSheet
from bangfu.targeting.voices import state_of, visitor
from tests.cast.places import COUNTY
from tests.targeting.test_notices import PUBLIC, WORDING
from tests.targeting.world import CLERK, COUNTY_OFFICE, ELSEWHERE, HELPER, MONDAY, PHOTO, Day, enter


def consult(days: int = 10, **parts: Any) -> Any:
    asked = {"division_code": COUNTY, "until": MONDAY + timedelta(days=days), "wording": WORDING}
    return open_consultation(**{**asked, **COUNTY_OFFICE.acts, **parts})


def test_open_closed_answered(day: Day) -> None:
    opened = consult()
    found = opened.notice
    assert opened.warnings == []
    comments = [comment_on(notice=found.pk, text=f"建议{at}:增加产业项目", by=PUBLIC) for at in (1, 2)]
    assert window_state(found, day.now) == WindowState.OPEN
    day.on(10)
    assert window_state(found, day.now) == WindowState.CLOSED
    with pytest.raises(NoticeOver) as refused:
        comment_on(notice=found.pk, text="再加一条", by=PUBLIC)
    assert "S2-01" in refused.value.sentence("zh")
    for comment, adopted in zip(comments, (True, False), strict=True):
        answer_comment(comment=comment.pk, adopted=adopted, answer="已研究", **COUNTY_OFFICE.acts)
    assert window_state(found, day.now) == WindowState.ANSWERED


def test_a_comment_has_a_receipt_and_its_number_a_limit(day: Day) -> None:
    notice = consult().notice
    said = {"notice": notice.pk, "text": "增加产业项目", "by": visitor("203.0.113.9")}
    comment = comment_on(**said)
    waiting = state_of(comment.receipt)
    assert waiting is not None
    assert waiting.answer == ""
    answer_comment(comment=comment.pk, adopted=True, answer="已写入草案", **COUNTY_OFFICE.acts)
    state = state_of(comment.receipt)
    assert state is not None
    assert (state.state.zh, state.answer) == ("已采纳", "已写入草案")
    for _at in range(4):
        comment_on(**said)
    with pytest.raises(TooManyVoices) as refused:
        comment_on(**said)
    assert WORDING.phone in refused.value.sentence("zh")


def test_a_window_of_one_day_is_opened_with_a_warning(day: Day) -> None:
    opened = consult(1)
    assert [one.why.zh for one in opened.warnings] == ["只有1天,少于7天(S2-01)。"]
    assert opened.notice.pk


def test_what_is_no_consultation(day: Day) -> None:
    with pytest.raises(NoticeRefused):
        consult(0)
    with pytest.raises(NoticeRefused):
        consult(wording=replace(WORDING, text=""))
    with pytest.raises(NotFound):
        consult(**CLERK.acts)
    with pytest.raises(NotAllowed):
        consult(**HELPER.acts)


def test_comments_and_answers_say_something_once(day: Day) -> None:
    found = consult().notice
    with pytest.raises(TextNeeded):
        comment_on(notice=found.pk, text=" ", by=PUBLIC)
    with pytest.raises(NotFound):
        comment_on(notice=found.pk + 1, text="建议", by=PUBLIC)
    comment = comment_on(notice=found.pk, text="建议", by=PUBLIC)
    with pytest.raises(NotFound):
        answer_comment(comment=comment.pk, adopted=True, answer="采纳", **ELSEWHERE.acts)
    with pytest.raises(TextNeeded):
        answer_comment(comment=comment.pk, adopted=True, answer="", **COUNTY_OFFICE.acts)
    answer_comment(comment=comment.pk, adopted=True, answer="采纳", **COUNTY_OFFICE.acts)
    with pytest.raises(CommentAnswered):
        answer_comment(comment=comment.pk, adopted=False, answer="不采纳", **COUNTY_OFFICE.acts)


def sheet_for(household: Household, day: date) -> PlainSheet:
    help_ = Entitlement(title="生活补助", amount="每月100元", how="村里代办", ask="村干部")
    return PlainSheet(family=families([household], day)[str(household.pk)], day=day, entitlements=[help_])


def deliver(household: Household, **parts: Any) -> SheetDelivery:
    asked = {"sheet": sheet_for(household, MONDAY), "receiver": "户主", "delivered_on": MONDAY, **HELPER.acts}
    return deliver_sheet(household=household, **{**asked, **parts})


def test_a_delivery_keeps_what_stood_on_the_sheet(day: Day) -> None:
    (household,) = enter(1)
    day.on(2)
    row = deliver(household, delivered_on=MONDAY + timedelta(days=1), receipt=PHOTO)
    assert row.content == [["生活补助", "每月100元", "村里代办", "村干部"]]
    assert (row.delivered_on, row.day, row.file_sha256) == (date(2026, 3, 3), date(2026, 3, 4), PHOTO.sha256)
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetDelivery.objects.update(receiver="别人")


@pytest.mark.parametrize(
    ("part", "count"),
    [
        ({"receiver": " "}, 1),
        ({"delivered_on": None}, 1),
        ({"receiver": "", "delivered_on": None}, 2),
        ({"delivered_on": MONDAY - timedelta(days=1)}, 1),
        ({"delivered_on": MONDAY + timedelta(days=1)}, 1),
    ],
)
def test_no_delivery_without_day_and_receiver(day: Day, part: dict[str, Any], count: int) -> None:
    (household,) = enter(1)
    with pytest.raises(DeliveryRefused) as refused:
        deliver(household, **part)
    assert len(refused.value.problems) == count
    assert not SheetDelivery.objects.exists()


def test_nobody_from_elsewhere_delivers(day: Day) -> None:
    (household,) = enter(1)
    with pytest.raises(NotFound):
        deliver(household, **ELSEWHERE.acts)
