"""What a household's archive must hold, what lies there, and which villages lack nothing (S2-43)."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.policy import checklists
from bangfu.policy.vocabulary import codes
from bangfu.quality.actions.archives import file_paper, withdraw_paper
from bangfu.quality.archives import ArchiveRate, papers_of, rates
from bangfu.quality.errors import UnknownPaper
from bangfu.quality.record_models import ArchivedPaper
from bangfu.registry.actions.standing_changes import StandingChange, change_standings
from bangfu.registry.models import Household
from tests.cast.places import BRIDGE, COUNTY, WILLOW, plant_tree
from tests.postgresql import both_databases
from tests.registry.world import ME, day, registered, somebody

pytestmark = [pytest.mark.django_db, both_databases]
VILLAGE = Scope.of([(Role.VILLAGE, WILLOW)])


@pytest.fixture
def household() -> Household:
    """李大山's, without papers."""
    plant_tree()
    return registered()


def put(household: Household, paper: str = "application", **given: Any) -> ArchivedPaper:
    said = {"filed_on": day(5), "scope": VILLAGE}
    return file_paper(household=household, paper=paper, by=ME, **{**said, **given})


def missing(household: Household, number: int) -> list[str]:
    return [one.paper.key for one in papers_of(household, day(number)) if one.filed is None]


def test_a_paper_filed_is_no_longer_missing(household: Household) -> None:
    needed = [one.key for one in checklists.papers_needed(exited=False)]
    assert missing(household, 5) == needed
    put(household)
    assert missing(household, 5) == [one for one in needed if one != "application"]


def test_filing_again_replaces_the_note_and_the_log_keeps_both(household: Household) -> None:
    put(household, note="缺签字")
    put(household, note=" 已补签字 ")
    assert ArchivedPaper.objects.get().note == "已补签字"
    assert AuditRecord.objects.filter(action="quality.file_paper").count() == 2


def test_a_paper_that_does_not_lie_there_after_all_is_missing_again(household: Household) -> None:
    put(household)
    withdraw_paper(household=household, paper="application", by=ME, scope=VILLAGE)
    assert "application" in missing(household, 5)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"paper": "love_letter"}, UnknownPaper),
        ({"scope": Scope.of([(Role.VILLAGE, BRIDGE)])}, NotFound),
        ({"scope": Scope.of([(Role.HELPER, WILLOW)])}, NotAllowed),
    ],
)
def test_what_may_not_be_filed(household: Household, given: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        put(household, **given)
    assert not ArchivedPaper.objects.exists()


def test_an_exited_household_needs_the_confirmation_of_its_exit(household: Household) -> None:
    change = StandingChange(household.pk, WILLOW, codes("standing").exited, day(20))
    change_standings([change], basis="县批〔2015〕1号", by=ME)
    assert "exit_confirmation" not in missing(household, 19)
    assert "exit_confirmation" in missing(household, 20)


def test_the_rate_of_a_village_is_that_of_its_lists(household: Household) -> None:
    """An archive counts as complete exactly when its own list misses nothing."""
    other = registered(somebody("孙长贵", "1960-05-06", 41))
    for paper in checklists.papers_needed(exited=False):
        put(household, paper.key)
    put(other)
    assert (missing(household, 10), len(missing(other, 10)) > 0) == ([], True)
    assert rates(COUNTY, day(10)) == [ArchiveRate(WILLOW, 2, 1)]
    change = StandingChange(household.pk, WILLOW, codes("standing").exited, day(20))
    change_standings([change], basis="县批〔2015〕1号", by=ME)
    assert rates(COUNTY, day(20)) == [ArchiveRate(WILLOW, 2, 0)]
    put(household, "exit_confirmation")
    assert rates(COUNTY, day(20)) == [ArchiveRate(WILLOW, 2, 1)]
    assert rates(BRIDGE, day(20)) == []
