"""Settling a doubt: on the spot with evidence, verified by somebody else; nobody settles what is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import CAPABILITIES, Capability, Role
from bangfu.divisions.codes import scope_prefix
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import BangfuError, NotAllowed, NotFound, as_json
from bangfu.platform.files import store
from bangfu.platform.files.store import StoredFile
from bangfu.platform.worklist.models import WorkItem
from bangfu.quality.access import doubt_for, run_for, verdict_for
from bangfu.quality.actions.verdicts import answer_doubt, dispatch_doubts, hand_down, verify_verdict
from bangfu.quality.enums import Closing, DoubtState, Finding
from bangfu.quality.errors import AlreadySettled, EvidenceNeeded, LowerLevel, SamePerson, TextNeeded
from bangfu.quality.models import Doubt, Run, Verdict
from tests.cast import office
from tests.cast.places import BRIDGE, COUNTY, HILL_TOWN, OTHER_COUNTY, SUMMIT, WILLOW, WILLOW_TOWN
from tests.registry.test_access import POSTS

pytestmark = pytest.mark.usefixtures("cast")
VILLAGE, TOWNSHIP = Actor("21", "王强"), Actor("22", "李静")
IN_VILLAGE = Scope.of([(Role.VILLAGE, WILLOW)])
IN_TOWNSHIP = Scope.of([(Role.TOWNSHIP, WILLOW_TOWN)])
SEEN = "入户看到,车已报废"


def doubt(rule: str = "owns_car") -> Doubt:
    found: Doubt = Doubt.objects.get(area=COUNTY, rule=rule)
    return found


def photo() -> StoredFile:
    return store.keep(BytesIO(b"a photo"), name="报废证.jpg")


def answer(one: Doubt, **given: Any) -> Verdict:
    common: dict[str, Any] = {
        "finding": Finding.NOT_AN_ERROR,
        "text": SEEN,
        "by": VILLAGE,
        "scope": IN_VILLAGE,
    }
    return answer_doubt(doubt=one, **{**common, **given})


def verify(one: Doubt, **given: Any) -> Verdict:
    common: dict[str, Any] = {"accept": True, "text": "", "by": TOWNSHIP, "scope": IN_TOWNSHIP}
    return verify_verdict(doubt=one, **{**common, **given})


def work(one: Doubt) -> dict[str, tuple[str, str]]:
    """Open items of the doubt: key → where and whose."""
    items = WorkItem.objects.open().filter(key__startswith=one.work_key)
    return {item.key.removeprefix(one.work_key): (item.division_code, item.role) for item in items}


class TestOnePerson:
    def test_not_an_error_closes(self) -> None:
        one = doubt("form_incomplete")
        assert not one.two_person
        verdict = answer(one, text="  已补表,见附件  ")
        one.refresh_from_db()
        assert (one.state, one.closed_by, work(one)) == (DoubtState.CLOSED, Closing.VERDICT, {})
        assert (verdict.text, verdict.by_name, verdict.values) == ("已补表,见附件", "王强", one.values)
        row = AuditRecord.objects.get(action="quality.answer")
        assert (row.actor_id, row.detail["finding"], row.detail["state"]) == ("21", "not_an_error", "closed")
        with pytest.raises(AlreadySettled, match="已销号"):
            answer(one)

    def test_confirmed_becomes_work_to_mend(self) -> None:
        one = doubt("form_incomplete")
        answer(one, finding=Finding.CONFIRMED)
        one.refresh_from_db()
        assert one.state == DoubtState.CONFIRMED
        assert set(work(one)) == {""}
        answer(one)
        one.refresh_from_db()
        assert one.state == DoubtState.CLOSED
        assert one.verdicts.count() == 2

    @pytest.mark.parametrize("text", ["", "  ", "好的"])
    def test_something_must_have_been_seen(self, text: str) -> None:
        with pytest.raises(TextNeeded):
            answer(doubt("form_incomplete"), text=text)
        assert not Verdict.objects.exists()


class TestTwoPeople:
    def test_a_verdict_waits_for_another_person_with_its_evidence(self) -> None:
        one = doubt()
        assert one.two_person
        with pytest.raises(EvidenceNeeded):
            answer(one)
        kept = photo()
        verdict = answer(one, evidence=kept)
        one.refresh_from_db()
        assert one.state == DoubtState.ANSWERED
        assert (verdict.evidence_name, verdict.evidence_sha256) == ("报废证.jpg", kept.sha256)
        with store.fetch(verdict.evidence_sha256) as content:
            assert content.read() == b"a photo"
        where, role = work(one)[":verify"]
        assert set(work(one)) == {":verify"}
        assert one.handler_division.startswith(scope_prefix(where))
        assert role in (Role.TOWNSHIP, Role.COUNTY_OFFICE)
        with pytest.raises(AlreadySettled):
            answer(one, evidence=kept)

    def test_nobody_verifies_their_own_finding(self) -> None:
        one = doubt()
        both = Scope.of([(Role.TOWNSHIP, WILLOW_TOWN)])
        answer(one, evidence=photo(), by=TOWNSHIP, scope=both)
        with pytest.raises(SamePerson):
            verify(one)
        one.refresh_from_db()
        assert one.state == DoubtState.ANSWERED
        verify(one, by=Actor("23", "周明"))
        verdict = one.verdicts.get()
        assert (verdict.by_id, verdict.verified_by_id, verdict.verified) == ("22", "23", True)

    def test_nobody_below_whoever_answered_verifies(self) -> None:
        one = doubt()
        county = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])
        answer(one, evidence=photo(), by=Actor("31", "陈静"), scope=county)
        assert set(work(one).values()) == {(COUNTY, "county_office")}
        with pytest.raises(LowerLevel) as refusal:
            verify(one)
        assert "陈静" in refusal.value.sentence("zh")
        verify(one, by=Actor("32", "赵亮"), scope=county)
        assert one.verdicts.get().verified

    def test_the_database_refuses_the_same_person_too(self) -> None:
        one = doubt()
        verdict = answer(one, evidence=photo())
        with pytest.raises(IntegrityError, match="verdict_verified_by_another"), transaction.atomic():
            Verdict.objects.filter(pk=verdict.pk).update(verified_by_id=VILLAGE.id)

    def test_accepted_it_closes_or_becomes_work(self) -> None:
        one, other = doubt(), doubt("dead_but_registered")
        answer(one, evidence=photo())
        verify(one)
        one.refresh_from_db()
        assert (one.state, one.closed_by, work(one)) == (DoubtState.CLOSED, Closing.VERDICT, {})
        answer(other, finding=Finding.CONFIRMED)
        verify(other)
        other.refresh_from_db()
        assert other.state == DoubtState.CONFIRMED
        assert set(work(other)) == {""}

    def test_sent_back_with_the_reason_it_is_open_again(self) -> None:
        one = doubt()
        answer(one, evidence=photo())
        with pytest.raises(TextNeeded):
            verify(one, accept=False)
        verify(one, accept=False, text="照片看不清车牌")
        one.refresh_from_db()
        assert one.state == DoubtState.OPEN
        assert set(work(one)) == {""}
        assert one.verdicts.get().verified_text == "照片看不清车牌"
        answer(one, evidence=photo())
        verify(one)
        assert one.verdicts.count() == 2
        rows = AuditRecord.objects.filter(action="quality.verify").order_by("seq")
        assert [row.detail["accepted"] for row in rows] == [False, True]

    def test_there_is_something_to_verify(self) -> None:
        with pytest.raises(AlreadySettled):
            verify(doubt())


@pytest.mark.parametrize(
    ("role", "place", "refusal"),
    [
        (Role.INSPECTOR, COUNTY, NotAllowed),
        (Role.DATA_ADMIN, COUNTY, NotAllowed),
        (Role.VILLAGE, BRIDGE, NotFound),
        (Role.TOWNSHIP, HILL_TOWN, NotFound),
        (Role.COUNTY_OFFICE, OTHER_COUNTY, NotFound),
    ],
)
def test_who_may_not_settle(role: Role, place: str, refusal: type[BangfuError]) -> None:
    scope = Scope.of([(role, place)])
    for one, act in (
        (doubt("form_incomplete"), answer),
        (doubt(), verify),
    ):
        with pytest.raises(refusal if act is answer or role != Role.VILLAGE else BangfuError):
            act(one, scope=scope)
    assert not Verdict.objects.exists()


class TestDispatching:
    def test_in_batch_to_a_person_with_a_last_day(self) -> None:
        chosen = [doubt("form_incomplete"), doubt("id_checksum")]
        helper = office.who("helper")
        due = clock.today()
        moved = dispatch_doubts(
            doubts=[one.pk for one in chosen],
            division_code=WILLOW,
            role=Role.HELPER,
            due=due,
            assignee_id=str(helper.pk),
            by=TOWNSHIP,
            scope=IN_TOWNSHIP,
        )
        assert moved == 2
        for one in chosen:
            one.refresh_from_db()
            assert (one.handler_division, one.handler_role, one.due) == (WILLOW, "helper", due)
            item = WorkItem.objects.open().get(key=one.work_key)
            assert (item.assignee_id, item.due) == (str(helper.pk), due)

    def test_only_what_one_reaches_and_only_to_where_one_reaches(self) -> None:
        everything = list(Doubt.objects.values_list("pk", flat=True))
        common: dict[str, Any] = {"role": Role.VILLAGE, "due": None, "by": TOWNSHIP, "scope": IN_TOWNSHIP}
        moved = dispatch_doubts(doubts=everything, division_code=WILLOW, **common)
        assert moved == Doubt.objects.in_division(WILLOW_TOWN).count() == 12
        with pytest.raises(NotFound):
            dispatch_doubts(doubts=everything, division_code=SUMMIT, **common)
        with pytest.raises(NotAllowed):
            dispatch_doubts(doubts=everything, division_code=WILLOW, **{**common, "scope": IN_VILLAGE})

    def test_handed_down_to_where_the_subjects_are(self) -> None:
        keys = list(Doubt.objects.filter(area=COUNTY).values_list("pk", flat=True))
        hand_down(doubts=keys, level="village", due=None, by=TOWNSHIP, scope=IN_TOWNSHIP)
        inside = Doubt.objects.in_division(WILLOW_TOWN)
        assert inside.exists()
        for one in inside:
            assert (one.handler_division, one.handler_role) == (one.division_code, "village")
        elsewhere = Doubt.objects.filter(area=COUNTY, division_code=SUMMIT)
        assert elsewhere.exists()
        for one in elsewhere:
            assert one.handler_division != SUMMIT


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    posts=st.lists(st.sampled_from(POSTS), max_size=3),
    capability=st.sampled_from(
        [Capability.READ_REGISTRY, Capability.ANSWER_DOUBTS, Capability.DISPATCH_DOUBTS, Capability.EXPORT]
    ),
)
def test_no_doubt_run_or_verdict_outside_the_scope(
    posts: list[tuple[Role, str]], capability: Capability
) -> None:
    scope = Scope.of(posts)

    def may(what: Capability, *codes: str) -> bool:
        reach = [scope_prefix(at) for role, at in posts if what in CAPABILITIES[role]]
        return any(code.startswith(prefix) for code in codes for prefix in reach)

    doubts = list(Doubt.objects.filter(area=COUNTY))
    allowed = {
        one.pk for one in Doubt.objects.all() if may(capability, one.division_code, one.handler_division)
    }
    assert set(Doubt.objects.visible_to(scope, capability).values_list("pk", flat=True)) == allowed
    for one in doubts:
        assert _reached(doubt_for, scope, one.pk, capability) == (one.pk in allowed)
    read = Capability.READ_REGISTRY
    with transaction.atomic():
        verdict = answer(doubt("form_incomplete"))
        place = verdict.doubt
        expected = may(read, place.division_code, place.handler_division)
        assert _reached(verdict_for, scope, verdict.pk) == expected
        transaction.set_rollback(True)
    for run in Run.objects.all():
        area = run.division_code
        related = any(
            area.startswith(scope_prefix(at)) or at.startswith(scope_prefix(area))
            for role, at in posts
            if read in CAPABILITIES[role]
        )
        assert _reached(run_for, scope, run.pk) == related


def _reached(how: Callable[..., Any], scope: Scope, key: UUID, *more: Any) -> bool:
    try:
        return how(scope, key, *more) is not None
    except NotFound:
        return False


def test_a_foreign_doubt_answers_exactly_like_a_missing_one() -> None:
    scope = office.scope("elsewhere")
    for reach, key in ((doubt_for, doubt().pk), (run_for, Run.objects.get(division_code=COUNTY).pk)):
        answers = []
        for one in (key, uuid4()):
            with pytest.raises(NotFound) as refusal:
                reach(scope, one)
            answers.append([as_json(refusal.value, language) for language in ("zh", "en")])
        assert answers[0] == answers[1]
