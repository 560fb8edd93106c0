"""Standings never overlap: whatever is opened and closed, by acts or past them, the database holds it (S4-66)."""

from __future__ import annotations

import threading
from itertools import pairwise
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.platform.database import guards
from bangfu.platform.errors import Refused
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.errors import DatesOutOfOrder, NoStanding
from bangfu.registry.models import Household, Membership, Standing
from bangfu.registry.queries import standing_counts, totals
from tests.cast.places import COUNTY, WILLOW, plant_tree
from tests.postgresql import both_databases, postgresql_only
from tests.registry.world import ME, day, examples, member, registered

STANDING = codes("standing")
KINDS = [one.code for one in STANDING]
QUICK = settings(
    max_examples=examples(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ACTS = st.lists(
    st.tuples(st.sampled_from(["act", "open", "close", "shift"]), st.sampled_from(KINDS), st.integers(0, 12)),
    min_size=1,
    max_size=12,
)


def attempt(household: Household, how: str, kind: int, number: int) -> bool:
    """One opening or closing, by the action or straight into the table; False when it is refused."""
    spells = Standing.objects.filter(household=household)
    try:
        with transaction.atomic():
            if how == "act":
                change = StandingChange(household.pk, WILLOW, kind, day(number))
                change_standings([change], basis="案卷", by=ME)
            elif how == "open":
                Standing.objects.create(
                    household=household, kind=kind, since=day(number), basis="案卷", policy_version="2015"
                )
            elif how == "close":
                spells.open().update(until=day(number))
            else:
                spells.filter(until=None).update(since=day(number))
    except (Refused, IntegrityError):
        return False
    return True


@both_databases
@QUICK
@given(acts=ACTS)
def test_at_most_one_standing_on_every_day(tree: None, acts: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        household = registered()
        for act in acts:
            attempt(household, *act)
            for number in (act[2] - 1, act[2], act[2] + 1, 30):
                holding = Standing.objects.on(day(number)).filter(household=household)
                assert holding.count() <= 1, (acts, number)
            spells = list(Standing.objects.filter(household=household).order_by("since"))
            for earlier, later in pairwise(spells):
                assert earlier.until is not None
                assert earlier.since < earlier.until <= later.since
            assert all(one.basis and one.policy_version for one in spells)
        transaction.set_rollback(True)


@both_databases
@QUICK
@given(random=st.randoms(use_true_random=False))
def test_totals_are_the_number_of_households_that_stand(tree: None, random: Random) -> None:  # S4-03
    with transaction.atomic():
        households = [registered() for _ in range(4)]
        for number in range(1, 8):
            attempt(random.choice(households), "act", random.choice(KINDS), number)
        for number in range(9):
            counts = standing_counts(COUNTY, day(number))
            listed = {
                kind: Household.objects.in_division(COUNTY, day(number))
                .standing_on(day(number), kind)
                .count()
                for kind in KINDS
            }
            assert counts == {kind: many for kind, many in listed.items() if many}
            counting = sum(many for kind, many in counts.items() if kind != STANDING.removed)
            assert totals(COUNTY, day(number)).households == counting
            assert totals(COUNTY, day(number)).people == 2 * counting
        transaction.set_rollback(True)


@both_databases
def test_no_standing_no_change(tree: None) -> None:
    household = registered()
    Standing.objects.filter(household=household).update(until=day(5))
    change = StandingChange(household.pk, WILLOW, STANDING.exited, day(8))
    with pytest.raises(NoStanding, match=household.household_no):
        change_standings([change], basis="案卷", by=ME)


@both_databases
def test_the_guards_are_installed(tree: None) -> None:
    assert guards.missing() == []


@both_databases
def test_a_member_is_never_in_two_households_at_once(tree: None) -> None:
    one, other = registered(), registered()
    with pytest.raises(IntegrityError, match=r"overlap|apart"), transaction.atomic():
        Membership.objects.create(person=member(one), household=other, since=day(4))


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_two_sessions_at_once_open_one_standing() -> None:
    """The later one is refused with a sentence; no double standing, no lost update."""
    plant_tree()
    household = registered()
    barrier, outcome = threading.Barrier(2), []

    def exit_on(number: int) -> None:
        try:
            barrier.wait(10)
            change = StandingChange(household.pk, WILLOW, STANDING.exited, day(5))
            change_standings([change], basis=f"案卷 {number}", by=ME)
            outcome.append("done")
        except DatesOutOfOrder:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=exit_on, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcome) == ["done", "refused"]
    spells = Standing.objects.filter(household=household).order_by("since")
    assert [one.kind for one in spells] == [STANDING.registered, STANDING.exited]
