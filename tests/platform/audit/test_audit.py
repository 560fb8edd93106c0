"""The log is whole or says where it is not."""

from __future__ import annotations

import json
import threading
import time
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.platform.audit.actions import Entry, hold_chain, record, record_many, sensitive_read
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.chain import GENESIS, plain
from bangfu.platform.audit.errors import OutsideTransaction, ReasonRequired
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.audit.queries import Head, head, records, verify
from bangfu.platform.clock import today
from tests.postgresql import both_databases, postgresql_only

ME = Actor("7", "张三", "10.0.0.1")


def write(count: int = 5) -> None:
    for number in range(count):
        record(
            by=ME, action="sample.write", subject_kind="thing", subject_id=str(number), detail={"n": number}
        )


def drop_triggers() -> None:
    """What an attacker with the database's password does first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_auditrecord'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@both_databases
@pytest.mark.django_db
class TestWriting:
    def test_rows_are_numbered_from_one_and_linked(self) -> None:
        write(3)
        rows = list(AuditRecord.objects.order_by("seq"))
        assert [row.seq for row in rows] == [1, 2, 3]
        assert [row.previous_hash for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
        assert (rows[0].actor_id, rows[0].actor_name, rows[0].address) == ("7", "张三", "10.0.0.1")
        assert verify().checked == 3
        assert head() == Head(3, rows[2].hash)

    def test_many_rows_continue_the_same_chain(self) -> None:
        write(2)
        entries = (Entry("thing", str(number), "610926100000", {"n": number}) for number in range(10))
        assert record_many(by=ME, action="sample.load", rows=entries) == 10
        write(1)
        assert verify().whole
        assert AuditRecord.objects.of_action("sample.load").count() == 10
        assert record_many(by=ME, action="sample.load", rows=[]) == 0

    def test_a_rolled_back_act_leaves_no_row_and_no_gap(self) -> None:
        write(1)
        with transaction.atomic():
            write(2)
            transaction.set_rollback(True)
        write(1)
        assert list(AuditRecord.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]
        assert verify().whole

    def test_a_sensitive_read_needs_a_reason(self) -> None:
        for reason in ("", "核实 ", " abc\n"):
            with pytest.raises(ReasonRequired):
                sensitive_read(by=ME, what="id_number", reason=reason)
        assert not AuditRecord.objects.exists()
        row = sensitive_read(by=ME, what="id_number", reason="入户核实", subject_kind="thing", subject_id="1")
        assert (row.action, row.detail) == ("read.id_number", {"reason": "入户核实"})

    def test_text_that_databases_refuse_is_mended_not_fatal(self) -> None:
        record(by=Actor("7", "a\0b"), action="x", subject_id="\ud800", detail={"k\0": ["\udfff\n", "好"]})
        row = AuditRecord.objects.get()
        assert (row.actor_name, row.subject_id) == ("a\ufffdb", "\ufffd")
        assert row.detail == {"k\ufffd": ["\ufffd\n", "好"]}
        assert verify().whole

    def test_speed_is_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        count = 20_000
        start = time.perf_counter()
        record_many(
            by=ME,
            action="sample.load",
            rows=(Entry("thing", str(number), "610926100000", {"amount": number}) for number in range(count)),
        )
        written = time.perf_counter() - start
        start = time.perf_counter()
        assert verify().checked == count
        checked = time.perf_counter() - start
        with capsys.disabled():
            print(
                f"\n  audit, {connection.vendor}: record_many {count / written:,.0f} rows/s, "
                f"verify {count / checked:,.0f} rows/s"
            )


@both_databases
@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction, match=r"sample\.write"):
        write(1)
    with pytest.raises(OutsideTransaction):
        record_many(by=ME, action="sample.load", rows=[Entry()])
    with pytest.raises(OutsideTransaction):
        hold_chain()
    assert not AuditRecord.objects.exists()


@both_databases
@pytest.mark.django_db
class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE audit_auditrecord SET actor_name = 'x'", "DELETE FROM audit_auditrecord WHERE seq = 3"],
    )
    def test_changes(self, statement: str) -> None:
        write(3)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            run(statement)
        assert verify().checked == 3
        assert verify().whole

    @pytest.mark.parametrize(
        ("seq", "previous"), [(5, "hash"), (3, "hash"), (2, "hash"), (4, "previous_hash")]
    )
    def test_rows_that_do_not_continue_the_chain(self, seq: int, previous: str) -> None:
        write(3)
        with pytest.raises(IntegrityError, match="chain"), transaction.atomic():
            run(
                f"INSERT INTO audit_auditrecord SELECT {seq}, at, actor_id, actor_name, address, action, "
                f"subject_kind, subject_id, division_code, detail, {previous}, hash "
                "FROM audit_auditrecord WHERE seq = 3"
            )
        assert verify().checked == 3

    def test_a_first_row_that_is_not_number_one(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditRecord.objects.create(
                seq=2,
                at=datetime.now(UTC),
                actor_id="",
                actor_name="",
                action="",
                previous_hash=GENESIS,
                hash="",
            )
        assert not AuditRecord.objects.exists()


@both_databases
@pytest.mark.django_db
class TestVerifying:
    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            ("UPDATE audit_auditrecord SET actor_name = '李四' WHERE seq = 3", 3),
            ("UPDATE audit_auditrecord SET detail = '{\"n\": 9}' WHERE seq = 5", 5),
            ("UPDATE audit_auditrecord SET hash = previous_hash WHERE seq = 2", 2),
            ("UPDATE audit_auditrecord SET previous_hash = hash WHERE seq = 4", 4),
            ("DELETE FROM audit_auditrecord WHERE seq = 3", 3),
            ("DELETE FROM audit_auditrecord WHERE seq = 1", 1),
            ("UPDATE audit_auditrecord SET seq = 9 WHERE seq = 4", 4),
        ],
    )
    def test_tampering_is_found_at_its_row(self, statement: str, broken: int) -> None:
        write(5)
        with transaction.atomic():
            drop_triggers()
            run(statement)
            found = verify()
            transaction.set_rollback(True)
        assert found.broken is not None
        assert found.broken.seq == broken
        assert found.broken.why.zh
        assert verify().whole

    def test_a_later_start_skips_what_lies_before_but_not_the_link(self) -> None:
        write(5)
        assert verify(4).checked == 2
        with transaction.atomic():
            drop_triggers()
            run("UPDATE audit_auditrecord SET actor_name = 'x' WHERE seq = 2")
            assert verify(4).whole
            run("DELETE FROM audit_auditrecord WHERE seq = 3")
            assert verify(4).broken is not None
            transaction.set_rollback(True)

    def test_a_cut_off_end_is_found_by_an_anchor(self) -> None:
        write(5)
        anchor = head()
        assert verify(anchor=anchor).whole
        with transaction.atomic():
            drop_triggers()
            run("DELETE FROM audit_auditrecord WHERE seq = 5")
            assert verify().whole
            cut = verify(anchor=anchor)
            transaction.set_rollback(True)
        assert cut.broken is not None
        assert cut.broken.seq == 5

    def test_a_rewritten_log_is_found_by_an_anchor(self) -> None:
        write(3)
        anchor = head()
        with transaction.atomic():
            drop_triggers()
            run("DELETE FROM audit_auditrecord")
            write(4)
            assert verify().whole
            rewritten = verify(anchor=anchor)
            transaction.set_rollback(True)
        assert rewritten.broken is not None
        assert rewritten.broken.seq == 3


LEAVES = (
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text() | st.uuids() | st.dates()
    | st.floats(allow_nan=False, allow_infinity=False) | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
)  # fmt: skip
DETAILS = st.dictionaries(
    st.text(),
    st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6),
)


@both_databases
@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(details=st.lists(DETAILS, min_size=1, max_size=3))
def test_the_chain_holds_whatever_the_detail(details: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        for detail in details:
            record(by=ME, action="sample.write", detail=detail)
        record_many(by=ME, action="sample.load", rows=[Entry(detail=detail) for detail in details])
        assert verify().whole
        assert verify().checked == 2 * len(details)
        transaction.set_rollback(True)


def test_plain_values_read_as_people_expect() -> None:
    given_ = {
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "id": uuid.UUID(int=1),
        "sum": Decimal("1.50"),
        "n": 2.0,
        3: (1,),
    }
    assert json.dumps(plain(given_)) == (
        '{"at": "2026-01-02T00:00:00+00:00", "id": "00000000-0000-0000-0000-000000000001", '
        '"sum": "1.50", "n": 2, "3": [1]}'
    )
    for bad, error in ((object(), TypeError), (float("nan"), ValueError), (float("inf"), ValueError)):
        with pytest.raises(error):
            plain({"x": [bad]})


@both_databases
@pytest.mark.django_db
def test_a_reader_filters_by_actor_action_subject_division_and_days() -> None:
    record(
        by=ME, action="registry.correct", subject_kind="thing", subject_id="1", division_code="610926100001"
    )
    record(by=Actor.system("import"), action="registry.load", division_code="610927100001")
    record(by=ME, action="users.grant", subject_kind="thing", subject_id="2")

    def seqs(**filters: Any) -> list[int]:
        return [row.seq for row in records(**filters)]

    assert seqs() == [3, 2, 1]
    assert seqs(actor_id="7") == [3, 1]
    assert seqs(actor_id="system:import") == [2]
    assert seqs(action="registry.") == [2, 1]
    assert seqs(subject_kind="thing") == [3, 1]
    assert seqs(subject_kind="thing", subject_id="2") == [3]
    assert seqs(division_prefix="6109") == [2, 1]
    assert seqs(division_prefix="610926") == [1]
    assert seqs(first=today(), last=today()) == [3, 2, 1]
    assert seqs(last=date(2020, 1, 1)) == []
    assert seqs(first=date(2999, 1, 1)) == []
    assert seqs(actor_id="7", action="users", division_prefix="61") == []


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_keep_one_chain_without_gaps() -> None:
    errors: list[Exception] = []

    def writer(name: str) -> None:
        try:
            for number in range(25):
                with transaction.atomic():
                    record(by=Actor(name, name), action="sample.write", detail={"n": number})
                with transaction.atomic():
                    record_many(by=Actor(name, name), action="sample.load", rows=[Entry(), Entry()])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=writer, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert verify().whole
    assert verify().checked == 4 * 25 * 3
