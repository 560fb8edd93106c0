"""Job functions on which the tests try the worker."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bangfu.platform.errors import BadInput, Problem
from bangfu.platform.jobs.models import Job
from bangfu.platform.jobs.registry import job
from bangfu.platform.jobs.running.progress import Progress
from bangfu.policy.words import Words
from tests.platform.samples.models import Owner


@job("sample.add")
def add(progress: Progress, *, first: int, second: int) -> dict[str, Any]:
    progress.step(Words("相加", "adding"), total=2)
    progress.advance(2)
    return {"sum": first + second, "by": progress.by.name}


@job("sample.refuse")
def refuse(progress: Progress) -> None:
    raise BadInput([Problem("B7", Words("不是日期", "not a date"), Words("请改正", "mend it"))])


@job("sample.break")
def break_down(progress: Progress) -> None:
    raise ZeroDivisionError("a secret that users must not read")


@job("sample.unserialisable")
def unserialisable(progress: Progress) -> dict[str, Any]:
    return {"x": object()}


@job("sample.crawl")
def crawl(progress: Progress, *, seconds: float, gate: str = "") -> dict[str, Any]:
    """Step by step, then one row; with ``gate`` it crawls only while that file exists."""
    progress.step(Words("爬行", "crawling"), total=1000)
    end = time.monotonic() + seconds
    while time.monotonic() < end and (not gate or Path(gate).exists()):
        time.sleep(0.02)
        progress.advance()
    with transaction.atomic():
        Owner.objects.create(name="crawled")
        progress.finish({"crawled": True})
    return {}


@job("sample.die_after_commit")
def die_after_commit(progress: Progress) -> None:
    """The work is committed; the worker is killed before it can tell the queue."""
    with transaction.atomic():
        Owner.objects.create(name="committed")
        progress.finish({"committed": True})
    os.kill(os.getpid(), signal.SIGKILL)


@job("sample.die_in_transaction")
def die_in_transaction(progress: Progress, *, gate: str) -> None:
    """Killed with half of the work uncommitted, the first time."""
    with transaction.atomic():
        Owner.objects.create(name="half")
        if Path(gate).exists():
            Path(gate).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        Owner.objects.create(name="other half")
        progress.finish({})


@job("sample.die")
def die(progress: Progress) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@job("sample.robbed")
def robbed(progress: Progress) -> None:
    """Another worker takes the job over while this one still works on it."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(f"UPDATE {Job._meta.db_table} SET worker = 'somebody else'")
    other.close()
    with transaction.atomic():
        Owner.objects.create(name="robbed")
        progress.finish({})


@job("sample.inside")
def inside(progress: Progress) -> dict[str, Any]:
    """Reports while a transaction is open, and tells what others see of it."""
    other = connection.copy()
    with transaction.atomic():
        Owner.objects.create(name="inside")
        began = time.monotonic()
        progress.step(Words("内部", "inside"), total=3)
        progress.advance(3)
        spent = time.monotonic() - began
        with other.cursor() as cursor:
            cursor.execute(f"SELECT total FROM {Job._meta.db_table}")
            (seen,) = cursor.fetchone()
    other.close()
    return {"seen": seen, "blocked": spent > 0.3}
