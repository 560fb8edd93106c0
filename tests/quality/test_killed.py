"""The worker is killed with SIGKILL at random moments: of an import there is nothing or everything (issue A, 5)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.cli.synthetic import workbooks
from bangfu.divisions.actions import load_tree
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.audit.queries import verify
from bangfu.platform.jobs.enums import JobState
from bangfu.platform.jobs.models import Job
from bangfu.registry.actions.batches import accept_batch
from bangfu.registry.models import (
    Event,
    Household,
    HouseholdYear,
    ImportBatch,
    Membership,
    Person,
    Standing,
)
from tests.cli.worlds import CODE, county
from tests.postgresql import both_databases
from tests.quality.offices import CLERK, taken, upload
from tests.workers import start

TABLES: tuple[Any, ...] = (Household, HouseholdYear, Person, Membership, Standing, Event)
AREA = f"{CODE}000000"
OFFICE = Scope.of([(Role.COUNTY_OFFICE, AREA)])


def kill_soon(job_id: str, within: float) -> None:
    """A worker takes the job and is killed before ``within`` seconds have passed."""
    worker = start(batch=True)
    deadline = time.monotonic() + 60
    while Job.objects.get(pk=job_id).state == JobState.WAITING:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(random.uniform(0, within))
    worker.kill()


def kill_at_statement(number: int) -> None:
    """A worker takes the job and dies before its n-th statement, if there are so many."""
    start(batch=True, dies_at=number).wait(120)


def counts() -> list[int]:
    return [model.objects.count() for model in TABLES]


def rows() -> list[Any]:
    return [sorted(map(str, model.objects.order_by().values_list())) for model in TABLES]


def assert_nothing_or_everything(batch: ImportBatch) -> bool:
    """Whether everything is there; anything between is a failure."""
    batch.refresh_from_db()
    found, logged = counts(), AuditRecord.objects.filter(action="registry.take_in").count()
    done = Job.objects.get(pk=batch.job_id).state == JobState.DONE
    assert verify().whole
    if batch.state != "done":
        assert (found, logged) == ([0] * len(TABLES), 0)
        assert not done
        return False
    assert done
    report = batch.report["taken"]
    assert found[0] == report["new_households"] == logged
    assert found[2] == found[3] == report["new_people"]
    assert min(found) > 0
    return True


@both_databases
@pytest.mark.django_db(transaction=True)
def test_of_a_killed_import_there_is_nothing_or_everything(tmp_path: Path) -> None:
    load_tree(by=CLERK, prefix=CODE)
    workbooks.write(county(4, 300, 750), tmp_path)
    book = tmp_path / "registry.xlsx"
    batch = upload(book, division=AREA, scope=OFFICE)
    kill_soon(
        batch.job_id, 0.6
    )  # a quick machine may have finished the check by then: it writes no rows either
    assert counts() == [0] * len(TABLES)
    assert verify().whole
    start(batch=True).wait(120)
    batch.refresh_from_db()
    assert batch.state == "checked", batch.report
    checked = batch.report
    assert counts() == [0] * len(TABLES)

    accept_batch(batch=batch, admit_doubtful=True, hold_households=False, by=CLERK, scope=OFFICE)
    batch.refresh_from_db()
    deaths: tuple[Callable[[], None], ...] = (
        lambda: kill_at_statement(random.randint(2, 25)),
        lambda: kill_soon(batch.job_id, 0.8),
    )
    for die in deaths:
        if not assert_nothing_or_everything(batch):
            die()
            assert_nothing_or_everything(batch)
    start(batch=True).wait(120)
    assert assert_nothing_or_everything(batch)
    assert batch.report["columns"] == checked["columns"]

    before = rows()
    again = taken(book, doubtful=True, division=AREA, scope=OFFICE)
    assert again.report["taken"]["new_people"] == again.report["taken"]["corrected_people"] == 0
    assert rows() == before
