"""How much of a machine one uploaded workbook may take."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bytes unless the name says otherwise. A zip is a bomb when it has more than ``entries``, unpacks to
    more than ``unpacked``, or to more than ``calm_unpacked`` at more than ``ratio`` times its own size."""

    size: int = 200 * MEGABYTE
    entries: int = 10_000
    unpacked: int = 2_048 * MEGABYTE
    calm_unpacked: int = 50 * MEGABYTE
    ratio: int = 200
    rows: int = 1_000_000
    columns: int = 400
    cells: int = 50_000_000
    memory: int = 3_072 * MEGABYTE
    seconds: float = 120
