"""Whatever random people do in whatever order, no case passes by a way that its definition does not allow (S0-48)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import BangfuError
from bangfu.platform.procedures.actions.acting import act, override_step
from bangfu.platform.procedures.actions.objections import answer_objection, raise_objection
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.actions.recording import add_record
from bangfu.platform.procedures.enums import ActKind, CaseState, ObjectionState
from bangfu.platform.procedures.models import Act, Case, Objection
from bangfu.policy import procedures
from bangfu.policy.procedures.definitions import DECISIONS, LEVELS, ROLES, Days, Definition
from bangfu.policy.procedures.reading import read_folder
from tests.platform.procedures.office import FOLDER, PHOTO

PEOPLE = [Actor(f"p{n}", f"人{n}") for n in range(5)]
PLACES = ["610926100201", "630223100201"]
RUNS = [
    "permit",
    "permit",
    "household_identification",
    "village_recognition",
    "household_exit",
    "county_exit",
    "registry_removal",
]
people = st.sampled_from(PEOPLE)
#: How many cases ended in each state, over all examples: a test in which nothing passes would prove nothing.
seen: Counter[str] = Counter()


def bare(one: Definition) -> Definition:
    """The definition without the functions of its domain, which have tests of their own; every step waits a little."""
    steps = tuple(
        replace(
            step,
            guards=(),
            shortest=step.shortest or Days(1, "working"),
            overridable=tuple(name for name in step.overridable if name in {r.key for r in step.records}),
            records=tuple(replace(record, checks=()) for record in step.records),
        )
        for step in one.steps
    )
    return replace(one, to_open=(), on_pass=(), on_refuse=(), steps=steps)


class Office(RuleBasedStateMachine):
    """A few cases, five people who act in any role, and a clock that goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.day = date(2026, 9, 1)
        self.cases: list[int] = []
        self.replayed: dict[int, int] = {}
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(clock, "today", lambda: self.day)
        known = tuple(bare(one) for one in (*procedures.all_definitions(), *read_folder(FOLDER)))
        self.patch.setattr(procedures, "all_definitions", lambda: known)
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        seen.update(Case.objects.values_list("state", flat=True))
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.patch.undo()

    def attempt(self, action: Callable[..., Any], **arguments: Any) -> None:
        """Refusals are right answers here; anything else is not."""
        try:
            action(**arguments)
        except BangfuError:
            seen["refusals"] += 1

    def case(self, data: st.DataObject) -> Case:
        return Case.objects.get(pk=data.draw(st.sampled_from(self.cases)))

    @precondition(lambda self: len(self.cases) < 2)
    @rule(procedure=st.sampled_from(RUNS), place=st.sampled_from(PLACES), by=people)
    def open(self, procedure: str, place: str, by: Actor) -> None:
        first = procedures.in_force(procedure, self.day, place).steps[0]
        case = open_case(
            procedure=procedure,
            subject_id=f"s{len(self.cases)}",
            division_code=place,
            by=by,
            role=first.role,
            level=first.level,
        )
        self.cases.append(case.pk)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), hands=st.lists(people, min_size=1, max_size=6), days=st.sampled_from([0, 1, 4, 9]))
    def work_as_one_should(self, data: st.DataObject, hands: list[Actor], days: int) -> None:
        """Some people, one after another, do the next step as its post: records, waiting, a pass."""
        pk = self.case(data).pk
        for by in hands:
            now = Case.objects.get(pk=pk)
            if now.is_open:
                self.put_on_record(now, by)
                self.day += timedelta(days=days)
                self.pass_it(now, by)

    def put_on_record(self, now: Case, by: Actor) -> None:
        for record in now.current.records:
            self.attempt(
                add_record,
                case=now.pk,
                kind=record.key,
                revision=Case.objects.get(pk=now.pk).revision,
                by=by,
                role=record.role,
                level=record.level,
                files=[PHOTO],
                signatures=["甲", "乙"],
            )

    def pass_it(self, now: Case, by: Actor, decision: str = "pass") -> None:
        step = now.current
        self.attempt(
            act,
            case=now.pk,
            step=step.key,
            decision=decision,
            reason="情况属实",
            revision=Case.objects.get(pk=now.pk).revision,
            by=by,
            role=step.role,
            level=step.level,
        )

    @precondition(lambda self: self.cases)
    @rule(
        data=st.data(),
        by=people,
        days=st.integers(0, 9),
        decision=st.sampled_from(["pass", "pass", "refuse"]),
    )
    def wait_and_decide(self, data: st.DataObject, by: Actor, days: int, decision: str) -> None:
        self.day += timedelta(days=days)
        self.pass_it(self.case(data), by, decision)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), by=people, override=st.booleans())
    def act_anyhow(self, data: st.DataObject, by: Actor, override: bool) -> None:
        case = self.case(data)
        keys = [step.key for step in case.definition.steps]
        arguments = {
            "case": case.pk,
            "step": data.draw(st.sampled_from([case.step, *keys])),
            "decision": data.draw(st.sampled_from(list(DECISIONS))),
            "to_step": data.draw(st.sampled_from(["", *keys])),
            "revision": case.revision - data.draw(st.integers(0, 1)),
            "reason": "随便写的理由",
            "by": by,
            "role": data.draw(st.sampled_from([case.current.role, *ROLES])),
            "level": data.draw(st.sampled_from([case.current.level, *LEVELS])),
        }
        if override:
            lifted = data.draw(st.sampled_from([(), case.current.overridable, ("shortest",)]))
            self.attempt(override_step, **arguments, overrides=lifted)
        else:
            self.attempt(act, **arguments)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), by=people)
    def object_to(self, data: st.DataObject, by: Actor) -> None:
        self.attempt(raise_objection, case=self.case(data).pk, text="有人反映情况", raised_by="丙", by=by)

    @precondition(lambda self: Objection.objects.filter(state=ObjectionState.OPEN).exists())
    @rule(by=people, upheld=st.booleans())
    def answer(self, by: Actor, upheld: bool) -> None:
        for one in Objection.objects.filter(state=ObjectionState.OPEN):
            step = one.case.current
            self.attempt(
                answer_objection,
                objection=one.pk,
                upheld=upheld,
                answer="核实情况如下",
                by=by,
                role=step.role,
                level=step.level,
            )

    @invariant()
    def every_case_came_by_an_allowed_way(self) -> None:
        for case in Case.objects.filter(pk__in=self.cases):
            if self.replayed.get(case.pk) != case.revision:
                Replay(case).run()
                self.replayed[case.pk] = case.revision


class Replay:
    """Walks through the log of a case with nothing but its definition in hand."""

    def __init__(self, case: Case) -> None:
        self.case, self.steps = case, case.definition.steps
        self.keys = [step.key for step in self.steps]
        self.at, self.since, self.state = 0, case.opened_on, CaseState.OPEN
        self.posted: dict[str, date] = {}
        self.hands: dict[str, str] = {}
        self.objections, self.unheeded = 0, False
        self.answers = {one.answered_revision: one.state for one in case.objections.all()}
        self.records = {one.revision: one.kind for one in case.records.all()}

    def run(self) -> None:
        acts = list(self.case.acts.all())
        assert [one.revision for one in acts] == list(range(1, self.case.revision + 1))
        assert [one.day for one in acts] == sorted(one.day for one in acts)
        for one in acts:
            assert self.state == CaseState.OPEN
            getattr(self, {"pass": "pass_", "return": "return_"}.get(one.decision, one.decision or one.kind))(
                one
            )
        assert (self.case.state, self.case.step) == (self.state, self.keys[self.at])
        if self.state == CaseState.PASSED:
            assert set(self.hands) == set(self.keys)
            for step in self.steps:
                others = {self.hands[other] for other in step.another_person_than}
                assert self.hands[step.key] not in others

    def opened(self, one: Act) -> None:
        assert one.revision == 1

    def recorded(self, one: Act) -> None:
        self.posted[self.records[one.revision]] = one.day

    def objected(self, one: Act) -> None:
        self.objections += 1

    def answered(self, one: Act) -> None:
        self.objections -= 1
        self.unheeded |= self.answers[one.revision] == ObjectionState.UPHELD

    def return_(self, one: Act) -> None:
        assert one.to_step in self.steps[self.at].returns_to
        self.at, self.since, self.unheeded = self.keys.index(one.to_step), one.day, False
        for later in self.steps[self.at :]:
            for record in later.records:
                if record.renew:
                    self.posted.pop(record.key, None)

    def pass_(self, one: Act) -> None:
        step = self.steps[self.at]
        assert one.step == step.key, "a step was skipped"
        assert (self.objections, self.unheeded) == (0, False)
        if one.kind == ActKind.DECIDED:
            assert (one.role, one.level, one.overrides) == (step.role, step.level, [])
        else:
            assert list(LEVELS).index(one.level) > list(LEVELS).index(step.level)
            assert set(one.overrides) <= set(step.overridable)
        needed = {record.key for record in step.records if record.needed}
        assert needed <= {*self.posted, *one.overrides}
        over(step.shortest, self.since, one.day, self.case.division_code)
        if step.notice:
            over(step.notice.days, self.posted[step.notice.record], one.day, self.case.division_code)
        assert one.by_id not in {self.hands.get(key) for key in step.another_person_than}
        self.hands[step.key] = one.by_id
        self.since = one.day
        if self.at + 1 == len(self.keys):
            self.state = CaseState.PASSED
        else:
            self.at += 1

    def refuse(self, one: Act) -> None:
        assert one.step == self.keys[self.at]
        assert self.objections == 0
        self.state = CaseState.REFUSED


def over(days: Days | None, start: date, day: date, area: str) -> None:
    """Counted day by day, without the code under test; September and October 2026 as in the dated list."""
    if days is None:
        return
    count = 0
    holidays = {date(2026, 9, 25) + timedelta(n) for n in range(3)} | {
        date(2026, 10, 1) + timedelta(n) for n in range(7)
    }
    worked = {date(2026, 9, 20), date(2026, 10, 10)}
    while start < day:
        start += timedelta(days=1)
        working = start in worked or (start.weekday() < 5 and start not in holidays)
        count += 1 if days.count == "calendar" else working
    assert count >= days.length(day, area)


@pytest.mark.django_db
def test_no_order_of_acts_leads_past_the_definition() -> None:
    seen.clear()
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert seen["passed"] > 0, seen
    assert seen["refused"] > 0, seen
    assert seen["refusals"] > 100, seen
