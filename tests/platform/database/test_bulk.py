"""Bulk loading stores exactly what ``Model.objects.create`` stores."""

from __future__ import annotations

import time as clock_time
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils.safestring import mark_safe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.platform.crypto import cipher
from bangfu.platform.database import bulk
from bangfu.policy.words import Words
from tests.platform.samples.models import Everything, Owner, Plain, Posting
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]

SHANGHAI = timezone(timedelta(hours=8))
SEALED = cipher.encrypt("6109", bound_to="everything:1")
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50)
WHOLE = st.integers(-(2**63), 2**63 - 1)
MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.sampled_from([UTC, SHANGHAI, timezone(timedelta(hours=-5))]),
)
LEAVES = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXT | st.floats(-1e6, 1e6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "char": TEXT | st.integers(0, 9) | st.just(mark_safe("<b>")),
    "text": TEXT,
    "small": st.integers(-32768, 32767) | st.booleans() | st.sampled_from(["17", 3.0]),
    "whole": WHOLE,
    "real": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9),
    "yes": st.booleans(),
    "day": st.dates() | st.just("2016-01-31"),
    "moment": MOMENTS,
    "hour": st.times(),
    "span": st.timedeltas(timedelta(days=-9000), timedelta(days=9000)),
    "number": st.decimals(-(10**9), 10**9, places=4) | st.decimals(-9, 9, places=1) | st.integers(-9, 9),
    "name": st.uuids() | st.uuids().map(str),
    "tree": st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8),
    "raw": st.binary(max_size=50),
    "sealed": st.just(SEALED),
    "words": st.builds(Words, TEXT, TEXT) | TEXT,
    "address": st.ip_addresses().map(str),
}
ROW = st.fixed_dictionaries({name: st.none() | value for name, value in VALUES.items()})


def stored(model: type[models.Model]) -> list[tuple[Any, ...]]:
    """What lies in the table, as the driver gives it, with SQLite's storage classes."""
    columns = [connection.ops.quote_name(field.column) for field in model._meta.concrete_fields[1:]]
    if connection.vendor == "sqlite":
        columns += [f"typeof({column})" for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {model._meta.db_table} ORDER BY id")
        return [
            tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
            for row in cursor.fetchall()
        ]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(ROW, min_size=1, max_size=4))
def test_a_bulk_row_is_stored_as_create_stores_it(rows: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        for row in rows:
            Everything.objects.create(**row)
        created = stored(Everything)
        transaction.set_rollback(True)
    with transaction.atomic():
        written = bulk.insert(Everything, list(VALUES), ([row[name] for name in VALUES] for row in rows))
        loaded = stored(Everything)
        transaction.set_rollback(True)
    assert written == len(rows)
    assert loaded == created


def test_a_foreign_key_takes_the_key_under_either_name() -> None:
    owner = Owner.objects.create(name="甲")
    rest = ("610926", "乙", 1, 5, datetime(2026, 1, 1, tzinfo=UTC), True, "", {})
    columns = ("code", "name", "kind", "amount", "entered", "living", "note", "facts")
    bulk.insert(Plain, ("owner", *columns), [(owner.pk, *rest)])
    bulk.insert(Plain, ("owner_id", *columns), [(owner.pk, *rest)])
    bulk.insert(Plain, ("owner_id", *columns), [(None, *rest)])
    assert [plain.owner for plain in Plain.objects.order_by("pk")] == [owner, owner, None]


def test_a_refused_row_takes_all_rows_with_it_and_leaves_the_transaction_usable() -> None:
    with pytest.raises(IntegrityError):
        bulk.insert(Posting, ["text"], ([text] for text in ("a", "b", "a")))
    assert bulk.insert(Posting, ["text"], [["c"]]) == 1
    assert list(Posting.objects.values_list("text", flat=True)) == ["c"]


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values for 1 columns"):
        bulk.insert(Posting, ["text"], [["a", "b"]])
    with pytest.raises(ValueError, match="zip"):
        bulk.insert(Posting, ["text"], [["a"], ["b", "c"]])
    with pytest.raises(ValueError, match="not a column"):
        bulk.insert(Owner, ["plain"], [["a"]])
    assert not Posting.objects.exists()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(ROW, min_size=2, max_size=2))
def test_a_bulk_update_stores_what_save_stores(rows: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        for row in rows:
            saved, changed = Everything.objects.create(), Everything.objects.create()
            for name, value in row.items():
                setattr(saved, name, value)
            saved.save()
            assert bulk.update(Everything, list(row), [(changed.pk, *row.values())]) == 1
        found = stored(Everything)
        transaction.set_rollback(True)
    assert found[::2] == found[1::2]


def test_nothing_is_written_for_no_rows() -> None:
    assert bulk.insert(Posting, ["text"], iter(())) == 0


def test_naive_moments_are_refused_as_create_refuses_them() -> None:
    with pytest.raises(RuntimeWarning, match="naive"):
        bulk.insert(Everything, ["moment"], [[datetime(2026, 1, 1)]])  # noqa: DTZ001 - on purpose


def test_replace_values_leaves_what_somebody_else_wrote() -> None:
    first = Everything.objects.create(raw=b"old")
    second = Everything.objects.create(raw=b"newer")
    changes = [(first.pk, b"old", b"new"), (second.pk, b"old", b"new")]
    assert bulk.replace_values(Everything, "raw", changes) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (bytes(first.raw or b""), bytes(second.raw or b"")) == (b"new", b"newer")


def test_speed_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    owner = Owner.objects.create(name="甲")
    entered = datetime(2026, 1, 1, tzinfo=UTC)
    count = 60_000
    rows = [
        (
            "610926100001",
            f"张{number}",
            owner.pk,
            1,
            number,
            date(1990, 1, 1),
            entered,
            True,
            "",
            {"a": number},
        )
        for number in range(count)
    ]
    columns = [field.attname for field in Plain._meta.concrete_fields[1:]]
    start = clock_time.perf_counter()
    assert bulk.insert(Plain, columns, rows) == count
    spent = clock_time.perf_counter() - start
    with capsys.disabled():
        print(f"\n  bulk.insert, 10 columns, {connection.vendor}: {count / spent:,.0f} rows/s")
    assert Plain.objects.count() == count


def test_types_that_only_look_alike_go_through_the_field() -> None:
    """A moment in a date column, a whole number as text, a Decimal with too many places."""
    values = {
        "day": datetime(2026, 1, 1, 23, tzinfo=UTC),
        "char": 7,
        "number": Decimal("1.5"),
        "hour": time(1, 2),
    }
    values["name"] = str(uuid.UUID(int=1))  # type: ignore[assignment]
    Everything.objects.create(**values)
    bulk.insert(Everything, list(values), [list(values.values())])
    first, second = stored(Everything)
    assert first == second
