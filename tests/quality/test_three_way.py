"""System, archive and household compared: the household's situation is the measure (S2-46)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy.vocabulary import codes
from bangfu.quality import three_way
from bangfu.quality.actions.consistency import close_corrected, judge, record_three_way
from bangfu.quality.enums import Agreement
from bangfu.quality.errors import FieldEvidenceNeeded, UnknownFact
from bangfu.quality.record_models import ThreeWayCheck
from bangfu.registry.models import Household
from tests.cast.places import BRIDGE, COUNTY, WILLOW, plant_tree
from tests.postgresql import both_databases
from tests.registry.world import ME, day, member, registered

pytestmark = [pytest.mark.django_db, both_databases]
VILLAGE = Scope.of([(Role.VILLAGE, WILLOW)])
HEALTH = codes("health")


@pytest.fixture
def household() -> Household:
    """李大山's: in the system the cause is lack of skill (7), the water is not stated."""
    plant_tree()
    return registered(safe_water=False)


def compare(household: Household, column: str = "safe_water", **given: Any) -> ThreeWayCheck:
    """The water is unsafe in the archive and safe on the spot, unless ``given`` says otherwise."""
    said = {"archive_value": False, "field_value": True, "evidence": "入户看到自来水", "scope": VILLAGE}
    return record_three_way(household=household, column=column, checked_on=day(3), by=ME, **{**said, **given})


def tasks() -> list[str]:
    """Open work, by the side that is to be corrected."""
    kinds = WorkItem.objects.filter(closed_at=None).order_by("kind").values_list("kind", flat=True)
    return [kind.rpartition(".")[2] for kind in kinds]


@pytest.mark.parametrize(
    ("archive", "field", "agreement", "work"),
    [
        (False, False, Agreement.CONSISTENT, []),
        (True, True, Agreement.SYSTEM_WRONG, ["system"]),
        (True, False, Agreement.ARCHIVE_WRONG, ["archive"]),
        (False, True, Agreement.BOTH_WRONG, ["archive", "system"]),
        (None, False, Agreement.ARCHIVE_WRONG, ["archive"]),
    ],
)
def test_the_side_that_is_wrong_gets_the_work(
    household: Household, archive: bool | None, field: bool, agreement: Agreement, work: list[str]
) -> None:
    check = compare(household, archive_value=archive, field_value=field)
    assert (check.system_value, check.agreement) == (False, agreement)
    assert tasks() == work


@given(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))
def test_whoever_agrees_with_the_household_is_right(system: int, archive: int, field: int) -> None:
    found = judge(system, archive, field)
    assert (found in (Agreement.SYSTEM_WRONG, Agreement.BOTH_WRONG)) == (system != field)
    assert (found in (Agreement.ARCHIVE_WRONG, Agreement.BOTH_WRONG)) == (archive != field)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"evidence": "  "}, FieldEvidenceNeeded),
        ({"column": "phone"}, UnknownFact),
        ({"scope": Scope.of([(Role.VILLAGE, BRIDGE)])}, NotFound),
        ({"scope": Scope.of([(Role.INSPECTOR, COUNTY)])}, NotAllowed),
    ],
)
def test_nothing_is_written_without_evidence_or_right(
    household: Household, given: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        compare(household, **given)
    assert not ThreeWayCheck.objects.exists()
    assert tasks() == []


def test_a_refusal_shows_what_was_seen_last(household: Household) -> None:
    compare(household)
    with pytest.raises(FieldEvidenceNeeded) as refusal:
        compare(household, field_value=False, evidence="")
    assert "是" in refusal.value.sentence("zh")
    assert ThreeWayCheck.objects.get().field_value is True


def test_a_new_comparison_follows_the_old_one_which_is_kept(household: Household) -> None:
    compare(household)
    compare(household, archive_value=False, field_value=False, evidence="再次入户,未通水")
    assert list(ThreeWayCheck.objects.order_by("at").values_list("latest", flat=True)) == [False, True]
    assert tasks() == []


def test_a_member_is_compared_too(household: Household) -> None:
    person = member(household)
    compare(household, "health", person=person, archive_value=HEALTH.healthy, field_value=HEALTH.chronic)
    (fact,) = [one for one in three_way.facts(household) if one.last]
    assert (fact.person, fact.column.name, fact.system_value) == (person, "health", None)
    assert fact.last is not None
    assert fact.last.agreement == Agreement.BOTH_WRONG


def test_the_work_of_the_system_closes_by_fact(household: Household) -> None:
    compare(household, archive_value=True)
    assert close_corrected(area=COUNTY, by=ME) == 0
    Household.objects.filter(pk=household.pk).update(safe_water=True)
    assert close_corrected(area=COUNTY, by=ME) == 1
    assert tasks() == []


def test_the_yearly_fact_is_that_of_the_latest_year(household: Household) -> None:
    household.years.create(income_year=2014, income_net=100)
    assert three_way.system_value(household, None, "income_net") == 320_000


def test_rates_by_village_count_the_latest_comparisons(household: Household) -> None:
    compare(household)
    compare(household, field_value=False, evidence="再次入户,未通水")
    compare(household, "main_cause", archive_value=1, field_value=7)
    (rate,) = three_way.rates(COUNTY)
    assert (rate.division_code, rate.compared, rate.consistent, rate.households) == (WILLOW, 2, 1, 1)
    assert rate.share == 5_000
    assert three_way.by_agreement(COUNTY) == {Agreement.CONSISTENT: 1, Agreement.ARCHIVE_WRONG: 1}
    assert three_way.rates(BRIDGE) == []
