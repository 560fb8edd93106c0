"""Runs of the rules: one doubt for each subject and rule, through all runs; the right people get the work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.analytics.evaluation import Outcome
from bangfu.platform import clock
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import BangfuError, NotAllowed, NotFound
from bangfu.platform.files import store
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy import catalogue
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.quality import queries
from bangfu.quality.access import run_for
from bangfu.quality.actions.requests import request_run
from bangfu.quality.actions.runs import record_run
from bangfu.quality.actions.verdicts import answer_doubt
from bangfu.quality.enums import Closing, DoubtState, Finding
from bangfu.quality.errors import NotACounty
from bangfu.quality.models import Doubt, ListEntry, Run, RunVillage
from bangfu.quality.runs import Evaluated, evaluate_area
from bangfu.registry.actions import corrections, families
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.models import Household, Person
from bangfu.registry.queries import incidence
from tests.cast import office, stories
from tests.cast.build import check
from tests.cast.crowd import CROWD
from tests.cast.places import BRIDGE, COUNTY, OTHER_COUNTY, OTHER_VILLAGE, SUMMIT, WILLOW, WILLOW_TOWN
from tests.quality.offices import CLERK, OFFICE

pytestmark = pytest.mark.usefixtures("cast")
DAY = stories.DAY


def run(evaluated: Evaluated | None = None) -> Run:
    """The rules once more over 青禾县."""
    return record_run(evaluated or evaluate_area(COUNTY, DAY), started_at=clock.now(), by=CLERK)


@cache
def untouched(area: str = COUNTY) -> Evaluated:
    """The answers to the cast as it was built, for tests of what is recorded of them. Every test has a copy of it with
    the same keys; the answers do not depend on doubts, and whoever changes a fact asks anew."""
    return evaluate_area(area, DAY)


def doubt(rule: str, name: str = "") -> Doubt:
    found: Doubt = Doubt.objects.filter(area=COUNTY, rule=rule, subject_name__contains=name).get()
    return found


def known(area: str = COUNTY) -> list[tuple[Any, ...]]:
    return sorted(
        Doubt.objects.filter(area=area).values_list(
            "pk", "rule", "subject_id", "state", "times_opened", "opened_at"
        )
    )


def open_items() -> list[tuple[str, str, str]]:
    return sorted(WorkItem.objects.open().values_list("key", "division_code", "role"))


class TestIdempotence:
    def test_the_same_facts_change_nothing(self) -> None:
        doubts, items = known(), open_items()
        counted = [run(), run(untouched())]
        assert known() == doubts
        assert open_items() == items
        assert [(one.opened, one.reopened, one.closed) for one in counted] == [(0, 0, 0)] * 2
        assert {one.standing_doubts for one in counted} == {len(doubts)}
        assert len(doubts) == 13

    def test_a_larger_county_too(self) -> None:
        doubts = known(CROWD)
        assert len(doubts) > 50
        found = record_run(untouched(CROWD), started_at=clock.now(), by=CLERK)
        assert (found.opened, found.reopened, found.closed) == (0, 0, 0)
        assert known(CROWD) == doubts
        subjects = Doubt.objects.values_list("rule", "subject_kind", "subject_id")
        assert len(set(subjects)) == subjects.count()


class TestDispatch:
    def test_each_doubt_is_the_work_of_the_level_its_rule_names(self) -> None:
        rules = catalogue.by_key(DAY)
        digits = {"village": 12, "township": 9, "county": 6}
        for one in Doubt.objects.filter(area=COUNTY):
            level = rules[one.rule].handler
            assert one.handler_division == one.division_code[: digits[level]].ljust(12, "0"), one.rule
            item = WorkItem.objects.open().get(key=one.work_key)
            assert (item.division_code, item.role) == (one.handler_division, one.handler_role)
            assert item.detail["rule"] == one.rule
            assert item.url_args == {"pk": str(one.pk)}

    def test_the_last_day_follows_the_parameter(self) -> None:
        days = int(parameters()["oversight.doubts.days_to_answer"].on(DAY))
        one = doubt("form_incomplete")
        assert one.due == clock.day_of(one.opened_at) + timedelta(days=days)

    def test_everybody_finds_their_own_in_the_worklist(self) -> None:
        mine = {
            who: {one.rule for one in queries.mine(office.scope(who), str(office.who(who).pk))}
            for who in ("village", "bridge", "township", "county", "elsewhere", "nobody")
        }
        assert "form_incomplete" in mine["village"]
        assert mine["bridge"] == {"id_duplicate_across"} or mine["township"] | mine["county"]
        assert mine["elsewhere"] == mine["nobody"] == set()
        every = {one.rule for one in Doubt.objects.filter(area=COUNTY)}
        assert set().union(*mine.values()) == every
        groups = queries.work_groups(office.scope("village"), "x", clock.today())
        assert sum(one.open for one in groups) == len(
            queries.mine(office.scope("village"), "x").values_list("pk")
        )


class TestClosingAndReopening:
    def mend(self) -> None:
        household = Household.objects.get(household_no=f"{WILLOW}0004")
        corrections.correct_household(
            household=household,
            entered={"main_cause": 7, "exit_means": [2]},
            seen_revision=household.revision,
            day=DAY,
            reason="入户补录",
            by=CLERK,
        )

    def spoil(self) -> None:
        household = Household.objects.get(household_no=f"{WILLOW}0004")
        corrections.correct_household(
            household=household,
            entered={"main_cause": None, "exit_means": []},
            seen_revision=household.revision,
            day=DAY,
            reason="误录恢复",
            by=CLERK,
        )

    def test_a_doubt_closes_when_the_fact_is_mended_and_comes_back_with_it(self) -> None:
        self.mend()
        facts = evaluate_area(COUNTY, DAY)
        mended = run(facts)
        assert (mended.opened, mended.closed) == (0, 1)
        one = doubt("form_incomplete")
        assert (one.state, one.closed_by) == (DoubtState.CLOSED, Closing.FACT)
        assert not WorkItem.objects.open().filter(key=one.work_key).exists()
        assert run(facts).closed == 0
        self.spoil()
        assert run().reopened == 1
        one = doubt("form_incomplete")
        assert (one.state, one.times_opened, one.closed_at, one.closed_by) == (DoubtState.OPEN, 2, None, "")
        assert WorkItem.objects.open().filter(key=one.work_key).count() == 1

    def test_a_mark_alone_closes_nothing(self) -> None:
        """A village that writes “exited” on the form has not settled a doubt of two people (S2-42)."""
        one = doubt("owns_car")
        assert one.two_person
        household = Household.objects.get(pk=one.household_id)
        corrections.correct_household(
            household=household,
            entered={"exit_mark": 1, "household_kind": 11, "exited_on": 20151220},
            seen_revision=household.revision,
            day=DAY,
            reason="村里改标志",
            by=CLERK,
        )
        assert run().closed == 0
        assert doubt("owns_car").state == DoubtState.OPEN
        change = StandingChange(household.pk, household.division_code, codes("standing").exited, DAY)
        change_standings([change], basis="case:1", by=CLERK, policy_version="story/1")
        assert run().closed >= 1
        assert doubt("owns_car").closed_by == Closing.FACT

    def test_the_doubts_of_a_removed_household_close(self) -> None:
        household = Household.objects.get(household_no=f"{WILLOW}0004")
        change = StandingChange(household.pk, WILLOW, codes("standing").removed, DAY)
        change_standings([change], basis="case:1", by=CLERK, policy_version="story/1")
        run()
        assert not Doubt.objects.unsettled().filter(household=household).exists()
        assert doubt("form_incomplete").closed_by == Closing.FACT

    def test_what_two_people_settled_stays_closed_until_the_facts_change(self) -> None:
        one = doubt("form_incomplete")
        answer_doubt(doubt=one, finding=Finding.NOT_AN_ERROR, text="已核实,情况属实", by=CLERK, scope=OFFICE)
        one.refresh_from_db()
        assert (one.state, one.closed_by) == (DoubtState.CLOSED, Closing.VERDICT)
        assert (run(untouched()).reopened, doubt("form_incomplete").state) == (0, DoubtState.CLOSED)
        Doubt.objects.filter(pk=one.pk).update(values={"other": 1})
        assert run(untouched()).reopened == 1
        assert doubt("form_incomplete").state == DoubtState.OPEN

    def test_a_doubt_that_waits_for_verification_leaves_no_work_behind(self) -> None:
        """Closed by fact while somebody was to verify: neither item stays open."""
        one = doubt("owns_car")
        with_evidence(one)
        assert WorkItem.objects.open().filter(key=one.verify_key).exists()
        silent = silenced(untouched(), "owns_car")
        assert run(silent).closed == 1
        assert not WorkItem.objects.open().filter(key__startswith=one.work_key).exists()
        assert doubt("owns_car").closed_by == Closing.FACT

    def test_confirmed_stays_open_work_until_the_data_are_mended(self) -> None:
        one = doubt("form_incomplete")
        answer_doubt(doubt=one, finding=Finding.CONFIRMED, text="确未填写", by=CLERK, scope=OFFICE)
        assert doubt("form_incomplete").state == DoubtState.CONFIRMED
        title = WorkItem.objects.open().get(key=one.work_key).title
        assert title.zh
        assert run(untouched()).standing_doubts == 13
        self.mend()
        assert run().closed == 1


def with_evidence(one: Doubt) -> None:
    answer_doubt(
        doubt=one,
        finding=Finding.NOT_AN_ERROR,
        text="车已过户,有凭证",
        by=CLERK,
        scope=OFFICE,
        evidence=store.keep(BytesIO(b"photo"), name="过户证.jpg"),
    )


def silenced(evaluated: Evaluated, *rules: str, status: str = "ok") -> Evaluated:
    """As if these rules had fired for nobody."""
    outcome = evaluated.outcome
    keep = pc.invert(pc.is_in(outcome.findings["rule"], value_set=pa.array(rules, pa.string())))
    tallies = tuple(
        replace(one, yes=0, no=one.no + one.yes, status=status) if one.rule.key in rules else one  # type: ignore[arg-type]
        for one in outcome.tallies
    )
    told = Outcome(outcome.day, tallies, outcome.findings.filter(keep), outcome.values)
    return replace(evaluated, outcome=told)


def test_the_indicators_and_the_registry_count_the_same_people_as_poor() -> None:
    """One has left and one is marginal, whatever their marks say: neither counts. S2-31, S3-03."""
    before = incidence(COUNTY, DAY).poor
    households = Household.objects.counted_on(DAY).filter(household_no__in=[f"{WILLOW}0001", f"{WILLOW}0002"])
    left = households.people_on(DAY)
    for household, kind in zip(households.order_by("household_no"), ("exited", "marginal"), strict=True):
        change = StandingChange(household.pk, WILLOW, getattr(codes("standing"), kind), DAY)
        change_standings([change], basis="case:1", by=CLERK, policy_version="story/1")
    counted = incidence(COUNTY, DAY).poor
    assert counted == before - left
    parts = evaluate_area(COUNTY, DAY).indicators.row("county", int(COUNTY))
    assert parts["poor_people"] == counted


class TestFailingClosed:
    @pytest.mark.parametrize("status", ["everybody", "nobody_judged"])
    def test_a_rule_that_is_not_believed_closes_nothing(self, status: str) -> None:
        before = known()
        found = run(silenced(untouched(), "owns_car", "id_checksum", status=status))
        assert found.closed == 0
        assert known() == before
        assert found.tallies["owns_car"]["status"] == status

    def test_a_rule_that_falls_from_many_to_nobody_closes_nothing_and_says_so(self) -> None:
        """A list that came empty must not settle the county's doubts."""
        many = int(parameters()["oversight.plausibility.collapse_from"].on(DAY))
        counted = dict(Doubt.objects.filter(area=CROWD).unsettled().by_rule())
        rule = next((key for key, n in counted.items() if n >= many), None)
        if rule is None:
            rule = next(iter(counted))
            template = Doubt.objects.filter(area=CROWD, rule=rule).first()
            assert template is not None
            for n in range(many):
                template.pk, template.subject_id = Doubt().pk, f"gone {n}"
                template.save(force_insert=True)
        evaluated = silenced(untouched(CROWD), rule)
        before = Doubt.objects.filter(area=CROWD, rule=rule).unsettled().count()
        found = record_run(evaluated, started_at=clock.now(), by=CLERK)
        assert found.tallies[rule]["status"] == "collapsed"
        assert Doubt.objects.filter(area=CROWD, rule=rule).unsettled().count() == before >= many

    def test_without_their_list_rules_judge_nobody(self) -> None:
        ListEntry.objects.filter(list_name="vehicles", division_code=COUNTY).delete()
        found = run()
        assert found.tallies["owns_car"]["status"] == "nobody_judged"
        assert found.closed == 0
        assert doubt("owns_car").state == DoubtState.OPEN


class TestMoving:
    def test_a_doubt_goes_with_its_household_within_the_county(self) -> None:
        one = doubt("form_incomplete")
        household = Household.objects.get(household_no=f"{WILLOW}0004")
        families.move_household(household=household, to_village=SUMMIT, day=DAY, reason="搬迁安置", by=CLERK)
        found = run()
        assert (found.opened, found.closed, found.reopened) == (0, 0, 0)
        moved = doubt("form_incomplete")
        assert (moved.pk, moved.division_code, moved.handler_division) == (one.pk, SUMMIT, SUMMIT)
        assert WorkItem.objects.open().get(key=one.work_key).division_code == SUMMIT

    def test_and_into_another_county(self) -> None:
        one = doubt("form_incomplete")
        household = Household.objects.get(household_no=f"{WILLOW}0004")
        families.move_household(
            household=household, to_village=OTHER_VILLAGE, day=DAY, reason="整户迁出", by=CLERK
        )
        record_run(evaluate_area(OTHER_COUNTY, DAY), started_at=clock.now(), by=CLERK)
        moved = Doubt.objects.get(pk=one.pk)
        assert (moved.area, moved.handler_division) == (OTHER_COUNTY, OTHER_VILLAGE)
        assert moved.state == DoubtState.OPEN
        run()
        assert Doubt.objects.get(pk=one.pk).state == DoubtState.OPEN


class TestRates:
    def test_a_row_for_each_village_and_run(self) -> None:
        second = run(untouched())
        runs = list(Run.objects.filter(division_code=COUNTY).order_by("started_at"))
        assert runs[-1] == second
        rows = {one.village_code: one for one in RunVillage.objects.filter(run=second)}
        assert {code: one.households for code, one in rows.items()} == {WILLOW: 8, BRIDGE: 3, SUMMIT: 1}
        for code, one in rows.items():
            unsettled = Doubt.objects.in_division(code).unsettled()
            assert one.doubts == unsettled.count()
            assert one.doubtful_households == unsettled.values("household").distinct().count()
        assert sum(one.people for one in rows.values()) == second.people == 29

    def test_over_time(self) -> None:
        TestClosingAndReopening().mend()
        assert run().closed == 1
        runs = list(Run.objects.filter(division_code=COUNTY).order_by("started_at"))
        willow = next(one for one in queries.rates(WILLOW_TOWN, runs) if one.village_code == WILLOW)
        first, second = willow.counts
        assert first is not None
        assert second is not None
        assert first.doubts - second.doubts == 1
        assert queries.per_hundred(3, 8) == 37.5
        assert queries.per_hundred(0, 0) is None
        assert queries.total([first, None]) == (first.doubts, 8)
        history = queries.rule_history("form_incomplete", runs)
        assert [tally["yes"] for _, tally in history] == [1, 0]


class TestAsking:
    def test_a_run_that_waits_is_given_back(self) -> None:
        one = request_run(area=COUNTY, day=DAY, by=CLERK, scope=OFFICE)
        assert request_run(area=COUNTY, day=DAY, by=CLERK, scope=OFFICE) == one
        found = check(COUNTY, by="county")
        assert found.finished_at is not None
        row = AuditRecord.objects.filter(action="quality.run").latest("seq")
        assert (row.subject_id, row.actor_id) == (str(found.pk), one.by_id)

    @pytest.mark.parametrize("area", [WILLOW_TOWN, WILLOW, "990100000000"])
    def test_only_over_a_county(self, area: str) -> None:
        scope = Scope.of([(Role.COUNTY_OFFICE, "990100000000")])
        with pytest.raises(NotACounty, match=area):
            request_run(area=area, day=DAY, by=CLERK, scope=scope)

    @pytest.mark.parametrize(
        ("who", "refusal"), [("township", NotAllowed), ("inspector", NotAllowed), ("elsewhere", NotFound)]
    )
    def test_only_by_the_county_office(self, who: str, refusal: type[BangfuError]) -> None:
        with pytest.raises(refusal):
            request_run(area=COUNTY, day=DAY, by=CLERK, scope=office.scope(who))

    def test_a_run_is_seen_by_whoever_reads_part_of_its_area(self) -> None:
        found = Run.objects.get(division_code=COUNTY)
        for who in ("village", "township", "county", "inspector"):
            assert run_for(office.scope(who), found.pk) == found
        for who in ("elsewhere", "nobody", "audit"):
            with pytest.raises(NotFound):
                run_for(office.scope(who), found.pk)


def test_the_doubt_says_why_in_both_languages() -> None:
    for one in Doubt.objects.filter(area=COUNTY):
        rule = one.rule_text()
        assert rule is not None
        assert rule.title.zh
        assert rule.title.en
        assert rule.law
    person = Person.objects.get(name="张建国")
    assert doubt("owns_car").person == person
