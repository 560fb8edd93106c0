"""A village meeting by keyboard alone: forty ballots, their sums, a refusal in its place, all cases decided at once."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.web.browser.conftest import APPLICATIONS, PHONE, Desk, Sit

_COLUMN = '[data-grid-col="{}"]'


def _value(page: Page, selector: str) -> str:
    return page.locator(selector).first.inner_text().strip()


def _type_column(desk: Desk, name: str, values: list[int]) -> None:
    """Type down a column: each number, then Enter."""
    desk.page.locator(f"tbody {_COLUMN.format(name)}").first.focus()
    for value in values:
        desk.page.keyboard.type(str(value))
        desk.press("Enter")


def test_forty_ballots_by_keyboard(sit: Sit) -> None:  # S4-63
    desk = sit("village")
    page = desk.open("/rounds/")
    page.locator("tbody .first a").first.focus()
    desk.press("Enter")
    page.wait_for_url("**/rounds/*/")
    page.locator('a[href$="/ballots/"]').focus()
    desk.press("Enter")
    page.wait_for_url("**/ballots/")
    assert page.locator("tbody tr").count() == APPLICATIONS

    page.locator("[data-every=present]").focus()
    page.fill("#all-present", "28")
    page.locator("[data-every=present]").focus()
    desk.press("Enter")
    _type_column(desk, "in_favour", [20 + at % 5 for at in range(APPLICATIONS)])
    _type_column(desk, "against", [8 - at % 5 for at in range(APPLICATIONS)])
    assert _value(page, 'tfoot [data-sum="present"]') == str(28 * APPLICATIONS)
    assert _value(page, 'tfoot [data-sum="in_favour"]') == str(22 * APPLICATIONS)
    assert page.locator("[data-row-check].wrong-words").count() == 0

    first = page.locator("tbody tr").first
    page.locator(f"tbody {_COLUMN.format('against')}").nth(1).focus()
    desk.press("ArrowUp")  # an arrow leads up the column
    page.keyboard.type("9")
    assert first.locator("[data-row-check]").inner_text() == "多 1 票"
    desk.press("Control+Enter")  # no shortcut: the row is sent as it is
    page.locator("#ballots .form-foot button").focus()
    desk.press("Enter")
    page.wait_for_selector("tbody tr.wrong .wrong-words p, tbody tr.wrong p.wrong-words")
    assert "合计29,比到会28人多1" in first.inner_text()
    assert (
        page.locator(f"tbody {_COLUMN.format('in_favour')}").nth(3).input_value() == "23"
    )  # nothing typed is lost

    page.locator(f"tbody {_COLUMN.format('against')}").first.focus()
    page.keyboard.type("8")
    page.locator("#ballots .form-foot button").focus()
    desk.press("Enter")
    page.wait_for_selector("#messages .say-green")
    assert f"已登记 {APPLICATIONS} 件票决结果" in _value(page, "#messages")
    desk.faults[:] = [one for one in desk.faults if "Failed to load resource" not in one]  # the answer 422


def test_all_applications_pass_together(sit: Sit) -> None:  # S4-61
    desk = sit("village")
    page = desk.open("/rounds/")
    page.locator("tbody .first a").first.focus()
    desk.press("Enter")
    page.locator('a[href*="step=household_identification:review"][href*="together"]').focus()
    desk.press("Enter")
    page.wait_for_url("**/cases/together/**")
    page.locator("button[value=decide]").focus()
    desk.press("Enter")
    page.wait_for_selector("#messages .say-green")
    assert f"已办理 {APPLICATIONS} 件" in _value(page, "#messages")


def test_what_is_typed_comes_back(sit: Sit) -> None:
    desk = sit("village", PHONE)
    page = desk.open("/cases/?procedure=village_exit")
    page.locator("tbody .first a").first.click()
    page.wait_for_url("**/cases/*/")
    page.locator("#decide-reason").fill("等镇里的验收文件")
    page.wait_for_selector("#decide .draft p")
    page.reload()
    assert page.locator("#decide-reason").input_value() == "等镇里的验收文件"
    assert "自动保存的草稿" in page.locator("#decide .draft").inner_text()
