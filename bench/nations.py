"""The nation of invented people on disk for the length of a bench: written part by part, deleted at its end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.frame import Bench, Failed

PART = 1_000_000
AT_ONCE = 10
#: A hundred million people take about 1.7 GiB, what is spilt and written beside them less than the rest.
ROOM = 10 * 1024**3


@contextmanager
def nation(bench: Bench, parts: int, size: int) -> Iterator[Path]:
    """The folder with ``parts`` of ``size`` people each.

    Raises:
        Failed: the disk has no room for it.
    """
    folder = bench.folder / f"nation-{bench.name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    free = shutil.disk_usage(folder).free
    if bench.scale >= 1 and free < ROOM:
        raise Failed(
            f"{folder}: {free / 1024**3:.1f} GiB are free, 10 GiB are needed; make room or use --folder"
        )
    try:
        for first in range(0, parts, AT_ONCE):
            last = min(first + AT_ONCE, parts)
            bench.own("nation", folder, size, first, last)
            bench.say(f"{last * size:,} people written, {_used(folder) / 1024**3:.2f} GiB")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _used(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
