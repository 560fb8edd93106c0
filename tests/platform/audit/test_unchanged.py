"""A kept answer is given as long as the log shows nothing that could change it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from bangfu.platform.audit.actions import record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.unchanged import while_unchanged

ME = Actor("7", "张三", "10.0.0.1")
COUNTY = "610926000000"
Asked = tuple[Callable[[str], int], list[str]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Asked:
    """A question that answers how often it was asked, kept; and whom it was asked about."""
    times: list[str] = []

    def question(division: str) -> int:
        times.append(division)
        return len(times)

    return while_unchanged(question), times


def _act(action: str, division: str) -> None:
    record(by=ME, action=action, division_code=division)


def test_it_is_asked_once_while_nothing_happens(asked: Asked) -> None:
    answer, times = asked
    assert [answer(COUNTY) for _ in range(3)] == [1, 1, 1]
    assert answer("610927000000") == 2
    assert times == [COUNTY, "610927000000"]


@pytest.mark.parametrize("division", ["610926100201", "610900000000", "610124000000", ""])
def test_what_happens_in_the_province_or_everywhere_counts(asked: Asked, division: str) -> None:
    answer, _ = asked
    answer(COUNTY)
    _act("registry.correction", division)
    assert [answer(COUNTY), answer(COUNTY)] == [2, 2]


def test_other_provinces_and_readers_change_nothing(asked: Asked) -> None:
    answer, _ = asked
    answer(COUNTY)
    for action, division in (
        ("registry.correction", "510100000000"), ("read.id_number", COUNTY), ("accounts.sign_in", ""), ("job.done", ""),
    ):  # fmt: skip
        _act(action, division)
        assert answer(COUNTY) == 1
    _act("registry.correction", COUNTY)
    assert answer(COUNTY) == 2


def test_the_whole_country_is_asked_anew_after_any_act(asked: Asked) -> None:
    answer, _ = asked
    answer("000000000000")
    _act("registry.correction", "510100000000")
    assert answer("000000000000") == 2


def test_an_answer_from_what_was_undone_is_not_kept(asked: Asked) -> None:
    answer, _ = asked
    with transaction.atomic():
        _act("registry.correction", COUNTY)
        assert answer(COUNTY) == 1
        transaction.set_rollback(True)
    assert answer(COUNTY) == 2
    _act("registry.correction", "510100000000")
    assert answer(COUNTY) == 2
