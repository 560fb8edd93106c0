"""One household from its application to the approval by the county, by keyboard alone; the village on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from bangfu.platform import clock
from tests.cast.fixtures import copy, turned_to
from tests.web.browser.conftest import DESK, PHONE, Desk, watch
from tests.web.browser.site import served
from tests.web.procedures import opened

APPLICANT = "户主0501"
NOTICE = (
    "拟识别贫困户公示",
    "经评议票决,拟识别下列户。",
    "全体村民",
    "公示栏",
    "村委会",
    "0990-1234567",
    "办公室",
)


@pytest.fixture(scope="module")
def village(cast_file: Path, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the cast in which one household may apply: the village was told, and the panel is seated."""
    database = tmp_path_factory.mktemp("way") / "way.sqlite3"
    copy(cast_file, database)
    with django_db_blocker.unblock(), turned_to(database):
        opened(1)
    return database


@contextmanager
def _desk(
    chromium: Browser, database: Path, username: str, day: date, size: dict[str, int]
) -> Iterator[Desk]:
    """Somebody at work on a day; nothing on the pages may complain."""
    with served(database, day, worker=False) as at:
        context = chromium.new_context(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        desk = Desk(context.new_page(), at)
        watch(desk)
        desk.sign_in(username)
        yield desk
        context.close()
        assert desk.faults == []


def _follow(desk: Desk, selector: str, there: str) -> None:
    """Tab to a link or button, press it, and arrive."""
    desk.tab_to(selector, limit=200)
    desk.press("Enter")
    desk.page.wait_for_url(re.compile(there))


def _send(desk: Desk, selector: str) -> None:
    """Tab to the button of a form, press it, and read that it was done."""
    desk.tab_to(selector, limit=200)
    with desk.page.expect_navigation():
        desk.press("Enter")
    expect(desk.page.locator("#messages .say-green")).to_be_visible()


def _write(desk: Desk, selector: str, text: str) -> None:
    desk.tab_to(selector, limit=200)
    desk.page.keyboard.type(text)


def _open_case(desk: Desk) -> None:
    """From one's own list to the case of the household."""
    desk.open("/cases/?state=open")
    rows = desk.page.locator("tbody .first a", has_text=APPLICANT)
    expect(rows).to_have_count(1)
    there = rows.get_attribute("href")
    _follow(desk, f'tbody a[href="{there}"]', r"/cases/\d+/$")


def _decide(desk: Desk) -> None:
    """Pass the step: the decision is chosen already, its button is pressed."""
    _send(desk, "#decide button.btn-primary")


def _record(desk: Desk, kind: str, **fields: str) -> None:
    for name, text in fields.items():
        _write(desk, f"#record-{kind} [name={name}]", text)
    _send(desk, f"#record-{kind} button.btn-primary")


def _publish(desk: Desk, kind: str) -> None:
    for name, text in zip(
        ("title", "text", "audience", "place", "issuer", "phone", "address"), NOTICE, strict=True
    ):
        _write(desk, f"#record-{kind} [name={name}]", text)
    _send(desk, f"#record-{kind} button.btn-primary")


def test_from_the_application_to_the_approval(chromium: Browser, village: Path) -> None:  # S4-61, S2-43
    first = clock.today()
    with _desk(chromium, village, "village", first, PHONE) as desk:
        page = desk.page
        desk.open("/rounds/")
        _follow(desk, "tbody .first a", r"/rounds/\d+/$")
        _follow(desk, 'a[href$="/applying/"]', r"/applying/$")
        _send(desk, ".form-foot button.btn-primary")
        _open_case(desk)
        _decide(desk)
        desk.tab_to("#record-nomination [name=group]")
        desk.press("ArrowDown")
        _send(desk, "#record-nomination button.btn-primary")
        _decide(desk)
        _follow(
            desk, '#needs a.way[href$="/ballots/"]', r"/ballots/$"
        )  # what lacks leads to where it is done
        for name, votes in (("present", "28"), ("in_favour", "26"), ("against", "1"), ("abstain", "1")):
            _write(desk, f"[data-grid-col={name}]", votes)
        _send(desk, "#ballots .form-foot button")
        _open_case(desk)
        _decide(desk)
        _record(desk, "village_check", text="经审查,情况属实。")
        _publish(desk, "village_notice")
        expect(page.locator("#needs")).to_contain_text("公示")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with _desk(chromium, village, "village", first + timedelta(days=7), PHONE) as desk:
        _open_case(desk)
        _decide(desk)
    with _desk(chromium, village, "township", first + timedelta(days=8), DESK) as desk:
        _open_case(desk)
        _record(desk, "home_visit", visitors="镇干部李")
        _decide(desk)
    with _desk(chromium, village, "county", first + timedelta(days=9), DESK) as desk:
        _open_case(desk)
        _publish(desk, "county_notice")
    with _desk(chromium, village, "county", first + timedelta(days=14), DESK) as desk:
        _open_case(desk)
        _decide(desk)
        expect(desk.page.locator("#now")).to_contain_text("办结:已通过")
        _follow(desk, 'main a.btn[href^="/households/"]', r"/households/\d+/$")
        expect(desk.page.locator("#head")).to_contain_text("在册贫困户")
