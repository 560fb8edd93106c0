"""Jobs run for real: in worker processes, killed in the middle, each done exactly once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.audit.queries import verify
from bangfu.platform.jobs import presence
from bangfu.platform.jobs.actions import enqueue, recover
from bangfu.platform.jobs.enums import JobState
from bangfu.platform.jobs.errors import UnknownJob
from bangfu.platform.jobs.models import Job
from bangfu.platform.jobs.registry import job
from bangfu.policy.words import Words
from tests import workers as workers_of
from tests.platform.samples.models import Owner
from tests.postgresql import both_databases, postgresql_only
from tests.workers import WorkerProcess

pytestmark = [pytest.mark.django_db(transaction=True), both_databases]
ME = Actor("7", "张三")


def work() -> str:
    """Let one worker empty the queue; what it wrote into its log."""
    one = workers_of.start(batch=True)
    one.wait(60)
    return one.said()


@pytest.fixture
def workers() -> Iterator[Callable[..., WorkerProcess]]:
    """``workers()``: one that stays; killed at the end of the test."""
    started: list[WorkerProcess] = []

    def start(**given: Any) -> WorkerProcess:
        started.append(workers_of.start(batch=False, **given))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def submit(kind: str, **arguments: Any) -> Job:
    return enqueue(kind, by=ME, title=Words("试一试", "a try"), division_code="610926000000", **arguments)


def reread(one: Job) -> Job:
    return Job.objects.get(pk=one.pk)


class TestOutcomes:
    def test_done(self) -> None:
        one = submit("sample.add", first=2, second=3)
        assert reread(one).state == JobState.WAITING
        work()
        done = reread(one)
        assert (done.state, done.result, done.refusal) == (JobState.DONE, {"sum": 5, "by": "张三"}, None)
        assert (done.step, done.done, done.total) == (Words("相加", "adding"), 2, 2)
        assert done.title_in("en") == "a try"
        assert done.created <= (done.started or done.created) <= (done.finished or done.created)
        assert DBTaskResult.objects.get(pk=done.task_id).status == "SUCCESSFUL"

    def test_refused_with_the_problems_in_both_languages(self) -> None:
        one = submit("sample.refuse")
        work()
        refused = reread(one)
        assert refused.state == JobState.REFUSED
        assert (refused.refusal_in("zh-hans") or {})["problems"] == [
            {"where": "B7", "why": "不是日期", "now": "请改正"}
        ]
        assert (refused.refusal_in("en") or {})["problems"] == [
            {"where": "B7", "why": "not a date", "now": "mend it"}
        ]

    @pytest.mark.parametrize("kind", ["sample.break", "sample.unserialisable"])
    def test_failed_with_a_sentence_for_the_user_and_the_fault_in_the_log(self, kind: str) -> None:
        one = submit(kind)
        log = work()
        failed = reread(one)
        sentence = (failed.refusal_in("en") or {})["sentence"]
        assert failed.state == JobState.FAILED
        assert str(one.pk) in sentence
        assert "a try" in sentence
        assert "secret" not in str(failed.refusal)
        assert f"job {one.pk} ({kind}) failed" in log
        assert "Error" in log

    def test_an_act_of_each_turn_is_in_the_audit_log(self) -> None:
        one = submit("sample.add", first=1, second=1)
        work()
        rows = AuditRecord.objects.about("job", str(one.pk)).order_by("seq")
        assert [(row.action, row.actor_id) for row in rows] == [("job.enqueue", "7"), ("job.done", "7")]
        assert verify().whole


class TestEnqueueing:
    def test_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(UnknownJob, match=r"sample\.nothing"):
            submit("sample.nothing")
        assert not Job.objects.exists()

    def test_a_rolled_back_transaction_queues_nothing(self) -> None:
        with transaction.atomic():
            submit("sample.add", first=1, second=1)
            transaction.set_rollback(True)
        assert not Job.objects.exists()
        assert not DBTaskResult.objects.exists()

    def test_the_same_key_returns_the_unfinished_job(self) -> None:
        first = submit("sample.add", first=1, second=1, key="one")
        assert submit("sample.add", first=2, second=2, key="one") == first
        assert submit("sample.add", first=2, second=2, key="other") != first
        assert submit("sample.add", first=2, second=2) != submit("sample.add", first=2, second=2)
        work()
        assert submit("sample.add", first=3, second=3, key="one") != first

    def test_a_kind_has_one_function(self) -> None:
        with pytest.raises(ValueError, match=r"sample\.add"):
            job("sample.add")(lambda progress: None)


class TestProgress:
    def test_it_is_visible_from_outside_meanwhile(self, tmp_path: Path, workers: Callable[[], Any]) -> None:
        gate = tmp_path / "gate"
        gate.touch()
        one = submit("sample.crawl", seconds=60, gate=str(gate))
        workers()
        until(lambda: reread(one).done > 0)
        first = reread(one)
        assert (first.state, first.step, first.total) == (JobState.RUNNING, Words("爬行", "crawling"), 1000)
        until(lambda: reread(one).done > first.done)
        gate.unlink()
        until(lambda: reread(one).is_finished)
        assert reread(one).result == {"crawled": True}

    def test_inside_an_open_transaction_it_never_blocks(self) -> None:
        """PostgreSQL shows it through a second connection; SQLite, which has one writer, keeps it until
        later."""
        one = submit("sample.inside")
        work()
        assert reread(one).result == {
            "seen": 3 if connection.vendor == "postgresql" else None,
            "blocked": False,
        }
        assert reread(one).total == 3


class TestDeath:
    def test_killed_in_the_middle_the_job_is_done_exactly_once(
        self, tmp_path: Path, workers: Callable[[], WorkerProcess]
    ) -> None:
        gate = tmp_path / "gate"
        gate.touch()
        one = submit("sample.crawl", seconds=60, gate=str(gate))
        victim = workers()
        until(lambda: reread(one).done > 0)
        assert recover() == 0, "the living are left alone"
        victim.kill()
        assert reread(one).state == JobState.RUNNING
        gate.unlink()
        assert "put 1 jobs" in work()
        done = reread(one)
        assert (done.state, done.result) == (JobState.DONE, {"crawled": True})
        assert Owner.objects.count() == 1
        assert [row.action for row in AuditRecord.objects.about("job", str(one.pk)).order_by("seq")] == [
            "job.enqueue",
            "job.recover",
            "job.done",
        ]

    def test_half_done_work_is_undone_before_it_is_done_again(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        gate.touch()
        one = submit("sample.die_in_transaction", gate=str(gate))
        work()
        assert not Owner.objects.exists()
        work()
        assert reread(one).state == JobState.DONE
        assert sorted(Owner.objects.values_list("name", flat=True)) == ["half", "other half"]

    def test_committed_work_is_not_done_again(self) -> None:
        one = submit("sample.die_after_commit")
        work()
        assert DBTaskResult.objects.get(pk=one.task_id).status == "RUNNING"
        work()
        done = reread(one)
        assert (done.state, done.result) == (JobState.DONE, {"committed": True})
        assert Owner.objects.count() == 1
        assert DBTaskResult.objects.get(pk=one.task_id).status == "SUCCESSFUL"

    def test_a_job_that_kills_every_worker_fails_in_the_end(self) -> None:
        one, other = submit("sample.die"), submit("sample.add", first=1, second=1)
        for _ in range(3):
            work()
        assert reread(one).state == JobState.RUNNING
        assert reread(other).state == JobState.WAITING
        work()
        assert reread(one).state == JobState.FAILED
        assert "3 times" in (reread(one).refusal_in("en") or {})["sentence"]
        assert reread(other).state == JobState.DONE
        assert DBTaskResult.objects.get(pk=one.task_id).status == "FAILED"
        assert recover() == 0

    def test_a_polite_stop_finishes_the_job_at_hand(
        self, tmp_path: Path, workers: Callable[[], WorkerProcess]
    ) -> None:
        gate = tmp_path / "gate"
        gate.touch()
        one = submit("sample.crawl", seconds=60, gate=str(gate))
        later = submit("sample.add", first=1, second=1)
        worker = workers()
        until(lambda: reread(one).done > 0)
        worker.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        gate.unlink()
        assert worker.wait(20) == 0
        assert reread(one).state == JobState.DONE
        assert reread(later).state == JobState.WAITING

    def test_an_impolite_stop_leaves_the_job_for_the_next_worker(
        self, tmp_path: Path, workers: Callable[[], WorkerProcess]
    ) -> None:
        gate = tmp_path / "gate"
        gate.touch()
        one = submit("sample.crawl", seconds=60, gate=str(gate))
        worker = workers()
        until(lambda: reread(one).done > 0)
        worker.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        worker.send_signal(signal.SIGTERM)
        worker.wait(20)
        assert reread(one).state == JobState.RUNNING
        gate.unlink()
        work()
        assert reread(one).state == JobState.DONE
        assert Owner.objects.count() == 1

    def test_a_worker_that_lost_its_job_saves_nothing(self) -> None:
        one = submit("sample.robbed")
        assert "taken over" in work()
        assert not Owner.objects.exists()
        assert reread(one).worker == "somebody else"

    def test_a_long_lock_of_somebody_else_does_not_end_the_worker(
        self, workers: Callable[..., WorkerProcess]
    ) -> None:
        """SQLite has one writer; the library's loop would give up after the timeout, made short here."""
        if connection.vendor != "sqlite":
            pytest.skip("only SQLite has a lock on the whole database")
        worker = workers(timeout=0.2)
        until(lambda: any((settings.BANGFU_VAR / "workers").glob(f"*-{worker.pid}-*")))
        time.sleep(0.5)
        with transaction.atomic():
            Owner.objects.create(name="long")
            time.sleep(1.5)
            one = submit("sample.add", first=1, second=1)
        until(lambda: reread(one).is_finished)
        worker.send_signal(signal.SIGTERM)
        worker.wait(20)
        assert "locked for long" in worker.said()

    def test_presence_ends_with_the_holder(self) -> None:
        name = presence.new_worker_id()
        assert len(name) <= 64
        with transaction.atomic():
            assert not presence.is_alive(name)
        with presence.announced(name), transaction.atomic():
            assert presence.is_alive(name)
        with transaction.atomic():
            assert not presence.is_alive(name)


@postgresql_only
def test_the_same_key_submitted_at_once_is_one_job() -> None:
    found: list[Job] = []

    def submitter() -> None:
        try:
            with transaction.atomic():
                found.append(submit("sample.add", first=1, second=1, key="one"))
                time.sleep(0.1)
        finally:
            connection.close()

    threads = [threading.Thread(target=submitter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 4
    assert len({one.pk for one in found}) == Job.objects.count() == DBTaskResult.objects.count() == 1


@postgresql_only
def test_several_workers_share_the_queue_and_recover_only_the_dead(
    tmp_path: Path, workers: Callable[[], WorkerProcess]
) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    slow = [submit("sample.crawl", seconds=60, gate=str(gate)) for _ in range(2)]
    crew = [workers(), workers()]
    until(lambda: all(reread(one).done > 0 for one in slow))
    assert len({reread(one).worker for one in slow}) == 2
    crew[0].kill()
    workers()
    until(lambda: AuditRecord.objects.of_action("job.recover").exists())
    gate.unlink()
    until(lambda: all(reread(one).is_finished for one in slow))
    assert AuditRecord.objects.of_action("job.recover").count() == 1
    assert Owner.objects.count() == 2
    assert verify().whole
