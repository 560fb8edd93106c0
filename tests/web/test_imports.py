"""The import wizard, page by page; its clicking is in the browser tests."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.platform.jobs import worker
from bangfu.registry.models import Household, ImportBatch, SavedMapping
from tests.cast.build import registry_workbook
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW, WILLOW_TOWN
from tests.cast.stories import STORIES, household, person
from tests.web.conftest import SignIn

GOOD = (household(WILLOW, 31), (person("冬至", "户主", "男", "1977-01-21", 401),))
BAD = (household(WILLOW, 32, 耕地面积="三亩"), (person("小寒", "户主", "女", "1978-02-21", 402),))


@pytest.fixture(autouse=True)
def _in_the_cast(own_copy: None) -> None:
    """Workers commit."""


def _upload(client, path: Path, **given: str):
    sent = {"format": "registry", "day": "2015-12-31", "division_code": COUNTY, **given}
    with path.open("rb") as file:
        return client.post(reverse("import-new"), {**sent, "file": file})


def _checked(client, path: Path, **given: str) -> ImportBatch:
    answer = _upload(client, path, **given)
    assert answer.status_code == 302
    worker.run(batch=True, interval=0)
    return ImportBatch.objects.get(pk=answer["Location"].split("/")[-2])


def _page(client, batch: ImportBatch) -> str:
    return client.get(reverse("import-batch", args=[batch.pk])).content.decode()


def _accept(client, batch: ImportBatch, **given: str):
    answer = client.post(reverse("import-accept", args=[batch.pk]), given)
    worker.run(batch=True, interval=0)
    return answer


def _confirm(as_: SignIn, batch: ImportBatch):
    """The county office lets it change standings."""
    return as_("county").post(reverse("import-confirm", args=[batch.pk]))


def test_while_it_is_checked_the_page_shows_progress(as_: SignIn, tmp_path: Path) -> None:
    client = as_("county")
    answer = _upload(client, registry_workbook(tmp_path / "新.xlsx", (GOOD,)))
    page = client.get(answer["Location"]).content.decode()
    assert "<progress" in page
    assert 'hx-trigger="every 1s"' in page
    assert "确认导入</button>" not in page


def test_nothing_is_written_before_it_is_accepted(as_: SignIn, tmp_path: Path) -> None:
    client = as_("township")
    batch = _checked(client, registry_workbook(tmp_path / "新.xlsx", (GOOD, BAD)), division_code=WILLOW_TOWN)
    page = _page(client, batch)
    assert "还没有写入" in page
    assert "耕地面积" in page
    assert "三亩" in page
    assert not Household.objects.filter(household_no__startswith=f"{WILLOW}003").exists()
    _confirm(as_, batch)
    assert _accept(client, batch).status_code == 302
    assert Household.objects.filter(household_no__startswith=f"{WILLOW}003").count() == 1
    page = _page(as_("county"), batch)
    assert "已导入" in page
    assert "下载退回的行" in page
    assert reverse("runs") in page  # what comes next


def test_a_household_is_held_as_a_whole_when_asked(as_: SignIn, tmp_path: Path) -> None:
    client = as_("township")
    spoilt = (household(WILLOW, 33), (person("大寒", "户主", "男", "1979-03-21", 403, 出生日期="昨天"),))
    path = registry_workbook(tmp_path / "新.xlsx", (GOOD, spoilt))
    batch = _checked(client, path, division_code=WILLOW_TOWN)
    _confirm(as_, batch)
    _accept(client, batch, hold_households="on")
    assert not Household.objects.filter(household_no=f"{WILLOW}0033").exists()
    assert Household.objects.filter(household_no=f"{WILLOW}0031").exists()


def test_the_rows_that_come_back_are_in_the_clerks_own_workbook(as_: SignIn, tmp_path: Path) -> None:
    client = as_("county")
    batch = _checked(client, registry_workbook(tmp_path / "新.xlsx", (GOOD, BAD)))
    answer = client.get(reverse("import-returned", args=[batch.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell.value for cell in row] for row in book["户"].iter_rows()]
    assert len([row for row in rows if "三亩" in row]) == 1
    assert any("三亩" in str(cell) and cell != "三亩" for row in rows for cell in row)  # the reason names it


def test_the_reasons_are_counted_in_both_languages(as_: SignIn, tmp_path: Path) -> None:
    """Rows with the same mistake are one line, whatever row each of them refers to."""
    client = as_("county")
    batch = _checked(client, registry_workbook(tmp_path / "新.xlsx", (GOOD, GOOD, GOOD)))
    assert re.search(r'编号在本文件中出现不止一次</td><td class="num">[2-6]<', _page(client, batch))
    client.post(reverse("choose-language"), {"language": "en"})
    assert "出现不止一次" not in _page(client, batch)


def test_accepting_twice_is_refused_in_words(as_: SignIn, tmp_path: Path) -> None:
    client = as_("township")
    batch = _checked(client, registry_workbook(tmp_path / "新.xlsx", (GOOD,)), division_code=WILLOW_TOWN)
    _confirm(as_, batch)
    _accept(client, batch)
    again = _accept(client, batch)
    assert again.status_code == 409
    assert "没有" in again.content.decode()
    assert Household.objects.filter(household_no=f"{WILLOW}0031").count() == 1


@pytest.mark.parametrize(
    ("given", "file", "sentence"),
    [
        ({}, SimpleUploadedFile("登记.docx", b"PK\x03\x04"), "不是表格文件"),
        ({}, SimpleUploadedFile("登记.xlsx", b""), "文件是空的"),
        ({"day": "2999-01-01"}, SimpleUploadedFile("登记.csv", b"a,b"), "还没有到"),
        ({"day": ""}, SimpleUploadedFile("登记.csv", b"a,b"), "请填写“数据日期”"),
        ({"division_code": OTHER_COUNTY}, SimpleUploadedFile("登记.csv", b"a,b"), "不在您的管辖范围内"),
    ],
    ids=["word", "empty", "future", "no-day", "foreign"],
)
def test_what_cannot_be_taken_is_said_at_once(
    given: dict[str, str], file: SimpleUploadedFile, sentence: str, as_: SignIn, db: None
) -> None:
    file.seek(0)
    before = ImportBatch.objects.count()
    sent = {"format": "registry", "day": "2015-12-31", "division_code": COUNTY, "file": file, **given}
    answer = as_("county").post(reverse("import-new"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ImportBatch.objects.count() == before


def test_a_broken_workbook_gets_a_sentence_and_a_way_on(as_: SignIn, tmp_path: Path) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 this is no workbook")
    client = as_("county")
    batch = _checked(client, path)
    page = _page(client, batch)
    assert "say-red" in page
    assert "换一个文件" in page
    assert client.post(reverse("import-retry", args=[batch.pk])).status_code == 302


def _strange(path: Path) -> Path:
    with WorkbookWriter(path) as book:
        titles = ["甲", "乙", "丙", "丁"]
        columns = [Column(one, "code") for one in titles]
        book.sheet("花名册", columns, [[f"{WILLOW}000105", f"{WILLOW}0001", "谷雨", "610926197804200035"]])
    return path


def test_a_header_is_explained_once_and_remembered(as_: SignIn, tmp_path: Path) -> None:
    client = as_("county")
    batch = _checked(client, _strange(tmp_path / "花名册.xlsx"))
    assert batch.state == "unmapped"
    path = reverse("import-columns", args=[batch.pk])
    assert path in _page(client, batch)
    (sheet,) = client.get(path).context["sheets"]
    assert "谷雨" in str(sheet["rows"])
    assert "610926197804200035" not in str(sheet["rows"])  # cells on a page are masked
    meanings = [
        "person.person_no",
        "person.household_no",
        "person.name",
        "person.id_number",
    ]
    chosen = {f"{sheet['signature']}.{place}": one for place, one in enumerate(meanings)}
    client.post(path, chosen)
    worker.run(batch=True, interval=0)
    batch.refresh_from_db()
    assert batch.state == "checked"
    assert SavedMapping.objects.filter(division_code=COUNTY).exists()
    assert _checked(client, _strange(tmp_path / "再来.xlsx")).state == "checked"  # not asked again
    assert (
        "户号" in client.get(reverse("mappings")).content.decode()
        or "户编号" in client.get(reverse("mappings")).content.decode()
    )


def test_bangfu_recognises_what_a_workbook_is(as_: SignIn, tmp_path: Path) -> None:
    client = as_("county")
    batch = _checked(client, registry_workbook(tmp_path / "不说是什么.xlsx", (GOOD,)), format="auto")
    assert batch.format == "registry"
    client.post(reverse("import-which", args=[batch.pk]), {"format": "deaths"})
    worker.run(batch=True, interval=0)
    batch.refresh_from_db()
    assert batch.format == "deaths"


def test_a_township_imports_for_itself_only(as_: SignIn, tmp_path: Path) -> None:
    client = as_("township")
    path = registry_workbook(tmp_path / "镇.xlsx", (GOOD,))
    assert _upload(client, path).status_code == 422
    batch = _checked(client, path, division_code=WILLOW_TOWN)
    assert batch.division_code == WILLOW_TOWN
    assert as_("elsewhere").get(reverse("import-batch", args=[batch.pk])).status_code == 404


def test_what_changes_standings_waits_for_a_second_person(
    as_: SignIn, tmp_path: Path
) -> None:  # S0-48, S4-61
    client = as_("township")
    left = (household(WILLOW, 1, 脱贫标志="已脱贫", 脱贫时间="2015-11-30"), STORIES[0][1])
    path = registry_workbook(tmp_path / "年底.xlsx", (GOOD, left))
    batch = _checked(client, path, division_code=WILLOW_TOWN)
    page = _page(client, batch)
    assert "会改变在册状态的户 2 户" in page
    for number in (f"{WILLOW}0001", f"{WILLOW}0031"):
        assert number in page
    assert reverse("household", args=[f"{WILLOW}0001"]) in page  # whoever confirms looks at the file first
    assert reverse("household", args=[f"{WILLOW}0031"]) not in page  # there is none yet
    assert "确认这些状态变动" not in page
    assert "不是上传人 李静" in page
    assert client.post(reverse("import-confirm", args=[batch.pk])).status_code == 403
    assert as_("elsewhere").post(reverse("import-confirm", args=[batch.pk])).status_code == 404
    waits = f"{reverse('imports')}?work=import.confirm"
    home = as_("county").get("/").content.decode()
    assert re.search(rf'href="{re.escape(waits)}">\s*<span class="big-count">1</span>', home)
    assert "确认导入文件的状态变动" in home
    listed = as_("county").get(waits).content.decode()
    assert "年底.xlsx" in listed
    assert "合计 1 个文件" in listed
    assert "没有等您确认的文件" in client.get(waits).content.decode()
    assert "确认这些状态变动" in _page(as_("county"), batch)
    assert _confirm(as_, batch).status_code == 302
    assert waits not in as_("county").get("/").content.decode()
    assert "周明 已于" in _page(client, batch)
    _accept(client, batch)
    assert Household.objects.get(household_no=f"{WILLOW}0001").standings.count() == 2


def test_whoever_uploaded_it_does_not_confirm(as_: SignIn, tmp_path: Path) -> None:  # S0-48
    client = as_("county")
    batch = _checked(client, registry_workbook(tmp_path / "新.xlsx", (GOOD,)))
    assert "确认这些状态变动" not in _page(client, batch)
    assert _confirm(as_, batch).status_code == 409
    _accept(client, batch)
    assert not Household.objects.filter(household_no=f"{WILLOW}0031").exists()
    page = _page(client, batch)
    assert "没有经县级第二人确认" in page
    client.post(reverse("choose-language"), {"language": "en"})
    assert "No second person of the county has confirmed" in _page(client, batch)
