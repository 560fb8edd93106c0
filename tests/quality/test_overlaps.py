"""Rosters of allowance and of the extremely poor against the registry (S4-19)."""

from __future__ import annotations

import pytest

from bangfu.policy.vocabulary import codes
from bangfu.quality.overlaps import Overlap, overlap
from bangfu.registry.models import Household
from tests.cast.places import BRIDGE, COUNTY, SUMMIT, WILLOW, plant_tree
from tests.cast.stories import identity
from tests.postgresql import both_databases
from tests.quality.test_help import DASHAN, take
from tests.registry.world import RELATION, day, registered, somebody

pytestmark = [pytest.mark.django_db, both_databases]
KIND = codes("assistance_kind")


@pytest.fixture
def household() -> Household:
    """李大山 and 周巧云 of 柳林村, on allowance by the registry."""
    plant_tree()
    return registered(household_kind=codes("household_kind").low_income)


def listed(*rows: dict[str, object]) -> None:
    take(
        "civil_affairs",
        *({"assistance_kind": KIND.low_income, "place": "柳林镇柳林村"} | row for row in rows),
    )


def found(division: str = COUNTY, roster: str = "low_income", number: int = 30) -> Overlap:
    answer = overlap(division, day(number), roster)
    assert answer is not None
    return answer


def test_a_list_that_was_not_supplied_says_nothing(household: Household) -> None:
    assert overlap(COUNTY, day(30), "low_income") is None


def test_both_only_the_roster_only_the_registry(household: Household) -> None:
    listed(
        {"name": "李大山", "id_number": DASHAN},
        {"name": "王外人", "id_number": identity("1950-01-02", 55)},
        {"name": "无号码"},
    )
    answer = found()
    assert [one.person.name for one in answer.both] == ["李大山"]
    assert [one.entry.name for one in answer.listed] == ["王外人"]
    assert [one.person.name for one in answer.called] == ["周巧云"]
    assert [one.entry.name for one in answer.unreadable] == ["无号码"]
    assert (answer.registered, answer.only_registry, answer.rows) == (2, 1, 3)


def test_the_rosters_are_kept_apart_and_ended_assistance_does_not_count(household: Household) -> None:
    listed(
        {"name": "李大山", "id_number": DASHAN, "assistance_kind": KIND.extremely_poor},
        {"name": "王外人", "id_number": identity("1950-01-02", 55), "ended_on": 20_150_110},
    )
    assert found(roster="low_income").rows == 0
    assert [one.entry.name for one in found(number=5).listed] == ["王外人"]
    assert len(found(roster="extremely_poor").both) == 1


def test_a_village_has_its_own_rows(household: Household) -> None:
    other = somebody("孙长贵", "1960-05-06", 41, relation=RELATION.head)
    registered(other, village=SUMMIT)
    listed(
        {"name": "李大山", "id_number": DASHAN},
        {"name": "王外人", "id_number": identity("1950-01-02", 55), "place": "石桥村"},
        {"name": "孙长贵", "id_number": other["id_number"], "place": "石桥村"},
    )
    assert (len(found().both), len(found().listed)) == (2, 1)
    assert (len(found(WILLOW).both), len(found(WILLOW).listed)) == (1, 0)
    assert (len(found(BRIDGE).both), [one.entry.name for one in found(BRIDGE).listed]) == (0, ["王外人"])
