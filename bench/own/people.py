"""Raw data of millions of invented people, quickly: a registry as another system would export it, as Parquet.

Most rows are sound; a known share has each kind of error, so that every check has work and the peers can be compared.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from bangfu.analytics.identity_numbers import CHECKS, WEIGHTS, known_areas

DAY = 20151231
VILLAGES = 152
PART = 500_000
BAD = 0.004


def write(folder: Path, persons: int, seed: int = 1) -> tuple[Path, Path]:
    """``person.parquet`` and ``household.parquet``, about 2.5 people a household. Returns the two paths."""
    folder.mkdir(parents=True, exist_ok=True)
    people, homes = folder / "person.parquet", folder / "household.parquet"
    if people.exists() and pq.ParquetFile(people).metadata.num_rows == persons:
        return people, homes
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1, 2, 3, 4, 5], p=[0.27, 0.3, 0.22, 0.14, 0.07], size=persons)
    ends = np.cumsum(sizes)
    households = int(np.searchsorted(ends, persons)) + 1
    sizes = sizes[:households]
    sizes[-1] -= sizes.sum() - persons
    owner = np.repeat(np.arange(households), sizes)
    rank = np.arange(persons) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    writer, works = None, np.zeros(households, dtype=bool)
    for start in range(0, persons, PART):
        stop = min(start + PART, persons)
        table = _people(rng, owner[start:stop], rank[start:stop])
        works[owner[start:stop][table["work_months"].to_numpy() > 0]] = True
        writer = writer or pq.ParquetWriter(people, table.schema, compression="zstd")
        writer.write_table(table)
    assert writer is not None
    writer.close()
    pq.write_table(_households(rng, sizes, works), homes, compression="zstd")
    return people, homes


def household_no(numbers: np.ndarray) -> np.ndarray:
    """National numbers: village code and four digits."""
    village = 610926100200 + numbers % VILLAGES
    return village * 100_000 + numbers // VILLAGES


def _people(rng: np.random.Generator, owner: np.ndarray, rank: np.ndarray) -> pa.Table:
    n = len(owner)
    sex = np.select([rank == 0, rank == 1], [1, 2], rng.integers(1, 3, n))
    age = np.select(
        [rank == 0, rank == 1], [30 + owner * 7 % 45, 27 + owner * 7 % 45], rng.integers(0, 10, n)
    )
    year, month, day = 2015 - age, rng.integers(1, 13, n), rng.integers(1, 29, n)
    birth = year * 10_000 + month * 100 + day
    number = _numbers(rng, birth, sex)
    relation = np.select([rank == 0, rank == 1], [2, 10], np.where(sex == 1, 20, 30))
    school = np.where(age >= 7, np.where(rank < 2, 0, 20), 0)
    health = rng.choice([10, 20, 30, 40, 60], p=[0.75, 0.05, 0.12, 0.03, 0.05], size=n)
    grade = np.where(health == 60, rng.integers(1, 5, n), 0)
    able = (age >= 16) & (age < 60) & (grade == 0)
    labour = np.where(able, 1, 4)
    months = np.where(able & (rng.random(n) < 0.5), rng.integers(1, 12, n), 0)
    insured = rng.random(n) > BAD
    spoilt = rng.random(n) < BAD
    columns = {
        "person_no": pa.array((household_no(owner) * 100 + rank + 1).astype(str)),
        "household_no": pa.array(household_no(owner).astype(str)),
        "id_number": number,
        "sex": _spoilt(rng, sex, 3 - sex),
        "birth_date": _dates(np.where(rng.random(n) < BAD, birth - 10_000 * rng.integers(1, 60, n), birth)),
        "relation": _spoilt(rng, relation, 40),
        "marital": pa.array(np.where(rank < 2, 20, np.where(spoilt, 20, 10)).astype(np.int16)),
        "education": _spoilt(rng, np.where(age > 20, 70, np.where(age > 6, 80, 91)), 20),
        "school_status": _spoilt(rng, school, 20),
        "health": pa.array(health.astype(np.int16)),
        "disability_kind": pa.array(
            np.where(health == 60, 4, 0).astype(np.int16), mask=(health != 60) | spoilt
        ),
        "disability_grade": pa.array(grade.astype(np.int16), mask=health != 60),
        "labour": _spoilt(rng, labour, 1),
        "work_place": pa.array(np.full(n, 3, np.int16), mask=(months == 0) ^ spoilt),
        "work_months": _spoilt(rng, months, 14),
        "medical_insurance": pa.array(insured),
        "serious_illness_insurance": pa.array(insured | spoilt),
        "identified_on": _dates(np.where(spoilt, 20131105, np.maximum(20140401, birth))),
    }
    return pa.table(columns)


def _numbers(rng: np.random.Generator, birth: np.ndarray, sex: np.ndarray) -> pa.Array:
    """18-character numbers; a few with a wrong digit, a few doubled, a few missing."""
    n = len(birth)
    order = rng.integers(0, 499, n) * 2 + (sex % 2)
    body = rng.choice(known_areas(), n).astype(np.int64) * 10**11 + birth.astype(np.int64) * 1000 + order
    double = rng.random(n) < BAD
    body[1:][double[1:]] = body[:-1][double[1:]]
    digits = np.empty((n, 18), np.uint8)
    rest = body.copy()
    for place in range(16, -1, -1):
        digits[:, place] = rest % 10
        rest //= 10
    texts = digits + 48
    texts[:, 17] = CHECKS[(digits[:, :17].astype(np.int32) @ WEIGHTS) % 11]
    wrong = rng.random(n) < BAD
    texts[wrong, 16] = 48 + (texts[wrong, 16] - 47) % 10
    offsets = np.arange(0, 18 * (n + 1), 18, dtype=np.int32)
    plain = pa.Array.from_buffers(
        pa.string(), n, [None, pa.py_buffer(offsets), pa.py_buffer(texts.tobytes())]
    )
    missing = pa.array(rng.random(n) < BAD / 4)
    return pa.compute.if_else(missing, None, plain)


def _spoilt(rng: np.random.Generator, values: np.ndarray, other: np.ndarray | int) -> pa.Array:
    return pa.array(np.where(rng.random(len(values)) < BAD, other, values).astype(np.int16))


def _dates(numbers: np.ndarray) -> pa.Array:
    """yyyymmdd → date; an impossible day becomes the 28th."""
    year, month, day = numbers // 10_000, numbers // 100 % 100, np.minimum(numbers % 100, 28)
    days = (
        (year - 1970).astype("datetime64[Y]")
        + (month - 1).astype("timedelta64[M]")
        + (day - 1).astype("timedelta64[D]")
    )
    return pa.array(days.astype("datetime64[D]"))


def _households(rng: np.random.Generator, sizes: np.ndarray, works: np.ndarray) -> pa.Table:
    n = len(sizes)
    wage = np.where(works, rng.integers(500, 900, n), 0) * 100 * sizes
    business, transfer = (rng.integers(1_000, 2_300, n) * 100 * sizes for _ in range(2))
    cost = rng.integers(0, 100, n) * 100
    net = wage + business + transfer - cost
    spoilt, wrong = rng.random(n) < BAD, rng.random(n) < BAD
    exited = (net // sizes > 330_000) & (rng.random(n) < 0.2)
    grade = np.where(exited & ~wrong, 1, rng.choice([1, 2, 3, 4], p=[0.4, 0.4, 0.1, 0.1], size=n))
    return pa.table(
        {
            "household_no": pa.array(household_no(np.arange(n)).astype(str)),
            "village_code": pa.array(610926100200 + np.arange(n) % VILLAGES),
            "household_kind": _spoilt(rng, np.where(rng.random(n) < 0.3, 2, 1), 1),
            "exit_mark": pa.array(exited.astype(np.int16)),
            "identified_on": _dates(np.where(spoilt, 20120105, 20140401)),
            "exited_on": pa.compute.if_else(pa.array(exited ^ spoilt), _dates(np.full(n, 20151220)), None),
            "stated_members": _spoilt(rng, sizes, 9),
            "main_cause": _spoilt(rng, np.full(n, 9), 8),
            "dwelling_grade": pa.array(grade.astype(np.int16)),
            "dangerous_dwelling": pa.array((grade > 2) ^ spoilt),
            "safe_water": pa.array(~(exited & wrong)),
            "dwelling_area": pa.array(np.where(spoilt, 0, sizes * 3_000)),
            "farmland": pa.array(np.where(spoilt, -100, sizes * 120)),
            "income_wage": pa.array(wage),
            "income_business": pa.array(business),
            "income_property": pa.array(np.where(spoilt, -5_000, 0)),
            "income_transfer": pa.array(transfer),
            "production_cost": pa.array(cost),
            "income_net": pa.array(np.where(rng.random(n) < BAD, net + 50_000, net)),
            "income_per_head": pa.array(net // sizes),
        }
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
