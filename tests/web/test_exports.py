"""What leaves as a workbook: queued, shown with its progress, for whoever asked and may."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.jobs import worker
from bangfu.platform.jobs.models import Job
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW
from tests.cast.stories import identity
from tests.web.conftest import SignIn


@pytest.fixture(autouse=True)
def _in_the_cast(own_copy: None) -> None:
    """Workers commit."""


def test_a_list_leaves_as_a_workbook_for_whoever_asked(as_: SignIn) -> None:
    client = as_("inspector")
    given = {"division": COUNTY, "query": "severity=error"}
    answer = client.post(reverse("doubts-export"), given)
    job = Job.objects.latest("created")
    assert answer["Location"] == reverse("job", args=[job.pk])
    waiting = client.get(reverse("job", args=[job.pk])).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert client.get(reverse("job-progress", args=[job.pk])).status_code == 200
    worker.run(batch=True, interval=0)
    done = client.get(reverse("job-progress", args=[job.pk]))
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")
    path = reverse("job-file", args=[job.pk])
    assert path in client.get(reverse("job", args=[job.pk])).content.decode()
    book = openpyxl.load_workbook(BytesIO(b"".join(client.get(path).streaming_content)))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "周平" in cells
    assert "张建国" not in cells  # a car is no error
    assert as_("village").get(path).status_code == 404


def _cells(client, job: Job) -> set[str]:
    answer = client.get(reverse("job-file", args=[job.pk]))
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("layout", ["own", "national"])
def test_the_registry_leaves_masked(layout: str, as_: SignIn) -> None:
    client = as_("county")
    given = {"list": "households", "division": WILLOW, "query": "household_kind=1", "layout": layout}
    assert client.post(reverse("registry-export"), given).status_code == 302
    worker.run(batch=True, interval=0)
    cells = _cells(client, Job.objects.latest("created"))
    assert "李大山" in cells
    assert "周平" not in cells  # another village
    assert not any(identity("1972-03-07", 11) in one for one in cells)


def test_numbers_leave_in_the_clear_with_a_reason_only(as_: SignIn) -> None:
    client = as_("county")
    given = {"list": "households", "division": WILLOW, "query": "", "layout": "own", "plain": "on"}
    before = Job.objects.count()
    client.post(reverse("registry-export"), given)
    assert Job.objects.count() == before
    client.post(reverse("registry-export"), {**given, "reason": "报送市级比对"})
    worker.run(batch=True, interval=0)
    assert identity("1972-03-07", 11) in _cells(client, Job.objects.latest("created"))
    told = AuditRecord.objects.order_by("-seq").values_list("detail", flat=True)[:10]
    assert any("报送市级比对" in str(detail) for detail in told)


def test_nothing_leaves_of_elsewhere(as_: SignIn, db: None) -> None:
    given = {"division": OTHER_COUNTY, "query": "", "list": "households", "layout": "own"}
    assert as_("county").post(reverse("registry-export"), given).status_code == 404
    assert as_("county").post(reverse("doubts-export"), given).status_code == 404
    assert as_("village").post(reverse("doubts-export"), given).status_code == 403
