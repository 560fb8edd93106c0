"""How a job function says how far it is."""

from __future__ import annotations

import time
from typing import Any

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from bangfu.platform.audit.actor import Actor
from bangfu.platform.jobs.models import Job
from bangfu.platform.jobs.running.actions import finish_job, report
from bangfu.policy.words import Words

SECONDS_BETWEEN_REPORTS = 0.5
_WAIT_LITTLE = {"postgresql": "SET lock_timeout = '300ms'", "sqlite": "PRAGMA busy_timeout = 300"}


class Progress:
    """Told to a job function as its first argument. ``by`` is whoever asked for the job.

    What it says is visible to others at once, though at most every half second, through a connection of its
    own that never waits long: a report that cannot be made is left out. On PostgreSQL it also works while the
    function has a transaction open; on SQLite that has the file to itself, and nothing is reported until it
    ends. Whoever makes one closes it.
    """

    def __init__(self, job: Job) -> None:
        self.job_id = job.pk
        self.by = Actor(job.by_id, job.by_name)
        self.division_code = job.division_code
        self._job = job
        self._step = Words("", "")
        self._done = 0
        self._total: int | None = None
        self._reported = 0.0
        self._silent = False
        self._own: BaseDatabaseWrapper | None = None

    def step(self, text: Words | str, total: int | None = None) -> None:
        """Begin a step of ``total`` units (None: unknown); the count starts again at 0."""
        self._step = Words(text, text) if isinstance(text, str) else text
        self._done, self._total = 0, total
        self._report()

    def advance(self, count: int = 1) -> None:
        """``count`` more units are done."""
        self._done += count
        self._report()

    def finish(self, result: dict[str, Any] | None = None) -> None:
        """Mark the job done inside the function's own transaction, so that its writes happen exactly once.

        Raises ``Lost`` when another worker has taken the job over: let it roll the transaction back.
        """
        self._silent = True
        finish_job(job=self._job, result=result, step=self._step, done=self._done, total=self._total)

    def close(self) -> None:
        """Let go of the connection."""
        if self._own is not None:
            self._own.close()
            self._own = None

    def _report(self) -> None:
        now = time.monotonic()
        if self._silent or now - self._reported < SECONDS_BETWEEN_REPORTS:
            return
        if connection.vendor == "sqlite" and connection.in_atomic_block:
            return
        self._reported = now
        try:
            through = self._through()
            report(job=self._job, step=self._step, done=self._done, total=self._total, through=through)
        except OperationalError:
            # Somebody else is writing: the next report will show it.
            self.close()

    def _through(self) -> BaseDatabaseWrapper:
        if self._own is None:
            self._own = connection.copy()
            with self._own.cursor() as cursor:
                cursor.execute(_WAIT_LITTLE[connection.vendor])
        return self._own
