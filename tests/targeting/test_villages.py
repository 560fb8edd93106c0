"""Recognition of a village in three steps (S4-55), and the checklists it then works through (S1-12..15, S1-53)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bangfu.divisions.actions import set_attribute
from bangfu.divisions.models import DivisionAttribute
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.platform.procedures.enums import CaseState
from bangfu.platform.procedures.errors import NotReady, NotYours, WrongStep
from bangfu.platform.procedures.models import Case
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy import villages, yaml_files
from bangfu.policy.errors import BadPolicyFile
from bangfu.policy.villages import checklists, standards_in_force
from bangfu.registry.actions.standing_changes import StandingChange, open_standings
from bangfu.registry.models import Household
from bangfu.targeting.actions.cases import record_on
from bangfu.targeting.actions.villages import (
    apply_for_village,
    finish_checklist,
    report_item,
    settle_village_work,
)
from bangfu.targeting.checklists import overdue, states, village_state
from bangfu.targeting.errors import (
    AlreadyDone,
    AlreadyRecognised,
    BadItem,
    ListIncomplete,
    NotRecognised,
    NoVillage,
    UnknownItem,
)
from bangfu.targeting.models import Recognition, VillageItem
from tests.cast.places import COUNTY, WILLOW, WILLOW_TOWN
from tests.postgresql import both_databases
from tests.targeting import world
from tests.targeting.world import (
    CLERK,
    COUNTY_OFFICE,
    ELSEWHERE,
    STANDING,
    TOWNSHIP,
    Day,
    act,
    fresh,
    revision,
)

pytestmark = both_databases
FIGURES = {"income_per_head": 2700, "poverty_rate": 43.5, "collective_income": 0}


def applied(standard: str = "2013", **parts: Any) -> Case:
    return apply_for_village(
        **{
            "division_code": WILLOW,
            "standard": standard,
            "statement": "全村申请",
            "signed_by": "村主任",
            **CLERK.acts,
            **parts,
        }
    )


def put(case: Case, kind: str, who: world.Hand, **parts: Any) -> None:
    record_on(case=case.pk, kind=kind, revision=revision(case), **who.acts, **parts)


def at_county() -> Case:
    case = applied()
    act(case, "village_application", CLERK)
    put(case, "meeting_minutes", TOWNSHIP, data={"meeting": "班子会"}, signatures=["书记", "镇长"])
    act(case, "township_meeting", TOWNSHIP)
    return case


def recognised(day: Day) -> Case:
    case = at_county()
    put(case, "village_indicators", COUNTY_OFFICE, data={"values": FIGURES})
    world.publish([case], COUNTY_OFFICE)
    day.on(5)
    act(case, "county_decision", COUNTY_OFFICE)
    return fresh(case)


def report(item: str, **parts: Any) -> VillageItem:
    return report_item(
        **{
            "division_code": WILLOW,
            "checklist": "nine_items",
            "item": item,
            "met": True,
            "evidence": "县级验收单",
            **CLERK.acts,
            **parts,
        }
    )


def report_all(*, but: str = "") -> None:
    for item in checklists()["nine_items"].items:
        if item.key != but:
            shares = {"households_with": 80, "households_all": 80} if item.households else {}
            report(item.key, certificate="6109-001" if item.certificate else "", **shares)


class TestThreeSteps:
    def test_the_village_carries_the_label_from_the_day_of_the_decision(
        self, day: Day
    ) -> None:  # S4-55, S1-12
        case = recognised(day)
        assert case.state == CaseState.PASSED
        label = DivisionAttribute.objects.get(division_code=WILLOW)
        assert (label.kind, label.since) == (DivisionAttribute.Kind.POOR_VILLAGE, day.now)
        assert f"办件 {case.pk}" in label.document
        assert Recognition.objects.get().standard == "2013"

    def test_its_team_and_its_policies_are_on_the_worklists(self, day: Day) -> None:  # S1-13
        recognised(day)
        items = {item.key: item.role for item in WorkItem.objects.open()}
        assert items == {
            f"recognised:{WILLOW}:team": "county_office",
            f"recognised:{WILLOW}:policies": "township",
        }
        settle_village_work(division_code=WILLOW, what="team", note="已派驻三人工作队", **COUNTY_OFFICE.acts)
        assert WorkItem.objects.open().count() == 1
        with pytest.raises(NotAllowed):
            settle_village_work(division_code=WILLOW, what="policies", note="已落实", **CLERK.acts)
        with pytest.raises(NotFound):
            settle_village_work(division_code=WILLOW, what="rest", note="已落实", **COUNTY_OFFICE.acts)

    @pytest.mark.parametrize("standard", ["", "2099"])
    def test_without_a_version_of_the_standard_no_step_passes(self, day: Day, standard: str) -> None:  # S1-12
        case = applied(standard)
        with pytest.raises(NotReady) as refused:
            act(case, "village_application", CLERK)
        (problem,) = refused.value.problems
        assert "S1-12" in problem.why.zh
        assert "2013" in problem.now.zh

    def test_no_step_is_skipped_and_each_has_its_actor(self, day: Day) -> None:  # S4-55
        case = applied()
        with pytest.raises(WrongStep):
            act(case, "county_decision", COUNTY_OFFICE)
        with pytest.raises(NotYours):
            act(case, "village_application", TOWNSHIP)
        with pytest.raises(NotFound):
            applied(**ELSEWHERE.acts)

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"poverty_rate": None}, "没有填写"),
            ({"poverty_rate": True}, "没有填写"),
            ({"poverty_rate": 140}, "140 高于标准 100"),
        ],
    )
    def test_every_figure_of_the_standard_is_there(  # S4-55
        self, day: Day, changed: dict[str, Any], why: str
    ) -> None:
        case = at_county()
        put(case, "village_indicators", COUNTY_OFFICE, data={"values": {**FIGURES, **changed}})
        world.publish([case], COUNTY_OFFICE)
        day.on(5)
        with pytest.raises(NotReady) as refused:
            act(case, "county_decision", COUNTY_OFFICE)
        (problem,) = refused.value.problems
        assert why in problem.why.zh
        assert not DivisionAttribute.objects.exists()

    def test_a_poor_village_does_not_apply_nor_a_township(self, day: Day) -> None:
        with pytest.raises(NoVillage):
            applied(division_code=WILLOW_TOWN, **TOWNSHIP.acts)
        set_attribute(
            by=Actor.system("test"),
            division_code=WILLOW,
            kind=DivisionAttribute.Kind.POOR_VILLAGE,
            since=day.now,
            document="文",
        )
        with pytest.raises(AlreadyRecognised):
            applied()


class TestStandards:
    def test_the_observed_bounds_are_no_limits(self) -> None:  # S4-55, S2-02
        (standard,) = standards_in_force(date(2019, 1, 1), WILLOW)
        assert [(one.key, one.least, one.most) for one in standard.indicators] == [
            ("income_per_head", None, None),
            ("poverty_rate", None, 100),
            ("collective_income", None, None),
        ]
        assert standards_in_force(date(2012, 1, 1), WILLOW) == ()

    def test_no_county_sets_a_standard_of_its_own(  # S2-02
        self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = (yaml_files.HERE / "who" / "villages.yaml").read_text(encoding="utf-8")
        path = tmp_path / "villages.yaml"
        path.write_text(text.replace("areas: ['']", "areas: ['990101']"), encoding="utf-8")
        monkeypatch.setattr(villages, "_FILE", path)
        villages._content.cache_clear()
        try:
            with pytest.raises(BadPolicyFile) as refused:
                villages.standards.__wrapped__()
            assert "990101" in refused.value.sentence("zh")
        finally:
            villages._content.cache_clear()


class TestChecklists:
    def test_nine_items_and_ten(self) -> None:  # S1-15, S1-53
        assert len(checklists()["nine_items"].items) == 9
        assert checklists()["nine_items"].deadline == date(2019, 12, 31)
        assert len(checklists()["ten_items"].items) == 10

    def test_it_is_done_when_no_item_lacks(self, day: Day) -> None:  # S1-15
        recognised(day)
        report_all(but="clinic")
        with pytest.raises(ListIncomplete) as refused:
            finish_checklist(division_code=WILLOW, checklist="nine_items", **TOWNSHIP.acts)
        (problem,) = refused.value.problems
        assert problem.as_json("zh")["where"] == "标准化村卫生室"
        report("clinic", met=False)
        assert village_state(WILLOW, "nine_items", day.now).met == 8
        report("clinic")
        with pytest.raises(NotAllowed):
            finish_checklist(division_code=WILLOW, checklist="nine_items", **CLERK.acts)
        finish_checklist(division_code=WILLOW, checklist="nine_items", **TOWNSHIP.acts)
        with pytest.raises(AlreadyDone):
            report("clinic", met=False)

    def test_the_ten_items_as_well(self, day: Day) -> None:  # S1-53
        recognised(day)
        for item in checklists()["ten_items"].items:
            report(item.key, checklist="ten_items")
        finish_checklist(division_code=WILLOW, checklist="ten_items", **COUNTY_OFFICE.acts)
        state = village_state(WILLOW, "ten_items", day.now)
        assert (state.met, state.done_on, state.overdue) == (10, day.now, False)

    @pytest.mark.parametrize(
        ("item", "parts", "why"),
        [
            ("doctor", {}, "没有填写医生的证书编号"),
            ("broadband", {}, "须填写达标户数和全村户数"),
            ("broadband", {"households_with": 90, "households_all": 80}, "须填写达标户数和全村户数"),
            ("broadcasting", {"households_with": 79, "households_all": 80}, "须户户达标"),
            ("clinic", {"evidence": " "}, "没有写明依据"),
        ],
    )
    def test_an_item_is_met_with_what_it_takes(  # S1-15
        self, day: Day, item: str, parts: dict[str, Any], why: str
    ) -> None:
        recognised(day)
        with pytest.raises(BadItem) as refused:
            report(item, **parts)
        assert why in refused.value.problems[0].why.zh
        assert not VillageItem.objects.exists()

    def test_the_registry_contradicts_a_full_share(self, day: Day) -> None:  # S1-15
        recognised(day)
        world.enter(1, broadband=False)
        household = Household.objects.get()
        change = StandingChange(household.pk, WILLOW, STANDING.registered, day.now)
        open_standings([change], basis="case:1", by=CLERK.actor, policy_version="x")
        with pytest.raises(BadItem) as refused:
            report("broadband", households_with=80, households_all=80)
        assert household.household_no in refused.value.problems[0].why.zh
        report("broadband", met=False, households_with=79, households_all=80)

    def test_late_villages_are_listed(self, day: Day) -> None:  # S1-15
        recognised(day)
        (late,) = overdue(COUNTY_OFFICE.scope, COUNTY, "nine_items", day.now)
        assert (late.division_code, late.name, late.met) == (WILLOW, "柳林村", 0)
        assert overdue(ELSEWHERE.scope, COUNTY, "nine_items", day.now) == []
        assert overdue(COUNTY_OFFICE.scope, COUNTY, "ten_items", day.now) == []
        report_all()
        finish_checklist(division_code=WILLOW, checklist="nine_items", **TOWNSHIP.acts)
        assert overdue(COUNTY_OFFICE.scope, COUNTY, "nine_items", day.now) == []
        assert len(states(COUNTY_OFFICE.scope, COUNTY, "nine_items", day.now)) == 1

    def test_a_village_that_is_not_recognised_has_none(self, day: Day) -> None:
        with pytest.raises(NotRecognised):
            report("clinic")

    def test_unknown_items_and_lists(self, day: Day) -> None:
        recognised(day)
        with pytest.raises(UnknownItem):
            report("pond")
        with pytest.raises(NotFound):
            report("clinic", checklist="eleven_items")
