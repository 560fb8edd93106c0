"""Objections stop a case until they are answered; appeals are heard by others and lead back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.platform.procedures import errors
from bangfu.platform.procedures.actions.appeals import lodge_appeal
from bangfu.platform.procedures.actions.drafts import drop_draft, save_draft
from bangfu.platform.procedures.actions.ending import stop_case, withdraw
from bangfu.platform.procedures.actions.objections import answer_objection, raise_objection
from bangfu.platform.procedures.enums import AppealState, CaseState, ObjectionState
from bangfu.platform.procedures.models import Act, Appeal, Case, CaseRecord, Objection
from bangfu.platform.procedures.queries import draft_of
from bangfu.platform.worklist.models import WorkItem
from tests.platform.procedures.office import (
    AUDITOR,
    CLERK,
    COUNTY,
    OFFICER,
    PHOTO,
    SECOND_CLERK,
    SECOND_OFFICER,
    TOWNSHIP,
    VILLAGE,
    WISH,
    Day,
    at_approval,
    at_posting,
    decide,
    ended,
    fresh,
    opened,
    put,
    refused,
)
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]
PUBLIC = Actor.system("public")


def object_to(case: Case) -> Objection:
    return raise_objection(case=case.pk, text="该户有小汽车", raised_by="村民丙", by=PUBLIC)


def answer(
    objection: Objection,
    *,
    upheld: bool,
    by: Actor = SECOND_CLERK,
    role: str = "village",
    level: str = "village",
) -> None:
    answer_objection(
        objection=objection.pk, upheld=upheld, answer="入户核实,情况如下", by=by, role=role, level=level
    )


@pytest.fixture
def posted(day: Day) -> Case:
    """A case whose notice is over today."""
    case = at_posting()
    put(case, "poster", files=[PHOTO])
    day.now += timedelta(days=7)
    return case


def test_an_open_objection_stops_the_case(posted: Case) -> None:
    objection = object_to(posted)
    key = f"objection:{objection.pk}"
    assert WorkItem.objects.open().filter(key=key, role="village").exists()
    for decision in ("pass", "refuse"):
        with pytest.raises(errors.NotReady) as refusal:
            decide(posted, "posting", decision, reason="没有问题")
        assert [problem.now.zh for problem in refusal.value.problems] == ["请先核实并答复异议。"]
    answer(objection, upheld=False)
    assert not WorkItem.objects.open().filter(key=key).exists()
    decide(posted, "posting")
    assert fresh(posted).step == "audit"


def test_one_that_is_upheld_leads_back(posted: Case) -> None:
    answer(object_to(posted), upheld=True)
    with pytest.raises(errors.NotReady) as refusal:
        decide(posted, "posting")
    assert "退回" in refusal.value.problems[0].now.zh
    decide(posted, "posting", "return", to_step="request", reason="异议成立,重新申请")
    decide(posted, "request")
    assert fresh(posted).step == "posting"


def test_one_that_is_upheld_may_end_the_case(posted: Case) -> None:
    answer(object_to(posted), upheld=True)
    decide(posted, "posting", "refuse", reason="异议成立,不符合")
    assert fresh(posted).state == CaseState.REFUSED


def test_an_objection_makes_what_was_on_the_screen_stale(posted: Case) -> None:
    seen = fresh(posted).revision
    object_to(posted)
    with pytest.raises(errors.StaleAct) as refusal:
        decide(posted, "posting", revision=seen)
    assert "提出异议" in refusal.value.problems[0].why.zh


def test_who_answers(posted: Case) -> None:
    objection = raise_objection(case=posted.pk, text="该户有小汽车", raised_by="村民丙", by=CLERK, **VILLAGE)
    with pytest.raises(errors.OwnObjection):
        answer(objection, upheld=False, by=CLERK)
    with pytest.raises(errors.NotYours):
        answer(objection, upheld=False, by=SECOND_CLERK, role="helper")
    public = object_to(posted)
    with pytest.raises(errors.OwnDecision) as own:  # the village clerk let the request pass
        answer(public, upheld=False, by=CLERK)
    assert "申请" in own.value.sentence("zh")
    answer(objection, upheld=False, by=AUDITOR, role="township", level="township")
    with pytest.raises(errors.AlreadyAnswered) as refusal:
        answer(objection, upheld=True, by=SECOND_CLERK)
    assert "镇甲" in refusal.value.sentence("zh")


@pytest.mark.parametrize("text", ["  ", "不行"])
def test_an_objection_needs_its_text(posted: Case, text: str) -> None:
    with pytest.raises(errors.TextNeeded):
        raise_objection(case=posted.pk, text=text, raised_by="", by=PUBLIC)
    objection = object_to(posted)
    with pytest.raises(errors.TextNeeded):
        answer_objection(objection=objection.pk, upheld=True, answer=text, by=SECOND_CLERK, **VILLAGE)
    assert Objection.objects.get().state == ObjectionState.OPEN


def test_no_objection_to_what_is_over_or_not_there(posted: Case) -> None:
    objection = object_to(posted)
    stop_case(case=posted.pk, reason="对象已不存在", by=CLERK)
    assert WorkItem.objects.open().count() == 0
    with pytest.raises(errors.NotOpen):
        object_to(posted)
    with pytest.raises(errors.NotOpen):
        answer(objection, upheld=True)
    with pytest.raises(NotFound):
        answer_objection(objection=0, upheld=True, answer="情况如下", by=CLERK, **VILLAGE)


def test_one_whose_case_ended_has_an_answer_and_comes_back_with_the_case(posted: Case) -> None:
    objection = object_to(posted)
    withdraw(case=posted.pk, revision=fresh(posted).revision, wish=WISH, by=CLERK, **VILLAGE)
    objection.refresh_from_db()
    assert (objection.state, objection.answered_by) == (ObjectionState.LAPSED, "村甲")
    assert "已由申请人撤回" in objection.answer
    assert "不再办理" in objection.answer
    appeal = lodged(posted)
    put(appeal.hearing, "grounds", by=AUDITOR, **TOWNSHIP)
    decide(appeal.hearing, "acceptance", by=AUDITOR, **TOWNSHIP)
    put(appeal.hearing, "finding", by=OFFICER, **COUNTY)
    decide(appeal.hearing, "hearing", by=OFFICER, **COUNTY)
    objection.refresh_from_db()
    assert (fresh(posted).state, objection.state, objection.answer) == ("open", ObjectionState.OPEN, "")
    assert WorkItem.objects.open().filter(key=f"objection:{objection.pk}").exists()


def test_whoever_entered_a_withdrawal_does_not_hear_the_appeal(posted: Case) -> None:
    county = {"by": OFFICER, **COUNTY}
    case = opened("plot-9", by=PUBLIC, role="", level="")
    put(case, "form", signatures=["户主甲"])
    decide(case, "request")
    put(case, "poster", files=[PHOTO])
    Case.objects.filter(pk=case.pk).update(step="approval")
    wish = replace(WISH, asked_on=case.opened_on)
    withdraw(case=case.pk, revision=fresh(case).revision, wish=wish, **county)
    appeal = lodged(case)
    put(appeal.hearing, "grounds", by=AUDITOR, **TOWNSHIP)
    decide(appeal.hearing, "acceptance", by=AUDITOR, **TOWNSHIP)
    put(appeal.hearing, "finding", **county)
    with pytest.raises(errors.NotReady):
        decide(appeal.hearing, "hearing", **county)


@pytest.mark.parametrize(
    ("state", "way"), [("open", "提出异议"), ("passed", "疑点"), ("stopped", "重新立案")]
)
def test_what_cannot_be_appealed_says_what_can_be_done(posted: Case, state: str, way: str) -> None:
    closed = None if state == "open" else posted.opened_on
    Case.objects.filter(pk=posted.pk).update(state=state, closed_on=closed)
    with pytest.raises(errors.NoAppeal) as refusal:
        lodged(posted)
    assert way in refusal.value.sentence("zh")


def test_the_database_wants_an_answer(posted: Case) -> None:
    objection = object_to(posted)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(state="upheld")


def lodged(case: Case) -> Appeal:
    return lodge_appeal(case=case.pk, text="收入计算有误", by=AUDITOR, **TOWNSHIP)


def heard(appeal: Appeal, decision: str = "pass") -> None:
    put(appeal.hearing, "grounds", by=AUDITOR, **TOWNSHIP)
    decide(appeal.hearing, "acceptance", by=AUDITOR, **TOWNSHIP)
    put(appeal.hearing, "finding", by=SECOND_OFFICER, **COUNTY)
    decide(appeal.hearing, "hearing", decision, by=SECOND_OFFICER, reason="复核了收入", **COUNTY)


def test_an_appeal_that_is_upheld_opens_the_case_again(day: Day) -> None:
    case = refused(at_approval(day))
    appeal = lodged(case)
    heard(appeal)
    again = fresh(case)
    assert (again.state, again.step, again.step_since, again.closed_on) == (
        CaseState.OPEN,
        "approval",
        day.now,
        None,
    )
    assert Appeal.objects.get().state == AppealState.UPHELD
    assert list(WorkItem.objects.open().values_list("key", flat=True)) == [f"procedure:{case.pk}:approval"]
    decide(case, "approval", by=OFFICER, **COUNTY)
    assert ended == [("plot-1", "denied"), ("plot-1", "granted")]


def test_an_appeal_that_is_dismissed_leaves_the_refusal(day: Day) -> None:
    case = refused(at_approval(day))
    heard(lodged(case), "refuse")
    assert fresh(case).state == CaseState.REFUSED
    assert Appeal.objects.get().state == AppealState.DISMISSED


def test_whoever_refused_does_not_hear_the_appeal(day: Day) -> None:
    case = refused(at_approval(day))
    appeal = lodged(case)
    put(appeal.hearing, "grounds", by=AUDITOR, **TOWNSHIP)
    decide(appeal.hearing, "acceptance", by=AUDITOR, **TOWNSHIP)
    put(appeal.hearing, "finding", by=OFFICER, **COUNTY)
    with pytest.raises(errors.NotReady) as refusal:
        decide(appeal.hearing, "hearing", by=OFFICER, **COUNTY)
    assert "您作出的" in refusal.value.problems[0].why.zh
    with pytest.raises(errors.NotReady):  # nor dismiss it
        decide(appeal.hearing, "hearing", "refuse", by=OFFICER, reason="维持原决定", **COUNTY)


def test_when_one_may_appeal(day: Day) -> None:
    case = at_approval(day)
    with pytest.raises(errors.NoAppeal):
        lodged(case)
    refused(case)
    day.now += timedelta(days=30)
    appeal = lodged(case)
    with pytest.raises(errors.AlreadyOpen):
        lodged(case)
    heard(appeal, "refuse")
    day.now += timedelta(days=1)
    with pytest.raises(errors.NoAppeal):
        lodged(case)


def test_a_case_that_began_anew_is_not_opened_again(day: Day) -> None:
    case = refused(at_approval(day))
    appeal = lodged(case)
    opened()
    with pytest.raises(errors.AlreadyOpen), transaction.atomic():
        heard(appeal)
    assert fresh(case).state == CaseState.REFUSED


def test_drafts_are_kept_for_their_writer(day: Day) -> None:
    save_draft(key="case:1:review", data={"for": 3}, by=CLERK)
    save_draft(key="case:1:review", data={"for": 30}, by=CLERK)
    save_draft(key="case:1:review", data={"for": 1}, by=SECOND_CLERK)
    kept = draft_of(key="case:1:review", by=CLERK)
    assert kept is not None
    assert kept.data == {"for": 30}
    drop_draft(key="case:1:review", by=CLERK)
    assert draft_of(key="case:1:review", by=CLERK) is None
    assert draft_of(key="case:1:review", by=SECOND_CLERK) is not None
    assert (Act.objects.count(), CaseRecord.objects.count()) == (0, 0)
