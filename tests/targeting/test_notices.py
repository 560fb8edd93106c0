"""Public notices: only whitelisted columns, masked names, an end that needs nobody, objections that stop the case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.errors import ReasonRequired
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.crypto.cipher import encrypt
from bangfu.platform.errors import NotFound
from bangfu.platform.files.papers.pdf import as_pdf
from bangfu.platform.procedures.errors import OwnDecision
from bangfu.platform.procedures.models import Case, Objection
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy.vocabulary import table
from bangfu.registry.models import Household, Membership
from bangfu.targeting import notices
from bangfu.targeting.actions.cases import answer_to, record_on
from bangfu.targeting.actions.meetings import RecordRow, record_many
from bangfu.targeting.actions.notices import (
    Noticed,
    Wording,
    attach_photo,
    publish_cases,
    publish_text,
    withdraw_notice,
)
from bangfu.targeting.actions.voices import object_to_line, reveal_contact
from bangfu.targeting.errors import (
    BadContact,
    NoNotice,
    NothingGiven,
    NoticeOver,
    NoticeRefused,
    OnlyPublished,
    RowsRefused,
    TooManyVoices,
)
from bangfu.targeting.notice_models import LineObjection, Notice, NoticeLine
from bangfu.targeting.notices import COLUMNS, masked_name, posted, public_view
from bangfu.targeting.papers.notices import notice as notice_paper
from bangfu.targeting.receipts import LENGTH, as_typed, in_groups
from bangfu.targeting.voices import state_of, visitor
from tests.cast.places import BRIDGE, WILLOW
from tests.platform.files.papers.reading import size_of, squeezed, text_of
from tests.targeting.world import (
    CLERK,
    ELSEWHERE,
    MONDAY,
    PHOTO,
    SECOND_CLERK,
    TOWNSHIP,
    Day,
    apply_all,
    decide,
    opened,
    put,
    revision,
    to_village_check,
)

PUBLIC = Actor.system("public notice")
WORDING = Wording(
    title="拟识别贫困户名单公示",
    text="经民主评议和村委会审查,现予公示。",
    audience="柳林村全体村民",
    issuer="柳林村村民委员会",
    phone="0990-12345",
    address="柳林村村委会办公室",
    place="村公示栏",
    base_url="http://10.0.0.5/notices/",
)


def at_check(day: Day, count: int = 3) -> list[Case]:
    """Applications whose village check is on record, so that only the notice lacks."""
    one = opened(count)
    cases = apply_all(one)
    to_village_check(one, cases)
    put(cases, "village_check", CLERK, data={"opinion": "同意"})
    return cases


def publish(cases: list[Case], wording: Wording = WORDING, **parts: Any) -> Notice:
    rows = [Noticed(case.pk, revision(case)) for case in cases]
    return publish_cases(cases=rows, wording=wording, **{**CLERK.acts, **parts})


def test_no_column_but_the_whitelisted_can_stand_on_a_notice() -> None:
    """The table itself has no other column, and none of the whitelist is a fact of a person or household."""
    own = {field.name for field in NoticeLine._meta.get_fields()}
    assert own - {"id", "notice", "serial", "case"} == set(COLUMNS)
    facts = set(table("household").columns) | set(table("person").columns)
    assert facts & set(COLUMNS) <= {"members"}, "the number of members is counted, not copied"


FORBIDDEN = [
    "id_number",
    "phone",
    "bank_account",
    "health",
    "disability_kind",
    "main_cause",
    "income_net",
    "address",
]


@pytest.mark.parametrize("column", FORBIDDEN)
def test_a_forbidden_column_is_refused(day: Day, column: str) -> None:
    cases = at_check(day, 1)
    with pytest.raises(NoticeRefused) as refused:
        publish(cases, columns=["householder", column])
    assert [one.where for one in refused.value.problems] == [column]
    assert not Notice.objects.exists()


def test_nothing_of_a_household_leaves_with_its_notice(day: Day) -> None:
    """Every sensitive fact of the household is set; none of it is in the view, nor on paper."""
    cases = at_check(day, 1)
    household = Household.objects.get(pk=cases[0].subject_id)
    secrets = {"phone": "13900001111", "bank_account": "6222000011112222", "address": "柳林村9号院"}
    sealed = {
        name: encrypt(secrets[name], bound_to=f"registry.household.{name}:{household.pk}")
        for name in ("phone", "bank_account")
    }
    facts = {**secrets, **sealed}
    Household.objects.filter(pk=household.pk).update(**facts, main_cause=1)
    member = Membership.objects.filter(household=household).first()
    assert member is not None
    type(member.person).objects.filter(pk=member.person_id).update(
        id_number=encrypt("990101196104010011", bound_to="registry.person.id_number:x"),
        id_tail="0011",
        health=40,
        disability_kind=6,
    )
    view = public_view(publish(cases), day.now)
    shown = repr(view) + text_of(as_pdf([notice_paper(view)]))
    for secret in (*secrets.values(), "990101196104010011", "0011", "因病", "大病", "精神", "320000", "3200"):
        assert secret not in shown
    assert household.household_no not in shown


def test_what_stands_on_it_is_what_was_said(day: Day) -> None:
    cases = at_check(day)
    view = public_view(publish(cases), day.now)
    assert list(view.headings) == ["序号", "行政村", "村民小组", "户主", "家庭人口", "公示事由"]
    names = [f"户*{'*' * 3}{case.about['household_no'][-1]}" for case in cases]
    assert [row[3] for row in view.rows] == names
    assert view.rows[0][:3] == (1, "柳林村", "1组")
    assert {row[4:] for row in view.rows} == {(2, "拟识别")}
    said = text_of(as_pdf([notice_paper(view)]))
    for part in (
        WORDING.title,
        WORDING.text,
        WORDING.phone,
        WORDING.address,
        WORDING.audience,
        view.link,
        *names,
    ):
        assert squeezed(part) in said
    assert "公示时间:2026年3月2日至2026年3月8日" in said
    assert size_of(as_pdf([notice_paper(view, size="a3")])) == (297, 420)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("张小三", "张*三"), ("欧阳文明", "欧**明"), ("张", "张"), ("", "")],
)
def test_names_are_masked_in_the_middle(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_the_parameter_decides_whether_names_are_masked(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    assert notices.masks_names(day.now, WILLOW)
    cases = at_check(day, 1)
    monkeypatch.setattr(notices, "masks_names", lambda day, area: False)
    view = public_view(publish(cases), day.now)
    assert view.rows[0][3] == f"户主{cases[0].about['household_no'][-4:]}"


def test_chosen_columns_only(day: Day) -> None:
    view = public_view(publish(at_check(day, 1), columns=["reason", "householder"]), day.now)
    assert list(view.headings) == ["序号", "户主", "公示事由"]


def test_it_comes_down_by_itself(day: Day) -> None:
    found = publish(at_check(day, 1))
    assert found.until == MONDAY + timedelta(days=7)
    day.on(6)
    assert posted(found.code, day.now) == found
    assert list(Notice.objects.posted_on(day.now).within(WILLOW)) == [found]
    assert not Notice.objects.posted_on(day.now).within(BRIDGE).exists()
    day.on(1)
    assert not Notice.objects.posted_on(day.now).exists()
    with pytest.raises(NotFound):
        posted(found.code, day.now)


def test_publishing_is_the_record_for_which_the_step_waits(day: Day) -> None:
    cases = at_check(day)
    found = publish(cases)
    for case in cases:
        record = case.records.get(kind="village_notice")
        assert record.data == {"place": "村公示栏", "notice": found.pk, "until": "2026-03-09"}
    with pytest.raises(RowsRefused):
        decide(cases, "village_check", CLERK)
    day.on(7)
    decide(cases, "village_check", CLERK)


def test_only_whoever_does_the_step_publishes(day: Day) -> None:
    cases = at_check(day, 1)
    with pytest.raises(RowsRefused):
        publish(cases, **TOWNSHIP.acts)
    with pytest.raises(NotFound):
        publish(cases, **ELSEWHERE.acts)
    with pytest.raises(RowsRefused):
        publish([cases[0], cases[0]])
    with pytest.raises(NothingGiven):
        publish([])
    assert not Notice.objects.exists()


def test_a_notice_goes_on_record_by_publishing_alone(day: Day) -> None:  # S2-43
    """Neither one case nor many take the record by hand, not even with the number of a notice that hangs elsewhere."""
    cases = at_check(day, 2)
    posted_elsewhere = publish(cases[:1])
    row = RecordRow(case=cases[1].pk, revision=revision(cases[1]), data={"notice": posted_elsewhere.pk})
    with pytest.raises(OnlyPublished) as refused:
        record_on(case=row.case, kind="village_notice", revision=row.revision, data=row.data, **CLERK.acts)
    assert "只能由发布公示产生" in refused.value.sentence("zh")
    with pytest.raises(OnlyPublished):
        record_many(kind="village_notice", rows=[row], **CLERK.acts)
    assert not cases[1].records.filter(kind="village_notice").exists()
    publish(cases[1:])
    assert cases[1].records.filter(kind="village_notice").count() == 1


def test_a_step_without_a_notice_has_none(day: Day) -> None:
    cases = apply_all(opened(1))
    with pytest.raises(NoNotice):
        publish(cases)


@pytest.mark.parametrize(
    "part",
    [
        {"title": " "},
        {"text": ""},
        {"phone": ""},
        {"address": " "},
        {"issuer": ""},
        {"audience": ""},
        {"text": "户主身份证990101196104010011"},
        {"title": "联系13900001111"},
        {"text": "该户因病致贫"},
        {"text": "户主患慢性病"},
    ],
)
def test_words_that_may_not_be_public(day: Day, part: dict[str, str]) -> None:
    with pytest.raises(NoticeRefused) as refused:
        publish(at_check(day, 1), replace(WORDING, **part))
    assert len(refused.value.problems) == 1


def test_an_objection_to_a_line_stops_its_case(day: Day) -> None:
    cases = at_check(day)
    found = publish(cases)
    told = {"notice": found.pk, "serial": 2, "text": "该户有商品房", "raised_by": "村民某"}
    objection = object_to_line(**told, by=PUBLIC).objection
    assert Objection.objects.get(pk=objection.pk).case_id == cases[1].pk
    day.on(7)
    with pytest.raises(RowsRefused):
        decide(cases, "village_check", CLERK)
    decide([cases[0], cases[2]], "village_check", CLERK)
    answer_to(objection=objection.pk, upheld=False, answer="已核实,无商品房", **SECOND_CLERK.acts)
    decide([cases[1]], "village_check", CLERK)


def objects(notice: Notice, serial: int = 1, *, address: str = "203.0.113.9", **parts: Any) -> LineObjection:
    said = {"text": "该户有商品房", "raised_by": "", "by": visitor(address)} | parts
    return object_to_line(notice=notice.pk, serial=serial, **said)


def test_later_objections_are_added_to_the_open_one_and_get_its_answer(day: Day) -> None:
    cases = at_check(day, 1)
    found = publish(cases)
    first = objects(found)
    seen = revision(cases[0])
    second = objects(found, address="203.0.113.10", text="还有小汽车一辆")
    assert (first.objection, revision(cases[0])) == (second.objection, seen)
    assert WorkItem.objects.open().filter(kind="procedure.objection").count() == 1
    answer_to(objection=first.objection_id, upheld=False, answer="已核实,均不属实", **SECOND_CLERK.acts)
    for voice in (first, second):
        state = state_of(voice.receipt)
        assert state is not None
        assert (state.state.zh, state.answer) == ("异议不成立", "已核实,均不属实")
    assert objects(found, address="203.0.113.11").objection != first.objection


def test_a_flood_is_stopped_and_told_where_to_go(day: Day) -> None:
    found = publish(at_check(day, 3))
    for serial in (1, 2, 3, 1, 2):
        objects(found, serial)
    with pytest.raises(TooManyVoices) as refused:
        objects(found, 3)
    assert WORDING.phone in refused.value.sentence("zh")
    objects(found, 3, address="203.0.113.10")
    for at in range(28):
        objects(found, 1, address=f"198.51.100.{at}")
    with pytest.raises(TooManyVoices) as refused:
        objects(found, 1, address="192.0.2.1")
    assert "对这一行" in refused.value.sentence("zh")
    assert Objection.objects.count() == 3
    day.on(1)
    objects(found, 1)


def test_whoever_objects_is_reached_by_who_answers_alone(day: Day) -> None:
    found = publish(at_check(day, 1))
    with pytest.raises(BadContact):
        objects(found, contact="没有电话")
    voice = objects(found, contact="139 9000-0001")
    stored = LineObjection.objects.get(pk=voice.pk)
    assert "13990000001" not in str(stored.contact)
    assert stored.contact_tail == "0001"
    assert not AuditRecord.objects.filter(address="203.0.113.9").exists()
    ask = {"voice": voice.pk, "reason": "电话答复异议人"}
    with pytest.raises(OwnDecision):
        reveal_contact(**ask, **CLERK.acts)
    with pytest.raises(NotFound):
        reveal_contact(**ask, **ELSEWHERE.acts)
    assert reveal_contact(**ask, **SECOND_CLERK.acts) == "13990000001"
    assert AuditRecord.objects.filter(action__contains="read", subject_kind="case").exists()


def test_a_receipt_is_long_and_read_as_it_is_typed(day: Day) -> None:
    receipt = objects(publish(at_check(day, 1))).receipt
    assert len(receipt) == LENGTH >= 12  # 59 bits: nobody guesses one
    assert as_typed(f" {in_groups(receipt).lower()} ") == receipt
    assert as_typed("张三") == as_typed("23456789A") == ""
    assert state_of("2" * LENGTH) is None


def test_no_objection_through_a_notice_that_hangs_no_more(day: Day) -> None:
    found = publish(at_check(day, 1))
    with pytest.raises(NotFound):
        object_to_line(notice=found.pk, serial=9, text="该户有商品房", raised_by="某", by=PUBLIC)
    day.on(7)
    with pytest.raises(NoticeOver) as refused:
        object_to_line(notice=found.pk, serial=1, text="该户有商品房", raised_by="某", by=PUBLIC)
    assert WORDING.phone in refused.value.sentence("zh")


def test_taking_it_down_needs_a_reason(day: Day) -> None:
    found = publish(at_check(day, 1))
    with pytest.raises(ReasonRequired):
        withdraw_notice(notice=found.pk, reason="", **CLERK.acts)
    with pytest.raises(NotFound):
        withdraw_notice(notice=found.pk, reason="名单有误,重新公示", **ELSEWHERE.acts)
    withdraw_notice(notice=found.pk, reason="名单有误,重新公示", **CLERK.acts)
    assert not Notice.objects.posted_on(day.now).exists()
    day.on(7)
    with pytest.raises(RowsRefused):  # the days of a notice that did not hang are not over
        decide([line.case for line in found.lines.all()], "village_check", CLERK)
    with pytest.raises(NoticeOver):
        withdraw_notice(notice=found.pk, reason="名单有误,重新公示", **CLERK.acts)


def test_the_photo_of_the_board(day: Day) -> None:
    found = publish(at_check(day, 1))
    attach_photo(notice=found.pk, photo=PHOTO, **CLERK.acts)
    found.refresh_from_db()
    assert (found.photo_name, found.photo_sha256) == (PHOTO.name, PHOTO.sha256)


def test_lines_are_never_changed(day: Day) -> None:
    publish(at_check(day, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeLine.objects.update(householder="别人")


def test_a_text_for_everybody(day: Day) -> None:
    asked = {"division_code": WILLOW, "wording": WORDING, **CLERK.acts}
    with pytest.raises(NoticeRefused):
        publish_text(until=day.now, **asked)
    found = publish_text(until=day.now + timedelta(days=3), **asked)
    view = public_view(found, day.now)
    assert (view.rows, view.headings, view.last_day) == ([], [], date(2026, 3, 4))
    assert squeezed(WORDING.text) in text_of(as_pdf([notice_paper(view)]))
