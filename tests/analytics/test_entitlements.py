"""What is due, what came, what is missing: packed rows and totals that add up, from one pass a subject table."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow.compute as pc
import pytest

from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.entitlements import STATUSES, TOTALS, entitle
from bangfu.policy.entitlements import Due, Entitlement, entitlement
from bangfu.policy.errors import UnguardedDivision, UnknownColumn
from bangfu.policy.vocabulary import codes
from tests.analytics.conftest import Build
from tests.analytics.county import Small, village

said = codes("entitlement_status")
MONEY = {"law": "tests", "since": "2014-01-01", "period": "year"}


@entitlement("by_age", subject="person", received="wage_recorded", **MONEY)  # type: ignore[arg-type]
def by_age(person: Any, p: Any) -> Due:
    """100 yuan for those of 60 and more, against the wage on record."""
    return Due(person.age >= 60, ibis.literal(10_000, "int64"))


@entitlement("of_a_home", subject="household", **MONEY)  # type: ignore[arg-type]
def of_a_home(household: Any, p: Any) -> Due:
    """In kind, for a dwelling that is dangerous."""
    return Due(household.dangerous_dwelling)


@entitlement("misspelt", subject="person", **MONEY)  # type: ignore[arg-type]
def misspelt(person: Any, p: Any) -> Due:
    return Due(person.agge > 1)


@entitlement("divided", subject="household", **MONEY)  # type: ignore[arg-type]
def divided(household: Any, p: Any) -> Due:
    return Due(household.income_net // household.members > 5)


def made(function: Any) -> Entitlement:
    found: Entitlement = function.entitlement
    return found


@pytest.fixture
def small() -> Small:
    small = Small()
    small.supplied("human_resources")
    small.household(
        {"行政村代码": village(0), "是否危房户": "是"},
        [{"年龄": 70}, {"年龄": 65}, {"出生日期": None, "证件号码": None}],
    )
    small.household({"行政村代码": village(1), "是否危房户": None}, [{"年龄": 30}])
    return small


def test_rows_are_those_due_missing_or_unknown_only(small: Small, build: Build, engine: DuckDBEngine) -> None:
    found = entitle(build(small).snapshot, [made(by_age), made(of_a_home)], engine=engine)
    rows = {(row["entitlement"], row["key"]): row for row in found.rows.to_pylist()}
    assert set(rows) == {("by_age", 1), ("by_age", 2), ("by_age", 3), ("of_a_home", 1), ("of_a_home", 2)}
    assert (rows["by_age", 1]["status"], rows["by_age", 1]["due"], rows["by_age", 1]["received"]) == (
        said.due_missing,
        10_000,
        0,
    )
    assert (rows["by_age", 3]["status"], rows["by_age", 3]["due"]) == (said.cannot_tell, None)
    assert {rows["of_a_home", key]["status"] for key in (1, 2)} == {
        said.cannot_tell
    }  # nothing says what came
    assert rows["of_a_home", 1]["due"] is None


def test_totals_of_all_levels_count_everybody(small: Small, build: Build, engine: DuckDBEngine) -> None:
    found = entitle(build(small).snapshot, [made(by_age)], engine=engine)
    nation = next(row for row in found.totals.to_pylist() if row["level"] == "nation")
    assert sum(nation[name] for name in STATUSES) == 4
    assert {
        name: nation[name] for name in ("not_due", "due_missing", "cannot_tell", "due", "missing", "over")
    } == {
        "not_due": 1,
        "due_missing": 2,
        "cannot_tell": 1,
        "due": 20_000,
        "missing": 20_000,
        "over": 0,
    }
    villages = found.totals.filter(pc.equal(found.totals["level"], "village"))
    assert villages.num_rows == 2
    for name in TOTALS:
        assert pc.sum(villages[name]).as_py() == nation[name]


def test_totals_alone_are_the_same_as_with_rows(small: Small, build: Build, engine: DuckDBEngine) -> None:
    snapshot = build(small).snapshot
    order = [("level", "ascending"), ("division", "ascending"), ("entitlement", "ascending")]
    with_rows, without = (entitle(snapshot, engine=engine, with_rows=flag) for flag in (True, False))
    assert without.rows.num_rows == 0
    assert with_rows.totals.sort_by(order).equals(without.totals.sort_by(order))
    counted = with_rows.rows.num_rows
    nation = with_rows.totals.filter(pc.equal(with_rows.totals["level"], "nation"))
    assert counted == sum(pc.sum(nation[name]).as_py() for name in STATUSES if name != "not_due")


def test_a_misspelt_column_and_an_unguarded_division_name_file_and_line(
    small: Small, build: Build, engine: DuckDBEngine
) -> None:
    snapshot = build(small).snapshot
    with pytest.raises(UnknownColumn, match=r"test_entitlements\.py:\d+"):
        entitle(snapshot, [made(by_age), made(misspelt)], engine=engine)
    with pytest.raises(UnguardedDivision, match=r"test_entitlements\.py:\d+"):
        entitle(snapshot, [made(divided)], engine=engine)
