"""Figures that documents state of a division, and the share of poor people counted against them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.figures import state_figure
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.errors import SourceNeeded
from bangfu.registry.models import Household, StatedFigure
from bangfu.registry.queries import Incidence, incidence
from tests.cast.places import COUNTY, HILL_TOWN, OTHER_COUNTY, SUMMIT
from tests.postgresql import both_databases
from tests.registry.world import FIRST, ME, RELATION, WHY, day, registered, somebody

pytestmark = [pytest.mark.django_db, both_databases, pytest.mark.usefixtures("tree")]
STANDING = codes("standing")
OFFICE = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])


def state(value: int = 100, as_of: date = FIRST, **given: Any) -> StatedFigure:
    """``value`` people are the rural population of 青禾县, unless ``given`` says otherwise."""
    said = {"division_code": COUNTY, "figure": "rural_population", "source": "统计公报2015", "scope": OFFICE}
    return state_figure(value=value * 100, as_of=as_of, by=ME, **{**said, **given})


def test_a_figure_stands_with_its_source_and_its_day() -> None:  # S4-02
    state(203_700)
    (one,) = StatedFigure.objects.all()
    assert (one.figure, one.value, one.as_of, one.source) == (
        "rural_population",
        20_370_000,
        FIRST,
        "统计公报2015",
    )


def test_two_documents_of_two_days_are_both_kept() -> None:  # S4-52, X-15
    state(20_001, figure="farmland")
    state(19_870, day(1), figure="farmland", source="土地调查")
    assert list(StatedFigure.objects.order_by("as_of").values_list("value", "source")) == [
        (2_000_100, "统计公报2015"),
        (1_987_000, "土地调查"),
    ]


def test_a_corrected_figure_of_one_day_replaces_it_and_the_log_keeps_both() -> None:  # S4-52
    state(26, figure="villages")
    state(25, figure="villages")
    assert StatedFigure.objects.get().value == 2_500
    logged = AuditRecord.objects.filter(action="registry.state_figure").order_by("seq")
    assert [one.detail["value"] for one in logged] == [2_600, 2_500]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"source": " "}, SourceNeeded),
        ({"division_code": OTHER_COUNTY}, NotFound),
        ({"scope": Scope.of([(Role.INSPECTOR, COUNTY)])}, NotAllowed),
        ({"figure": "motivation"}, KeyError),
    ],
)
def test_what_is_no_stated_figure_is_refused(given: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        state(**given)
    assert not StatedFigure.objects.exists()


def family(order: int, village: str = SUMMIT) -> Household:
    """Two people of 云顶村."""
    return registered(
        somebody(order=order),
        somebody("周巧云", "1974-08-19", order + 1, relation=RELATION.spouse),
        village=village,
    )


def become(household: Household, kind: int, number: int) -> None:
    change = StandingChange(household.pk, household.division_code, kind, day(number))
    change_standings([change], basis="县批〔2015〕1号", reason=WHY, by=ME)


def test_without_a_base_the_incidence_cannot_be_told() -> None:  # S3-03
    family(31)
    assert incidence(COUNTY, day(1)) == Incidence(2, None, None)
    state(100, day(2))
    assert incidence(COUNTY, day(1)).share is None, "what is stated later was not known yet"
    assert incidence(HILL_TOWN, day(2)).share is None, "the base of the county is not that of the town"


def test_the_incidence_is_the_share_of_people_who_are_poor_on_the_day() -> None:  # S3-03
    state(300)
    first, second = family(31), family(33)
    assert incidence(COUNTY, day(1)) == Incidence(4, 300, 133, "统计公报2015")  # 1.333 %
    become(first, STANDING.exited, 10)
    become(second, STANDING.marginal, 10)
    assert incidence(COUNTY, day(9)).poor == 4
    assert incidence(COUNTY, day(10)) == Incidence(0, 300, 0, "统计公报2015")
    become(first, STANDING.returned, 20)
    assert incidence(COUNTY, day(20)) == Incidence(2, 300, 67, "统计公报2015")  # 0.667 %, rounded up


def test_its_change_is_told_in_points_and_not_in_percent() -> None:  # S3-03
    """From 10.0 % to 8.1 % is −1.9 points (−190 hundredths), not −19 %."""
    before, after = Incidence(100, 1_000, 1_000), Incidence(81, 1_000, 810)
    assert after.change_from(before) == -190
    assert after.change_from(Incidence(100, None, None)) is None
