"""Two at once: one exit, one standing, one return (PostgreSQL)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from bangfu.monitoring.actions.exits import open_exits
from bangfu.monitoring.actions.reports import submit_report
from bangfu.monitoring.models import SelfReport
from bangfu.monitoring.reports import visitor
from bangfu.platform.errors import BangfuError
from bangfu.platform.procedures.models import Act
from bangfu.registry.models import Standing
from bangfu.targeting.actions.cases import act_on
from tests.cast.places import WILLOW
from tests.monitoring.world import (
    CAUSE,
    CLERK,
    OFFICE,
    SECOND_CLERK,
    SECOND_OFFICE,
    STANDING,
    Day,
    at_county,
    enter,
    fresh,
    verified,
)
from tests.postgresql import postgresql_only

pytestmark = [pytest.mark.django_db(transaction=True), postgresql_only]


def at_once(works: list[Callable[[], object]]) -> Counter[str]:
    """What each answers when all begin together; a refusal answers with its class."""
    answers: list[str] = []
    start = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> None:
        start.wait(60)
        try:
            work()
            answers.append("done")
        except BangfuError as error:
            answers.append(type(error).__name__)
        except Exception as error:
            answers.append(f"broken: {error!r}")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return Counter(answers)


def test_two_approve_and_the_household_leaves_once(day: Day) -> None:
    (case,) = verified(enter())
    at_county([case], day)
    seen = fresh(case).revision
    given = {"case": case.pk, "step": "county_approval", "decision": "pass", "revision": seen}
    works = [lambda by=by: act_on(**given, **by.acts) for by in (OFFICE, SECOND_OFFICE)]
    assert at_once(works) == {"done": 1, "StaleAct": 1}
    assert Act.objects.filter(case=case, step="county_approval", decision="pass").count() == 1
    spells = Standing.objects.filter(household_id=case.subject_id)
    assert sorted(spells.values_list("kind", flat=True)) == [STANDING.registered, STANDING.exited]
    assert spells.open().count() == 1


def test_two_open_the_same_exit(day: Day) -> None:
    (household,) = enter()
    given = {"household_nos": [household.household_no]}
    works = [lambda by=by: open_exits(**given, **by.acts) for by in (CLERK, SECOND_CLERK)]
    assert at_once(works) == {"done": 1, "AlreadyOpen": 1}


def test_the_limit_of_reports_holds_for_those_who_come_together(day: Day) -> None:
    def report(n: int) -> object:
        return submit_report(
            division_code=WILLOW,
            name="何小满",
            number=f"1380000000{n}",
            difficulty=CAUSE.illness,
            text="丈夫住院没有收入",
            by=visitor("203.0.113.9"),
        )

    answers = at_once([lambda n=n: report(n) for n in range(8)])
    assert answers == {"done": 5, "TooManyReports": 3}
    assert SelfReport.objects.count() == 5
