"""Whatever is done in whatever order by whomever: nobody comes onto the books past a step (S4-61, S0-48)."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bangfu.platform.errors import NotAllowed, NotFound, Refused, Stale
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.actions.ending import Wish
from bangfu.platform.procedures.enums import CaseState
from bangfu.platform.procedures.models import Act, Case
from bangfu.platform.procedures.situations import situation
from bangfu.policy.procedures.definitions import PASS, RETURN
from bangfu.registry.models import Standing
from bangfu.targeting.actions.cases import act_on, answer_to, object_to, record_on, withdraw_from
from bangfu.targeting.actions.meetings import BallotRow, act_many, record_ballots
from bangfu.targeting.actions.panels import seat_panel, set_panel
from bangfu.targeting.models import Round
from bangfu.targeting.notice_models import NoticeLine
from bangfu.targeting.panels import Ballot
from bangfu.targeting.rosters import seated_panel
from tests.targeting import world
from tests.targeting.world import (
    CLERK,
    COUNTY_OFFICE,
    ELSEWHERE,
    HELPER,
    SECOND_CLERK,
    TOWNSHIP,
    Day,
    Hand,
    revision,
)

STEPS = ("application", "nomination", "review", "village_check", "township_audit", "county_approval")
#: One person with a post at village and township at once, as small places have them.
BOTH = Hand(
    CLERK.actor,
    type(CLERK.scope)(CLERK.scope.posts | TOWNSHIP.scope.posts | COUNTY_OFFICE.scope.posts),
)
HANDS = (CLERK, SECOND_CLERK, TOWNSHIP, COUNTY_OFFICE, HELPER, ELSEWHERE, BOTH)
hands, cases = st.sampled_from(HANDS), st.integers(0, 1)
REFUSALS = (Refused, Stale, NotFound, NotAllowed)
RECORDS = ("application", "nomination", "village_check", "village_notice", "home_visit", "county_notice")


class Office(RuleBasedStateMachine):
    """Two applications of one round, and everybody who might touch them."""

    day: Day
    round: Round
    numbers: tuple[int, int]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.began = self.day.now
        self.objections: list[int] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()
        self.day.now = self.began

    def case(self, which: int) -> Case:
        return Case.objects.get(pk=self.numbers[which])

    def tried(self, action: Any, **parts: Any) -> Any:
        """What the action answers; None when it is refused, which leaves nothing behind."""
        try:
            with transaction.atomic():
                return action(**parts)
        except REFUSALS:
            return None

    @rule(which=cases, who=hands, step=st.sampled_from(STEPS), decision=st.sampled_from(("pass", "refuse")))
    def decides_anything(self, which: int, who: Hand, step: str, decision: str) -> None:
        self.tried(
            act_on,
            case=self.numbers[which],
            step=step,
            decision=decision,
            revision=revision(self.case(which)),
            reason="理由充分",
            **who.acts,
        )

    @rule(which=cases, who=hands, data=st.data())
    def does_what_comes_next(self, which: int, who: Hand, data: st.DataObject) -> None:
        """Somebody with the right post makes what is missing and lets it pass: the machine gets far in a short time."""
        case = self.case(which)
        right = {"village": CLERK, "township": TOWNSHIP, "county_office": COUNTY_OFFICE}[case.current.role]
        actor = data.draw(st.sampled_from((right, right, who)))
        if case.step == "review":
            self.ballots(which=which, who=actor, present=28, in_favour=25, against=3)
        for kind in case.current.records:
            if kind.key in RECORDS:
                self.records(which=which, who=actor, kind=kind.key, named=True)
        self.day.on(data.draw(st.sampled_from((0, 7))))
        self.tried(
            act_on,
            case=case.pk,
            step=case.step,
            decision="pass",
            revision=revision(case),
            **actor.acts,
        )

    @rule(who=hands, step=st.sampled_from(STEPS))
    def lets_both_pass_together(self, who: Hand, step: str) -> None:
        rows = [Decided(case=pk, revision=revision(Case(pk=pk)), decision="pass") for pk in self.numbers]
        self.tried(act_many, step=step, rows=rows, **who.acts)

    @rule(which=cases, who=hands, to=st.sampled_from(STEPS))
    def returns(self, which: int, who: Hand, to: str) -> None:
        case = self.case(which)
        self.tried(
            act_on,
            case=case.pk,
            step=case.step,
            decision=RETURN,
            to_step=to,
            revision=case.revision,
            reason="材料不齐全",
            **who.acts,
        )

    @rule(which=cases, who=hands, kind=st.sampled_from(RECORDS), named=st.booleans())
    def records(self, which: int, who: Hand, kind: str, named: bool) -> None:
        if named and kind.endswith("_notice"):
            self.tried(world.publish, cases=[self.case(which)], who=who)
            return
        visitors = ["镇干部"] if named else []
        self.tried(
            record_on,
            case=self.numbers[which],
            kind=kind,
            revision=revision(self.case(which)),
            data={"visitors": visitors, "visited_on": self.day.now.isoformat()},
            signatures=["户主"],
            **who.acts,
        )

    @rule(
        which=cases,
        who=hands,
        present=st.integers(0, 40),
        in_favour=st.integers(0, 40),
        against=st.integers(0, 40),
    )
    def ballots(self, which: int, who: Hand, present: int, in_favour: int, against: int) -> None:
        cast = Ballot(present=present, in_favour=in_favour, against=against, abstain=0)
        row = BallotRow(case=self.numbers[which], revision=revision(self.case(which)), ballot=cast)
        self.tried(record_ballots, round_id=self.round.pk, rows=[row], **who.acts)

    @rule(per_group=st.sampled_from((3, 15)))
    def seats_another_panel(self, per_group: int) -> None:
        self.tried(set_panel, round_id=self.round.pk, seats=world.seats(self.round, per_group), **CLERK.acts)
        self.tried(seat_panel, round_id=self.round.pk, **CLERK.acts)

    @rule(which=cases)
    def objects(self, which: int) -> None:
        made = self.tried(
            object_to, case=self.numbers[which], text="有人不同意", raised_by="村民", **SECOND_CLERK.acts
        )
        if made:
            self.objections.append(made.pk)

    @rule(who=hands, upheld=st.booleans())
    def answers(self, who: Hand, upheld: bool) -> None:
        for pk in self.objections:
            self.tried(answer_to, objection=pk, upheld=upheld, answer="已经核实", **who.acts)

    @rule(which=cases, who=hands)
    def withdraws(self, which: int, who: Hand) -> None:
        if self.day.now.day % 5 == 0:
            case = self.case(which)
            head = world.head_of(str(case.about["household_no"]))
            wish = Wish(asked_by=head, asked_on=self.day.now, reason="自愿撤回", signatures=[head])
            self.tried(withdraw_from, case=case.pk, revision=case.revision, wish=wish, **who.acts)

    @rule(days=st.integers(1, 8))
    def waits(self, days: int) -> None:
        self.day.on(days)

    @invariant()
    def on_the_books_only_past_every_step(self) -> None:
        for pk in self.numbers:
            case = Case.objects.get(pk=pk)
            standings = Standing.objects.filter(household_id=case.subject_id)
            if case.state != CaseState.PASSED:
                assert not standings.exists()
                continue
            assert [one.basis for one in standings] == [f"case:{pk}"]
            self.passed_rightly(case)

    def passed_rightly(self, case: Case) -> None:
        now = situation(case)
        last_return = max((act.revision for act in now.acts if act.decision == RETURN), default=0)
        order = [act.step for act in now.acts if act.decision == PASS]
        assert order[-1] == STEPS[-1]
        assert set(order) == set(STEPS)
        places = [STEPS.index(one) for one in order if True]
        after = [
            STEPS.index(act.step) for act in now.acts if act.decision == PASS and act.revision > last_return
        ]
        assert after == list(range(after[0], len(STEPS)))
        assert places[0] == 0
        for step in now.definition.steps:
            assert not any(
                now.passed_by(step.key) & now.passed_by(other) for other in step.another_person_than
            )
            for kind in step.records:
                assert not kind.needed or now.records.get(kind.key)
        data = now.records["ballot"][-1].data
        assert data["in_favour"] + data["against"] + data["abstain"] == data["present"] <= data["size"]
        assert 2 * data["in_favour"] > data["present"]
        seats = seated_panel(self.round.pk)
        assert seats is not None
        assert seats.size >= 30
        assert min(seats.counts.values()) >= 5
        days = [act.day for act in Act.objects.filter(case=case)]
        assert days == sorted(days)
        assert not now.open_objections()
        assert (now.records["village_notice"][-1].day - days[-1]).days <= -7
        published = set(NoticeLine.objects.filter(case=case).values_list("notice", flat=True))
        for kind in ("village_notice", "county_notice"):
            assert {one.data["notice"] for one in now.records[kind]} <= published


@pytest.mark.django_db
def test_no_order_of_acts_leads_past_a_step(day: Day) -> None:  # S4-61, S4-62, S4-63, S4-64, S0-48
    one = world.opened(2)
    made = world.apply_all(one)
    reached: list[str] = []

    class Started(Office):
        def teardown(self) -> None:
            reached.extend(Case.objects.filter(pk__in=self.numbers).values_list("state", flat=True))
            super().teardown()

    Started.day, Started.round, Started.numbers = day, one, (made[0].pk, made[1].pk)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Started,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert CaseState.PASSED in reached, "no example came to the end: the test would prove nothing"
