"""By clicking, with a worker running: a workbook becomes a doubt, the doubt a verdict that somebody else accepts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
from playwright.sync_api import Locator, Page, expect

from tests.cast.build import list_workbook, registry_workbook
from tests.cast.places import WILLOW
from tests.cast.stories import DAY, Story, household, identity, lists, person
from tests.web.browser.conftest import Desk, Sit

BROOK: Story = (
    household(WILLOW, 21),
    (
        person("马小川", "户主", "男", "1979-03-09", 201),
        person("田秀", "配偶", "女", "1981-04-18", 202),
    ),
)
#: His day of birth is no day.
PINE: Story = (
    household(WILLOW, 22),
    (person("何松", "户主", "男", "1975-02-27", 203, 出生日期="1975-02-31"),),
)
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def test_from_workbook_to_verdict(sit: Sit, tmp_path: Path) -> None:
    county = sit("county")
    township = sit("township")
    returned = _registry_with_a_bad_row(township, county, tmp_path)
    _only_the_corrected_row(township, returned)
    _a_list_of_vehicles(county, tmp_path)
    _a_run(county)
    _answer(sit("village"), tmp_path)
    _verify(township)
    page = county.open(f"/households/{WILLOW}0021/")
    page.get_by_text("已销号疑点 1 个").click()
    expect(page.get_by_text("是他弟弟的车,行驶证已看。")).to_be_visible()


def _upload(desk: Desk, path: Path) -> Page:
    """From the list of imports to the end of the check."""
    page = desk.open("/imports/")
    page.get_by_role("link", name="导入工作簿").first.click()
    page.fill("[name=day]", DAY.isoformat())
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("heading", name="检查结果").wait_for()
    return page


def _tile(page: Page, title: str) -> Locator:
    return page.locator(".tile", has=page.locator("small", has_text=title)).locator("b")


def _registry_with_a_bad_row(township: Desk, county: Desk, folder: Path) -> Path:
    """Two new households: the county office confirms that they come on the books (S4-61)."""
    page = _upload(township, registry_workbook(folder / "新增户.xlsx", (BROOK, PINE)))
    expect(_tile(page, "有问题的行")).to_have_text("1")
    expect(page.get_by_text("出生日期").first).to_be_visible()
    expect(_tile(page, "会改变在册状态的户")).to_have_text("2")
    second = county.open("/")
    second.get_by_role("link", name="确认导入文件的状态变动").click()
    second.get_by_role("link", name="新增户.xlsx").click()
    assert urlsplit(second.url).path == urlsplit(page.url).path
    second.get_by_role("button", name="确认这些状态变动").click()
    expect(second.locator("#messages")).to_contain_text("状态变动已确认")
    page.reload()
    page.get_by_role("button", name="确认导入").click()
    expect(_tile(page, "新登记的户")).to_have_text("2")
    expect(_tile(page, "新登记的人")).to_have_text("2")
    expect(_tile(page, "退回的行")).to_have_text("1")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回的行").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "退回_新增户.xlsx"
    return path


def _only_the_corrected_row(township: Desk, path: Path) -> None:
    """The workbook that came back says why; with the cell put right it goes in alone."""
    book = openpyxl.load_workbook(path)
    sheet = book["人"]
    rows = list(sheet.iter_rows())
    header = next(row for row in rows if "出生日期" in [cell.value for cell in row])
    titles = [cell.value for cell in header]
    (bad,) = [row for row in rows if "何松" in [cell.value for cell in row]]
    assert any("1975-02-31" in str(cell.value) and "出生日期" in str(cell.value) for cell in bad)
    bad[titles.index("出生日期")].value = "1975-02-27"
    book.save(path)
    page = _upload(township, path)
    expect(_tile(page, "有问题的行")).to_have_text("0")
    page.get_by_role("button", name="确认导入").click()
    page.get_by_role("heading", name="已导入").wait_for()
    expect(_tile(page, "新登记的人")).to_have_text("1")


def _a_list_of_vehicles(county: Desk, folder: Path) -> None:
    rows = lists()["vehicles"]
    new = {**rows[0], "姓名": "马小川", "身份证号": identity("1979-03-09", 201), "车牌号": "云A00002"}
    page = _upload(county, list_workbook(folder / "车辆.xlsx", "vehicles", [*rows, new]))
    page.get_by_role("button", name="确认导入").click()
    expect(_tile(page, "名单的行")).to_have_text("2")


def _a_run(county: Desk) -> None:
    page = county.open("/runs/")
    page.locator("summary", has_text="开始核查").click()
    page.fill("[name=day]", DAY.isoformat())
    page.get_by_role("button", name="开始核查").click()
    page.get_by_role("link", name="查看核查结果").click()
    row = page.locator("tr", has=page.get_by_role("link", name="名下有汽车", exact=True))
    expect(row.locator("td.num").first).to_have_text("2")
    row.locator("td.num a").click()  # a number leads to its list …
    expect(page.locator("h1")).to_have_text("疑点 2")  # … and equals its length
    expect(page.locator("tbody tr")).to_have_count(2)


def _answer(village: Desk, folder: Path) -> None:
    page = village.page
    page.locator(".big", has_text="名下有汽车").click()
    expect(page.locator("h1")).to_have_text("疑点 2")
    page.locator("tr", has_text="马小川").get_by_role("link").first.click()
    page.get_by_label("不属实或情况合理").check()
    page.get_by_label("核实情况").fill("是他弟弟的车,行驶证已看。")
    page.get_by_role("button", name="提交结论").click()
    expect(page.locator(".wrong-words, .say-red").first).to_be_visible()  # that needs its evidence
    expect(page.get_by_label("核实情况")).to_have_value("是他弟弟的车,行驶证已看。")
    picture = folder / "行驶证.png"
    picture.write_bytes(PICTURE)
    page.set_input_files("[name=evidence]", picture)
    page.get_by_role("button", name="提交结论").click()
    expect(page.locator("#messages")).to_contain_text("等待另一名工作人员复核")
    village.faults.clear()  # the browser notes the refused form


def _verify(township: Desk) -> None:
    page = township.open("/")
    page.locator(".big", has_text="复核:名下有汽车").click()
    page.locator("tr", has_text="马小川").get_by_role("link").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="行驶证.png").click()
    assert download.value.path().read_bytes() == PICTURE
    page.get_by_label("同意").check()
    page.get_by_role("button", name="提交复核意见").click()
    expect(page.locator("#messages")).to_contain_text("已复核")
    expect(page.locator(".lamps").first).to_contain_text("已销号")
