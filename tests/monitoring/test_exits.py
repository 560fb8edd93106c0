"""Households leave one by one: by a sheet of their own, the engine's verdict and all steps (S0-46, S4-76, S2-02)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bangfu.accounts.roles import Role
from bangfu.monitoring import procedures as guards
from bangfu.monitoring import signers
from bangfu.monitoring.actions.exits import VerificationRow, decide_exits, open_exits, record_verifications
from bangfu.monitoring.errors import NothingGiven, NotVerified
from bangfu.monitoring.verdicts import judge, judge_many, verdict_problems
from bangfu.monitoring.verifications import read_sheet, title_of
from bangfu.platform.audit.queries import verify
from bangfu.platform.errors import NotAllowed, NotFound, Problem
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.errors import CannotOpen, NotReady, NotYours
from bangfu.platform.procedures.queries import hindrances
from bangfu.policy.exit.leaving import LINE
from bangfu.policy.parameters import DatedValue, Parameters, parameters
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.rows_of_people import number_facets
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Event, Household, Person, Standing
from bangfu.registry.queries import incidence
from bangfu.targeting.errors import RowsRefused
from tests.cast.places import COUNTY, WILLOW
from tests.cast.stories import identity
from tests.monitoring.world import (
    CLERK,
    ELSEWHERE,
    OFFICE,
    STANDING,
    TOWNSHIP,
    Day,
    at_county,
    decide,
    enter,
    fresh,
    hand,
    left,
    pass_together,
    put,
    sheet,
    stands,
    verified,
)
from tests.quality.test_help import take

MARK = codes("exit_mark")


def whys(problems: object) -> str:
    assert isinstance(problems, list | tuple)
    return " ".join(
        f"{one.where.zh if not isinstance(one.where, str) else one.where}{one.why.zh}" for one in problems
    )


def test_households_leave_by_every_step_and_the_marks_follow(day: Day) -> None:
    households = enter(3)
    cases = left(households, day)
    assert {case.state for case in cases} == {"passed"}
    for household, case in zip(households, cases, strict=True):
        household.refresh_from_db()
        assert (household.exit_mark, household.exited_on) == (MARK.exited, day.now)
        spells = list(Standing.objects.filter(household=household).order_by("since"))
        assert [(one.kind, one.until) for one in spells] == [
            (STANDING.registered, day.now),
            (STANDING.exited, None),
        ]
        assert spells[1].basis == f"case:{case.pk}"
        assert spells[1].policy_version == "household_exit/standard"
    assert Event.objects.filter(kind=EventKind.EXIT, day=day.now).count() == 3
    assert incidence(WILLOW, day.now).poor == 0
    assert verify().whole


def test_nobody_passes_in_bulk_without_a_sheet_of_its_own(day: Day) -> None:
    """S4-76: acceptance household by household; one without a sheet holds all of them back."""
    cases = open_exits(household_nos=[one.household_no for one in enter(3)], **CLERK.acts)
    rows = [VerificationRow(case=one.pk, revision=one.revision, sheet=sheet()) for one in cases[:2]]
    record_verifications(rows=rows, **CLERK.acts)
    with pytest.raises(NotVerified) as refusal:
        pass_together(cases, "verification", CLERK)
    assert [problem.where for problem in refusal.value.problems] == [cases[2].about["household_no"]]
    assert "S4-76" in refusal.value.sentence()
    assert {fresh(one).step for one in cases} == {"verification"}


def test_many_sheets_are_answered_row_by_row_and_none_is_kept(day: Day) -> None:  # S4-76
    cases = open_exits(household_nos=[one.household_no for one in enter(3)], **CLERK.acts)
    sheets = [sheet(), sheet(members=5), sheet(helper="户主一")]
    rows = [
        VerificationRow(case=one.pk, revision=one.revision, sheet=said)
        for one, said in zip(cases, sheets, strict=True)
    ]
    with pytest.raises(RowsRefused) as refusal:
        record_verifications(rows=rows, **CLERK.acts)
    numbers = [one.about["household_no"] for one in cases]
    assert {named(one).partition(" · ")[0] for one in refusal.value.problems} == set(numbers[1:])
    assert not any(one.records.exists() for one in cases)


def test_an_empty_batch_is_no_exit(day: Day) -> None:
    with pytest.raises(NothingGiven):
        open_exits(household_nos=[], **CLERK.acts)
    with pytest.raises(NothingGiven):
        decide_exits(step="verification", rows=[], **CLERK.acts)


def test_income_below_the_line_of_the_day_stops_the_household(day: Day) -> None:
    """The line in force on the day of the sheet: 4 000 yuan for each of two."""
    (case,) = verified(enter(), income_wage=799_998)
    with pytest.raises(NotReady) as refusal:
        decide(case, "verification", CLERK)
    assert "人均纯收入3999.99元" in whys(refusal.value.problems)
    assert "4000元" in whys(refusal.value.problems)
    put(
        case,
        "exit_verification",
        CLERK,
        data=sheet(income_wage=800_000).as_data(),
        signatures=["陈丽", "户主一"],
    )
    decide(case, "verification", CLERK)
    assert fresh(case).step == "village_review"


@pytest.mark.parametrize("key", ["food", "clothing", "schooling", "medical", "housing", "water"])
@pytest.mark.parametrize("answer", ["no", "cannot_tell"])
def test_each_guarantee_stops_the_household_and_is_named(day: Day, key: str, answer: str) -> None:
    (case,) = verified(enter(), said={key: answer})
    (problem,) = hindrances(fresh(case), by=CLERK.actor, role="village")
    assert not isinstance(problem.where, str)
    assert problem.where == title_of(key)
    assert ("无法判断" in problem.why.zh) == (answer == "cannot_tell")
    assert "S0-46" in problem.why.zh
    with pytest.raises(NotReady):
        decide(case, "verification", CLERK)
    assert stands(Household.objects.get(pk=case.subject_id)) == STANDING.registered


def test_income_that_could_not_be_told_is_no_silent_no(day: Day) -> None:
    found = judge(sheet(income_transfer=None), day.now, WILLOW)
    assert found.ready is Verdict.CANNOT_TELL
    assert found.of("exit_income_over_line").missing == ("income_transfer",)
    (problem,) = verdict_problems(found)
    assert not isinstance(problem.where, str)
    assert problem.where.zh == "转移性收入"


def test_the_verdict_says_what_it_read_and_by_which_values(day: Day) -> None:
    found = judge(sheet(), date(2018, 12, 20), WILLOW)
    income = found.of("exit_income_over_line")
    assert found.ready is Verdict.YES
    assert (found.income_per_head, found.line) == (1_000_000, 299_500)
    assert set(income.inputs) >= {"income_wage", "members"}
    ((parameter, entry),) = income.values
    assert (parameter.key, entry.value) == (LINE, 299_500)
    assert entry.reference


def test_many_sheets_are_judged_as_each_alone(day: Day) -> None:
    sheets = [
        sheet(income_wage=wage, said={"food": food}) for wage in (1, 900_000, None) for food in ("yes", "no")
    ]
    together = judge_many(sheets, date(2025, 6, 1), WILLOW)
    assert [one.ready for one in together] == [judge(one, date(2025, 6, 2), WILLOW).ready for one in sheets]
    assert {one.ready for one in together} == set(Verdict)


def test_no_county_moves_the_line(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """S2-02: a line set below the province is not used, and stops the approval until it is gone."""
    line = parameters()[LINE]
    lower = {COUNTY[:6]: (DatedValue(date(2020, 1, 1), 100_000, "县里自定"),)}
    cases = verified(enter())
    at_county(cases, day)
    known = Parameters({**parameters(), LINE: replace(line, areas=lower)})
    monkeypatch.setattr(guards, "parameters", lambda: known)
    with pytest.raises(RowsRefused) as refusal:
        pass_together(cases, "county_approval", OFFICE)
    assert "S2-02" in whys(refusal.value.problems)
    monkeypatch.undo()


def test_two_people_sign_and_the_record_holds_both(day: Day) -> None:
    (case,) = verified(enter())
    put(case, "exit_verification", CLERK, data=sheet().as_data(), signatures=["陈丽", "别人"])
    with pytest.raises(NotReady) as refusal:
        decide(case, "verification", CLERK)
    assert "签名人" in whys(refusal.value.problems)


def test_the_audit_and_the_approval_belong_to_other_people(day: Day) -> None:
    both = hand("两岗", Role.VILLAGE, WILLOW)
    cases = verified(enter())
    at_county(cases, day)
    with pytest.raises(NotYours):
        decide(cases[0], "county_approval", TOWNSHIP)
    with pytest.raises(NotYours):
        decide(cases[0], "county_approval", both)
    assert stands(Household.objects.get(pk=cases[0].subject_id)) == STANDING.registered


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"members": 3}, "登记2人"),
        ({"income_year": 2023}, "不是本年或上年"),
        ({"income_wage": -1}, "有效的金额"),
        ({"helper": ""}, "没有签名"),
        ({"helper": "户主一"}, "不能是同一人"),
        ({"visited_on": date(2025, 1, 1)}, "天内"),
        ({"visited_on": date(2026, 3, 3)}, "天内"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused_by_item(day: Day, parts: dict[str, object], named: str) -> None:
    (case,) = open_exits(household_nos=[enter()[0].household_no], **CLERK.acts)
    wrong = replace(sheet(), **parts)
    with pytest.raises(RowsRefused) as refusal:
        record_verifications(rows=[VerificationRow(case=case.pk, revision=1, sheet=wrong)], **CLERK.acts)
    assert named in whys(refusal.value.problems)


def helped(home: Household, helper: str) -> None:
    """The department's list names a helper for the householder."""
    number = identity("1972-03-07", 11)
    heads = Person.objects.filter(memberships__household=home, memberships__relation=codes("relation").head)
    assert heads.update(id_token=number_facets([number])["id_token"][0]) == 1
    assert take("helpers", {"id_number": number, "helper": helper}) == 1


def test_a_member_of_the_same_name_does_not_hide_the_householder(day: Day) -> None:  # S4-76
    (home,) = enter()
    Person.objects.filter(memberships__household=home).update(name="王秀英")
    assert list(signers.strangers("陈丽", "王秀英", home, day.now)) == []


@pytest.mark.parametrize(
    ("signed", "named"),
    [
        ({"householder": "户主0001", "helper": "陈丽"}, ()),
        ({"householder": "妻0001", "helper": "陈丽"}, ("是家庭成员,不是户主“户主0001”",)),
        ({"householder": "赵六", "helper": "陈丽"}, ("也不是该户成员",)),
        ({"householder": "户主0001", "helper": "赵六"}, ("不在该户的结对帮扶名单中(名单:陈丽)",)),
        ({"householder": "赵六", "helper": "钱七"}, ("也不是该户成员", "结对帮扶名单")),
    ],
)
def test_strangers_who_signed_are_explained(day: Day, signed: dict[str, str], named: tuple[str, ...]) -> None:
    """S4-76: the householder's own hand and the helper's, or a word about whose it is."""
    (home,) = enter()
    helped(home, "陈丽")
    (case,) = open_exits(household_nos=[home.household_no], **CLERK.acts)
    row = VerificationRow(case=case.pk, revision=1, sheet=sheet(**signed, signed_why=""))
    if named:
        with pytest.raises(RowsRefused) as refusal:
            record_verifications(rows=[row], **CLERK.acts)
        assert len(refusal.value.problems) == len(named)
        assert all(one in whys(refusal.value.problems) for one in named)
        row = replace(row, sheet=sheet(**signed, signed_why="户主外出,其弟代签"))
    record_verifications(rows=[row], **CLERK.acts)
    shown = list(signers.strangers(signed["helper"], signed["householder"], home, day.now))
    assert len(shown) == len(named)  # the page shows it although it was explained


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"dangerous_dwelling": True}, "登记为危房"),
        ({"dwelling_grade": 4}, "登记为危房"),
        ({"safe_water": False}, "登记为没有解决"),
    ],
)
def test_a_sheet_that_the_registry_contradicts_is_refused(
    day: Day, facts: dict[str, object], named: str
) -> None:
    (case,) = open_exits(household_nos=[enter(**facts)[0].household_no], **CLERK.acts)
    row = VerificationRow(case=case.pk, revision=1, sheet=sheet())
    with pytest.raises(RowsRefused) as refusal:
        record_verifications(rows=[row], **CLERK.acts)
    assert named in whys(refusal.value.problems)
    said = dict.fromkeys(("housing", "water"), "no")
    record_verifications(rows=[replace(row, sheet=sheet(said))], **CLERK.acts)


def test_an_answer_without_evidence_or_outside_the_three_is_refused() -> None:
    data = sheet_data()
    data["guarantees"]["food"] = {"answer": "maybe", "evidence": "看过了没问题"}
    data["guarantees"]["water"] = {"answer": "yes", "evidence": " "}
    del data["guarantees"]["medical"]
    found, problems = read_sheet(data)
    assert found is None
    assert [named(one) for one in problems] == ["不愁吃", "基本医疗有保障", "饮水安全有保障"]


@pytest.mark.parametrize("data", [{}, {"guarantees": []}, {"guarantees": {"food": "yes"}}, {"members": True}])
def test_rubbish_is_refused_and_never_breaks(data: dict[str, object]) -> None:
    found, problems = read_sheet(data)
    assert found is None
    assert len(problems) >= 8


def test_what_goes_on_record_reads_back_the_same() -> None:
    whole = sheet(
        {"food": "cannot_tell"}, income_property=None, income_business=-5, visited_on=date(2026, 3, 1)
    )
    assert read_sheet(whole.as_data()) == (whole, [])


def test_only_the_registered_leave_and_only_from_their_own_village(day: Day) -> None:
    (stranger,) = enter(first=9, standing=False)
    with pytest.raises(CannotOpen):
        open_exits(household_nos=[stranger.household_no], **CLERK.acts)
    (household,) = enter()
    with pytest.raises(NotFound):
        open_exits(household_nos=[household.household_no], **ELSEWHERE.acts)
    with pytest.raises(NotYours):
        open_exits(household_nos=[household.household_no], **TOWNSHIP.acts)
    auditor = hand("审计", Role.AUDIT_ADMIN, COUNTY)
    with pytest.raises((NotAllowed, NotFound)):
        open_exits(household_nos=[household.household_no], **auditor.acts)


def test_a_foreign_case_answers_like_a_missing_one(day: Day) -> None:
    (case,) = verified(enter())
    for number in (case.pk, case.pk + 99):
        row = Decided(case=number, decision="pass", revision=2)
        with pytest.raises(NotFound):
            decide_exits(step="verification", rows=[row], **ELSEWHERE.acts)


def named(problem: Problem) -> str:
    assert not isinstance(problem.where, str)
    return problem.where.zh


def sheet_data() -> dict[str, Any]:
    return sheet(visited_on=date(2026, 3, 1)).as_data()
