"""Invented people with names and valid numbers, in households on real villages, as Parquet: ``named FOLDER PEOPLE``.

Columns are the vocabulary's, typed as an import has them after reading (dates yyyymmdd, money in fen).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.cli.synthetic.invention import Inventor
from bangfu.divisions import source

COUNTIES = ("610926", "610925", "610927", "610924")
SIZES = (1, 2, 2, 3, 4)
Row = dict[str, Any]


def write(folder: Path, people: int, seed: int = 1, counties: Sequence[str] = COUNTIES) -> None:
    if (folder / "person.parquet").exists():
        return
    random = Random(seed)
    villages = [row.code for county in counties for row in source.rows(county) if row.level == 5]
    inventor = Inventor(random, counties[0])
    households: list[Row] = []
    persons: list[Row] = []
    while len(persons) < people:
        village = villages[len(households) % len(villages)]
        number = f"{village}{len(households) // len(villages):04d}"
        size = min(random.choice(SIZES), people - len(persons))
        family = members(random, inventor, size)
        for place, one in enumerate(family, start=1):
            one |= {"person_no": f"{number}{place:02d}", "household_no": number, "village_code": int(village)}
        persons += family
        households.append(_household(random, number, village, size))
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(households), folder / "household.parquet")
    pq.write_table(pa.Table.from_pylist(persons), folder / "person.parquet")


def members(random: Random, inventor: Inventor, size: int) -> list[Row]:
    surname = inventor.surname()
    head = random.randint(25, 80)
    ages = [head, *(max(1, head - 28 - random.randint(0, 12)) for _ in range(size - 1))]
    if size > 1:
        ages[1] = max(20, head + random.randint(-6, 4))
    found = []
    for place, age in enumerate(ages):
        sex = 1 if place == 0 else 2 if place == 1 else random.choice((1, 2))
        birth = date(2015 - age, 1, 1) + timedelta(days=random.randrange(365))
        works = random.choice((None, 0, 3, 6, 10)) if 16 <= age < 60 else None
        found.append(
            {
                "name": inventor.name(sex, None if place == 1 else surname),
                "id_number": inventor.number(birth, sex),
                "sex": sex,
                "birth_date": birth.year * 10_000 + birth.month * 100 + birth.day,
                "ethnicity": 1,
                "relation": (2, 10)[place] if place < 2 else 20 if sex == 1 else 30,
                "education": 70,
                "health": random.choice((10, 10, 10, 20, 30)),
                "labour": 1 if 16 <= age < 60 else 4,
                "work_months": works,
                "medical_insurance": True,
                "identified_on": 20140401,
            }
        )
    return found


def _household(random: Random, number: str, village: str, size: int) -> Row:
    wage, business, transfer = (random.randrange(0, 2_000_000, 100) for _ in range(3))
    net = wage + business + transfer
    return {
        "household_no": number,
        "division_code": village,
        "group_no": str(random.randint(1, 8)),
        "address": f"{random.randint(1, 200)}号",
        "phone": f"140{random.randrange(10**8):08d}",
        "bank_account": f"62{random.randrange(10**17):017d}",
        "household_kind": 1,
        "identified_on": 20140401,
        "stated_members": size,
        "main_cause": random.choice((1, 2, 5, 9)),
        "dwelling_grade": random.choice((1, 2)),
        "dangerous_dwelling": False,
        "dwelling_area": size * 2_500,
        "safe_water": True,
        "road_distance": random.randrange(500),
        "domestic_power": True,
        "farmland": random.randrange(1000),
        "income_year": 2015,
        "income_wage": wage,
        "income_business": business,
        "income_property": 0,
        "income_transfer": transfer,
        "production_cost": 0,
        "income_net": net,
        "income_per_head": net // size,
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
