"""What a run keeps of entitlements and indicators: one set an area, the same that analytics says, by village."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.entitlements import TOTALS, entitle
from bangfu.divisions.actions import set_attribute
from bangfu.divisions.codes import NATION, Level
from bangfu.divisions.models import DivisionAttribute
from bangfu.policy import catalogue
from bangfu.policy.vocabulary import codes
from bangfu.quality import entitled
from bangfu.quality.gaps import gap_picture
from bangfu.quality.indicators import picture
from bangfu.quality.models import Doubt, Run
from bangfu.quality.result_models import (
    EntitlementLine,
    EntitlementTotal,
    IndicatorLine,
    IndicatorParts,
)
from bangfu.quality.runs import build
from bangfu.registry.actions.figures import state_figure
from bangfu.registry.models import Household
from tests.cast.build import check
from tests.cast.crowd import CROWD
from tests.cast.places import COUNTY, WILLOW, WILLOW_TOWN
from tests.cast.stories import DAY
from tests.quality.offices import CLERK, OFFICE

pytestmark = pytest.mark.usefixtures("cast")
SAID = codes("entitlement_status")


def test_totals_and_lines_are_those_of_analytics() -> None:
    """S1-51, S2-22: nothing is lost between the engine and the tables."""
    with duckdb_engine() as engine:
        expected = entitle(build(CROWD, DAY).snapshot, engine=engine)
    county = {
        row["entitlement"]: {name: row[name] for name in TOTALS}
        for row in expected.totals.to_pylist()
        if row["level"] == "county" and f"{row['division']:012d}" == CROWD
    }
    found = entitled.by_entitlement(CROWD)
    told = {key: replace(sums, cannot_tell=sums.cannot_tell + sums.untold) for key, sums in found.items()}
    assert {key: {name: getattr(sums, name) for name in TOTALS} for key, sums in told.items()} == county
    said = zip(expected.rows["entitlement"].to_pylist(), expected.rows["status"].to_pylist(), strict=True)
    lines = EntitlementLine.objects.filter(run__division_code=CROWD)
    assert lines.count() > 1000
    kept = Counter(lines.values_list("entitlement", "status"))
    assert kept == Counter(one for one in said if one[0] not in expected.untold)


def test_where_a_list_is_lacking_nobody_has_a_line() -> None:
    """A line for everybody would say nothing of anybody; the number by village stays, and what is lacking is named."""
    run = Run.objects.filter(division_code=COUNTY).latest("started_at")
    assert run.untold
    household = Household.objects.get(household_no=f"{WILLOW}0001")
    found = entitled.untold(household)
    assert {one.key for one in found.entitlements} == set(run.untold)
    assert not {one.name for one in found.lists} & set(run.lists)
    sums = entitled.by_entitlement(COUNTY)
    for key in run.untold:
        assert sums[key].nobody_told
        assert not EntitlementLine.objects.in_division(COUNTY).filter(entitlement=key).exists()
    unseen = [key for key, one in sums.items() if one.cannot_tell and not one.untold]
    assert unseen, "what is surely due, and only not seen received, keeps its lines"


def test_every_total_equals_its_lines() -> None:
    for key, sums in entitled.by_entitlement(CROWD).items():
        counted = Counter(
            EntitlementLine.objects.in_division(CROWD)
            .filter(entitlement=key)
            .values_list("status", flat=True)
        )
        for one in SAID:
            if one.code != SAID.not_due:
                assert counted[one.code] == getattr(sums, one.key), (key, one.key)


def test_villages_add_up_to_townships_and_the_county() -> None:
    for key, whole in entitled.by_entitlement(CROWD).items():
        for level in (Level.TOWNSHIP, Level.VILLAGE):
            parts = entitled.by_place(CROWD, level, key)
            assert sum(parts.values(), entitled.Sums()) == whole, (key, level)


def test_a_line_belongs_to_the_household_of_its_person() -> None:
    lines = EntitlementLine.objects.filter(person__isnull=False).select_related("household")
    assert lines.exists()
    for line in lines.filter(run__division_code=COUNTY):
        assert line.household.memberships.filter(person=line.person).exists()
        assert line.household.division_code == line.division_code


def test_only_the_latest_run_of_an_area_is_kept() -> None:
    before = EntitlementLine.objects.filter(run__division_code=COUNTY).count()
    others = EntitlementLine.objects.filter(run__division_code=CROWD).count()
    again = check(COUNTY, by="county")
    assert EntitlementLine.objects.filter(run__division_code=COUNTY).count() == before
    later = check(COUNTY, by="county", day=DAY + timedelta(days=1))
    assert Run.objects.filter(division_code=COUNTY).count() == 3
    for model in (EntitlementLine, EntitlementTotal, IndicatorLine, IndicatorParts):
        own = model.objects.filter(run__division_code=COUNTY)
        assert set(own.values_list("run", flat=True)) == {later.pk}
        assert not model.objects.filter(run=again).exists()
    assert EntitlementLine.objects.filter(run__division_code=CROWD).count() == others
    assert entitled.day_of(COUNTY) == DAY + timedelta(days=1)


def test_a_household_reads_what_is_missing_first() -> None:
    household = Household.objects.get(household_no=f"{WILLOW}0001")
    found = entitled.of_household(household)
    places = [entitled.URGENCY.index(one.line.status) for one in found]
    assert places == sorted(places)
    assert len(found) == EntitlementLine.objects.filter(household=household).count() > 0
    assert {one.entitlement.key for one in found} <= {one.key for one in catalogue.entitlements_on(DAY)}
    assert entitled.checked_on(household) == DAY


@pytest.mark.parametrize(
    ("had", "missing", "partly", "share"),
    [(1, 2, 0, 3333), (1, 1, 0, 5000), (2, 0, 1, 6667), (0, 0, 0, None)],
)
def test_coverage_is_rounded_half_up(had: int, missing: int, partly: int, share: int | None) -> None:
    assert entitled.Sums(due_received=had, due_missing=missing, due_partly=partly).coverage == share


def test_indicators_of_the_places_add_up() -> None:
    """S3-03: additive parts are the same whole at each level."""
    county = picture(CROWD)
    assert county.day == DAY
    assert len(county.places) > 3
    for key in ("poor_people", "registered_people"):
        assert county.own[key].of == sum(place[key].of for place in county.places.values()) > 0
    town = next(iter(county.places))
    assert picture(town).own["poor_people"].of == county.places[town]["poor_people"].of
    village = next(iter(picture(town).places))
    assert picture(village).own == picture(town).places[village]
    assert picture(NATION).own["poor_people"].of >= county.own["poor_people"].of


def test_whoever_is_not_covered_is_on_the_list() -> None:
    """S4-89, S1-02: as many by name as the numbers say, of the same villages."""
    listed = IndicatorLine.objects.in_division(CROWD)
    said = codes("indicator_state")
    found = picture(CROWD).own
    counted = Counter(listed.values_list("indicator", "state"))
    compared = 0
    for key, value in found.items():
        if value.lacking is not None:
            assert counted[key, said.lacking] == value.lacking, key
            assert counted[key, said.unknown] == value.unknown, key
            compared += value.lacking > 0
    assert compared >= 3
    poor = listed.filter(indicator="poor_households")
    assert poor.count() == found["poor_households"].of > 0
    assert sum(poor.values_list("people", flat=True)) == found["poor_people"].of
    assert not listed.filter(household=None).exists()
    for line in listed.exclude(person=None).select_related("household")[:50]:
        assert line.household.memberships.filter(person=line.person).exists()


def test_poor_villages_against_the_others() -> None:
    """S2-36: both sides together are the whole of the villages that are typed; the gap is their difference."""
    assert gap_picture(CROWD).villages["unknown"] > 3
    village = next(iter(picture(next(iter(picture(CROWD).places))).places))
    set_attribute(
        by=CLERK,
        division_code=village,
        kind=DivisionAttribute.Kind.POOR_VILLAGE,
        since=DAY,
        document="陕政发",
    )
    found = gap_picture(CROWD)
    assert (found.villages["poor"], found.villages["unknown"]) == (1, 0)
    own, alone = picture(CROWD).own, picture(village).own
    for line in found.lines:
        key = line.indicator.key
        assert line.poor.of == alone[key].of
        assert line.poor.of + line.other.of == own[key].of
        if line.poor.value is not None and line.other.value:
            assert line.gap == line.poor.value - line.other.value
            assert abs(line.index - line.poor.value * 10_000 / line.other.value) <= 0.5
    assert {"safe_water", "insured", "broadband", "income_per_head", "fgt1"} <= {
        line.indicator.key for line in found.lines
    }
    assert gap_picture("990102000000").day is None


def test_incidence_needs_the_stated_population() -> None:
    """S3-03: without a denominator nothing is computed; with it, the share is rounded."""
    assert picture(WILLOW_TOWN).own["poverty_incidence"].value is None
    state_figure(
        division_code=WILLOW_TOWN,
        figure="rural_population",
        value=100_000,
        as_of=DAY,
        source="统计年报",
        by=CLERK,
        scope=OFFICE,
    )
    found = picture(WILLOW_TOWN).own["poverty_incidence"]
    assert found.among == 1000
    assert found.value == (2 * found.of * 10_000 + 1000) // 2000 > 0


def test_an_area_without_a_run_has_no_indicators() -> None:
    found = picture("990102000000")
    assert found.day is None
    assert found.own == {}


def test_what_is_missing_is_a_doubt_as_well() -> None:
    """S1-52, S2-23, S3-13, S4-88: whoever is short of something that is theirs is on somebody's worklist, by name."""
    run = Run.objects.get(division_code=CROWD)
    compared = 0
    for one in catalogue.entitlements_on(DAY):
        rule = f"{one.key}_missing"
        tally = run.tallies.get(rule)
        if tally is None or tally["status"] != "ok" or one.subject == "village":
            continue
        lines = EntitlementLine.objects.in_division(CROWD).filter(
            entitlement=one.key, status__in=(SAID.due_missing, SAID.due_partly)
        )
        number = "person__person_no" if one.subject == "person" else "household__household_no"
        doubts = Doubt.objects.filter(area=CROWD, rule=rule).values_list("subject_id", flat=True)
        assert set(lines.values_list(number, flat=True)) == set(doubts), one.key
        compared += bool(doubts)
    assert compared > 0
