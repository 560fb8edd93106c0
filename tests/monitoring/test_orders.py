"""No order of acts reaches the standing ``exited`` without a sheet, its verdict and every step (S4-76, S0-46)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bangfu.accounts.roles import Role
from bangfu.monitoring.actions.exits import VerificationRow, decide_exits, open_exits, record_verifications
from bangfu.monitoring.actions.targets import PlannedRow, plan_exits
from bangfu.monitoring.verdicts import judge
from bangfu.monitoring.verifications import read_sheet
from bangfu.platform import clock
from bangfu.platform.errors import BangfuError
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.models import Act, Case
from bangfu.platform.procedures.situations import situation
from bangfu.policy.verdict import Verdict
from bangfu.registry.models import Household, Standing
from bangfu.targeting.actions.cases import act_on, override_on, record_on
from bangfu.targeting.notice_models import NoticeLine
from tests.cast.places import COUNTY, WILLOW, WILLOW_TOWN, plant_tree
from tests.monitoring.world import MONDAY, PHOTO, STANDING, Hand, enter, hand, publish, sheet, visit

HANDS = [
    *(hand(f"村{n}", Role.VILLAGE, WILLOW) for n in range(2)),
    *(hand(f"镇{n}", Role.TOWNSHIP, WILLOW_TOWN) for n in range(2)),
    *(hand(f"县{n}", Role.COUNTY_OFFICE, COUNTY) for n in range(2)),
]
hands = st.sampled_from(HANDS)
SHEETS = st.sampled_from([*["good"] * 7, "poor", "no", "cannot_tell"])
STEPS = ("verification", "village_review", "township_audit", "county_approval")
#: Over all examples: a test in which nobody ever leaves would prove nothing.
seen: Counter[str] = Counter()


class Village(RuleBasedStateMachine):
    """Two registered households, six people, and a clock that goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.day = MONDAY
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(clock, "today", lambda: self.day)
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.households: list[Household] = []

    @initialize()
    def begin(self) -> None:
        plant_tree()
        self.households = enter(2)
        open_exits(household_nos=[self.households[0].household_no], **HANDS[0].acts)

    def teardown(self) -> None:
        seen.update(Case.objects.values_list("state", flat=True))
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.patch.undo()

    def attempt(self, action: Callable[..., Any], **arguments: Any) -> None:
        try:
            with transaction.atomic():
                action(**arguments)
        except BangfuError:
            seen["refusals"] += 1

    @rule(which=st.integers(0, 1), by=hands)
    def open(self, which: int, by: Hand) -> None:
        self.attempt(open_exits, household_nos=[self.households[which].household_no], **by.acts)

    @rule(which=st.integers(0, 1), by=hands)
    def plan(self, which: int, by: Hand) -> None:
        row = PlannedRow(household_no=self.households[which].household_no, year=self.day.year)
        self.attempt(plan_exits, rows=[row], **by.acts)

    @rule(by=hands, found=SHEETS, data=st.data())
    def verify(self, by: Hand, found: str, data: st.DataObject) -> None:
        case = self.one(data)
        if case is not None:
            self.attempt(record_verifications, rows=[self.found(case, found)], **by.acts)

    @rule(
        by=hands,
        data=st.data(),
        kind=st.sampled_from(["review_minutes", "village_notice", "home_visit", "county_notice"]),
    )
    def put(self, by: Hand, data: st.DataObject, kind: str) -> None:
        case = self.one(data)
        if case is not None:
            self.attempt(
                record_on, case=case.pk, kind=kind, revision=case.revision, data=visit("镇甲"), **by.acts
            )
            self.attempt(publish, cases=[case], by=by)

    @rule(by=hands, step=st.sampled_from(STEPS), data=st.data())
    def pass_any_step(self, by: Hand, step: str, data: st.DataObject) -> None:
        case = self.one(data)
        if case is not None:
            given = {"case": case.pk, "step": step, "decision": "pass", "revision": case.revision}
            self.attempt(act_on, **given, **by.acts)
            self.attempt(override_on, **given, reason="上级代为决定", **by.acts)

    @rule(by=hands, step=st.sampled_from(STEPS))
    def pass_all_together(self, by: Hand, step: str) -> None:
        rows = [Decided(case=one.pk, decision="pass", revision=one.revision) for one in Case.objects.all()]
        self.attempt(decide_exits, step=step, rows=rows, **by.acts)

    @rule(by=hands, to=st.sampled_from(STEPS), data=st.data())
    def send_back(self, by: Hand, to: str, data: st.DataObject) -> None:
        case = self.one(data)
        if case is not None:
            given = {"case": case.pk, "step": case.step, "decision": "return", "revision": case.revision}
            self.attempt(act_on, **given, to_step=to, reason="材料不全请补", **by.acts)

    @rule(days=st.sampled_from([1, 7]))
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(sheets=st.lists(SHEETS, min_size=3, max_size=6), data=st.data(), days=st.sampled_from([7, 7, 7, 0]))
    def work_as_one_should(self, sheets: list[str], data: st.DataObject, days: int) -> None:
        """Some steps by their own posts: records, waiting, a pass; each time with a sheet as it is found then."""
        case = self.one(data)
        for found in sheets:
            if case is not None and case.is_open:
                self.work_on(case, found, days)
                case.refresh_from_db()

    def work_on(self, case: Case, found: str, days: int) -> None:
        step = case.current
        by = next(one for one in HANDS if str(next(iter(one.scope.posts))[0]) == step.role)
        for record in step.records:
            now = Case.objects.get(pk=case.pk)
            if record.key == "exit_verification":
                self.attempt(record_verifications, rows=[self.found(now, found)], **by.acts)
            elif record.key.endswith("_notice"):
                self.attempt(publish, cases=[now], by=by)
            else:
                given = {"case": now.pk, "kind": record.key, "revision": now.revision, "files": [PHOTO]}
                self.attempt(record_on, **given, data=visit("镇甲"), **by.acts)
        self.day += timedelta(days=days)
        now = Case.objects.get(pk=case.pk)
        given = {"case": now.pk, "step": step.key, "decision": "pass", "revision": now.revision}
        self.attempt(act_on, **given, **by.acts)

    def found(self, case: Case, found: str) -> VerificationRow:
        said = {"housing": found} if found in ("no", "cannot_tell") else {}
        whole = sheet(said, income_wage=100_000 if found == "poor" else 2_000_000)
        return VerificationRow(case=case.pk, revision=case.revision, sheet=whole)

    def one(self, data: st.DataObject) -> Case | None:
        numbers = list(Case.objects.order_by("pk").values_list("pk", flat=True))
        return Case.objects.get(pk=data.draw(st.sampled_from(numbers))) if numbers else None

    @invariant()
    def whoever_left_went_the_whole_way(self) -> None:
        for spell in Standing.objects.filter(kind=STANDING.exited):
            seen["left"] += 1
            case = Case.objects.get(pk=int(spell.basis.removeprefix("case:")))
            assert case.subject_id == str(spell.household_id)
            passes = Act.objects.filter(case=case, decision="pass")
            by_step = {act.step: act for act in passes.order_by("revision")}
            assert set(by_step) == set(STEPS)
            assert by_step["county_approval"].by_id not in {
                act.by_id for act in passes if act.step != "county_approval"
            }
            record = situation(case).records["exit_verification"][-1]
            found, wrong = read_sheet(record.data)
            assert found is not None
            assert not wrong
            assert judge(found, record.day, WILLOW).ready is Verdict.YES
            assert {found.helper, found.householder} == set(record.signatures)
            days = (by_step["county_approval"].day - record.day).days
            assert days >= 12
            lines = NoticeLine.objects.filter(case=case)
            assert {one.notice.step for one in lines} == {"village_review", "county_approval"}

    @invariant()
    def nobody_stands_twice(self) -> None:
        for household in self.households:
            assert Standing.objects.open().filter(household=household).count() == 1


@pytest.mark.django_db(transaction=False)
def test_no_order_of_acts_leads_past_a_step() -> None:
    run_state_machine_as_test(
        Village,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(dict(seen))
    assert seen["refusals"] > 0
    assert seen["left"] > 0
