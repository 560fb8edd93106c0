"""Tables of another system as a snapshot: Parquet with the vocabulary's names, real dates, numbers of people as text.

Identity numbers are parsed once, on the way in; row groups are read and parsed side by side.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bangfu.analytics import identity_numbers
from bangfu.analytics.snapshots import Snapshot, arrow_schema, villages_of
from bangfu.policy import vocabulary

#: Days since 1970 for which yyyymmdd is looked up.
_FIRST_DAY: Final = date(1850, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
_LAST_DAY: Final = date(2150, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
_KEYS: Final = {"person_no": "person_key", "household_no": "household_key"}


def read_external(persons: Path, households: Path, day: date) -> Snapshot:
    """The snapshot of two Parquet files; a column that they do not have is NULL, so rules cannot tell."""
    homes = _read(households, "household")
    people = _read(persons, "person")
    return Snapshot(day, {"person": people, "household": homes, "village": villages_of(homes)})


def _read(path: Path, name: str) -> pa.Table:
    file = pq.ParquetFile(path)
    wanted = set(vocabulary.table(name).columns) & set(file.schema_arrow.names)

    def one(group: int) -> pa.Table:
        part = pq.ParquetFile(path).read_row_group(group, columns=sorted(wanted), use_threads=False)
        return conformed(part, name)

    with ThreadPoolExecutor() as threads:
        return pa.concat_tables(threads.map(one, range(file.num_row_groups)))


def conformed(table: pa.Table, name: str) -> pa.Table:
    """``table`` in the shape of the snapshot: keys from numbers, dates as yyyymmdd, identity numbers parsed."""
    given: dict[str, pa.Array | pa.ChunkedArray] = {}
    for column in table.column_names:
        values = table[column]
        if column in _KEYS:
            given[_KEYS[column]] = keys(values)
        given[column] = yyyymmdd(values) if pa.types.is_temporal(values.type) else values
    if "id_number" in given:
        parsed = identity_numbers.parse(given["id_number"])
        given |= {facet: parsed[facet] for facet in parsed.column_names}
    schema = arrow_schema(name)
    arrays = [
        pc.cast(given[field.name], field.type) if field.name in given else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def keys(numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    """Integer keys for numbers given as text: the number itself, or a digest where it is none."""
    try:
        return pc.cast(numbers, pa.int64())
    except pa.ArrowInvalid:
        digests = [_digest(number) for number in numbers.to_pylist()]
        return pa.chunked_array([pa.array(digests, pa.int64())])


def _digest(number: str | None) -> int | None:
    if number is None:
        return None
    return int.from_bytes(hashlib.blake2b(number.encode(), digest_size=8).digest(), "big") >> 1


def yyyymmdd(dates: pa.ChunkedArray) -> pa.Array:
    """Dates → whole numbers, by looking each day up."""
    days = pc.cast(dates, pa.date32()).combine_chunks()
    numbers = pc.cast(days, pa.int32())
    places = pc.fill_null(numbers, 0).to_numpy() - _FIRST_DAY
    return pa.array(_calendar()[places], mask=np.asarray(pc.is_null(days)))


@cache
def _calendar() -> NDArray[np.int32]:
    days = np.arange(_FIRST_DAY, _LAST_DAY).astype("datetime64[D]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    months = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    in_month = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    return (years * 10_000 + months * 100 + in_month).astype(np.int32)
