"""A three-way comparison from the file to the corrected fact, by the screens (S2-46)."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bangfu.platform.worklist.models import WorkItem
from bangfu.quality.record_models import ThreeWayCheck
from bangfu.registry.models import Household
from tests.cast.places import BRIDGE, COUNTY, WILLOW
from tests.web.conftest import SignIn

HOME = f"{WILLOW}0001"
FACT = reverse("household-compare-fact", args=[HOME, "safe_water"])


def _compare(client: Client, url: str = FACT, **given: object):
    said = {
        "archive_value": "是",
        "field_value": "否",
        "evidence": "入户看到是井水",
        "checked_on": "2015-12-30",
    }
    return client.post(url, {**said, **given})


def _open() -> list[str]:
    return sorted(
        WorkItem.objects.filter(closed_at=None, key__startswith="three_way").values_list("kind", flat=True)
    )


def test_the_system_value_stands_there_and_is_not_typed(as_: SignIn) -> None:
    assert Household.objects.get(household_no=HOME).safe_water is True
    page = as_("village").get(FACT).content.decode()
    assert "<dt>系统数据</dt><dd>是" in page
    assert 'name="system_value"' not in page


def test_both_wrong_sides_get_work_that_leads_back(as_: SignIn) -> None:
    client = as_("village")
    assert _compare(client)["Location"] == reverse("household-compare", args=[HOME])
    assert _open() == ["quality.three_way.archive", "quality.three_way.system"]
    page = client.get(reverse("household-compare", args=[HOME])).content.decode()
    assert "系统和档案都有误" in page
    assert "入户看到是井水" in page
    home = client.get(reverse("home")).content.decode()
    assert "三方核对:更正系统数据" in home
    listed = client.get(reverse("three-way"), {"side": "system"}).content.decode()
    assert reverse("household-compare", args=[HOME]) in listed


def test_correcting_the_system_closes_its_work(as_: SignIn) -> None:
    client = as_("village")
    _compare(client, archive_value="否")
    assert _open() == ["quality.three_way.system"]
    form = client.get(reverse("household-correct", args=[HOME])).context["form"]
    data = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in data.items() if value not in (None, "")}
    sent |= {"safe_water": "否", "day": "2015-12-30", "reason": "入户核实"}
    assert client.post(reverse("household-correct", args=[HOME]), sent).status_code == 302
    assert Household.objects.get(household_no=HOME).safe_water is False
    assert _open() == []


def test_without_evidence_nothing_is_overwritten(as_: SignIn) -> None:
    client = as_("village")
    _compare(client)
    answer = _compare(client, field_value="是", evidence="")
    assert answer.status_code == 422
    assert "没有依据不能填写,更不能改写原来核实的“否”" in answer.content.decode()
    assert ThreeWayCheck.objects.get().field_value is False


def test_a_member_and_a_file(as_: SignIn) -> None:
    client = as_("helper")
    url = reverse("member-compare-fact", args=[HOME, f"{HOME}01", "birth_date"])
    scan = SimpleUploadedFile("户口簿.pdf", b"%PDF-1.4 shown")
    given = {"archive_value": "1972-03-07", "field_value": "1972-03-07"}
    assert _compare(client, url, evidence_file=scan, **given).status_code == 302
    check = ThreeWayCheck.objects.get()
    assert (check.agreement, check.system_value) == ("consistent", 19_720_307)
    file = client.get(reverse("three-way-evidence", args=[check.pk]))
    assert b"".join(file.streaming_content) == b"%PDF-1.4 shown"
    assert as_("elsewhere").get(reverse("three-way-evidence", args=[check.pk])).status_code == 404


def test_what_is_no_fact_of_the_list_or_no_value(as_: SignIn) -> None:
    client = as_("village")
    assert client.get(reverse("household-compare-fact", args=[HOME, "phone"])).status_code == 404
    assert client.get(reverse("household-compare-fact", args=[HOME, "health"])).status_code == 404
    url = reverse("household-compare-fact", args=[HOME, "farmland"])
    assert _compare(client, url, archive_value="很多", field_value="3").status_code == 422
    assert _compare(client, checked_on="2999-01-01").status_code == 422
    assert not ThreeWayCheck.objects.exists()


def test_rates_are_those_of_the_list(as_: SignIn) -> None:
    client = as_("county")
    _compare(client)
    _compare(
        client,
        reverse("household-compare-fact", args=[HOME, "dwelling_grade"]),
        archive_value="2",
        field_value="2",
    )
    page = client.get(reverse("three-way"), {"division": COUNTY})
    (place,) = page.context["places"]
    assert (place.name, place.counts["compared"], place.share("consistent", "compared")) == (
        "柳林镇",
        2,
        5_000,
    )
    assert page.context["listing"].total == 2
    assert client.get(reverse("three-way"), {"agreement": "consistent"}).context["listing"].total == 1
    assert as_("village").get(reverse("three-way"), {"division": BRIDGE}).status_code == 404
    assert client.get(reverse("three-way"), {"agreement": "nonsense"}).status_code == 404
