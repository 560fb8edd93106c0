"""Identifying the poor households of a village in a browser, with a million people in PostgreSQL around it."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

import psycopg

from bench.figures import at_least, at_most
from bench.frame import Bench, Failed, run
from bench.own.identify import MONDAY
from bench.own.multitude import NEIGHBOURS
from tests.postgresql import cluster_url

HOUSEHOLDS = 500
#: In the neighbours of the demo county, which has 57 568 itself.
PEOPLE = 945_000
ANSWER = 300


def measure(bench: Bench) -> None:
    url = cluster_url(durable=True)
    if url is None:
        raise Failed("PostgreSQL is not installed (no initdb found): apt install postgresql")
    with psycopg.connect(url.replace("/bangfu?", "/postgres?"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bangfu")
    folder = bench.folder / "identifying"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    env = {
        "DATABASE_URL": url, "BANGFU_DEMO": "1", "BANGFU_VAR": str(folder / "var"),
        "BANGFU_TODAY": MONDAY.isoformat(), "DJANGO_SETTINGS_MODULE": "bangfu.config.settings",
    }  # fmt: skip
    _fill(bench, env)
    households = bench.size(HOUSEHOLDS, 40)
    bench.own("village", households, MONDAY.isoformat(), env=env)
    said = bench.own("identify", folder, households, env=env).said
    assert said["registered"] == households
    _tell(bench, said, households)
    shutil.rmtree(folder)


def _fill(bench: Bench, env: dict[str, str]) -> None:
    """The real tree of divisions, the demo county with its lists and a run, and its neighbours."""
    homes, people = bench.size(23_035, 300), bench.size(57_568, 750)
    bench.say("the demo county")
    asked = ["--households", homes, "--persons", people]
    run([sys.executable, "-m", "bangfu.cli", "demo", *map(str, asked)], env=env)
    run([sys.executable, "-m", "bangfu.cli", "demo", "--rest"], env=env)
    bench.say("its neighbours")
    around = bench.size(PEOPLE, 2_000)
    said = bench.own("multitude", bench.folder / f"multitude-{around}", around, env=env).said
    note = f"{said['households']:,} households in {NEIGHBOURS} counties; processor time {said['cpu']:.0f} s"
    bench.add("neighbours taken in", said["households"] / said["seconds"], "households/s", note=note)
    rest = f"{said['all_households']:,} households, {said['doubts']:,} doubts, {said['list_rows']:,} rows of lists"
    bench.add("people in the database", said["people"], "", at_least(1_000_000), rest)


def _tell(bench: Bench, said: Any, households: int) -> None:
    """Every screen with its goal; what is handed in for all households at once beside it."""
    for name, one in said["screens"].items():
        note = f"median {one['p50']:.0f} ms, most {one['most']:.0f} ms, {one['n']} times"
        if one["cpu"]:
            note += f"; processor time {one['cpu']:.0f} ms"
        bench.add(f"{name}, 95 of 100", one["p95"], "ms", at_most(ANSWER), note)
    slowest = max(said["screens"].values(), key=lambda one: float(one["p95"]))
    bench.add("slowest screen, 95 of 100", slowest["p95"], "ms", at_most(ANSWER))
    for name, one in said["acts"].items():
        note = f"median {one['p50']:.0f} ms, handed in {one['n']} times"
        bench.add(f"handed in: {name}", one["most"], "ms", note=note)
    paper = said["printed"]
    note = f"{paper['bytes'] / 1e6:.1f} MB; progress seen {len(paper['progress'])} times; load {os.getloadavg()[0]:.1f}"
    bench.add(f"{households} forms printed, button to link", paper["seconds"], "s", at_most(60), note)
