"""What follows an exit: support, warnings, monitoring, return, emergency help (S1-43, S4-05, S4-74, S2-31)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from bangfu.monitoring.actions.exits import open_exits
from bangfu.monitoring.actions.watching import (
    open_clearance,
    open_monitoring,
    report_return,
    request_emergency_help,
)
from bangfu.monitoring.errors import BadGround, NotMarginal, NotVillageOrTownship
from bangfu.monitoring.models import EmergencyHelp, PovertyReturn
from bangfu.monitoring.returns import return_rate, returns_between
from bangfu.monitoring.watch import after_exit, alerts, alerts_of, can_exit_by_work, exited, monitored
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.platform.procedures.errors import AlreadyOpen, CannotOpen, NotReady, RecordRefused
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy.vocabulary import codes
from bangfu.quality.actions.runs import record_run
from bangfu.quality.actions.verdicts import answer_doubt, verify_verdict
from bangfu.quality.enums import DoubtState, Finding
from bangfu.quality.models import Run
from bangfu.quality.runs import evaluate_area
from bangfu.registry.actions.corrections import update_year
from bangfu.registry.models import Household
from bangfu.registry.queries import incidence, totals
from tests.cast.places import COUNTY, WILLOW
from tests.monitoring.test_exits import whys
from tests.monitoring.world import (
    CAUSE,
    CLERK,
    ELSEWHERE,
    KIND,
    OFFICE,
    PHOTO,
    STANDING,
    TOWNSHIP,
    Day,
    decide,
    enter,
    fresh,
    left,
    publish,
    put,
    returned,
    stands,
    visit,
)

ILL = {"spending_medical": 1_200_000, "income_net": 2_000_000, "income_per_head": 1_000_000}


def run(day: Day) -> Run:
    """A run over the county as the job does it."""
    return record_run(evaluate_area(COUNTY, day.now), started_at=clock.now(), by=Actor.system("test"))


def watched(**facts: object) -> Household:
    """A household that the national system says has left in 2025."""
    (found,) = enter(first=30, household_kind=11, exit_mark=1, exited_on=20251220, **facts)
    return found


def test_who_has_left_stays_with_measures_and_helper(day: Day) -> None:
    """S1-43: in the registry, counted, and supported for as long as the parameters say."""
    (household,) = enter()
    before = totals(WILLOW, day.now)
    left([household], day)
    assert totals(WILLOW, day.now) == before
    assert list(exited(OFFICE.scope, COUNTY, day.now)) == [household]
    assert not exited(ELSEWHERE.scope, COUNTY, day.now).exists()
    found = after_exit(household, day.now)
    assert found is not None
    assert found.keeps_measures(day.now)
    assert found.keeps_helper(date(2031, 3, 13))
    assert not found.keeps_helper(date(2031, 3, 14))
    assert after_exit(enter(first=2)[0], day.now) is None


def test_a_warning_comes_once_and_goes_with_the_fact(day: Day) -> None:
    """Idempotent over runs; closed when the rule no longer fires; opened again when it does."""
    household = watched(**ILL)
    run(day)
    run(day)
    (warning,) = alerts(OFFICE.scope, COUNTY)
    assert (warning.rule, warning.two_person, warning.household) == ("alert_illness_cost", True, household)
    assert WorkItem.objects.open().filter(key=warning.work_key).count() == 1
    assert not alerts(ELSEWHERE.scope, COUNTY).exists()
    year = {"year": 2025, "day": day.now, "reason": "更正医疗支出", "by": CLERK.actor, "household": household}
    update_year(**year, entered={"spending_medical": 100_000})
    run(day)
    warning.refresh_from_db()
    assert (warning.state, warning.closed_by) == (DoubtState.CLOSED, "fact")
    assert not WorkItem.objects.open().filter(key=warning.work_key).exists()
    assert not alerts_of(household).exists()
    day.on(1)
    update_year(**year | {"day": day.now}, entered={"spending_medical": 1_300_000})
    run(day)
    assert [one.times_opened for one in alerts_of(household)] == [2]


def test_a_warning_closes_when_a_second_person_has_verified_the_answer(day: Day) -> None:
    household = watched(**ILL)
    run(day)
    (warning,) = alerts_of(household)
    answer_doubt(
        doubt=warning, finding=Finding.NOT_AN_ERROR, text="医疗费已全部报销", evidence=PHOTO, **CLERK.acts
    )
    assert alerts_of(household).exists()
    verify_verdict(doubt=warning, accept=True, text="属实", **TOWNSHIP.acts)
    assert not alerts_of(household).exists()
    run(day)
    assert not alerts_of(household).exists()


def test_income_that_fell_against_the_year_before_warns(day: Day) -> None:
    household = watched(income_per_head=1_000_000)
    year = {"year": 2026, "day": day.now, "reason": "年度更新", "by": CLERK.actor, "household": household}
    update_year(**year, entered={"income_per_head": 650_000})
    run(day)
    assert {one.rule for one in alerts_of(household)} == {"alert_income_drop"}
    assert {one.values["income_per_head_before"] for one in alerts_of(household)} == {1_000_000}


def test_a_household_that_is_poor_still_raises_no_warning(day: Day) -> None:
    enter(**ILL)
    run(day)
    assert not alerts(OFFICE.scope, COUNTY).exists()


def test_a_risk_is_cleared_by_a_procedure_after_the_warnings_and_the_time(day: Day) -> None:
    household = watched(monitored_kind=KIND.unstable_exit, risk_found_on=20260201, risk_cleared=False, **ILL)
    run(day)
    assert list(monitored(OFFICE.scope, COUNTY, KIND.unstable_exit)) == [household]
    case = open_clearance(household_no=household.household_no, **CLERK.acts)
    old = visit("村甲") | {"visited_on": "2013-05-01"}
    with pytest.raises(RecordRefused) as unseen:
        put(case, "home_visit", CLERK, data=old, signatures=["村甲", "户主"])
    assert "须有2人入户" in whys(unseen.value.problems)
    assert "入户日期须在立案(2026-03-02)和今天" in whys(unseen.value.problems)
    put(case, "home_visit", CLERK, data=visit("村甲", "村乙"), signatures=["村甲", "户主"])
    with pytest.raises(NotReady) as refusal:
        decide(case, "village_check", CLERK)
    assert "预警还没有销号" in whys(refusal.value.problems)
    assert "不满180天" in whys(refusal.value.problems)
    update_year(
        household=household,
        year=2025,
        entered={"spending_medical": 0},
        day=day.now,
        reason="已报销",
        by=CLERK.actor,
    )
    run(day)
    day.on(180)
    decide(case, "village_check", CLERK)
    put(case, "review_minutes", CLERK)
    publish([case], CLERK)
    day.on(7)
    decide(case, "village_review", CLERK)
    put(case, "township_opinion", TOWNSHIP)
    decide(case, "township_audit", TOWNSHIP)
    decide(case, "county_approval", OFFICE)
    household.refresh_from_db()
    assert (household.risk_cleared, household.risk_cleared_on) == (True, day.now)
    assert stands(household) == STANDING.exited
    assert not monitored(OFFICE.scope, COUNTY).exists()
    with pytest.raises(CannotOpen):
        open_clearance(household_no=household.household_no, **CLERK.acts)


def test_a_verified_warning_leads_to_a_monitored_household(day: Day) -> None:
    """S1-43: the village or its township asks for it, and nothing is typed twice."""
    household = watched(**ILL)
    run(day)
    warning = alerts_of(household).get()
    asked = {
        "household_no": household.household_no,
        "causes": [CAUSE.illness],
        "text": "医疗自付一万二千元,收入下降。",
        "doubt": warning.pk,
    }
    with pytest.raises(BadGround) as refusal:
        open_monitoring(**asked, **CLERK.acts)
    assert "还没有核实属实" in whys(refusal.value.problems)
    type(warning).objects.filter(pk=warning.pk).update(state="confirmed")
    with pytest.raises(NotVillageOrTownship):
        open_monitoring(**asked, **OFFICE.acts)
    with pytest.raises(NotFound):
        open_monitoring(**asked, **ELSEWHERE.acts)
    case = open_monitoring(**asked, **TOWNSHIP.acts)
    assert (case.step, case.opened_by, case.about["doubt"]) == ("village_check", "镇甲", str(warning.pk))
    with pytest.raises(AlreadyOpen):
        open_monitoring(**asked, **CLERK.acts)
    put(case, "home_visit", CLERK, data=visit("村甲"), signatures=["村甲"])
    decide(case, "village_check", CLERK)
    put(case, "township_opinion", TOWNSHIP)
    decide(case, "township_audit", TOWNSHIP)
    (other,) = enter(first=44, standing=False)
    kind = {"kind": KIND.unstable_exit}
    with pytest.raises(RecordRefused):
        put(case, "monitored_kind", OFFICE, data=kind | {"household_no": other.household_no})
    put(case, "monitored_kind", OFFICE, data=kind | {"household_no": household.household_no})
    decide(case, "county_decision", OFFICE)
    household.refresh_from_db()
    assert (household.monitored_kind, household.risk_found_on) == (KIND.unstable_exit, day.now)
    with pytest.raises(CannotOpen):
        open_monitoring(**asked, **CLERK.acts)


def test_a_household_found_at_the_door_needs_a_ground(day: Day) -> None:
    (household,) = enter(standing=False)
    asked = {"household_no": household.household_no, "causes": [], "text": "困难"}
    with pytest.raises(BadGround) as refusal:
        open_monitoring(**asked, **CLERK.acts)
    assert len(refusal.value.problems) == 2
    found = {"causes": [CAUSE.disaster], "text": "昨夜暴雨冲毁房屋,无处居住。"}
    case = open_monitoring(**asked | found, **CLERK.acts)
    assert case.about["text"].startswith("昨夜")


def test_a_risk_whose_day_is_unknown_says_who_enters_it(day: Day) -> None:
    """S1-43: an import may leave the day empty; waiting would never end."""
    household = watched(monitored_kind=KIND.unstable_exit, risk_cleared=False)
    case = open_clearance(household_no=household.household_no, **CLERK.acts)
    put(case, "home_visit", CLERK, data=visit("村甲", "村乙"), signatures=["村甲", "户主"])
    with pytest.raises(NotReady) as refusal:
        decide(case, "village_check", CLERK)
    (problem,) = refusal.value.problems
    assert "没有登记风险识别时间" in problem.why.zh
    assert "补填风险识别时间" in problem.now.zh


def test_a_return_has_a_cause_and_feeds_the_rate(day: Day) -> None:
    """S4-05: returns in the period of all that had left; S4-74: by cause."""
    households = enter(4)
    left(households, day)
    day.on(30)
    returned(households[0], day, [CAUSE.illness, CAUSE.labour])
    returned(households[1], day, [CAUSE.schooling])
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    found = return_rate(OFFICE.scope, COUNTY, first, last)
    assert (found.returns, found.cumulative_exits, found.share) == (2, 4, 5_000)
    assert found.by_cause == {CAUSE.illness: 1, CAUSE.schooling: 1}
    assert found.of_cause(CAUSE.illness, CAUSE.disability) == 5_000
    assert found.unexplained == 0
    assert returns_between(OFFICE.scope, COUNTY, first, last).count() == found.returns
    households[0].refresh_from_db()
    assert stands(households[0]) == STANDING.returned
    assert households[0].exit_mark == codes("exit_mark").returned
    assert incidence(WILLOW, day.now).poor == 4
    assert PovertyReturn.objects.get(household=households[0]).other_causes == [CAUSE.labour]
    with pytest.raises(NotFound):
        return_rate(ELSEWHERE.scope, COUNTY, first, last)


def test_who_fell_back_can_leave_again(day: Day) -> None:
    (household,) = enter()
    left([household], day)
    day.on(30)
    returned(household, day)
    assert open_exits(household_nos=[household.household_no], **CLERK.acts)[0].is_open


@pytest.mark.parametrize("parts", [{"causes": []}, {"causes": [77]}, {"causes": [1, 1]}, {"text": "病了"}])
def test_a_return_without_cause_or_story_is_refused(day: Day, parts: dict[str, object]) -> None:
    household = watched()
    given = {"causes": [CAUSE.illness], "text": "户主突发重病住院,自付八万元。", "signed_by": "村主任"}
    with pytest.raises(RecordRefused):
        report_return(household_no=household.household_no, **CLERK.acts, **given | parts)
    assert not PovertyReturn.objects.exists()


def test_only_who_has_left_returns(day: Day) -> None:
    with pytest.raises(CannotOpen):
        report_return(
            household_no=enter()[0].household_no,
            causes=[CAUSE.illness],
            text="户主突发重病住院,自付八万元。",
            signed_by="村主任",
            **CLERK.acts,
        )


def test_a_marginal_household_is_helped_fast_and_not_counted_as_poor(day: Day) -> None:
    """S2-31."""
    (household,) = enter(standing=False)
    case = request_emergency_help(
        household_no=household.household_no,
        causes=[CAUSE.disaster],
        text="昨夜暴雨冲毁房屋,急需安置。",
        signed_by="户主",
        **CLERK.acts,
    )
    decide(case, "request", CLERK)
    put(case, "home_visit", TOWNSHIP, data=visit("镇甲"))
    decide(case, "township_check", TOWNSHIP)
    put(case, "help_decision", OFFICE, data={"what": "临时救助", "amount": 300_000})
    decide(case, "county_help", OFFICE)
    assert fresh(case).opened_on == fresh(case).closed_on
    given = EmergencyHelp.objects.get()
    assert (given.household, given.amount) == (household, 300_000)
    assert stands(household) == STANDING.marginal
    assert incidence(WILLOW, day.now).poor == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyHelp.objects.update(amount=1)


def test_a_registered_household_has_another_path(day: Day) -> None:
    with pytest.raises(NotMarginal):
        request_emergency_help(
            household_no=enter()[0].household_no,
            causes=[CAUSE.disaster],
            text="昨夜暴雨冲毁房屋,急需安置。",
            signed_by="户主",
            **CLERK.acts,
        )


@pytest.mark.parametrize(
    ("labour", "able"), [([1, 4], True), ([3, 4], False), ([None, 4], None), ([None, 2], True)]
)
def test_who_cannot_leave_by_work_belongs_to_the_safety_net(
    labour: list[int | None], able: bool | None
) -> None:
    """S4-74: three verdicts."""
    assert can_exit_by_work(labour) is able
