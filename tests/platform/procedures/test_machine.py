"""The machine: right step, right post, right order, right person, nothing back-dated (S0-48)."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.database.guards import missing
from bangfu.platform.errors import BangfuError, NotFound, WorkError
from bangfu.platform.procedures import errors, queries
from bangfu.platform.procedures.actions import acting, appeals, ending, objections, opening, recording
from bangfu.platform.procedures.actions.acting import Decided, act, act_together, override_step
from bangfu.platform.procedures.actions.ending import stop_case
from bangfu.platform.procedures.actions.opening import Opening, open_cases
from bangfu.platform.procedures.actions.recording import NewRecord, add_records
from bangfu.platform.procedures.enums import ActKind, CaseState
from bangfu.platform.procedures.models import Act, Case, CaseRecord
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy import procedures
from tests.platform.procedures import office
from tests.platform.procedures.office import (
    AUDITOR,
    CLERK,
    COUNTY,
    OFFICER,
    PHOTO,
    PLACE,
    SECOND_CLERK,
    SECOND_OFFICER,
    TOWNSHIP,
    VILLAGE,
    Day,
    at_approval,
    at_audit,
    at_posting,
    decide,
    ended,
    fresh,
    opened,
    put,
)
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]


def sentences(error: BangfuError) -> str:
    """All that a refusal says, in both languages."""
    problems = error.problems if isinstance(error, WorkError) else ()
    parts = [error.sentence("zh"), error.sentence("en")]
    parts += [
        str(value) for problem in problems for one in ("zh", "en") for value in problem.as_json(one).values()
    ]
    return "\n".join(parts)


def open_items() -> list[str]:
    return list(WorkItem.objects.open().order_by("pk").values_list("key", flat=True))


def test_a_case_goes_all_the_way(day: Day) -> None:
    case = at_approval(day)
    decide(case, "approval", by=OFFICER, files=[PHOTO], signatures=["县长"], **COUNTY)
    done = fresh(case)
    assert (done.state, done.closed_on, done.version) == (CaseState.PASSED, day.now, "standard")
    assert ended == [("plot-1", "granted")]
    acts = list(done.acts.all())
    assert [one.revision for one in acts] == list(range(1, done.revision + 1))
    assert [(one.step, one.decision) for one in acts if one.kind == ActKind.DECIDED] == [
        ("request", "pass"),
        ("posting", "pass"),
        ("audit", "pass"),
        ("approval", "pass"),
    ]
    last = acts[-1]
    assert (last.by_id, last.role, last.level, last.day) == ("c1", "county_office", "county", day.now)
    assert (last.files, last.signatures) == ([{"sha256": "a" * 64, "name": "公示.jpg", "size": 10}], ["县长"])
    assert open_items() == []


def test_no_action_takes_a_day() -> None:
    """No back-dating: the clock is the only source of a day."""
    for module in (acting, appeals, ending, objections, opening, recording):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__:
                assert not {"day", "at", "on", "today"} & set(inspect.signature(function).parameters), name


def test_work_follows_the_case(day: Day) -> None:
    case = opened()
    item = WorkItem.objects.open().get()
    assert (item.key, item.role, item.division_code) == (f"procedure:{case.pk}:request", "village", PLACE)
    assert (item.due, item.url_name, item.url_args) == (date(2026, 3, 5), "case", {"case": case.pk})
    assert (item.title.zh, item.title.en) == ("许可:申请", "permit: request")
    put(case, "form", signatures=["户主甲"])
    decide(case, "request")
    assert open_items() == [f"procedure:{case.pk}:posting"]
    decide(case, "posting", "return", to_step="request", reason="材料有误")
    assert open_items() == [f"procedure:{case.pk}:request"]


def test_every_write_is_audited(day: Day) -> None:
    case = at_posting()
    told = AuditRecord.objects.of_action("procedures").order_by("seq").values_list("action", "subject_id")
    assert list(told) == [(f"procedures.{one}", str(case.pk)) for one in ("open", "record", "act")]


class TestOpening:
    def test_the_version_is_pinned(self, day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
        """A version that comes later, or nearer, changes nothing for a case under way."""
        case = opened()
        known = procedures.all_definitions()
        newer = replace(
            procedures.definition("permit", "standard"), version="newer", areas=("610926",), steps=()
        )
        monkeypatch.setattr(procedures, "all_definitions", lambda: (*known, newer))
        assert procedures.in_force("permit", day.now, PLACE).version == "newer"
        assert len(fresh(case).definition.steps) == 4

    def test_one_open_case_for_a_subject(self, day: Day) -> None:
        case = opened()
        with pytest.raises(errors.AlreadyOpen) as refusal:
            opened()
        assert str(case.pk) in sentences(refusal.value)
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.create(
                procedure="permit",
                version="standard",
                subject_kind="plot",
                subject_id="plot-1",
                division_code=PLACE,
                step="request",
                step_since=day.now,
                opened_on=day.now,
            )

    def test_all_or_none(self, day: Day) -> None:
        office.closed_to.add("b")
        with pytest.raises(errors.CannotOpen) as refusal:
            open_cases(
                procedure="permit",
                openings=[Opening(subject_id=one, division_code=PLACE) for one in ("a", "b")],
                by=CLERK,
                **VILLAGE,
            )
        assert "to open" in sentences(refusal.value)
        assert Case.objects.count() == 0

    def test_the_same_subject_twice_at_once(self, day: Day) -> None:
        with pytest.raises(errors.AlreadyOpen):
            open_cases(
                procedure="permit",
                openings=[Opening(subject_id="a", division_code=PLACE)] * 2,
                by=CLERK,
                **VILLAGE,
            )

    def test_only_the_first_step_s_post(self, day: Day) -> None:
        with pytest.raises(errors.NotYours):
            opened(**TOWNSHIP)
        with pytest.raises(errors.NotYours):
            opened(role="", level="")


def stale(case: Case) -> dict[str, Any]:
    return {"revision": fresh(case).revision - 1}


@pytest.mark.parametrize(
    ("parts", "refusal", "said"),
    [
        ({"step": "audit"}, errors.WrongStep, "T-03"),
        ({"step": "approval"}, errors.WrongStep, "公示"),
        ({"step": "request"}, errors.WrongStep, "posting"),
        ({"step": "nothing"}, errors.WrongStep, "nothing"),
        ({"role": "township", "level": "township"}, errors.NotYours, "T-03"),
        ({"level": "county"}, errors.NotYours, "县级"),
        ({"role": "", "level": ""}, errors.NotYours, "no post"),
        ({"decision": "lift"}, errors.NoSuchDecision, "T-03"),
        ({"decision": "return"}, errors.WrongReturn, "申请"),
        ({"decision": "return", "to_step": "audit"}, errors.WrongReturn, "request"),
        ({"decision": "return", "to_step": "request"}, errors.ReasonNeeded, "4"),
        ({"decision": "refuse", "reason": " 不 "}, errors.ReasonNeeded, "4"),
        ({"revision": 99}, errors.StaleAct, "许可"),
    ],
)
def test_what_is_refused_at_the_posting(
    day: Day, parts: dict[str, Any], refusal: type[BangfuError], said: str
) -> None:
    case = at_posting()
    before = Act.objects.count()
    with pytest.raises(refusal) as raised:
        decide(case, **{"step": "posting", **parts})
    assert said in sentences(raised.value)
    assert (Act.objects.count(), fresh(case).step) == (before, "posting")


def test_a_case_that_is_not_there(day: Day) -> None:
    case = at_posting()
    case.pk += 1
    with pytest.raises(NotFound):
        act(case=case.pk, step="posting", decision="pass", revision=1, by=CLERK, **VILLAGE)


class TestReady:
    def test_everything_that_is_missing_is_named_at_once(self, day: Day) -> None:
        case = at_audit(day)
        office.debtors.add("plot-1")
        with pytest.raises(errors.NotReady) as refusal:
            decide(case, "audit", by=AUDITOR, **TOWNSHIP)
        said = sentences(refusal.value)
        for part in ("实地查看", "T-06", "debt", "2个工作日", "2026-03-11"):
            assert part in said
        assert len(refusal.value.problems) == 3

    def test_what_may_be_missing_is_not_asked_for(self, day: Day) -> None:
        """The request passed without the note, which the definition does not need."""
        case = at_posting()
        assert [record.kind for record in case.records.all()] == ["form"]

    def test_the_shortest_duration_counts_working_days(self, day: Day) -> None:
        """From Monday 9 March two working days: Wednesday."""
        case = at_audit(day)
        put(case, "visit", by=AUDITOR, data={"metres": 40}, **TOWNSHIP)
        day.now = date(2026, 3, 10)
        with pytest.raises(errors.NotReady):
            decide(case, "audit", by=AUDITOR, **TOWNSHIP)
        day.now = date(2026, 3, 11)
        decide(case, "audit", by=AUDITOR, **TOWNSHIP)

    def test_a_notice_counts_from_its_posting(self, day: Day) -> None:
        case = at_posting()
        day.now = date(2026, 3, 20)
        put(case, "poster", files=[PHOTO])
        day.now = date(2026, 3, 26)
        with pytest.raises(errors.NotReady) as refusal:
            decide(case, "posting")
        assert "2026-03-27" in sentences(refusal.value)
        day.now = date(2026, 3, 27)
        decide(case, "posting")

    def test_one_person_cannot_do_both(self, day: Day) -> None:
        case = at_audit(day)
        put(case, "visit", by=CLERK, data={"metres": 40}, **TOWNSHIP)
        day.now = date(2026, 3, 20)
        with pytest.raises(errors.NotReady) as refusal:
            decide(case, "audit", by=CLERK, **TOWNSHIP)
        assert "T-05" in sentences(refusal.value)
        with pytest.raises(errors.NotReady):
            decide(case, "audit", "refuse", by=CLERK, reason="不符合条件", **TOWNSHIP)
        decide(case, "audit", by=AUDITOR, **TOWNSHIP)

    def test_who_did_it_before_a_return_counts_too(self, day: Day) -> None:
        case = at_approval(day)
        decide(case, "approval", "return", to_step="audit", by=OFFICER, reason="再看一次", **COUNTY)
        day.now = date(2026, 4, 1)
        decide(case, "audit", by=SECOND_OFFICER, **TOWNSHIP)
        with pytest.raises(errors.NotReady):
            decide(case, "approval", by=AUDITOR, **COUNTY)
        decide(case, "approval", by=OFFICER, **COUNTY)

    def test_hindrances_say_the_same_beforehand(self, day: Day) -> None:
        case = at_audit(day)
        told = queries.hindrances(fresh(case), by=AUDITOR, role="township")
        with pytest.raises(errors.NotReady) as refusal:
            decide(case, "audit", by=AUDITOR, **TOWNSHIP)
        assert told == list(refusal.value.problems)


class TestReturns:
    def test_a_return_leads_back_and_asks_again(self, day: Day) -> None:
        case = at_audit(day)
        decide(case, "audit", "return", to_step="posting", by=AUDITOR, reason="公示照片不清", **TOWNSHIP)
        again = fresh(case)
        assert (again.step, again.step_since) == ("posting", day.now)
        with pytest.raises(errors.NotReady) as refusal:
            decide(case, "posting", by=SECOND_CLERK)
        assert "公示照片" in sentences(refusal.value)
        put(case, "poster", files=[PHOTO])
        with pytest.raises(errors.NotReady):  # the notice begins anew
            decide(case, "posting")

    def test_what_need_not_be_renewed_stays(self, day: Day) -> None:
        case = at_posting()
        decide(case, "posting", "return", to_step="request", reason="申请人补充材料")
        decide(case, "request")
        assert fresh(case).step == "posting"


class TestEndings:
    def test_a_refusal_ends_the_case(self, day: Day) -> None:
        case = office.refused(at_approval(day))
        assert (case.state, case.closed_on) == (CaseState.REFUSED, day.now)
        assert ended == [("plot-1", "denied")]
        with pytest.raises(errors.NotOpen):
            decide(case, "approval", by=OFFICER, **COUNTY)
        opened()  # another case may begin

    def test_what_an_effect_raises_refuses_the_act(self, day: Day) -> None:
        case = at_approval(day, "breaks")
        before = fresh(case).revision
        with pytest.raises(RuntimeError), transaction.atomic():
            decide(case, "approval", by=OFFICER, **COUNTY)
        assert (fresh(case).state, fresh(case).revision) == (CaseState.OPEN, before)
        assert len(open_items()) == 1

    def test_stopped(self, day: Day) -> None:
        case = at_posting()
        with pytest.raises(errors.ReasonNeeded):
            stop_case(case=case.pk, reason="", by=CLERK)
        stop_case(case=case.pk, reason="对象已不存在", by=CLERK)
        assert (fresh(case).state, open_items(), ended) == (CaseState.STOPPED, [], [])


class TestRecords:
    @pytest.mark.parametrize(
        ("kind", "parts", "refusal", "said"),
        [
            ("form", {}, errors.RecordOutOfTime, "退回"),
            ("poster", {}, errors.RecordRefused, "附件"),
            ("poster", {"files": [PHOTO], **TOWNSHIP}, errors.NotYours, "村"),
            ("nothing", {}, errors.UnknownRecord, "许可"),
            ("poster", {"files": [PHOTO], "revision": 1}, errors.StaleAct, "村甲"),
            ("visit", {"data": {"metres": 29}, "by": AUDITOR, **TOWNSHIP}, errors.RecordRefused, "metres"),
        ],
    )
    def test_what_is_refused(
        self, day: Day, kind: str, parts: dict[str, Any], refusal: type[BangfuError], said: str
    ) -> None:
        case = at_posting()
        with pytest.raises(refusal) as raised:
            put(case, kind, **parts)
        assert said in sentences(raised.value)
        assert CaseRecord.objects.filter(kind=kind).count() == (1 if kind == "form" else 0)

    def test_early_where_it_may_be(self, day: Day) -> None:
        case = at_posting()
        visit = put(case, "visit", by=AUDITOR, data={"metres": 30}, **TOWNSHIP)
        assert (visit.step, visit.day, visit.by_id) == ("audit", day.now, "t1")

    def test_signatures_are_of_different_people(self, day: Day) -> None:
        case = opened()
        with pytest.raises(errors.RecordRefused) as refusal:
            put(case, "form", signatures=["  "])
        assert "T-02" in sentences(refusal.value)

    def test_many_at_once_are_all_or_none(self, day: Day) -> None:
        first, second = opened("a"), opened("b")
        rows = [
            NewRecord(case=first.pk, revision=1, signatures=["甲"]),
            NewRecord(case=second.pk, revision=1),
        ]
        with pytest.raises(errors.RecordRefused):
            add_records(kind="form", records=rows, by=CLERK, **VILLAGE)
        assert CaseRecord.objects.count() == 0
        assert fresh(first).revision == 1


class TestOverrides:
    def override(self, case: Case, **parts: Any) -> Act:
        return override_step(
            **{
                "case": case.pk,
                "step": "audit",
                "decision": "pass",
                "revision": fresh(case).revision,
                "reason": "乡镇无人在岗,县级代办",
                "by": OFFICER,
                **COUNTY,
                **parts,
            }
        )

    def test_a_higher_level_decides_with_a_reason(self, day: Day) -> None:
        case = at_audit(day)
        office.debtors.add("plot-1")
        day.now = date(2026, 3, 20)
        one = self.override(case, overrides=["visit", "sample_no_debt"])
        assert (one.kind, one.overrides, one.reason) == (
            ActKind.OVERRIDDEN,
            ["visit", "sample_no_debt"],
            "乡镇无人在岗,县级代办",
        )
        assert AuditRecord.objects.of_action("procedures.override").count() == 1
        assert fresh(case).step == "approval"
        with pytest.raises(errors.NotReady):  # whoever overrode the audit did it
            decide(case, "approval", by=OFFICER, **COUNTY)

    def test_nobody_lifts_time(self, day: Day) -> None:
        case = at_audit(day)
        with pytest.raises(errors.NotReady):
            self.override(case, overrides=["visit", "sample_no_debt"])

    @pytest.mark.parametrize(
        ("parts", "refusal"),
        [
            (TOWNSHIP, errors.NotHigher),
            ({"level": "moon"}, errors.NotHigher),
            ({"reason": ""}, errors.ReasonNeeded),
            ({"overrides": ["shortest"]}, errors.CannotOverride),
            ({"step": "approval"}, errors.WrongStep),
            ({"revision": 1}, errors.StaleAct),
            ({}, errors.NotReady),
        ],
    )
    def test_what_is_refused(self, day: Day, parts: dict[str, Any], refusal: type[BangfuError]) -> None:
        case = at_audit(day)
        day.now = date(2026, 3, 20)
        with pytest.raises(refusal):
            self.override(case, **parts)
        assert fresh(case).step == "audit"


class TestTogether:
    def test_all_or_none(self, day: Day) -> None:
        cases = [opened(one) for one in ("a", "b")]
        put(cases[0], "form", signatures=["甲"])
        rows = [Decided(case=case.pk, decision="pass", revision=fresh(case).revision) for case in cases]
        with pytest.raises(errors.NotReady) as refusal:
            act_together(step="request", decisions=rows, by=CLERK, **VILLAGE)
        assert str(cases[1].pk) in sentences(refusal.value)
        assert fresh(cases[0]).step == "request"

    def test_queries_do_not_grow_with_the_cases(self, day: Day, django_assert_max_num_queries: Any) -> None:
        openings = [Opening(subject_id=f"p{n}", division_code=PLACE) for n in range(120)]
        with django_assert_max_num_queries(40):
            cases = open_cases(procedure="permit", openings=openings, by=CLERK, **VILLAGE)
        with django_assert_max_num_queries(40):
            add_records(
                kind="form",
                records=[NewRecord(case=case.pk, revision=1, signatures=["甲"]) for case in cases],
                by=CLERK,
                **VILLAGE,
            )
        with django_assert_max_num_queries(40):
            act_together(
                step="request",
                decisions=[Decided(case=case.pk, decision="pass", revision=2) for case in cases],
                by=CLERK,
                **VILLAGE,
            )
        assert Case.objects.of("permit").at_step("posting").within("610926").count() == 120


def test_the_page_of_a_case(day: Day) -> None:
    case = at_audit(day)
    page = queries.page_of(fresh(case))
    assert [(one.step.key, one.state) for one in page.steps] == [
        ("request", "done"),
        ("posting", "done"),
        ("audit", "now"),
        ("approval", "ahead"),
    ]
    assert [record.kind for record in page.steps[1].records] == ["poster"]
    assert page.due == date(2026, 3, 30)  # opened on Monday 2 March
    assert (page.steps[2].since, page.steps[2].due) == (date(2026, 3, 9), date(2026, 3, 11))


@pytest.mark.parametrize("model", [Act, CaseRecord])
@pytest.mark.parametrize("statement", ["UPDATE {} SET step = 'x'", "DELETE FROM {}"])
def test_the_log_is_append_only(day: Day, model: type[Act] | type[CaseRecord], statement: str) -> None:
    at_posting()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table))
    assert missing() == []


def test_two_acts_cannot_share_a_revision(day: Day) -> None:
    case = at_posting()
    one = case.acts.last()
    assert one is not None
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)
