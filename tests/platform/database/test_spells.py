"""Spells: [since, until), one after the other, tried against a model in plain Python."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.platform.samples.models import Spell
from tests.postgresql import both_databases, postgresql_only

START = date(2020, 1, 1)
Span = tuple[int, int | None]


def day(number: int | None) -> date | None:
    return None if number is None else START + timedelta(days=number)


def overlap(one: Span, other: Span) -> bool:
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def allowed(span: Span, others: list[Span]) -> bool:
    return (span[1] is None or span[0] < span[1]) and not any(overlap(span, other) for other in others)


def tried(action: object) -> bool:
    """True when the database took it."""
    try:
        with transaction.atomic():
            action()  # type: ignore[operator]
    except IntegrityError:
        return False
    return True


SPANS = st.tuples(st.integers(0, 8), st.none() | st.integers(0, 8))
KEYS = st.tuples(st.sampled_from("ab"), st.sampled_from([1, 2]))
ACTS = st.lists(
    st.tuples(st.sampled_from(["insert", "insert", "change"]), KEYS, SPANS, st.integers(0, 9)), max_size=12
)


@both_databases
@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_the_database_takes_exactly_what_the_model_allows(
    acts: list[tuple[str, tuple[str, int], Span, int]],
) -> None:
    held: dict[int, tuple[tuple[str, int], Span]] = {}
    with transaction.atomic():
        for act, key, span, which in acts:
            changed = list(held)[which % len(held)] if act == "change" and held else None
            others = [other for pk, (theirs, other) in held.items() if theirs == key and pk != changed]
            values = {"owner": key[0], "kind": key[1], "since": day(span[0]), "until": day(span[1])}
            spell = Spell(pk=changed, **values)
            took = tried(spell.save)
            assert took == allowed(span, others), (held, act, key, span)
            if took:
                held[spell.pk] = (key, span)
        transaction.set_rollback(True)


@both_databases
@pytest.mark.django_db
@pytest.mark.parametrize("until", ["2020-01-01", "2019-12-31"])
def test_a_spell_that_ends_before_or_when_it_begins_is_refused(until: str) -> None:
    with pytest.raises(IntegrityError):
        Spell.objects.create(owner="a", since=START, until=until)


@both_databases
@pytest.mark.django_db
def test_the_next_spell_may_begin_on_the_day_the_last_one_ends() -> None:
    Spell.objects.create(owner="a", since=START, until=day(5))
    Spell.objects.create(owner="a", since=day(5))
    assert Spell.objects.count() == 2


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_two_transactions_at_once_cannot_both_open_a_spell() -> None:
    ready, outcome = threading.Event(), []

    def second() -> None:
        ready.wait(10)
        try:
            outcome.append(tried(lambda: Spell.objects.create(owner="a", since=day(1))))
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        Spell.objects.create(owner="a", since=START)
        ready.set()
        thread.join(0.5)
        assert thread.is_alive(), "the second must wait for the first"
    thread.join(10)
    assert outcome == [False]
    assert Spell.objects.count() == 1
