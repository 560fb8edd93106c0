"""OpenFisca over the first parts of the nation: ``run.py FOLDER PARTS [OUT]``; with OUT all answers are written too.

Used as a good user would: whole columns, no lists of identifiers, 32-bit values, one period, no tracing.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from openfisca_core.simulations import Simulation
from rules import INPUTS, RULES, Household, Person, system

POLICY = Path(__file__).parents[3] / "src" / "bangfu" / "policy"
PERIOD = "2015-12"
INPATIENT, CHRONIC = 1, 2


def main(folder: Path, parts: int, out: Path | None) -> None:
    start, worked = time.perf_counter(), time.process_time()
    rules = system(POLICY)
    populations = rules.instantiate_entities()
    simulation = Simulation(rules, populations)
    keys = _given(simulation, folder, parts)
    read, read_cpu = time.perf_counter() - start, time.process_time() - worked
    eligible, due = {}, {}
    for key, (_, _, amount) in RULES.items():
        eligible[key] = int(simulation.calculate(f"{key}_eligible", PERIOD).sum())
        if amount is not None:
            due[key] = float(simulation.calculate(f"{key}_due", PERIOD).sum(dtype=np.float64))
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    if out is not None:
        _write(simulation, keys, out)
    said = {"seconds": seconds, "cpu": cpu, "reading": read, "reading_cpu": read_cpu}
    print(json.dumps({**said, "eligible": eligible, "due": due}))


def _given(simulation: Simulation, folder: Path, parts: int) -> dict[str, np.ndarray]:
    """Gives the simulation its people, households and settlements; returns the keys of people and households."""
    people, homes = simulation.populations["person"], simulation.populations["household"]
    person = _columns(folder, "person", parts, ["person_key", "household_key", *list(INPUTS[Person])[:6]])
    household = _columns(folder, "household", parts, ["household_key", *INPUTS[Household]])
    keys = {"person": person.pop("person_key"), "household": household.pop("household_key")}
    people.count, people.ids = len(keys["person"]), keys["person"]
    homes.count, homes.ids = len(keys["household"]), keys["household"]
    homes.members_entity_id = np.searchsorted(keys["household"], person.pop("household_key")).astype(np.int32)
    for name, values in person.items():
        simulation.set_input(name, PERIOD, values.astype(np.int32))
    for name, kind in INPUTS[Household].items():
        values = household.pop(name)
        whole = values.astype(np.int32) if kind is int else (values / 100).astype(np.float32)
        simulation.set_input(name, PERIOD, whole)
    for name, values in _settled(folder, parts, keys["person"]).items():
        simulation.set_input(name, PERIOD, values)
    return keys


def _settled(folder: Path, parts: int, keys: np.ndarray) -> dict[str, np.ndarray]:
    """Own payments (yuan) and the highest hospital level of each person."""
    names = ["person_key", "care_kind", "hospital_level", "own_payment", "disease_listed"]
    rows = _columns(folder, "medical_settlements", parts, names)
    place = np.searchsorted(keys, rows["person_key"])
    inpatient, listed = rows["care_kind"] == INPATIENT, rows["disease_listed"].astype(bool)
    chosen = {
        "own_inpatient": inpatient,
        "own_listed": inpatient & listed,
        "own_chronic": rows["care_kind"] == CHRONIC,
    }
    found = {}
    for name, mask in chosen.items():
        fen = np.bincount(place[mask], weights=rows["own_payment"][mask], minlength=len(keys))
        found[name] = (fen / 100).astype(np.float32)
    highest = np.zeros(len(keys), dtype=np.int32)
    for level in (1, 2, 3):
        highest[place[inpatient & (rows["hospital_level"] == level)]] = level
    return {**found, "hospital_highest": highest}


def _columns(folder: Path, table: str, parts: int, names: list[str]) -> dict[str, np.ndarray]:
    """Columns as NumPy arrays; nothing entered is 0."""
    files = [folder / f"{table}-{part:03d}.parquet" for part in range(parts)]
    read = pa.concat_tables([pq.read_table(file, columns=names) for file in files])
    return {
        name: (pa.compute.fill_null(read[name], 0) if read[name].null_count else read[name]).to_numpy()
        for name in names
    }


def _write(simulation: Simulation, keys: dict[str, np.ndarray], out: Path) -> None:
    for entity in (Person, Household):
        columns = {"key": keys[entity.key]}
        for key, (subject, _, amount) in RULES.items():
            if subject is entity:
                columns[f"{key}_eligible"] = simulation.calculate(f"{key}_eligible", PERIOD)
                if amount is not None:
                    columns[f"{key}_due"] = simulation.calculate(f"{key}_due", PERIOD)
        pq.write_table(pa.table(columns), out / f"openfisca-{entity.key}.parquet", compression="zstd")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
