"""Cases of what is computed without a registry: sharing out money, lists of villages, what may be suspended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy import catalogue, villages
from bangfu.policy.errors import BadPolicyFile, BangfuError
from bangfu.policy.how.allocation import SAME_STANDARD_FROM, allocate, matched
from tests.policy.policy_cases import FOLDER


@dataclass(frozen=True)
class Computed:
    name: str
    day: date
    computation: str
    node: Mapping[str, Any]


def cases() -> list[Computed]:
    found = []
    for path in sorted((FOLDER / "computed").rglob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for n, node in enumerate(content["cases"], 1):
            name = f"{path.parent.name}/{path.stem}-{n}"
            found.append(Computed(name, date.fromisoformat(path.parent.name), content["computation"], node))
    return found


def fen(yuan: Any) -> int:
    amount = Decimal(str(yuan)) * 100
    assert amount == int(amount)
    return int(amount)


def shared_out(one: Computed) -> Any:
    asked = one.node["given"]
    given = allocate(
        fen(asked["pot"]), asked["poor"], year=asked["year"], coefficients=asked.get("coefficients")
    )
    assert sum(given.values()) == fen(asked["pot"])
    return {code: amount / 100 for code, amount in given.items()}


def ratio(one: Computed) -> Any:
    found = matched(**{name: fen(amount) for name, amount in one.node["given"].items()})
    return None if found is None else found / 10_000


def village(one: Computed) -> str:
    listed = villages.checklists()[one.computation]
    has = {item.key: True for item in listed.items} | one.node["given"]
    if not listed.gaps(has):
        return "done"
    return "overdue" if listed.overdue(one.day) else "gap"


def suspended(one: Computed) -> bool:
    return catalogue.entitlement(one.node["given"], one.day).may_be_suspended


COMPUTATIONS: Mapping[str, Callable[[Computed], Any]] = {
    "allocate": shared_out,
    "matched": ratio,
    "nine_items": village,
    "ten_items": village,
    "may_be_suspended": suspended,
}


@pytest.mark.parametrize("one", cases(), ids=lambda one: one.name)
def test_computed_case(one: Computed) -> None:
    assert one.node["source"].strip()
    compute = COMPUTATIONS[one.computation]
    if "refuses" in one.node:
        with pytest.raises(BangfuError) as refusal:
            compute(one)
        assert refusal.value.code == one.node["refuses"]
        return
    assert compute(one) == one.node["gives"], one.node["says"]


COUNTIES = st.dictionaries(
    st.integers(110_000, 659_999).map(str), st.integers(0, 200_000), min_size=1, max_size=40
).filter(lambda poor: any(poor.values()))


@given(st.integers(0, 10**13), COUNTIES)
def test_the_sum_is_the_pot_and_nobody_is_a_fen_from_the_same_standard(
    pot: int, poor: dict[str, int]
) -> None:
    """S1-09: each county's sum is its exact share, cut or raised to the next fen; the pot comes out exactly."""
    given = allocate(pot, poor, year=SAME_STANDARD_FROM)
    people = sum(poor.values())
    assert sum(given.values()) == pot
    for code, count in poor.items():
        assert given[code] - pot * count // people in (0, 1)
        assert abs(given[code] * people - pot * count) < people


def test_the_lists_of_villages_have_nine_and_ten_items() -> None:
    """S1-15 (own count: 9, by the end of 2019), S1-53 (7 + 3 = 10, no day)."""
    lists = villages.checklists()
    assert len(lists["nine_items"].items) == 9
    assert lists["nine_items"].deadline == date(2019, 12, 31)
    assert len(lists["ten_items"].items) == 10
    assert lists["ten_items"].deadline is None
    each_household = [item.key for item in lists["nine_items"].items if item.households]
    assert each_household == ["broadcasting", "broadband"]  # 户户通


def test_an_item_that_the_list_does_not_have_is_refused() -> None:
    with pytest.raises(BadPolicyFile, match="swimming_pool"):
        villages.checklists()["nine_items"].gaps({"swimming_pool": True})
