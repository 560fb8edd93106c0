"""One person entered at the counter against a whole registry: ``newcomer NAMED DATABASE COUNT``.

For people entered anew with an error, strangers among them, the time until it is known who of the registry they may
be; then some are written, and asked for again at once.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq

from bench.own import database
from bench.own.clocked import say
from bench.own.matching_data import spoilt
from bench.own.named import members


def main(named: Path, place: Path, count: int) -> None:
    database.start(place)
    from bangfu.cli.synthetic.invention import Inventor
    from bangfu.platform.audit.actor import Actor
    from bangfu.registry.actions.members import add_member
    from bangfu.registry.enums import EventKind
    from bangfu.registry.models import Household, Person
    from bangfu.registry.queries import like_this

    random = Random(2)
    people = pq.read_table(named / "person.parquet").to_pylist()
    kinds = (
        "as registered",
        "number missing",
        "number missing, name sounds alike",
        "one digit of the number wrong",
    )
    entered = [
        spoilt(dict(one), kinds[place % 4], random, set())
        for place, one in enumerate(random.sample(people, count))
    ]
    given = [one for one in entered if one]
    for one in given[:5]:
        like_this(one, str(one["village_code"]))
    worked = time.process_time()
    asked = [_timed(lambda one=one: like_this(one, str(one["village_code"]))) for one in given]
    cpu = (time.process_time() - worked) / len(given)
    known = sum(
        any(like.person.person_no == one["person_no"] for like in found)
        for one, (found, _) in zip(given, asked, strict=True)
    )

    inventor = Inventor(random, "610929")
    written, again, seen = [], [], 0
    for household in list(Household.objects.order_by("id")[: count // 4]):
        new = members(random, inventor, 1)[0] | {"identified_on": None}
        before = Person.objects.count() if not written else 0
        saved, seconds = _timed(
            lambda household=household, new=new: add_member(
                household=household, relation_code=30, day=date(2016, 1, 5), kind=EventKind.ADDED,
                reason="left out before", by=Actor.system("bench"), entered=new,
            )
        )  # fmt: skip
        assert not before or Person.objects.count() == before + 1
        written.append(seconds)
        found, seconds = _timed(lambda new=new, household=household: like_this(new, household.division_code))
        again.append(seconds)
        seen += any(like.person == saved and like.exact for like in found)
    times = [seconds for _, seconds in asked]
    say(
        median=statistics.median(times), p95=statistics.quantiles(times, n=20)[-1], cpu=cpu,
        asked=len(given), known=known, people=Person.objects.count(),
        writing=statistics.median(written), again=statistics.median(again), written=len(written), seen=seen,
    )  # fmt: skip


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
