"""Screens of the plain sheets (S0-14) and of the three blocks (S3-04): every number leads to its list."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bangfu.platform import clock
from bangfu.targeting.notice_models import SheetDelivery
from tests.cast.places import COUNTY, WILLOW
from tests.web.conftest import SignIn

HOME, NEIGHBOUR = f"{WILLOW}0001", f"{WILLOW}0002"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
_ROW = re.compile(r'<tr><th scope="row" class="first headline"')


def test_a_village_enters_its_deliveries(as_: SignIn) -> None:  # S0-14
    village = as_("village")
    there = reverse("sheets-deliver", args=[WILLOW])
    today = clock.today().isoformat()
    sent = {"delivered_on": today, "chosen": [HOME, NEIGHBOUR], f"to-{HOME}": "李大山", f"to-{NEIGHBOUR}": ""}
    refused = village.post(there, sent)
    assert refused.status_code == 422
    assert NEIGHBOUR in refused.content.decode()
    assert not SheetDelivery.objects.exists()
    village.post(there, sent | {f"to-{NEIGHBOUR}": "王强"})
    assert SheetDelivery.objects.count() == 2
    page = village.get(there).content.decode()
    assert f'value="{HOME}"' not in page, "who has the sheet is not asked again"


def test_numbers_of_sheets_equal_their_lists(as_: SignIn) -> None:
    village = as_("village")
    given = {"delivered_on": clock.today().isoformat(), "receiver": "李大山"}
    file = {"receipt": SimpleUploadedFile("回执.png", PNG)}
    village.post(reverse("household-sheet-deliver", args=[HOME]), given | file)
    delivery = SheetDelivery.objects.get()
    page = village.get(reverse("household-plain-sheet", args=[HOME])).content.decode()
    assert reverse("sheet-receipt", args=[HOME, delivery.pk]) in page
    assert as_("bridge").get(reverse("sheet-receipt", args=[HOME, delivery.pk])).status_code == 404
    assert b"".join(village.get(reverse("sheet-receipt", args=[HOME, delivery.pk])).streaming_content) == PNG  # type: ignore[attr-defined]
    board = village.get(reverse("sheets")).content.decode()
    for state in ("", "delivered", "missing"):
        query = f"?division={WILLOW}&amp;year={clock.today().year}" + (f"&amp;state={state}" if state else "")
        (number,) = re.findall(re.escape(reverse("sheet-households") + query) + r'">([\d,]+)</a>', board)
        listed = village.get(reverse("sheet-households") + query.replace("&amp;", "&")).content.decode()
        assert len(_ROW.findall(listed)) == int(number)


def test_numbers_of_the_blocks_equal_their_lists(as_: SignIn) -> None:  # S3-04
    county = as_("county")
    board = county.get(reverse("blocks"), {"division": COUNTY}).content.decode()
    links = re.findall(r'href="(/households/\?division=\d{12}(?:&amp;help=\w+)?)">([\d,]+)</a>', board)
    assert {one.partition("help=")[2] for one, _number in links} == {
        "",
        "whole",
        "no_ground",
        "no_helper",
        "no_measure",
        "any",
    }
    for link, number in links:
        page = county.get(link.replace("&amp;", "&")).content.decode()
        shown = re.search(r"<h1[^>]*>\s*户 ([\d,]+)", page)
        assert shown is not None
        assert shown[1] == number, link
