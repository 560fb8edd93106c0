"""The desk works without a mouse."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.cast.places import WILLOW
from tests.web.browser.conftest import Sit


def test_from_signing_in_to_a_verdict(sit: Sit) -> None:
    desk = sit()
    page = desk.page
    desk.sign_in("village")

    desk.tab_to(".skip", limit=1)  # the first stop leads past the navigation
    desk.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"

    desk.tab_to(".big[href*='/doubts/']")  # my work, the first group of doubts
    desk.press("Enter")
    page.wait_for_url("**/doubts/?work=*")
    desk.tab_to("tbody .first a")
    desk.press("Enter")
    page.wait_for_url("**/doubts/*-*/")
    desk.tab_to("[name=finding]")
    desk.press("Space")
    desk.tab_to("[name=text]")
    page.keyboard.type("入户看过,情况属实。")
    desk.tab_to("#answer button[type=submit]")
    desk.press("Enter")
    expect(page.locator("#messages")).to_contain_text("已记录")


def test_search_from_anywhere(sit: Sit) -> None:
    desk = sit("village")
    page = desk.open("/doubts/")
    desk.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("lds")
    page.locator("#found a").first.wait_for()
    desk.press("ArrowDown", "Enter")
    page.wait_for_url(f"**/households/{WILLOW}0001/**")
    expect(page.locator("h1")).to_contain_text("李大山")
    desk.press("/")
    page.keyboard.type("zxm")
    page.locator("#found a").first.wait_for()
    desk.press("Escape")
    expect(page.locator("#found a")).to_have_count(0)


def test_rows_menus_and_divisions(sit: Sit) -> None:
    desk = sit("county")
    page = desk.open("/households/")
    desk.tab_to("tbody .first a")
    desk.press("ArrowDown", "ArrowDown", "ArrowUp", "Enter")
    page.wait_for_url(f"**/households/{WILLOW}0002/")
    desk.tab_to("[data-bs-toggle=dropdown].btn:has([href$=users])")
    desk.press("Enter")
    expect(page.get_by_role("link", name="迁移")).to_be_visible()
    desk.press("Escape")
    expect(page.get_by_role("link", name="迁移")).not_to_be_visible()
    page.goto(f"{desk.at}/households/{WILLOW}0002/move/")
    desk.tab_to("[data-division-field] input[type=search]")
    page.locator("[data-pick]").first.wait_for()  # what lies nearest, before anything is typed
    page.keyboard.type("sq")
    expect(page.locator("[data-pick]")).to_have_count(0)  # none of them is picked for the new text by mistake
    page.locator("[data-pick]").first.wait_for()
    desk.press("Enter")
    expect(page.locator("[data-division-field] input[type=hidden]")).to_have_value(f"{WILLOW[:-1]}2")
    page.evaluate("document.querySelector('[data-keep]').reset()")


def test_columns_and_kept_filters_stay_with_the_browser(sit: Sit) -> None:
    desk = sit("county")
    page = desk.open("/households/")
    page.get_by_role("button", name="列", exact=True).click()
    page.locator("[data-chooser] input[value=cause]").uncheck()
    expect(page.locator("th[data-col=cause]")).to_be_hidden()
    page.reload()
    expect(page.locator("th[data-col=cause]")).to_be_hidden()
    desk.open("/households/?household_kind=1")
    page.get_by_role("button", name="常用筛选").click()
    page.fill("#saved-name", "一般户")
    desk.press("Enter")
    desk.open("/households/")
    page.get_by_role("button", name="常用筛选").click()
    page.get_by_role("link", name="一般户").click()
    page.wait_for_url("**/households/?household_kind=1")


def test_what_was_typed_is_not_lost(sit: Sit) -> None:
    """A half-filled registration survives the page; numbers of people are not kept."""
    desk = sit("village")
    page = desk.open("/households/register/")
    page.fill("[name='person-0-name']", "新来户")
    page.fill("[name='person-0-id_number']", "610926197203070112")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[name='person-0-name']")).to_have_value("新来户")
    expect(page.locator("[name='person-0-id_number']")).to_have_value("")
