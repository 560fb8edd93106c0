"""A nation of invented people as a snapshot in parts, quickly: ``nation FOLDER SIZE FIRST LAST``.

Each part holds ``SIZE`` people, their households and medical settlements, is a county of its own, and depends on
nothing but its number: the first n parts of a big nation are a small one. ``values.json`` holds the values in force,
for the peers.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.analytics.snapshots import Snapshot, conform
from bangfu.policy.parameters import parameters

DAY = date(2015, 12, 31)
VILLAGES = 200
TABLES = ("person", "household", "medical_settlements")
SEED = 1


def snapshot(folder: Path, parts: int) -> Snapshot:
    """The first ``parts`` of the nation; only its villages are in memory."""
    files = {name: [folder / f"{name}-{part:03d}.parquet" for part in range(parts)] for name in TABLES}
    villages = np.concatenate([_villages(part) for part in range(parts)])
    return Snapshot(DAY, {**files, "village": conform(pa.table({"village_code": villages}), "village")})


def write(folder: Path, size: int, first: int, last: int) -> None:
    """Writes the parts from ``first`` up to ``last``, left out."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {key: one.on(DAY) for key, one in parameters().items() if one.values[0].since <= DAY}
    (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
    for part in range(first, last):
        rng = np.random.default_rng([SEED, part])
        for name, table in _part(rng, part, size).items():
            path = folder / f"{name}-{part:03d}.parquet"
            pq.write_table(conform(table, name), path, compression="zstd", row_group_size=122_880)


def _villages(part: int) -> np.ndarray:
    return (610_000 + part) * 1_000_000 + 100_200 + np.arange(VILLAGES)


def _part(rng: np.random.Generator, part: int, size: int) -> dict[str, pa.Table]:
    sizes = rng.choice([1, 2, 3, 4, 5, 6], p=[0.2, 0.25, 0.22, 0.18, 0.1, 0.05], size=size)
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, size)) + 1
    sizes = sizes[:count]
    sizes[-1] -= sizes.sum() - size
    owner = np.repeat(np.arange(count), sizes)
    rank = np.arange(size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    first = part * size + 1
    village = _villages(part)[np.arange(count) * VILLAGES // count]
    people = _people(rng, rank)
    places = {"household_key": pa.array(first + owner), "village_code": pa.array(village[owner])}
    return {
        "person": pa.table({"person_key": pa.array(first + np.arange(size)), **places, **people}),
        "household": pa.table(
            {
                "household_key": pa.array(first + np.arange(count)),
                "village_code": pa.array(village),
                **_households(rng, sizes),
            }
        ),
        "medical_settlements": _settlements(rng, first, size),
    }


def _people(rng: np.random.Generator, rank: np.ndarray) -> dict[str, pa.Array]:
    n = len(rank)
    age = np.where(rank < 2, rng.integers(22, 85, n), rng.integers(0, 40, n))
    birth = (2015 - age) * 10_000 + rng.integers(1, 13, n) * 100 + rng.integers(1, 29, n)
    chance = rng.random(n)
    school = np.select(
        [age < 3, age < 6, age < 12, age < 15, age < 18, age < 22],
        [
            0,
            np.where(chance < 0.8, 10, 0),
            np.select([chance < 0.97, chance < 0.985], [20, 80], 85),
            np.select([chance < 0.96, chance < 0.975], [30, 80], 85),
            np.select([chance < 0.5, chance < 0.85], [40, 45], 0),
            np.select([chance < 0.2, chance < 0.35], [50, 60], 0),
        ],
        0,
    )
    health = rng.choice([10, 20, 30, 40, 60], p=[0.7, 0.08, 0.12, 0.03, 0.07], size=n)
    able = rng.choice([1, 2, 5, 3], p=[0.7, 0.1, 0.12, 0.08], size=n)
    old = rng.choice([1, 5, 3, 4], p=[0.2, 0.3, 0.25, 0.25], size=n)
    labour = np.select([(age < 16) | (school > 0), age < 60], [4, able], old)
    months = np.where((labour == 4) | (chance < 0.5), 0, rng.integers(1, 13, n))
    return {
        "sex": pa.array(rng.integers(1, 3, n)),
        "birth_date": pa.array(birth),
        "school_status": pa.array(school),
        "health": pa.array(health),
        "disability_grade": pa.array(rng.integers(1, 5, n), mask=health != 60),
        "labour": pa.array(labour),
        "work_months": pa.array(months, mask=age < 15),
        "id_state": pa.array(np.zeros(n, dtype=np.int16)),
        "id_repeated": pa.array(np.zeros(n, dtype=bool)),
    }


def _households(rng: np.random.Generator, sizes: np.ndarray) -> dict[str, pa.Array]:
    n = len(sizes)
    kind = rng.choice([1, 2, 3, 11, 12, 20], p=[0.35, 0.2, 0.04, 0.25, 0.03, 0.13], size=n)
    # Whole yuan, as households state them: both sides of a limit are the same in fen and in float32.
    wage, business = (rng.integers(0, 4_000, n) * sizes * 100 for _ in range(2))
    transfer = rng.integers(0, 1_500, n) * sizes * 100
    net = wage + business + transfer
    return {
        "household_kind": pa.array(kind),
        "exit_mark": pa.array((kind == 11).astype(np.int16)),
        "main_cause": pa.array(rng.integers(1, 12, n)),
        "dwelling_grade": pa.array(rng.choice([1, 2, 3, 4], p=[0.5, 0.35, 0.1, 0.05], size=n)),
        "stated_members": pa.array(sizes),
        "income_wage": pa.array(wage),
        "income_business": pa.array(business),
        "income_property": pa.array(np.zeros(n, dtype=np.int64)),
        "income_transfer": pa.array(transfer),
        "income_net": pa.array(net),
        "income_per_head": pa.array(net // sizes),
    }


def _settlements(rng: np.random.Generator, first: int, size: int) -> pa.Table:
    """About one row for ten people; own payments to the fen."""
    n = max(size // 10, 10)
    inpatient = rng.random(n) < 0.6
    paid = np.where(inpatient, rng.lognormal(12.7, 0.9, n), rng.lognormal(11, 0.8, n)).astype(np.int64)
    return pa.table(
        {
            "entry_key": pa.array(first + np.arange(n)),
            "person_key": pa.array(first + rng.integers(0, size, n)),
            "link": pa.array(np.ones(n, dtype=np.int16)),
            "care_kind": pa.array(np.where(inpatient, 1, 2)),
            "hospital_level": pa.array(rng.choice([1, 2, 3], p=[0.6, 0.25, 0.15], size=n)),
            "own_payment": pa.array(paid),
            "disease_listed": pa.array(rng.random(n) < 0.4),
            "settled_on": pa.array(20150000 + rng.integers(1, 13, n) * 100 + rng.integers(1, 29, n)),
        }
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
