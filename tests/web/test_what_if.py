"""Trying values on the screens: from the form through the job to the numbers and their lists."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from bangfu.platform.jobs import worker
from bangfu.platform.jobs.models import Job
from bangfu.quality.models import Doubt
from bangfu.quality.result_models import EntitlementLine, WhatIf
from tests.cast.crowd import CROWD
from tests.cast.stories import DAY
from tests.web.conftest import SignIn

ASKED = {
    "division_code": CROWD,
    "day": DAY.isoformat(),
    "key_1a": "who.income.poverty_line",
    "value_1a": "1000",
    "since_1a": "2015-01-01",
    "key_2a": "who.income.poverty_line",
    "value_2a": "9,000",
    "since_2a": "2015-01-01",
    "area_2a": "county",
}
LINK = re.compile(r'<a href="(/what-if/[^"]+/lines/[^"]*)">([\d,]+)</a>')


@pytest.fixture(autouse=True)
def _in_the_cast(own_copy: None) -> None:
    """Workers commit: a copy of the cast for each test."""


def _tried(client: Client, **changed: Any) -> WhatIf:
    answer = client.post(reverse("what-if-start"), {**ASKED, **changed})
    assert answer.status_code == 302, re.findall(r"wrong-words.*?</div>", answer.content.decode(), re.DOTALL)
    worker.run(batch=True, interval=0)
    job = Job.objects.get(kind="quality.what_if")
    assert job.result, job.refusal
    return WhatIf.objects.get(pk=job.result["what_if"])


def test_two_variants_side_by_side(as_: SignIn) -> None:
    client = as_("crowd")
    doubts = list(Doubt.objects.order_by("pk").values())
    lines = EntitlementLine.objects.count()
    found = _tried(client)
    page = client.get(reverse("what-if-result", args=[found.pk])).content.decode()
    links = {html.unescape(link): int(number.replace(",", "")) for link, number in LINK.findall(page)}
    assert len(links) > 4
    assert any("variant=1" in link for link in links)
    assert any("variant=2" in link for link in links)
    for link, number in links.items():
        heading = re.search(r"<h1>\s*\D*?([\d,]+)\s*</h1>", client.get(link).content.decode())
        assert heading is not None
        assert int(heading[1].replace(",", "")) == number, link
    assert list(Doubt.objects.order_by("pk").values()) == doubts
    assert EntitlementLine.objects.count() == lines
    job = Job.objects.get(kind="quality.what_if")
    assert reverse("job-file", args=[job.pk]) in page
    given = client.get(reverse("job-file", args=[job.pk]))
    book = openpyxl.load_workbook(BytesIO(b"".join(given.streaming_content)))
    assert "按资金来源" in book.sheetnames
    assert as_("county").get(reverse("what-if-result", args=[found.pk])).status_code == 404
    assert as_("inspector").get(reverse("what-if-result", args=[found.pk])).status_code == 403


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"value_1a": "a lot"}, "类型的值"),
        ({"since_1a": ""}, "请填写“起始日期”"),
        ({"value_1b": "3"}, "没有选择参数"),
        ({"key_1a": "", "value_1a": "", "key_2a": "", "value_2a": ""}, "没有选择要测算的参数"),
        ({"since_1a": "2016-01-01"}, "晚于测算日"),
        ({"division_code": "990101000000"}, "不在您的管辖范围内"),
    ],
)
def test_what_cannot_be_tried_is_said_beside_the_field(
    changed: dict[str, str], sentence: str, as_: SignIn
) -> None:
    answer = as_("crowd").post(reverse("what-if-start"), {**ASKED, **changed})
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.content.decode())
    assert not Job.objects.filter(kind="quality.what_if").exists()
