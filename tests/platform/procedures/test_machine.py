"""The machine: right step, right post, right order, right person, nothing back-dated (S0-48)."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.platform.procedures.enums import CaseState
from tests.platform.procedures import office
from tests.platform.procedures.office import (
    AUDITOR,
    COUNTY,
    OFFICER,
    PHOTO,
    TOWNSHIP,
    Day,
    decide,
    ended,
    fresh,
    opened,
    put,
)
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    office.use_sample_procedures(monkeypatch)
    return Day(monkeypatch, date(2026, 3, 2))


def test_a_case_goes_all_the_way(day: Day) -> None:
    case = opened()
    put(case, "form", signatures=["户主甲"])
    decide(case, "request")
    put(case, "poster", files=[PHOTO])
    day.now = date(2026, 3, 9)
    decide(case, "posting")
    put(case, "visit", by=AUDITOR, data={"metres": 40}, **TOWNSHIP)
    day.now = date(2026, 3, 11)
    decide(case, "audit", by=AUDITOR, **TOWNSHIP)
    decide(case, "approval", by=OFFICER, **COUNTY)
    done = fresh(case)
    assert (done.state, done.closed_on) == (CaseState.PASSED, date(2026, 3, 11))
    assert ended == [("plot-1", "granted")]
    assert [act.revision for act in done.acts.all()] == list(range(1, done.revision + 1))
