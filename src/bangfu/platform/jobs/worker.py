"""The process that does jobs."""

from __future__ import annotations

import logging

from django.db import OperationalError
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.utils import is_locked_database_exception

from bangfu.platform.jobs import presence
from bangfu.platform.jobs.actions import recover

logger = logging.getLogger(__name__)


def run(*, batch: bool = False, max_tasks: int | None = None, interval: float = 0.2) -> None:
    """Do jobs until told to stop (SIGTERM, SIGINT: after the current one), first putting back those of dead
    workers.

    ``batch``: stop when the queue is empty. ``max_tasks``: stop after so many. ``interval``: seconds between
    two looks at an empty queue. Must run in the main thread of its process.
    """
    worker_id = presence.new_worker_id()
    with presence.announced(worker_id):
        put_back = recover()
        if put_back:
            logger.warning("put %d jobs of dead workers back into the queue", put_back)
        worker = Worker(
            queue_names=["default"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=max_tasks,
            worker_id=worker_id,
            excluded_queue_names=[],
        )
        worker.configure_signals()
        _work(worker)


def _work(worker: Worker) -> None:
    """Run the library's loop, which gives up where SQLite stays locked for longer than its timeout."""
    while True:
        try:
            worker.run()
        except OperationalError as error:
            if not is_locked_database_exception(error):
                raise
            logger.warning("the database was locked for long; trying again")
        else:
            return
