from __future__ import annotations

import threading
import time
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.clock import now
from bangfu.platform.worklist.actions import NewItem, assign, close_items, open_items
from bangfu.platform.worklist.errors import ReasonMissing
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy.words import Words
from tests.postgresql import both_databases, postgresql_only

pytestmark = [pytest.mark.django_db, both_databases]
ME = Actor("7", "张三")
TITLE = Words("核对", "check")


def item(key: str, **parts: Any) -> NewItem:
    return NewItem(**{"key": key, "kind": "sample.check", "title": TITLE, **parts})


def open_keys(**filters: Any) -> list[str]:
    return list(WorkItem.objects.open().filter(**filters).order_by("pk").values_list("key", flat=True))


def test_an_item_keeps_what_it_was_opened_with() -> None:
    given_ = item(
        "a",
        url_name="doubts:one",
        url_args={"id": 1},
        division_code="610926100001",
        role="village",
        due=date(2026, 1, 31),
        detail={"n": [1]},
    )
    assert open_items([given_], by=ME) == 1
    one = WorkItem.objects.get()
    assert one.is_open
    assert one.title == TITLE
    for name in (
        "key",
        "kind",
        "url_name",
        "url_args",
        "division_code",
        "role",
        "assignee_id",
        "due",
        "detail",
    ):
        assert getattr(one, name) == getattr(given_, name)


def test_opening_is_idempotent_and_a_closed_key_opens_anew() -> None:
    assert open_items([item("a"), item("b"), item("a")], by=ME) == 2
    assert open_items([item("a"), item("c")], by=ME) == 1
    assert open_items([item("a")], by=ME) == 0
    assert close_items(["a", "nowhere"], by=ME, reason=" 已核对 ") == 1
    assert close_items(["a"], by=ME, reason="again") == 0
    closed = WorkItem.objects.get(key="a")
    assert (closed.closed_by, closed.close_reason, closed.is_open) == ("张三", "已核对", False)
    assert open_items([item("a")], by=ME) == 1
    assert WorkItem.objects.filter(key="a").count() == 2
    assert open_keys() == ["b", "c", "a"]


def test_each_change_leaves_one_audit_row_and_no_change_none() -> None:
    open_items([item("a"), item("b", kind="sample.visit")], by=ME)
    open_items([item("a")], by=ME)
    assign(["a", "b"], by=ME, role="village")
    assign(["a"], by=ME)
    assign(["nowhere"], by=ME, role="x")
    close_items(["a"], by=ME, reason="done")
    close_items(["a"], by=ME, reason="done")
    rows = list(AuditRecord.objects.order_by("seq").values_list("action", "detail"))
    assert rows == [
        ("worklist.open", {"count": 2, "kinds": {"sample.check": 1, "sample.visit": 1}}),
        ("worklist.assign", {"count": 2, "kinds": {"sample.check": 1, "sample.visit": 1}, "role": "village"}),
        ("worklist.close", {"count": 1, "kinds": {"sample.check": 1}, "close_reason": "done"}),
    ]


def test_closing_needs_a_reason() -> None:
    open_items([item("a")], by=ME)
    with pytest.raises(ReasonMissing):
        close_items(["a"], by=ME, reason="  ")
    assert open_keys() == ["a"]


def test_assigning_changes_only_what_is_given_and_only_open_items() -> None:
    open_items([item("a", role="village", due=date(2026, 1, 1)), item("b", role="village")], by=ME)
    close_items(["b"], by=ME, reason="done")
    assert assign(["a", "b"], by=ME, division_code="610926100000", assignee_id="9") == 1
    one = WorkItem.objects.get(key="a")
    assert (one.role, one.division_code, one.assignee_id, one.due) == (
        "village",
        "610926100000",
        "9",
        date(2026, 1, 1),
    )
    assert WorkItem.objects.get(key="b").assignee_id == ""
    assign(["a"], by=ME, assignee_id="", due=date(2026, 2, 1))
    one.refresh_from_db()
    assert (one.assignee_id, one.due) == ("", date(2026, 2, 1))


def test_very_many_keys_at_once() -> None:
    keys = [f"k{number}" for number in range(2_600)]
    assert open_items([item(key) for key in keys], by=ME) == 2_600
    assert open_items([item(key) for key in keys], by=ME) == 0
    assert assign(keys, by=ME, role="village") == 2_600
    assert close_items(keys, by=ME, reason="done") == 2_600
    assert open_keys() == []


def test_the_database_refuses_nonsense() -> None:
    plain = {"key": "a", "kind": "k", "title": TITLE, "opened_at": now()}
    WorkItem.objects.create(**plain)
    for bad in (plain, {**plain, "key": "b", "closed_at": now()}, {**plain, "key": "c", "closed_by": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkItem.objects.create(**bad)


def test_late_and_soonest_and_counts() -> None:
    open_items(
        [
            item("never"),
            item("late", due=date(2026, 1, 30), kind="sample.visit"),
            item("today", due=date(2026, 1, 31)),
            item("closed", due=date(2020, 1, 1)),
        ],
        by=ME,
    )
    close_items(["closed"], by=ME, reason="done")
    day = date(2026, 1, 31)
    assert [one.key for one in WorkItem.objects.late(day)] == ["late"]
    assert [one.key for one in WorkItem.objects.open().soonest_first()] == ["late", "today", "never"]
    assert WorkItem.objects.open().counts_by_kind() == {"sample.check": 2, "sample.visit": 1}
    assert WorkItem.objects.soonest_first().counts_by_kind() == {"sample.check": 3, "sample.visit": 1}


CODES = st.text("12", min_size=3, max_size=3)
ROLES = st.sampled_from(["village", "township"])
POSTS = st.lists(st.tuples(ROLES, st.text("12", max_size=3)), max_size=3)
ITEMS = st.lists(st.tuples(ROLES, CODES, st.sampled_from(["", "", "7", "8"])), max_size=10)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(posts=POSTS, items=ITEMS, me=st.sampled_from(["", "7"]))
def test_a_person_sees_what_is_for_the_person_or_for_one_of_the_posts(
    posts: list[tuple[str, str]], items: list[tuple[str, str, str]], me: str
) -> None:
    def mine(role: str, code: str, assignee: str) -> bool:
        if assignee:
            return assignee == me
        return any(role == held and code.startswith(prefix) for held, prefix in posts)

    with transaction.atomic():
        open_items(
            [
                item(str(number), role=role, division_code=code, assignee_id=assignee)
                for number, (role, code, assignee) in enumerate(items)
            ],
            by=ME,
        )
        found = set(WorkItem.objects.for_posts(posts, me).values_list("key", flat=True))
        transaction.set_rollback(True)
    assert found == {str(number) for number, parts in enumerate(items) if mine(*parts)}


def test_a_closed_item_is_nobodys() -> None:
    open_items([item("a", role="village", division_code="610926")], by=ME)
    close_items(["a"], by=ME, reason="done")
    assert not WorkItem.objects.for_posts([("village", "")], "7").exists()


def test_the_inbox_is_answered_from_an_index() -> None:
    open_items(
        [
            item(
                str(n),
                role="village",
                division_code=f"61092610{n % 300:04d}",
                assignee_id=str(n % 50) if n % 2 else "",
            )
            for n in range(6_000)
        ],
        by=ME,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE worklist_workitem")
    plan = WorkItem.objects.for_posts([("village", "610926100001"), ("township", "610926100")], "7").explain()
    assert plan.count("worklist_inbox") == 3, plan


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_an_item_opened_by_two_at_once_is_open_once() -> None:
    opened: list[int] = []

    def opener() -> None:
        try:
            with transaction.atomic():
                opened.append(open_items([item("a"), item("b")], by=ME))
                time.sleep(0.1)
        finally:
            connection.close()

    threads = [threading.Thread(target=opener) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(opened) == [0, 0, 2]
    assert open_keys() == ["a", "b"]
