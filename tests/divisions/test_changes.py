"""Re-coding, merger, split: the old code stays findable and leads to the new one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.divisions.actions import Change, load_changes, load_tree, record_change
from bangfu.divisions.errors import (
    AlreadyChanged,
    BadCode,
    DeadDivision,
    LevelsDiffer,
    NoDocument,
    NoSuccessor,
    NotYetDivision,
    UnknownDivision,
)
from bangfu.divisions.models import Division, Successor
from bangfu.divisions.queries import current_code, current_codes_of
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import BadInput, WorkError
from tests.divisions.conftest import TINY, Rewrite
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]

MERGED, KEPT, THIRD = "610926100201", "610926100202", "610926101201"
DAY = date(2021, 3, 1)
PAPER = "平政函〔2021〕3号"


@pytest.fixture
def tree(clerk: Actor, write_source: Rewrite) -> None:
    write_source(TINY)
    load_tree(by=clerk)


@pytest.fixture
def change(tree: None, clerk: Actor) -> Any:
    """``record_change`` with the usual day and document."""

    def made(
        old: str, *new: str, on: date = DAY, document: str = PAPER, **rest: Any
    ) -> tuple[Successor, ...]:
        return record_change(by=clerk, old_code=old, new_codes=new, changed_on=on, document=document, **rest)

    return made


def test_a_merger_ends_the_old_code_and_leads_to_the_new(change: Any, clerk: Actor) -> None:
    steps = change(MERGED, KEPT)
    assert [(step.old_code, step.new_code, step.document) for step in steps] == [(MERGED, KEPT, PAPER)]
    assert Division.objects.get(code=MERGED).valid_until == DAY
    assert Division.objects.get(code=KEPT).valid_until is None
    assert current_code(MERGED, date(2021, 2, 28)) == MERGED
    assert current_code(MERGED, DAY) == KEPT
    trace = AuditRecord.objects.first()
    assert (trace.action, trace.actor_id, trace.division_code) == ("divisions.change", clerk.id, MERGED)
    assert trace.detail["new_codes"] == [KEPT]


def test_a_new_code_is_added_with_its_name(change: Any) -> None:
    change(MERGED, "610926100301", names={"610926100301": "五星社区居委会"})
    new = Division.objects.get(code="610926100301")
    assert (new.name, new.initials, new.parent_code) == ("五星社区居委会", "wx", "610926100000")
    assert (new.valid_from, new.source) == (DAY, PAPER)
    change(KEPT, "610926100302")
    assert Division.objects.get(code="610926100302").name == "三里垭村委会"


def test_a_split_leads_to_several(change: Any) -> None:
    change(MERGED, KEPT, THIRD)
    assert current_codes_of([MERGED], DAY) == {MERGED: (KEPT, THIRD)}
    assert current_code(MERGED, DAY) is None


def test_a_code_that_keeps_its_number_in_a_split_lives_on(change: Any) -> None:
    steps = change(MERGED, MERGED, "610926100301")
    assert [step.new_code for step in steps] == ["610926100301"]
    assert Division.objects.get(code=MERGED).valid_until is None
    assert current_code(MERGED, DAY) == MERGED


def test_changes_are_followed_step_by_step_and_joined_again(change: Any) -> None:
    change(MERGED, "610926100301", "610926100302", on=date(2018, 1, 1))
    change("610926100301", THIRD, on=date(2019, 1, 1))
    change("610926100302", THIRD, on=date(2020, 1, 1))
    assert current_codes_of([MERGED], date(2018, 6, 1))[MERGED] == ("610926100301", "610926100302")
    assert current_codes_of([MERGED], date(2019, 6, 1))[MERGED] == ("610926100302", THIRD)
    assert current_code(MERGED, date(2020, 6, 1)) == THIRD


def test_unknown_codes_stand_for_nothing(tree: None) -> None:
    assert current_codes_of(["999999999999", KEPT], DAY) == {"999999999999": (), KEPT: (KEPT,)}
    assert current_code("999999999999", DAY) is None


def test_the_same_change_twice_is_one(change: Any) -> None:
    first = change(MERGED, KEPT, THIRD)
    rows = AuditRecord.objects.count()
    assert set(change(MERGED, THIRD, KEPT)) == set(first)
    assert Successor.objects.count() == 2
    assert AuditRecord.objects.count() == rows


def test_an_end_that_a_load_inferred_gives_way_to_the_document(
    change: Any, clerk: Actor, write_source: Rewrite
) -> None:
    write_source({code: name for code, name in TINY.items() if code != MERGED})
    load_tree(by=clerk)
    change(MERGED, KEPT)
    assert Division.objects.get(code=MERGED).valid_until == DAY


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("61092610020", KEPT), BadCode),
        ((MERGED, "平利"), BadCode),
        (("610926100999", KEPT), UnknownDivision),
        ((MERGED, "610926199201"), UnknownDivision),
        ((MERGED,), NoSuccessor),
        ((MERGED, MERGED), NoSuccessor),
        ((MERGED, "610926101000"), LevelsDiffer),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    change: Any, arguments: tuple[str, ...], refusal: type[WorkError]
) -> None:
    rows = AuditRecord.objects.count()
    with pytest.raises(refusal):
        change(*arguments)
    assert not Successor.objects.exists()
    assert Division.objects.filter(valid_until=None).count() == len(TINY)
    assert AuditRecord.objects.count() == rows


def test_a_change_needs_its_document(change: Any) -> None:
    with pytest.raises(NoDocument):
        change(MERGED, KEPT, document="  ")


def test_a_division_changes_only_while_it_lives(change: Any) -> None:
    change(MERGED, "610926100301")
    with pytest.raises(AlreadyChanged, match="610926100301"):
        change(MERGED, "610926100301", on=date(2022, 1, 1))
    with pytest.raises(DeadDivision, match="2021-03-01"):
        change(MERGED, THIRD, on=date(2022, 1, 1))
    with pytest.raises(DeadDivision):
        change(KEPT, MERGED, on=date(2022, 1, 1))
    with pytest.raises(NotYetDivision, match="2021-03-01"):
        change("610926100301", THIRD, on=date(2020, 1, 1))
    with pytest.raises(NotYetDivision):
        change("610926100301", THIRD)


def test_the_database_refuses_a_code_that_replaces_itself(tree: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Successor.objects.create(old_code=KEPT, new_code=KEPT, changed_on=DAY, document=PAPER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Division.objects.filter(code=KEPT).update(valid_from=DAY, valid_until=DAY)


def test_a_list_of_changes_puts_the_upper_levels_first(tree: None, clerk: Actor) -> None:
    moved = [
        Change(KEPT, ["610926102001"], DAY, PAPER),
        Change("610926100000", ["610926102000"], DAY, PAPER, {"610926102000": "长安镇"}),
    ]
    done = load_changes(by=clerk, rows=moved)
    assert (done.recorded, done.known) == (2, 0)
    assert Division.objects.get(code="610926102001").parent_code == "610926102000"
    again = load_changes(by=clerk, rows=moved)
    assert (again.recorded, again.known) == (0, 2)
    assert AuditRecord.objects.of_action("divisions.change").count() == 2


def test_a_list_with_errors_changes_nothing_and_names_each_line(tree: None, clerk: Actor) -> None:
    rows = [
        Change(MERGED, [KEPT], DAY, PAPER),
        Change("610926100999", [KEPT], DAY, PAPER),
        Change("平利", [KEPT], date(2010, 1, 1), PAPER),
    ]
    with pytest.raises(BadInput) as refusal:
        load_changes(by=clerk, rows=rows)
    assert [problem.where.en for problem in refusal.value.problems] == [
        "line 2 (610926100999)",
        "line 3 (平利)",
    ]
    assert "610926100999" in refusal.value.problems[0].why.zh
    assert not Successor.objects.exists()
    assert Division.objects.get(code=MERGED).valid_until is None
