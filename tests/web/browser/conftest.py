"""Real Chromium against a real server and worker on a copy of the cast.

Nothing here touches the database of the test process: what a test needs to know it asks before the browser starts.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.cast import office
from tests.cast.fixtures import copy, turned_to
from tests.web.browser.site import served
from tests.web.procedures import at_review
from tests.web.routes import address, routes

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
#: Applications that wait for their ballot in the round of 柳林村.
APPLICATIONS = 40
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder clicks through a browser; the mark of a database makes pytest-django build one."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(autouse=True)
def _in_the_cast() -> None:
    """The server has the cast; this process leaves the database alone."""


@pytest.fixture(autouse=True)
def _guarded() -> None:
    """The guard of the other tests is a middleware of this process."""


@pytest.fixture(autouse=True)
def _unknown_variables_fail() -> None:
    """Templates are rendered by the server."""


@dataclass(frozen=True)
class Site:
    """Where it answers; for each name of an address, the path and the accounts that may open it."""

    at: str
    pages: dict[str, tuple[str, frozenset[str]]]


@pytest.fixture(scope="package")
def site(cast_file: Path, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The cast behind a server and a worker."""
    database = tmp_path_factory.mktemp("site") / "site.sqlite3"
    copy(cast_file, database)
    with django_db_blocker.unblock(), turned_to(database):
        at_review(APPLICATIONS)
        pages = {one.name: (address(one), one.allowed) for one in routes() if not one.post}
    with served(database) as at:
        yield Site(at, pages)


@pytest.fixture(scope="package")
def chromium(site: Site) -> Iterator[Browser]:
    """Debian's Chromium. Without it these tests fail: a suite that has not seen the screens is not green."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.fail(
            "Chromium is missing, so the screens cannot be tested: apt install chromium", pytrace=False
        )
    # Playwright keeps an event loop in this thread, where Django would refuse its own (unused) transaction.
    with pytest.MonkeyPatch.context() as around, sync_playwright() as playwright:
        around.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Desk:
    """Somebody before a screen. ``faults`` has what the console complained of and what was asked of other servers."""

    page: Page
    at: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.at + path)
        return self.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def sign_in(self, username: str) -> None:
        """By the form, with the keyboard; a slow machine gives the focus some time after the page is loaded."""
        self.open("/sign-in/")
        expect(self.page.locator("[name=username]")).to_be_focused()
        self.page.keyboard.type(username)
        self.press("Tab")
        self.page.keyboard.type(office.PASSWORD)
        self.press("Enter")
        self.page.wait_for_url(f"{self.at}/")

    def tab_to(self, selector: str, limit: int = 120) -> None:
        """Press Tab until something that fits the selector has the focus; whoever is reached must show it."""
        for _press in range(limit):
            self.press("Tab")
            if self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                look = self.page.evaluate(
                    "() => { const look = getComputedStyle(document.activeElement);"
                    " return `${look.outlineStyle} ${look.outlineWidth} ${look.boxShadow}`; }"
                )
                assert look != "none 0px none", f"{selector} has the focus and does not show it"
                return
        raise AssertionError(f"{limit} times Tab did not reach {selector}")


Sit = Callable[..., Desk]


@pytest.fixture
def sit(chromium: Browser, site: Site) -> Iterator[Sit]:
    """``sit("county")``: signed in by the form, at a desk; ``sit("village", PHONE)``: on a phone."""
    opened: list[tuple[BrowserContext, Desk]] = []

    def begin(username: str = "", size: dict[str, int] = DESK) -> Desk:
        context = chromium.new_context(viewport=size, locale="zh-CN")
        context.set_default_timeout(60_000)
        desk = Desk(context.new_page(), site.at)
        watch(desk)
        opened.append((context, desk))
        if username:
            desk.sign_in(username)
        return desk

    yield begin
    faults = [one for _context, desk in opened for one in desk.faults]
    for context, _desk in opened:
        context.close()
    assert faults == []


def watch(desk: Desk) -> None:
    """Console errors (a breach of the content policy is one), script errors, and requests that leave the server."""
    page = desk.page
    page.on("console", lambda one: desk.faults.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda one: desk.faults.append(str(one)))
    page.on(
        "request", lambda one: None if one.url.startswith((desk.at, "data:")) else desk.faults.append(one.url)
    )
