"""Six steps and no other way onto the books (S4-61): what each step asks for, and what it leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.platform.audit.queries import verify
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.actions.ending import Wish
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.enums import CaseState
from bangfu.platform.procedures.errors import (
    CannotOpen,
    NotReady,
    NotYours,
    RecordRefused,
    StaleAct,
    WishNeeded,
    WrongStep,
)
from bangfu.platform.procedures.models import Case
from bangfu.platform.worklist.models import WorkItem
from bangfu.registry.actions.standing_changes import StandingChange, change_standings, open_standings
from bangfu.registry.enums import EventKind
from bangfu.registry.errors import HasStanding
from bangfu.registry.models import Event, Household, Standing
from bangfu.registry.queries import reconciliation, totals
from bangfu.targeting.access import case_for
from bangfu.targeting.actions.applying import Applying, apply_together
from bangfu.targeting.actions.cases import (
    act_on,
    answer_to,
    appeal_against,
    object_to,
    override_on,
    record_on,
    withdraw_from,
)
from bangfu.targeting.actions.meetings import BallotRow, RecordRow, act_many, record_ballots, record_many
from bangfu.targeting.actions.panels import seat_panel, set_panel
from bangfu.targeting.errors import NothingGiven, PanelIncomplete, RowsRefused
from bangfu.targeting.models import Panel
from bangfu.targeting.queries import application_lines, notice_lines, progress
from tests.cast.places import BRIDGE, WILLOW
from tests.postgresql import both_databases
from tests.targeting import world
from tests.targeting.world import (
    CLERK,
    COUNTY_OFFICE,
    ELSEWHERE,
    HELPER,
    SECOND_TOWNSHIP,
    STANDING,
    TOWNSHIP,
    Day,
    act,
    ballot,
    decide,
    put,
    revision,
)

pytestmark = both_databases


def one_case(day: Day) -> tuple[Any, Case]:
    one = world.opened(1)
    return one, world.apply_all(one)[0]


class TestTheWholeWay:
    def test_a_household_is_facts_until_the_county_approves(self, day: Day) -> None:  # S4-61, S0-48
        one, case = one_case(day)
        before = totals(WILLOW, day.now)
        assert (before.households, before.people) == (0, 0)
        world.to_county(one, [case], day)
        assert not Standing.objects.exists()
        world.publish([case], COUNTY_OFFICE)
        day.on(5)
        decide([case], "county_approval", COUNTY_OFFICE)
        standing = Standing.objects.get()
        assert (standing.kind, standing.since, standing.until) == (STANDING.registered, day.now, None)
        assert standing.basis == f"case:{case.pk}"
        assert standing.policy_version == "household_identification/six_steps"
        after = totals(WILLOW, day.now)
        assert (after.households, after.people) == (1, 2)
        household = Household.objects.get()
        assert household.identified_on == day.now
        assert set(household.memberships.values_list("person__identified_on", flat=True)) == {day.now}

    def test_the_flows_meet_the_totals(self, day: Day) -> None:  # S2-42
        first = day.now
        one = world.opened(3)
        cases = world.apply_all(one)
        world.to_the_end(one, cases[:2], day)
        found = reconciliation(WILLOW, first, day.now)
        assert found.agrees
        (flow,) = found.flows
        assert (flow.kind, flow.households, flow.people) == (EventKind.REGISTERED, 2, 4)
        entered = Event.objects.filter(kind=EventKind.ENTERED)
        assert set(entered.values_list("households", "people")) == {(0, 0)}
        assert verify().whole

    def test_each_step_is_on_the_worklist_of_whoever_does_it(self, day: Day) -> None:
        one, case = one_case(day)
        world.to_township(one, [case], day)
        (item,) = WorkItem.objects.open()
        assert (item.role, item.division_code) == ("township", WILLOW)

    def test_the_whole_round_in_numbers(self, day: Day) -> None:
        one = world.opened(4)
        cases = world.apply_all(one)
        world.to_village_check(one, cases[:3])
        act(cases[0], "village_check", CLERK, "refuse", reason="不符合条件")
        assert {line.key: line.count for line in progress(one)} == {
            "application": 1,
            "village_check": 2,
            "refused": 1,
        }
        lines = application_lines(one, day.now, step="village_check")
        assert [line.householder for line in lines] == ["户主0002", "户主0003"]
        assert lines[0].ballot == ballot()
        assert [(line.householder, line.members) for line in notice_lines(one, "village_check", day.now)] == [
            ("户主0002", 2),
            ("户主0003", 2),
        ]

    def test_somebody_on_the_books_cannot_apply_and_somebody_removed_can(self, day: Day) -> None:
        one, case = one_case(day)
        world.to_the_end(one, [case], day)
        row = Applying(household_no=f"{WILLOW}0001", signed_by="户主0001")
        with pytest.raises(RowsRefused) as refused:
            apply_together(round_id=one.pk, rows=[row], **CLERK.acts)
        assert "已在册" in refused.value.problems[0].why.zh
        household = Household.objects.get()
        day.on(1)
        change = StandingChange(household.pk, WILLOW, STANDING.removed, day.now)
        change_standings([change], basis="case:0", by=COUNTY_OFFICE.actor)
        day.on(1)
        (again,) = apply_together(round_id=one.pk, rows=[row], **CLERK.acts)
        world.to_the_end(one, [world.fresh(again.case)], day)
        kinds = list(Standing.objects.order_by("since").values_list("kind", flat=True))
        assert kinds == [STANDING.registered, STANDING.removed, STANDING.registered]
        assert totals(WILLOW, day.now).households == 1

    def test_nobody_is_registered_twice(self, day: Day) -> None:
        one, case = one_case(day)
        world.to_the_end(one, [case], day)
        household = Household.objects.get()
        change = StandingChange(household.pk, WILLOW, STANDING.registered, day.now)
        with pytest.raises(HasStanding):
            open_standings([change], basis="case:9", by=CLERK.actor, policy_version="x")


class TestReview:
    def test_no_ballot_without_a_seated_panel(self, day: Day) -> None:  # S4-62
        one, case = one_case(day)
        world.to_review([case])
        Panel.objects.update(seated_on=None)
        with pytest.raises(PanelIncomplete):
            world.vote(one, [case])

    def test_the_step_asks_for_roster_and_ballot(self, day: Day) -> None:  # S4-62, S4-63
        _one, case = one_case(day)
        world.to_review([case])
        with pytest.raises(RowsRefused) as refused:
            decide([case], "review", CLERK)
        assert {"评议小组名册", "票决结果"} == {
            problem.as_json("zh")["where"].partition(" · ")[2] for problem in refused.value.problems
        }

    def test_a_roster_of_another_panel_is_refused(self, day: Day) -> None:  # S4-62
        one, case = one_case(day)
        world.to_review([case])
        old = Panel.objects.get(round=one)
        set_panel(round_id=one.pk, seats=world.seats(one, 15), **CLERK.acts)
        seat_panel(round_id=one.pk, **CLERK.acts)
        with pytest.raises(RecordRefused) as refused:
            record_on(
                case=case.pk,
                kind="review_panel",
                revision=revision(case),
                data={"panel": old.pk, "size": 30},
                **CLERK.acts,
            )
        assert "本批次已确定的评议小组" in refused.value.problems[0].why.zh

    def test_more_votes_than_members_are_refused_row_by_row(self, day: Day) -> None:  # S4-63
        one = world.opened(3)
        cases = world.apply_all(one)
        world.to_review(cases)
        rows = [
            BallotRow(case=cases[0].pk, revision=revision(cases[0]), ballot=ballot()),
            BallotRow(case=cases[1].pk, revision=revision(cases[1]), ballot=ballot(31, 31, 0, 0)),
            BallotRow(case=cases[2].pk, revision=revision(cases[2]), ballot=ballot(28, 20, 2, 1)),
        ]
        with pytest.raises(RowsRefused) as refused:
            record_ballots(round_id=one.pk, rows=rows, **CLERK.acts)
        told = [problem.as_json("zh") for problem in refused.value.problems]
        assert [row["where"] for row in told] == [
            f"{WILLOW}0002 · 到会人数",
            f"{WILLOW}0003 · 票决结果",
        ]
        assert "合计23,比到会28人少5" in told[1]["why"]
        assert all(not line.records & {"ballot", "review_panel"} for line in application_lines(one, day.now))

    @pytest.mark.parametrize(
        ("cast", "why"),
        [(ballot(19, 19, 0, 0), "不足评议小组30人的66.67%"), (ballot(28, 14, 14, 0), "没有超过28票的50%")],
    )
    def test_a_vote_without_quorum_or_majority_lets_nobody_pass(  # S4-63
        self, day: Day, cast: Any, why: str
    ) -> None:
        one, case = one_case(day)
        world.to_review([case])
        world.vote(one, [case], cast)
        with pytest.raises(RowsRefused) as refused:
            decide([case], "review", CLERK)
        assert why in refused.value.problems[0].why.zh
        decide([case], "review", CLERK, "refuse", reason="票决未通过")
        assert world.fresh(case).state == CaseState.REFUSED

    def test_after_a_return_the_panel_votes_again(self, day: Day) -> None:
        one, case = one_case(day)
        world.to_village_check(one, [case])
        act(case, "village_check", CLERK, "return", to_step="review", reason="票数有疑问")
        with pytest.raises(NotReady):
            act(case, "review", CLERK)
        world.vote(one, [case])
        act(case, "review", CLERK)
        assert world.fresh(case).step == "village_check"


class TestNomination:
    def test_only_the_own_group_nominates(self, day: Day) -> None:  # S4-61
        _one, case = one_case(day)
        Household.objects.filter(pk=case.subject_id).update(group_no="1组")
        act(case, "application", CLERK)
        with pytest.raises(RecordRefused) as refused:
            put([case], "nomination", CLERK, data={"group": 2})
        assert "该户属于1组,不能由2组提名(S4-61)" in refused.value.problems[0].why.zh
        put([case], "nomination", CLERK, data={"group": 1})
        put([case], "nomination", CLERK)  # none named: its own
        act(case, "nomination", CLERK)

    def test_a_batch_names_each_row_of_another_group(self, day: Day) -> None:  # S4-61
        cases = world.apply_all(world.opened(3))
        world.decide(cases, "application", CLERK)
        with pytest.raises(RowsRefused) as refused:
            put(cases, "nomination", CLERK, data={"group": 1})
        (problem,) = refused.value.problems
        assert problem.as_json("zh")["where"].startswith(f"{WILLOW}0002 · ")


class TestTownship:
    @pytest.mark.parametrize(
        ("visit", "why"),
        [
            ({"visitors": []}, "写明了0人,须有1人入户"),
            ({"visited_on": "2026-01-01"}, "入户日期须在立案"),
            ({"visited_on": "昨天"}, "入户日期须在立案"),
        ],
    )
    def test_the_audit_asks_for_a_visit_by_township_staff(  # S4-64
        self, day: Day, visit: dict[str, Any], why: str
    ) -> None:
        one, case = one_case(day)
        world.to_township(one, [case], day)
        with pytest.raises(NotReady) as refused:
            act(case, "township_audit", TOWNSHIP)
        assert "镇干部入户调查记录" in refused.value.problems[0].why.zh
        with pytest.raises(RecordRefused) as wrong:
            world.visit_all([case], **visit)
        assert why in wrong.value.problems[0].why.zh
        world.visit_all([case])
        act(case, "township_audit", TOWNSHIP)
        assert world.fresh(case).step == "county_approval"

    def test_the_village_cannot_visit_in_its_place(self, day: Day) -> None:  # S4-64
        _one, case = one_case(day)
        with pytest.raises(RowsRefused) as refused:
            put([case], "home_visit", CLERK, data={"visitors": ["村甲"]})
        assert "须由乡镇" in refused.value.problems[0].why.zh

    def test_the_visit_may_come_early(self, day: Day) -> None:
        _one, case = one_case(day)
        world.visit_all([case])
        assert world.fresh(case).step == "application"


class TestWhoMay:
    def test_only_the_post_of_the_step(self, day: Day) -> None:  # S4-61
        _one, case = one_case(day)
        for who in (TOWNSHIP, COUNTY_OFFICE, HELPER):
            with pytest.raises(NotYours):
                act(case, "application", who)
        with pytest.raises(NotFound):
            act(case, "application", ELSEWHERE)
        with pytest.raises(NotFound):
            case_for(ELSEWHERE.scope, case.pk)

    def test_nothing_of_a_foreign_case_in_a_batch(self, day: Day) -> None:
        _one, case = one_case(day)
        with pytest.raises(NotFound):
            put([case], "nomination", ELSEWHERE)
        with pytest.raises(NotFound):
            decide([case], "application", world.hand("邻村", world.Role.VILLAGE, BRIDGE))

    def test_administrators_act_in_no_case(self, day: Day) -> None:
        _one, case = one_case(day)
        data_admin = world.hand("数据", world.Role.DATA_ADMIN, world.COUNTY)
        with pytest.raises((NotAllowed, NotFound)):
            act(case, "application", data_admin)

    def test_no_step_is_skipped(self, day: Day) -> None:  # S0-48
        _one, case = one_case(day)
        with pytest.raises(WrongStep):
            act(case, "county_approval", COUNTY_OFFICE)

    def test_a_higher_level_decides_in_their_place_with_a_reason(self, day: Day) -> None:  # S0-48
        _one, case = one_case(day)
        given = override_on(
            case=case.pk,
            step="application",
            decision="pass",
            revision=revision(case),
            reason="村干部空缺,由镇代为受理",
            **TOWNSHIP.acts,
        )
        assert (given.kind, given.level) == ("overridden", "township")
        put([case], "nomination", CLERK)
        act(case, "nomination", CLERK)
        assert world.fresh(case).step == "review"


class TestMany:
    def test_all_or_none_with_what_stands_in_the_way_of_each(self, day: Day) -> None:
        one = world.opened(3)
        cases = world.apply_all(one)
        world.to_review(cases)
        world.vote(one, cases[:2])
        act(cases[0], "review", CLERK)
        rows = [
            Decided(case=cases[0].pk, revision=1, decision="pass"),
            Decided(case=cases[1].pk, revision=revision(cases[1]), decision="pass"),
            Decided(case=cases[2].pk, revision=revision(cases[2]), decision="pass"),
        ]
        with pytest.raises(RowsRefused) as refused:
            act_many(step="review", rows=rows, **CLERK.acts)
        numbers = {one.as_json("zh")["where"].partition(" · ")[0] for one in refused.value.problems}
        assert numbers == {f"{WILLOW}0001", f"{WILLOW}0003"}
        assert refused.value.values["refused"] == 2
        assert world.fresh(cases[1]).step == "review"

    def test_each_row_has_its_own_decision(self, day: Day) -> None:
        one = world.opened(2)
        cases = world.apply_all(one)
        rows = [
            Decided(case=cases[0].pk, revision=revision(cases[0]), decision="pass"),
            Decided(case=cases[1].pk, revision=revision(cases[1]), decision="refuse", reason="材料不实"),
        ]
        act_many(step="application", rows=rows, **CLERK.acts)
        assert [world.fresh(one).state for one in cases] == ["open", "refused"]

    def test_a_row_twice_no_row_and_an_unknown_case(self, day: Day) -> None:
        _one, case = one_case(day)
        row = Decided(case=case.pk, revision=revision(case), decision="pass")
        with pytest.raises(RowsRefused):
            act_many(step="application", rows=[row, row], **CLERK.acts)
        with pytest.raises(NothingGiven):
            act_many(step="application", rows=[], **CLERK.acts)
        with pytest.raises(NotFound):
            record_many(kind="nomination", rows=[RecordRow(case=999_999, revision=1)], **CLERK.acts)

    def test_a_refusal_in_silence_is_refused(self, day: Day) -> None:
        _one, case = one_case(day)
        with pytest.raises(RowsRefused) as refused:
            decide([case], "application", CLERK, "refuse")
        assert "须写明理由" in refused.value.problems[0].why.zh


class TestVoices:
    def test_an_open_objection_stops_the_case_until_it_is_answered(self, day: Day) -> None:
        one, case = one_case(day)
        world.to_county(one, [case], day)
        objection = object_to(case=case.pk, text="该户有小汽车", raised_by="村民丙", **CLERK.acts)
        world.publish([case], COUNTY_OFFICE)
        day.on(5)
        with pytest.raises(NotReady):
            act(case, "county_approval", COUNTY_OFFICE)
        with pytest.raises(NotFound):
            answer_to(objection=objection.pk, upheld=False, answer="经核实不属实", **ELSEWHERE.acts)
        answer_to(objection=objection.pk, upheld=False, answer="经核实不属实", **COUNTY_OFFICE.acts)
        act(case, "county_approval", COUNTY_OFFICE)
        assert world.fresh(case).state == CaseState.PASSED

    def test_an_appeal_opens_a_hearing(self, day: Day) -> None:
        one, case = one_case(day)
        world.to_township(one, [case], day)
        act(case, "township_audit", TOWNSHIP, "refuse", reason="收入超过标准")
        appeal = appeal_against(case=case.pk, text="收入算错了", **SECOND_TOWNSHIP.acts)
        assert appeal.hearing.step == "acceptance"

    def test_the_applicant_withdraws(self, day: Day) -> None:
        one, case = one_case(day)
        world.to_township(one, [case], day)
        wish = Wish(asked_by="村主任", asked_on=day.now, reason="农户自愿撤回", signatures=["村主任"])
        with pytest.raises(WishNeeded) as refused:
            withdraw_from(case=case.pk, revision=revision(case), wish=wish, **CLERK.acts)
        assert "不是该户的成员" in refused.value.problems[0].why.zh
        head = world.head_of(f"{WILLOW}0001")
        wish = Wish(asked_by=head, asked_on=day.now, reason="农户自愿撤回", signatures=[head])
        withdraw_from(case=case.pk, revision=revision(case), wish=wish, **CLERK.acts)
        assert world.fresh(case).state == CaseState.WITHDRAWN
        assert not Standing.objects.exists()

    def test_a_stale_screen_is_told_what_changed(self, day: Day) -> None:
        _one, case = one_case(day)
        seen = revision(case)
        act(case, "application", CLERK)
        with pytest.raises(StaleAct) as refused:
            act_on(case=case.pk, step="application", decision="pass", revision=seen, **CLERK.acts)
        assert "村甲" in refused.value.problems[0].why.zh


def test_no_case_outside_a_round(day: Day) -> None:  # S4-58
    world.groups("1组")
    (household,) = world.enter(1)
    with pytest.raises(CannotOpen) as refused:
        open_case(
            procedure="household_identification",
            subject_id=str(household.pk),
            division_code=WILLOW,
            by=CLERK.actor,
            role="village",
            level="village",
        )
    assert "没有正在受理申请的识别批次" in refused.value.problems[0].why.zh


def test_a_meeting_of_many_takes_few_statements_for_each(
    day: Day, django_assert_max_num_queries: Any
) -> None:
    """Only checks and guards ask for each case; writing is one statement for all."""
    one = world.opened(60)
    cases = world.apply_all(one)
    world.to_review(cases)
    rows = [BallotRow(case=case.pk, revision=revision(case), ballot=ballot()) for case in cases]
    with django_assert_max_num_queries(60 * 5 + 60):
        record_ballots(round_id=one.pk, rows=rows, **CLERK.acts)
    decided = [Decided(case=case.pk, revision=revision(case), decision="pass") for case in cases]
    with django_assert_max_num_queries(60 * 7 + 60):
        act_many(step="review", rows=decided, **CLERK.acts)
