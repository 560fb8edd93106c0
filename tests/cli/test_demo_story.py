"""The story of the demo, told in the cast's county: every state that a screen shows is there, made by its own post."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.conf import LazySettings

from bangfu.cli import demo_story
from bangfu.cli.demo_story.leaving import FIRST_YEAR
from bangfu.divisions.codes import Level
from bangfu.divisions.models import Division
from bangfu.monitoring.models import PlannedExit, SelfReport, Target
from bangfu.monitoring.reports import report_lines
from bangfu.monitoring.watch import monitored
from bangfu.platform import clock
from bangfu.platform.procedures.models import Act, Case, CaseRecord
from bangfu.registry.models import Standing
from bangfu.targeting.models import Recognition, Round
from bangfu.targeting.notice_models import Notice
from bangfu.targeting.notifying import told
from tests.cast import office
from tests.cast.places import COUNTY, WILLOW, WILLOW_TOWN

PLACE = demo_story.Place(COUNTY, WILLOW_TOWN, WILLOW)


@pytest.fixture
def demo(cast: None, settings: LazySettings) -> None:
    """The cast in demo mode, with as many villages in its township as the story has rounds."""
    settings.BANGFU_DEMO, settings.BANGFU_TODAY = True, None
    for code, name in (("990101001204", "东岭村"), ("990101001205", "西岭村")):
        Division.objects.create(
            code=code, name=name, level=Level.VILLAGE, parent_code=WILLOW_TOWN, initials="", source="the cast"
        )
    assert demo_story.tell(PLACE) > 0


def _steps(procedure: str) -> Counter[str]:
    """Where the cases of a procedure stand: a step, or how they ended."""
    rows = Case.objects.of(procedure).values_list("step", "state")
    return Counter(step if state == "open" else state for step, state in rows)


@pytest.mark.usefixtures("demo")
def test_every_state_is_there_once_and_told_once() -> None:  # S4-58, S4-61..64, S4-76, S1-43
    assert set(_steps("household_identification")) == {"review", "village_check", "township_audit", "passed"}
    states = Counter(Round.objects.values_list("state", flat=True))
    assert states == {"preparing": 1, "applying": 3, "ended": 1}
    collecting = told(Round.objects.get(state="preparing"))
    assert 0 < collecting.untried < collecting.listed == collecting.stated
    at_ballots = Case.objects.of("household_identification").within(WILLOW)
    assert CaseRecord.objects.filter(case__in=at_ballots, kind="ballot").count() == at_ballots.count() - 1
    assert {"verification", "village_review", "township_audit", "county_approval", "passed"} <= set(
        _steps("household_exit")
    )
    assert _steps("self_report") == {"village_check": 3, "passed": 3}
    assert set(_steps("village_recognition")) == {"township_meeting", "passed"}
    assert Recognition.objects.count() == 1
    assert PlannedExit.objects.exists()
    before = Case.objects.count(), Act.objects.count(), Notice.objects.count()
    assert demo_story.tell(PLACE) == 0
    assert (Case.objects.count(), Act.objects.count(), Notice.objects.count()) == before


@pytest.mark.usefixtures("demo")
def test_what_is_to_be_done_lies_around_today() -> None:  # S2-43, S1-43
    today = clock.today()
    scope = office.scope("village")
    marks = Counter(line.step_mark for line in report_lines(scope, WILLOW, today))
    assert sum(marks.values()) == 3
    assert marks["red"] == 1
    assert {one.monitored_kind for one in monitored(scope, WILLOW)} == {1, 2, 3}
    hanging = Notice.objects.posted_on(today)
    assert {"cases", "general", "consultation"} == set(hanging.values_list("kind", flat=True))
    stopped = Case.objects.filter(objections__state="open").get()
    assert hanging.filter(lines__case=stopped).exists()
    assert not SelfReport.objects.filter(day__gt=today).exists()
    assert not Act.objects.filter(day__gt=today).exists()
    assert Act.objects.filter(day__lt=today - timedelta(days=20)).exists()


@pytest.mark.usefixtures("demo")
def test_nobody_in_it_goes_round_the_rules() -> None:  # S0-48, S2-03, S2-43
    assert not Act.objects.exclude(overrides=[]).exists()
    for case in Case.objects.all():
        days = list(case.acts.order_by("revision").values_list("day", flat=True))
        assert days == sorted(days), case
    for spell in Standing.objects.filter(basis__startswith="case:"):
        case = Case.objects.get(pk=int(spell.basis.removeprefix("case:")))
        people = {act.step: act.by_id for act in case.acts.filter(decision="pass")}
        assert {one.key for one in case.definition.steps} == set(people)
        assert len({people[case.definition.steps[0].key], people[case.step]}) == 2
    notices = CaseRecord.objects.filter(kind__endswith="_notice")
    assert notices.exists()
    assert all(one.case.notice_lines.filter(notice=one.data["notice"]).exists() for one in notices)
    for year in {FIRST_YEAR, clock.today().year}:
        rows = dict(Target.objects.filter(year=year).values_list("division_code", "value"))
        for parent in (COUNTY, WILLOW_TOWN):
            children = Division.objects.children_of(parent).values_list("code", flat=True)
            assert sum(rows.get(code, 0) for code in children) >= rows[parent] > 0
