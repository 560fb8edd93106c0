"""The screens of the annual update (S4-57): typing or a workbook, before and after, handing in, confirming."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bangfu.platform import clock
from bangfu.platform.files import workbooks
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.platform.procedures.models import Draft
from bangfu.registry.models import Household, HouseholdYear
from bangfu.targeting import years
from bangfu.targeting.enums import BatchState
from bangfu.targeting.year_models import YearBatch
from tests.cast import office
from tests.cast.places import WILLOW
from tests.web.conftest import SignIn

HOME = f"{WILLOW}0001"
WAGE, BUSINESS, PROPERTY, TRANSFER = range(4)


def year() -> int:
    return clock.today().year - 1


def at(name: str) -> str:
    return f"{reverse(name, args=[WILLOW])}?year={year()}"


def typed(**cells: str) -> dict[str, Any]:
    """The nine cells of 李大山's row, the four incomes first."""
    texts = ["0"] * 4 + [""] * 5
    for name, text in cells.items():
        texts[{"wage": WAGE, "business": BUSINESS, "transfer": TRANSFER}[name]] = text
    return {f"r-{HOME}": texts}


def handed_in(client: Client, **cells: str) -> YearBatch:
    assert client.post(at("year-entry"), typed(**cells)).status_code == 302
    answer = client.post(at("year-changes"))
    assert answer.status_code == 302
    return YearBatch.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[-1])


def test_typed_compared_handed_in_and_confirmed(as_: SignIn) -> None:  # S4-57
    village, township = as_("village"), as_("township")
    batch = handed_in(village, wage="30000", transfer="1,200.5")
    assert not Draft.objects.exists(), "what was handed in is no draft any more"
    home = Household.objects.get(household_no=HOME)
    assert not HouseholdYear.objects.filter(household=home, income_year=year()).exists()
    assert reverse("years-waiting") in township.get("/").content.decode()
    assert reverse("year-batch", args=[batch.pk]) in township.get(reverse("years-waiting")).content.decode()
    shown = township.get(reverse("year-batch", args=[batch.pk])).content.decode()
    assert "31,200.50" in shown
    township.post(reverse("year-batch-confirm", args=[batch.pk]))
    assert HouseholdYear.objects.get(household=home, income_year=year()).income_net == 3_120_050
    batch.refresh_from_db()
    assert batch.state == BatchState.CONFIRMED
    assert as_("village").post(reverse("year-batch-take-back", args=[batch.pk])).status_code == 409


def test_a_wrong_cell_is_kept_and_named(as_: SignIn) -> None:
    village = as_("village")
    village.post(at("year-entry"), typed(wage="三万"))
    page = village.get(at("year-changes")).content.decode()
    assert "三万" in page
    assert village.post(at("year-changes")).status_code == 422
    assert not YearBatch.objects.exists()
    assert 'value="三万"' in village.get(at("year-entry")).content.decode(), "nothing typed is lost"
    assert "三万" not in as_("township").get(at("year-entry")).content.decode(), "a draft is its owner's own"


def test_nothing_is_handed_in_that_nobody_looked_at(as_: SignIn) -> None:
    village = as_("village")
    answer = village.post(at("year-changes"))
    assert answer.status_code == 422
    assert not YearBatch.objects.exists()
    village.post(at("year-entry"), {"seen": [HOME], f"r-{HOME}": [""] * 9})
    assert village.post(at("year-changes")).status_code == 422, "checked, but not one figure"


def test_given_back_mended_and_handed_in_again(as_: SignIn) -> None:
    village, township = as_("village"), as_("township")
    batch = handed_in(village, wage="30000")
    there = reverse("year-batch-return", args=[batch.pk])
    assert township.post(there, {"reason": ""}).status_code == 422
    township.post(there, {"reason": "工资请再核"})
    assert "工资请再核" in village.get(reverse("year-batch", args=[batch.pk])).content.decode()
    village.post(reverse("year-batch-again", args=[batch.pk]))
    assert 'value="30000"' in village.get(at("year-entry")).content.decode()
    assert handed_in(village, wage="25000").state == BatchState.WAITING
    refused = village.post(at("year-entry"), typed(wage="1"), follow=True)
    assert refused.status_code == 200
    assert village.post(at("year-changes")).status_code == 422, "the first is still waiting"


def test_the_workbook_goes_out_filled_and_comes_back(as_: SignIn, tmp_path: Path) -> None:
    village = as_("village")
    answer = village.post(at("year-workbook"))
    path = tmp_path / "year.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    (sheet,) = workbooks.read(path, name=path.name).sheets
    assert HOME in [row[0] for row in sheet.rows]
    with WorkbookWriter(path) as book:
        columns = [Column("户编号", "code"), Column("工资性收入", "money"), Column("已核实")]
        book.sheet("x", columns, [(HOME, 1_234_500, ""), ("99", 1, "是")])
    file = SimpleUploadedFile("填好.xlsx", path.read_bytes())
    page = village.post(at("year-upload"), {"file": file}, follow=True).content.decode()
    assert "12,345.00" in page
    assert "99" in page
    bad = village.post(at("year-upload"), {"file": SimpleUploadedFile("a.xlsx", BytesIO(b"x").read())})
    assert bad.status_code == 422


def test_numbers_lead_to_their_lists(as_: SignIn) -> None:
    village = as_("village")
    batch = handed_in(village, wage="30000")
    scope, today = office.scope("village"), clock.today()
    (one,) = years.progress(scope, WILLOW, year(), today)
    for state, count in (("", one.households), ("waiting", one.waiting), ("missing", one.missing)):
        query = f"?division={WILLOW}&year={year()}&state={state}"
        page = village.get(reverse("year-households") + query).content.decode()
        assert len(re.findall(r'<tr><th scope="row" class="first headline"', page)) == count
    assert batch.lines.count() == one.waiting == 1
