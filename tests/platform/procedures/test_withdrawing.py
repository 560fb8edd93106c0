"""A case is taken back by the wish of those concerned alone, and the wish can be shown (S0-48)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bangfu.platform.audit.actor import Actor
from bangfu.platform.procedures import errors
from bangfu.platform.procedures.actions.ending import withdraw
from bangfu.platform.procedures.enums import CaseState
from bangfu.platform.worklist.models import WorkItem
from tests.platform.procedures.office import (
    AUDITOR,
    CLERK,
    PHOTO,
    TOWNSHIP,
    VILLAGE,
    WISH,
    Day,
    at_audit,
    at_posting,
    decide,
    ended,
    fresh,
    opened,
    put,
)
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]


def open_items() -> list[str]:
    return list(WorkItem.objects.open().order_by("pk").values_list("key", flat=True))


def test_withdrawn(day: Day) -> None:
    case = at_posting()
    with pytest.raises(errors.NotYours):
        withdraw(case=case.pk, revision=fresh(case).revision, wish=WISH, by=AUDITOR, **TOWNSHIP)
    withdraw(case=case.pk, revision=fresh(case).revision, wish=WISH, by=CLERK, **VILLAGE)
    assert (fresh(case).state, open_items(), ended) == (CaseState.WITHDRAWN, [], [])
    act = case.acts.last()
    assert act is not None
    assert "户主甲" in act.reason
    assert act.signatures == ["户主甲"]


@pytest.mark.parametrize(
    ("lacks", "where"),
    [
        ({"asked_by": " "}, "要求撤回的人"),
        ({"asked_on": date(2013, 1, 1)}, "要求撤回的日期"),
        ({"signatures": ()}, "凭据"),
        ({"signatures": ["村甲"]}, "凭据"),
    ],
)
def test_only_a_wish_that_can_be_shown_withdraws(day: Day, lacks: dict[str, Any], where: str) -> None:
    case = at_posting()
    with pytest.raises(errors.WishNeeded) as refusal:
        withdraw(
            case=case.pk,
            revision=fresh(case).revision,
            wish=replace(WISH, **lacks),
            by=CLERK,
            **VILLAGE,
        )
    assert where in {str(problem.where.zh) for problem in refusal.value.problems}  # type: ignore[union-attr]
    assert fresh(case).state == CaseState.OPEN


def test_the_opener_withdraws_at_any_step_and_another_only_at_its_own(day: Day) -> None:
    by_system = opened("plot-2", by=Actor.system("page"), role="", level="")
    put(by_system, "form", signatures=["户主甲"])
    decide(by_system, "request")
    put(by_system, "poster", files=[PHOTO])
    mine = at_audit(day)
    decide(by_system, "posting")
    with pytest.raises(errors.NotYours):
        withdraw(case=by_system.pk, revision=fresh(by_system).revision, wish=WISH, by=CLERK, **VILLAGE)
    withdraw(case=by_system.pk, revision=fresh(by_system).revision, wish=WISH, by=AUDITOR, **TOWNSHIP)
    withdraw(case=mine.pk, revision=fresh(mine).revision, wish=WISH, by=CLERK, **VILLAGE)
