"""From villages up to the nation: additive figures are counted once, by village, and summed upward.

Ibis has no ROLLUP, and one pass over people is enough for all five levels: sums of sums are the same whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

#: Level → by what the village code is divided; the order from the nation down. 0 makes one group of everything.
LEVELS: Final = {
    "nation": 0,
    "province": 10_000_000_000,
    "city": 100_000_000,
    "county": 1_000_000,
    "township": 1_000,
    "village": 1,
}
#: Subjects whose village is not known are counted, under this code.
NOWHERE: Final = 0


def sum_up(villages: pa.Table, *, by: Sequence[str] = (), place: str = "village_code") -> pa.Table:
    """``level``, ``division`` (12-digit code as a whole number; 0 for the nation and for unknown places), ``by``, sums.

    Args:
        villages: one row a village (``place``, int64, NULL where unknown) and group; every other column is additive.
    """
    measures = [name for name in villages.column_names if name != place and name not in by]
    code = pc.fill_null(villages[place], NOWHERE)
    parts = []
    for level, divisor in LEVELS.items():
        division = pc.multiply(pc.divide(code, divisor), divisor) if divisor else pc.multiply(code, 0)
        own = villages.set_column(villages.schema.get_field_index(place), "division", division)
        summed = own.group_by(["division", *by]).aggregate([(name, "sum") for name in measures])
        names = [name.removesuffix("_sum") if name not in by else name for name in summed.column_names]
        summed = summed.rename_columns(names)
        summed = summed.append_column("level", pa.repeat(level, summed.num_rows).cast(pa.string()))
        parts.append(summed.select(["level", "division", *by, *measures]))
    return pa.concat_tables(parts)
