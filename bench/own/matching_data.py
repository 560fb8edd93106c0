"""A registry and a department's list with known errors, prepared for both matchers: ``matching_data NAMED FOLDER``.

Both sides carry what Bangfu makes at entry (name in one form, its sound, parsed number), so that matching alone is
compared. ``truth.parquet``: entry → person (NULL for strangers) and the class of error.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.analytics import extracts
from bangfu.cli.synthetic.invention import homophone, one_off

Row = dict[str, Any]
#: Of every twelve entries: which error it has. The strangers are namesakes and twins of registered people.
CLASSES = (
    ("as registered", 5), ("number missing", 1), ("number missing, name sounds alike", 1),
    ("number missing, one character differs", 1), ("one digit of the number wrong", 1),
    ("two digits swapped", 1), ("number missing, birth one digit off", 1), ("stranger: namesake", 1),
    ("stranger: number of a twin", 1),
)  # fmt: skip


def write(named: Path, folder: Path, seed: int = 1) -> None:
    if (folder / "truth.parquet").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    people = pq.read_table(
        named / "person.parquet", columns=["name", "id_number", "sex", "birth_date", "village_code"]
    )
    rows = people.to_pylist()
    taken = {row["id_number"] for row in rows}
    turns = [name for name, share in CLASSES for _ in range(share)]
    entries: list[Row] = []
    truth: list[Row] = []
    for place in random.sample(range(len(rows)), len(rows) // 4):
        kind = turns[len(truth) % len(turns)]
        entry = spoilt(dict(rows[place]), kind, random, taken)
        if entry is None:
            continue
        key = len(entries)
        entries.append(entry)
        truth.append({"entry": key, "person": None if kind.startswith("stranger") else place, "kind": kind})
    for name, side in (("persons", people), ("entries", pa.Table.from_pylist(entries))):
        table = extracts.with_identity(side).append_column("key", pa.array(range(len(side)), pa.int64()))
        pq.write_table(extracts.side(table, "key", table["village_code"]), folder / f"{name}.parquet")
    pq.write_table(pa.Table.from_pylist(truth), folder / "truth.parquet")


def spoilt(row: Row, kind: str, random: Random, taken: set[str]) -> Row | None:
    """The row as a department has it; None when this row cannot have that error."""
    number, birth = row["id_number"], row["birth_date"]
    if "missing" in kind or "namesake" in kind:
        row["id_number"] = None
    match kind:
        case "number missing, name sounds alike":
            row["name"] = homophone(row["name"], random)
        case "number missing, one character differs":
            row["name"] = one_off(row["name"], row["sex"], random)
        case "one digit of the number wrong":
            place = random.randrange(14, 17)
            row["id_number"] = (
                number[:place] + str((int(number[place]) + random.randint(1, 9)) % 10) + number[place + 1 :]
            )
        case "two digits swapped":
            place = next((at for at in range(13, 16) if number[at] != number[at + 1]), None)
            if place is None:
                return None
            row["id_number"] = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        case "number missing, birth one digit off":
            row["birth_date"] = birth + (1 if birth % 10 < 8 else -1)
        case "stranger: namesake":
            row["birth_date"] = birth - random.randint(3, 30) * 10_000 - random.randint(1, 3) * 100
            row["village_code"] += 1_000_000
        case "stranger: number of a twin":
            row["id_number"] = _twin(number, taken)
            row["name"] = one_off(row["name"], row["sex"], random)
    return row if row["name"] else None


def _twin(number: str, taken: set[str]) -> str:
    from bangfu.analytics.identity_numbers import check_character

    for step in range(2, 999, 2):
        body = f"{number[:14]}{(int(number[14:17]) + step) % 1000:03d}"
        if body + check_character(body) not in taken:
            return body + check_character(body)
    raise ValueError(number)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
