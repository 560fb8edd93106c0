"""Many people act on the same cases at once: nothing is lost, and a stale act learns what changed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.queries import verify
from bangfu.platform.errors import BangfuError
from bangfu.platform.procedures import errors
from bangfu.platform.procedures.actions.acting import Decided, act, act_together
from bangfu.platform.procedures.actions.objections import raise_objection
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.models import Act, Case
from bangfu.platform.worklist.models import WorkItem
from tests.platform.procedures.office import (
    CLERK,
    COUNTY,
    OFFICER,
    PHOTO,
    PLACE,
    VILLAGE,
    Day,
    at_approval,
    at_posting,
    ended,
    fresh,
    put,
)
from tests.postgresql import postgresql_only

pytestmark = [pytest.mark.django_db(transaction=True), postgresql_only]
THREADS = 64


def at_once(work: Callable[[int], str]) -> Counter[str]:
    """What ``work(n)`` answers in 64 threads that begin together; a refusal answers with its class."""
    answers: list[str] = []
    start = threading.Barrier(THREADS)

    def one(n: int) -> None:
        start.wait(60)
        try:
            answers.append(work(n))
        except BangfuError as error:
            answers.append(type(error).__name__)
        except Exception as error:
            answers.append(f"broken: {error!r}")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == THREADS
    return Counter(answers)


def consistent(case: Case) -> None:
    """As many acts as revisions, one after another, and one item for the step it stands at."""
    now = fresh(case)
    assert list(now.acts.values_list("revision", flat=True)) == list(range(1, now.revision + 1))
    items = WorkItem.objects.open().filter(kind="procedure.permit", url_args={"case": case.pk})
    assert [item.key for item in items] == ([f"procedure:{case.pk}:{now.step}"] if now.is_open else [])


def test_one_of_64_passes_and_the_others_learn_who(day: Day) -> None:
    """The last step of one case: its effect runs once."""
    case = at_approval(day)
    seen = fresh(case).revision
    told: list[str] = []

    def approve(n: int) -> str:
        try:
            act(
                case=case.pk,
                step="approval",
                decision="pass",
                revision=seen,
                by=Actor(f"c{n}", f"县{n}"),
                **COUNTY,
            )
        except errors.StaleAct as error:
            told.append(error.problems[0].why.zh)
            raise
        return "passed"

    assert at_once(approve) == {"passed": 1, "StaleAct": THREADS - 1}
    winner = Act.objects.get(case=case, step="approval", decision="pass")
    assert len(told) == THREADS - 1
    assert all(winner.by_name in why and "通过" in why for why in told)
    assert ended == [("plot-1", "granted")]
    consistent(case)


def test_64_open_the_same_case(day: Day) -> None:
    def open_it(n: int) -> str:
        open_case(
            procedure="permit",
            subject_id="plot-1",
            division_code=PLACE,
            by=Actor(f"v{n}", f"村{n}"),
            **VILLAGE,
        )
        return "opened"

    assert at_once(open_it) == {"opened": 1, "AlreadyOpen": THREADS - 1}
    assert Case.objects.count() == 1


def test_meetings_that_decide_the_same_cases_in_another_order(day: Day) -> None:
    """All or none, and no deadlock."""
    cases = [at_posting(f"plot-{n}") for n in range(6)]
    for case in cases:
        put(case, "poster", files=[PHOTO])
    day.now += timedelta(days=7)
    rows = [Decided(case=case.pk, decision="pass", revision=fresh(case).revision) for case in cases]

    def decide_all(n: int) -> str:
        shuffled = random.Random(n).sample(rows, len(rows))
        act_together(step="posting", decisions=shuffled, by=CLERK, **VILLAGE)
        return "passed"

    assert at_once(decide_all) == {"passed": 1, "StaleAct": THREADS - 1}
    for case in cases:
        assert fresh(case).step == "audit"
        consistent(case)


def test_nothing_is_lost_in_a_free_for_all(day: Day) -> None:
    """Reads, then acts: whatever was done is in the log, and every refusal has its reason."""
    cases = [at_posting(f"plot-{n}") for n in range(4)]
    done: list[int] = []

    def anything(n: int) -> str:
        chance = random.Random(n)
        for _ in range(2):
            case = chance.choice(cases)
            try:
                if chance.random() < 0.3:
                    raise_objection(case=case.pk, text="有人反映情况", raised_by="丙", by=OFFICER)
                elif chance.random() < 0.5:
                    put(case, "poster", files=[PHOTO])
                else:
                    act(
                        case=case.pk,
                        step="posting",
                        decision="return",
                        to_step="request",
                        reason="重新办理",
                        revision=fresh(case).revision,
                        by=Actor(f"v{n}", f"村{n}"),
                        **VILLAGE,
                    )
                done.append(case.pk)
            except (errors.StaleAct, errors.WrongStep, errors.RecordOutOfTime):
                pass
        return "done"

    before = {case.pk: fresh(case).revision for case in cases}
    assert at_once(anything) == {"done": THREADS}
    counted = Counter(done)
    for case in cases:
        assert fresh(case).revision == before[case.pk] + counted[case.pk]
        consistent(case)
    assert verify().whole
