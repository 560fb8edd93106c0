"""Seconds and processor time of a piece of work, and the one line that a measured process prints."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Took:
    seconds: float = 0.0
    cpu: float = 0.0


@contextmanager
def clocked() -> Iterator[Took]:
    took, start, worked = Took(), time.perf_counter(), time.process_time()
    yield took
    took.seconds, took.cpu = time.perf_counter() - start, time.process_time() - worked


def say(**figures: object) -> None:
    """The last line of the output: what ``bench.frame`` reads."""
    print(json.dumps(figures, ensure_ascii=False), flush=True)
