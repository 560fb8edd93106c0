"""Every page at both sizes: axe finds nothing serious, nothing hangs over the edge, nothing leaves the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browser.conftest import DESK, PHONE, Desk, Sit, Site

AXE: Final = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
#: Answers that are no pages: parts of pages, files, and what leads on.
NO_PAGES: Final = frozenset({"division-choices", "person-block", "job-progress", "person", "import-columns"})
#: Whoever sees most of a page opens it.
ORDER: Final = ("county", "village", "township", "security", "data", "audit", "inspector")
#: Rules whose findings are serious or critical, of those that axe runs unasked: the others cost a third of the time.
_RULES: Final = """() => axe._audit.rules
  .filter((one) => one.enabled && !one.tags.some((tag) => ["experimental", "deprecated"].includes(tag)))
  .filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => one.id)"""
_SERIOUS: Final = """(rules) => axe.run(document, {resultTypes: ["violations"], runOnly: {type: "rule", values: rules}})
  .then((found) => found.violations.map((one) =>
    `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`))"""
_OVER: Final = """() => {
  const width = document.documentElement.clientWidth;
  return Array.from(document.querySelectorAll("body *"))
    .filter((one) => !one.closest(".box, .dropdown-menu, .visually-hidden, .skip, svg"))
    .filter((one) => one.getBoundingClientRect().width && one.getBoundingClientRect().right > width + 1)
    .map((one) => `${one.tagName} ${one.className} ${Math.round(one.getBoundingClientRect().right)} > ${width}`)
    .slice(0, 5); }"""


@pytest.fixture(scope="module")
def axe() -> str:
    assert AXE.exists(), f"{AXE} is missing: npm ci"
    return AXE.read_text(encoding="utf-8")


def _serious(page: Page) -> list[str]:
    """What axe, which the page has already, finds of weight."""
    return list(page.evaluate(_SERIOUS, page.evaluate(_RULES)))


def _look(page: Page, axe: str) -> dict[str, Any]:
    """What is wrong with the page at both sizes."""
    page.evaluate(axe)
    wrong = {}
    for name, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found = [*_serious(page), *page.evaluate(_OVER)]
        if found:
            wrong[f"{name} {page.url}"] = found
    return wrong


def test_what_is_serious_is_found(chromium: Browser, axe: str) -> None:
    """The rules that are run are those of weight, and they speak: on a page with faults."""
    page = chromium.new_page()
    page.set_content(
        "<html><body><main><h1>x</h1><img src='data:,'><input><a href='#'></a>"
        "<p style='color:#ccc;background:#fff'>pale</p></main></body></html>"
    )
    page.evaluate(axe)
    found = {one.partition(":")[0] for one in _serious(page)}
    every = """axe.run(document).then((found) => found.violations
      .filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => one.id))"""
    assert found == set(page.evaluate(every))
    assert found >= {"image-alt", "label", "link-name", "color-contrast", "html-has-lang", "document-title"}
    page.close()


def _first(allowed: frozenset[str]) -> str:
    return next((one for one in ORDER if one in allowed), "")


def test_the_doors(sit: Sit, axe: str) -> None:
    """Signing in, a refusal, and a page that is not there."""
    stranger = sit()
    wrong = _look(stranger.open("/sign-in/"), axe)
    stranger.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    stranger.page.fill("[name=username]", "county")
    stranger.page.fill("[name=password]", "wrong")
    stranger.page.click("main button[type=submit]")
    wrong |= _look(stranger.page, axe)
    assert "用户名或密码不正确" in stranger.page.content()
    county = sit("county")
    wrong |= _look(county.open("/households/9999/"), axe)
    assert wrong == {}
    for desk in (stranger, county):  # the browser itself notes the answers 422 and 404
        desk.faults[:] = [one for one in desk.faults if "Failed to load resource" not in one]


@pytest.mark.parametrize("username", ORDER)
def test_every_page_for_whoever_sees_most_of_it(username: str, site: Site, sit: Sit, axe: str) -> None:
    paths = [
        path
        for name, (path, allowed) in site.pages.items()
        if name not in NO_PAGES and allowed and _first(allowed) == username
    ]
    desk = sit(username)
    wrong: dict[str, Any] = {}
    for path in dict.fromkeys(["/", *paths]):
        desk.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        wrong |= _look(desk.open(path), axe)
    assert wrong == {}


def test_every_page_is_looked_at(site: Site) -> None:
    """No page is left to somebody who is not in ``ORDER``."""
    left = [name for name, (_path, allowed) in site.pages.items() if allowed and not _first(allowed)]
    assert left == []


@pytest.mark.parametrize(
    "path", ["/households/", "/people/", "/doubts/", "/overview/", "/causes/", "/rates/", "/runs/"]
)
def test_long_lists(path: str, sit: Sit, axe: str) -> None:
    """The lists of a county with hundreds of rows."""
    assert _look(sit("crowd").open(path), axe) == {}


def test_every_menu_opens(sit: Sit, axe: str) -> None:
    """Menus, choosers and folded parts, open."""
    desk = sit("county")
    wrong: dict[str, Any] = {}
    for path in ("/doubts/", "/households/"):
        page = desk.open(path)
        page.evaluate(axe)
        for one in page.locator(".main [data-bs-toggle=dropdown]").all():
            one.click()
            found = _serious(page)
            wrong |= {f"{path} {one.inner_text()}": found} if found else {}
            page.keyboard.press("Escape")
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        wrong |= _look(page, axe)
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert wrong == {}


def test_the_phone_has_its_menu(sit: Sit) -> None:
    """On a phone the navigation is folded, and a tap brings it."""
    desk = sit("village", PHONE)
    page = desk.page
    assert not page.locator("#side").is_visible()
    page.click(".top-menu")
    page.locator("#side a[href='/doubts/']").click()
    page.wait_for_url("**/doubts/")
    assert page.locator("h1").inner_text().startswith("疑点")
    assert _touchable(desk) == []


def _touchable(desk: Desk) -> list[str]:
    """Buttons and fields that are lower than a finger needs (44 px, less a hair)."""
    return list(
        desk.page.evaluate(
            """() => Array.from(document.querySelectorAll(".main .btn, .main .form-control, .main .form-select"))
            .filter((one) => one.getBoundingClientRect().height && one.getBoundingClientRect().height < 43)
            .map((one) => one.outerHTML.slice(0, 100))"""
        )
    )
