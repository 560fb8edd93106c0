"""Two sessions at once on PostgreSQL: no lost update, no double standing, no double doubt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.queries import verify
from bangfu.platform.database import guards
from bangfu.platform.errors import BangfuError, Stale
from bangfu.platform.worklist.models import WorkItem
from bangfu.quality.actions.runs import record_run
from bangfu.quality.actions.verdicts import answer_doubt, verify_verdict
from bangfu.quality.enums import DoubtState, Finding
from bangfu.quality.errors import AlreadySettled
from bangfu.quality.models import Doubt, Run
from bangfu.quality.runs import evaluate_area
from bangfu.registry.actions import corrections, families
from bangfu.registry.actions.intake import take_in
from bangfu.registry.models import Event, Household, Membership, Person, Standing
from bangfu.registry.queries import reconciliation
from tests.cast import stories
from tests.cast.build import registry_workbook
from tests.cast.places import BRIDGE, COUNTY, SUMMIT, WILLOW, WILLOW_TOWN, plant_tree
from tests.postgresql import postgresql_only
from tests.quality.offices import taken
from tests.registry.imports.sheets import sheet
from tests.registry.test_flows import intake_of
from tests.registry.world import FIRST, ME, WHY, day, registered, somebody

pytestmark = [postgresql_only, pytest.mark.django_db(transaction=True)]
IN_VILLAGE = Scope.of([(Role.VILLAGE, WILLOW)])
IN_TOWNSHIP = Scope.of([(Role.TOWNSHIP, WILLOW_TOWN)])


@pytest.fixture(autouse=True)
def _tree() -> None:
    plant_tree()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, all begun at the same moment in sessions of their own."""
    barrier, outcome = threading.Barrier(len(acts)), [None] * len(acts)

    def session(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            outcome[place] = act()
        except (BangfuError, DatabaseError) as error:
            outcome[place] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=session, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a deadlock"
    return outcome


def refusals(outcome: list[Any]) -> list[type[Exception]]:
    return [type(one) for one in outcome if isinstance(one, Exception)]


@pytest.fixture
def doubts(tmp_path: Path) -> None:
    """The cast's registry, checked."""
    taken(registry_workbook(tmp_path / "登记.xlsx", stories.STORIES), doubtful=True)
    record_run(evaluate_area(COUNTY, stories.DAY), started_at=clock.now(), by=ME)


def test_of_two_answers_at_once_one_counts(doubts: None) -> None:
    one = Doubt.objects.get(rule="form_incomplete")

    def answer(number: str, finding: Finding) -> Callable[[], Any]:
        return lambda: answer_doubt(
            doubt=one, finding=finding, text="入户看过", by=Actor(number, number), scope=IN_VILLAGE
        )

    outcome = at_once(*(answer(str(n), Finding.NOT_AN_ERROR) for n in range(6)))
    assert refusals(outcome) == [AlreadySettled] * 5
    assert one.verdicts.count() == 1
    one.refresh_from_db()
    assert one.state == DoubtState.CLOSED
    assert not WorkItem.objects.open().filter(key=one.work_key).exists()
    assert verify().whole


def test_a_verdict_is_verified_once(doubts: None) -> None:
    one = Doubt.objects.filter(two_person=True).first()
    assert one is not None, "the cast has a doubt that needs two"
    village = Scope.of([(Role.VILLAGE, one.division_code)])
    answer_doubt(doubt=one, finding=Finding.CONFIRMED, text="入户看过", by=Actor("1", "甲"), scope=village)

    def judge(number: str, accept: bool) -> Callable[[], Any]:
        who = Actor(number, number)
        return lambda: verify_verdict(doubt=one, accept=accept, text="看过照片", by=who, scope=IN_TOWNSHIP)

    outcome = at_once(judge("2", True), judge("3", False), judge("4", True))
    assert refusals(outcome) == [AlreadySettled] * 2
    verdict = one.verdicts.get()
    one.refresh_from_db()
    assert one.state == (DoubtState.CONFIRMED if verdict.verified else DoubtState.OPEN)
    assert WorkItem.objects.open().filter(key__startswith=one.work_key).count() == 1


def test_two_runs_at_once_open_each_doubt_once(tmp_path: Path) -> None:
    taken(registry_workbook(tmp_path / "登记.xlsx", stories.STORIES), doubtful=True)
    evaluated = evaluate_area(COUNTY, stories.DAY)

    def run() -> Run:
        return record_run(evaluated, started_at=clock.now(), by=ME)

    outcome = at_once(run, run)
    assert refusals(outcome) == []
    assert sorted(one.opened for one in outcome) == [0, Doubt.objects.count()]
    subjects = Doubt.objects.values_list("rule", "subject_kind", "subject_id")
    assert len(set(subjects)) == subjects.count() > 0
    assert WorkItem.objects.open().count() == subjects.count()


def test_the_same_workbook_taken_in_by_two_sessions_is_there_once() -> None:
    households, people = stories.sheets(stories.STORIES)

    def sheet_of(name: str, rows: list[dict[str, Any]]) -> Any:
        titles = list(dict.fromkeys(title for row in rows for title in row))
        return sheet(name, titles, *([row.get(title) for title in titles] for row in rows))

    intake = intake_of(sheet_of("户", households), sheet_of("人", people), on=stories.DAY)
    outcome = at_once(*(lambda: take_in(intake, by=ME) for _ in range(3)))
    assert refusals(outcome) == []
    assert sorted(one.new_people for one in outcome) == [0, 0, 29]
    assert (Household.objects.count(), Person.objects.count(), Membership.objects.count()) == (12, 29, 29)
    assert sum(one.people for one in Event.objects.all()) == 29
    assert verify().whole


def test_of_two_corrections_on_one_screen_the_second_is_told() -> None:
    household = registered()
    household.refresh_from_db()
    seen = household.revision

    def correct(cause: int) -> Callable[[], Any]:
        return lambda: corrections.correct_household(
            household=household,
            entered={"main_cause": cause},
            seen_revision=seen,
            day=day(3),
            reason=WHY,
            by=ME,
        )

    outcome = at_once(*(correct(cause) for cause in (1, 2, 3)))
    assert refusals(outcome) == [Stale] * 2
    household.refresh_from_db()
    assert household.revision == seen + 1
    assert Event.objects.exclude(before={}).count() == 1


def test_moves_and_mergers_at_once_keep_the_totals() -> None:
    """Each sees what the one before did; nobody is in two places."""
    one, other = registered(), registered(somebody("何桂英", "1946-01-25", 44))

    def move(to: str) -> Callable[[], Any]:
        return lambda: families.move_household(household=one, to_village=to, day=day(5), reason=WHY, by=ME)

    at_once(
        move(BRIDGE),
        move(SUMMIT),
        lambda: families.merge_households(source=other, target=one, day=day(5), reason=WHY, by=ME),
    )
    for place in (WILLOW, BRIDGE, SUMMIT, COUNTY):
        assert reconciliation(place, day(-1), day(9)).agrees, place
    spells = Membership.objects.filter(until=None)
    assert spells.count() == spells.values("person").distinct().count() == 3
    assert Standing.objects.filter(until=None).count() == 1


def test_two_households_registered_at_once_have_two_numbers() -> None:
    outcome = at_once(*(lambda n=n: registered(somebody(f"人{n}", "1980-01-01", n + 1)) for n in range(4)))
    assert refusals(outcome) == []
    assert Household.objects.count() == 4
    assert {one.household_no[-4:] for one in outcome} == {"0001", "0002", "0003", "0004"}


def test_the_triggers_stand_on_postgresql() -> None:
    registered(on=FIRST)
    events = Event.objects.count()
    assert events
    assert guards.missing() == []
    for statement in (
        "UPDATE registry_event SET reason = 'x'",
        "DELETE FROM registry_event",
        "TRUNCATE registry_event CASCADE",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Event.objects.count() == events
