"""Archives of households and villages, and goals of villages, by their screens (S2-43, S4-16)."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bangfu.policy import checklists
from bangfu.quality.record_models import ArchivedPaper, VillageGoal, VillagePaper
from tests.cast.places import BRIDGE, COUNTY, EMPTY, WILLOW
from tests.web.conftest import SignIn

HOME = f"{WILLOW}0001"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def _file(client: Client, name: str, args: list[str], **given: object):
    said = {"filed_on": "2015-12-30", **given}
    return client.post(reverse(name, args=args), said)


def _section(page: str, key: str) -> str:
    return page.split(f'id="{key}"')[1].split("</section>", maxsplit=1)[0]


def test_the_file_says_what_is_there_and_what_is_missing(as_: SignIn) -> None:
    client = as_("village")
    needed = len(checklists.papers_needed(exited=False))
    before = _section(client.get(reverse("household", args=[HOME])).content.decode(), "archive")
    assert (before.count("lamp-red"), before.count("lamp-green")) == (needed, 0)
    scan = SimpleUploadedFile("申请书.png", PICTURE, "image/png")
    answer = _file(client, "household-archive", [HOME], paper="application", note="缺签字", scan=scan)
    assert answer.status_code == 302
    after = _section(client.get(reverse("household", args=[HOME])).content.decode(), "archive")
    assert (after.count("lamp-red"), after.count("lamp-green")) == (needed - 1, 1)
    assert "缺签字" in after


def test_the_scan_is_taken_out_again_and_only_through_its_household(as_: SignIn) -> None:
    client = as_("village")
    scan = SimpleUploadedFile("申请书.png", PICTURE, "image/png")
    _file(client, "household-archive", [HOME], paper="application", scan=scan)
    paper = ArchivedPaper.objects.get()
    answer = as_("helper").get(reverse("household-scan", args=[HOME, paper.pk]))
    assert b"".join(answer.streaming_content) == PICTURE
    assert "attachment" in answer["Content-Disposition"]
    assert client.get(reverse("household-scan", args=[f"{WILLOW}0002", paper.pk])).status_code == 404
    assert as_("elsewhere").get(reverse("household-scan", args=[HOME, paper.pk])).status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"paper": ""}, "请选择“资料”"),
        ({"paper": "love_letter"}, "没有这个选项"),
        ({"paper": "application", "filed_on": "2999-01-01"}, "还没有到"),
        (
            {"paper": "application", "scan": SimpleUploadedFile("a.png", b"MZ not a picture")},
            "证据只能是照片",
        ),
    ],
)
def test_what_cannot_be_filed_is_said_in_a_sentence(
    given: dict[str, object], words: str, as_: SignIn
) -> None:
    answer = _file(as_("village"), "household-archive", [HOME], **given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ArchivedPaper.objects.exists()


def test_a_paper_is_withdrawn(as_: SignIn) -> None:
    client = as_("village")
    _file(client, "household-archive", [HOME], paper="application")
    client.post(reverse("household-paper-withdraw", args=[HOME]), {"paper": "application"})
    assert not ArchivedPaper.objects.exists()


def test_the_gap_of_a_place_leads_to_its_households(as_: SignIn) -> None:
    client = as_("county")
    for paper in checklists.papers_needed(exited=False):
        _file(client, "household-archive", [HOME], paper=paper.key)
    lacking = client.get(reverse("households"), {"division": WILLOW, "archive": "lacking"}).content.decode()
    whole = client.get(reverse("households"), {"division": WILLOW, "archive": "whole"}).content.decode()
    assert HOME not in lacking
    assert re.findall(r'class="code" href="/households/(\d+)/"', whole) == [HOME]
    row = _section(client.get(reverse("overview"), {"division": WILLOW}).content.decode(), "gaps")
    assert re.sub(r"<[^>]+>|\s", " ", row).split()[-6:-2] == ["柳林村", "8", "7", "12.50%"]


def test_a_village_has_an_archive_of_its_own(as_: SignIn) -> None:
    client = as_("village")
    assert _file(client, "village-archive", [WILLOW], paper="basic_facts").status_code == 302
    assert VillagePaper.objects.get().village_code == WILLOW
    page = client.get(reverse("village", args=[WILLOW])).content.decode()
    assert _section(page, "archive").count("lamp-green") == 1
    assert _file(client, "village-archive", [BRIDGE], paper="basic_facts").status_code == 404
    client.post(reverse("village-paper-withdraw", args=[WILLOW]), {"paper": "basic_facts"})
    assert not VillagePaper.objects.exists()


GOAL = {"goal": "通村路硬化3公里", "due": "2016-12-31", "set_on": "2015-11-01", "basis": "村规划"}


def test_a_poor_village_without_a_goal_stands_on_the_list_until_it_has_one(as_: SignIn) -> None:
    """S4-16: 柳林村 is the only one labelled poor."""
    client = as_("county")
    url = reverse("villages")
    listed = client.get(url, {"division": COUNTY, "only": "no_goal"}).content.decode()
    assert f"/villages/{WILLOW}/" in listed
    assert f"/villages/{EMPTY}/" not in listed
    assert client.post(reverse("village-goal", args=[WILLOW]), GOAL).status_code == 302
    listed = client.get(url, {"division": COUNTY, "only": "no_goal"}).content.decode()
    assert f"/villages/{WILLOW}/" not in listed
    goal = VillageGoal.objects.get()
    late = client.get(url, {"division": COUNTY, "only": "late"}).content.decode()
    assert f"/villages/{WILLOW}/" in late
    reached = reverse("village-goal-reached", args=[WILLOW, goal.pk])
    assert client.post(reached, {"reached_on": "2015-10-01"}).status_code == 422
    assert client.post(reached, {"reached_on": "2016-10-01"}).status_code == 302
    late = client.get(url, {"division": COUNTY, "only": "late"}).content.decode()
    assert f"/villages/{WILLOW}/" not in late


def test_a_goal_without_its_basis_is_sent_back(as_: SignIn) -> None:
    answer = as_("village").post(reverse("village-goal", args=[WILLOW]), GOAL | {"basis": " "})
    assert answer.status_code == 422
    assert "依据" in answer.content.decode()
    assert not VillageGoal.objects.exists()
