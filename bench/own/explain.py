"""Households of a county explained one after another by a running explainer: ``explain SNAPSHOT COUNT``.

An explanation is what the page and ``bangfu explain`` show: every rule and entitlement of the household and its people,
inputs with their sources, values in force, and which datum would settle what cannot be told.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from random import Random

from bangfu.analytics.explanations import Explainer
from bangfu.analytics.snapshots import Snapshot
from bench.own.clocked import clocked, say


def main(place: Path, count: int) -> None:
    snapshot = Snapshot.load(place)
    people: dict[int, list[int]] = defaultdict(list)
    person = snapshot.tables["person"]
    for key, household in zip(
        person["person_key"].to_pylist(), person["household_key"].to_pylist(), strict=True
    ):
        people[household].append(key)
    with clocked() as starting:
        explainer = Explainer(snapshot)
    chosen = Random(1).sample(sorted(snapshot.tables["household"]["household_key"].to_pylist()), count)
    times, worked, said, settled = [], time.process_time(), 0, 0
    for household in chosen:
        start = time.perf_counter()
        subjects = {"household": [household], "person": people[household]}
        every = [*explainer.explain(subjects), *explainer.entitled(subjects)]
        for one in every:
            one.sources("household" if one.key == household else "person")
            settled += len(one.settled_by)
        times.append(time.perf_counter() - start)
        said += len(every)
    cpu = (time.process_time() - worked) / count
    explainer.close()
    say(
        starting=starting.seconds, starting_cpu=starting.cpu, p50=statistics.median(times),
        p95=statistics.quantiles(times, n=20)[-1], most=max(times), cpu=cpu, asked=count, said=said / count,
        settled=settled,
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
