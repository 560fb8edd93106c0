"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from bangfu.platform.jobs.errors import UnknownJob
from bangfu.platform.jobs.running.progress import Progress

P = ParamSpec("P")
Result = dict[str, Any] | None
JobFunction = Callable[Concatenate[Progress, P], Result]

_functions: dict[str, Callable[..., Result]] = {}


def job(kind: str) -> Callable[[JobFunction[P]], JobFunction[P]]:
    """Register a function ``fn(progress, **kwargs) -> dict | None`` for the dotted ``kind`` (in an app's
    ``jobs.py``).

    The function may run again from the beginning when its worker died. Where its writes must happen exactly
    once, it makes them in one transaction and calls ``progress.finish(result)`` inside. A BangfuError makes
    the job refused. Raises ValueError when the kind is taken.
    """

    def register(function: JobFunction[P]) -> JobFunction[P]:
        if _functions.setdefault(kind, function) is not function:
            raise ValueError(f"two functions for the job {kind}")
        return function

    return register


def function_of(kind: str) -> Callable[..., Result]:
    """The function for ``kind``. Raises ``UnknownJob``."""
    try:
        return _functions[kind]
    except KeyError:
        raise UnknownJob(kind=kind) from None
